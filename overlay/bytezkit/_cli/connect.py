"""Client of a command, configured by options and environment variables."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

# The package imports httpx on the first access to `bytezkit.Bytez`: help and completion do without.
import bytezkit
from bytezkit._cli.option_names import naming_options

P = ParamSpec("P")


def pass_client(command: Callable[Concatenate["bytezkit.Bytez", P], None]) -> Callable[..., None]:
    """Pass a client to a command as the first argument, and add the options that configure the client."""

    @click.option(
        "--base-url",
        metavar="URL",
        envvar="BYTEZ_BASE_URL",
        help="Base URL of the service.  [default: BYTEZ_BASE_URL]",
    )
    @click.option(
        "--key-file", type=Path, metavar="FILE", help="File with the API key.  [default: BYTEZ_KEY]"
    )
    @click.option(
        "--allow-insecure",
        is_flag=True,
        # Without the flag, the client reads the variable.
        default=None,
        help="Allow sending the key over plain HTTP to another machine.  [default: BYTEZ_ALLOW_INSECURE]",
    )
    @wraps(command)
    def call_with_client(
        base_url: str | None,
        key_file: Path | None,
        allow_insecure: bool | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        with (
            naming_options(),
            bytezkit.Bytez(
                _read_key(key_file),
                base_url=base_url,
                provider_key=os.environ.get("BYTEZ_PROVIDER_KEY") or None,
                allow_insecure=allow_insecure,
            ) as client,
        ):
            command(client, *args, **kwargs)

    return call_with_client


def _read_key(file: Path | None) -> str:
    if file is None:
        key = os.environ.get("BYTEZ_KEY")
        if not key:
            raise click.UsageError("no key: set BYTEZ_KEY, or give --key-file FILE")
        return key
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        # Without the file's name, which is the key itself if a user passed the key by mistake.
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
    # Outside `except`, since the chained exception would hold the name or the content of the file.
    raise click.UsageError(f"cannot read the file of --key-file: {reason}")
