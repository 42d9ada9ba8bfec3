"""Error messages that name options in place of arguments of the client."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import click
from click.core import ParameterSource

from bytezkit.errors import BytezError, ConfigurationError

# A message begins with the name of an argument, or has `name=`, `name=True` or `name 3` inside.
_NAME: Final = re.compile(r"^(\w+)|(\w+)=(?:True\b)?|(\w+)(?= \d)")


@contextmanager
def naming_options() -> Generator[None, None, None]:
    """Name options in the errors of the block.

    Raises:
        click.UsageError: The block raised a `ValueError` or `ConfigurationError` that names an argument, and
            the command has an option for it.
    """
    try:
        yield
    except ValueError as error:
        if isinstance(error, BytezError) and not isinstance(error, ConfigurationError):
            raise
        text = str(error)
        message = _replace_names(text)
        if message == text:
            raise
    else:
        return
    raise click.UsageError(message)


def _replace_names(message: str) -> str:
    context = click.get_current_context()
    names: dict[str | None, str] = {}
    for parameter in context.command.params:
        from_variable = context.get_parameter_source(parameter.name or "") is ParameterSource.ENVIRONMENT
        names[parameter.name] = str(parameter.envvar) if from_variable else parameter.opts[0]

    def replace(match: re.Match[str]) -> str:
        return names.get(match[match.lastindex or 0], match[0])

    return _NAME.sub(replace, message)
