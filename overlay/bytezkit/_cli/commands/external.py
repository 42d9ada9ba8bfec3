"""The commands `emulator` and `contract`, from the options that their packages declare for argparse."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

import click

from bytezkit._cli.option_names import naming_options
from bytezkit._cli.parameters import examples


def _create_command(module_name: str, name: str, epilog: str) -> click.Command:
    # By name: the client does not depend on these packages.
    module: Any = import_module(module_name)
    options: list[click.Parameter] = []

    def add(flag: str, **settings: Any) -> None:
        options.append(_create_option(flag, **settings))

    module.add_options(add)

    def call(**values: object) -> None:
        with naming_options():
            module.run(Namespace(**values))

    return click.Command(name, params=options, callback=call, help=module.DESCRIPTION, epilog=epilog)


def _create_option(
    flag: str,
    *,
    help: str,  # noqa: A002 - argparse defines the name
    type: Callable[[str], object] = str,  # noqa: A002 - argparse defines the name
    choices: Sequence[str] | None = None,
    action: str | None = None,
    default: object = None,
    dest: str | None = None,
    metavar: str | None = None,
) -> click.Option:
    """Return the click option for arguments of `argparse.ArgumentParser.add_argument`."""
    is_flag = action == "store_true"
    return click.Option(
        [flag, dest or flag.removeprefix("--").replace("-", "_")],
        type=click.Choice(choices) if choices else None if is_flag else _converter(type),
        is_flag=is_flag,
        multiple=action == "append",
        default=False if is_flag else default,
        metavar=metavar,
        help=help % {"default": default},
    )


def _converter(convert: Callable[[str], object]) -> Any:
    if convert in (int, float, str):
        return convert

    def convert_text(value: object) -> object:
        # click also passes the default, which argparse converts only if it is a string.
        if not isinstance(value, str):
            return value
        try:
            return convert(value)
        except ArgumentTypeError as error:
            raise click.BadParameter(str(error)) from None
        except ValueError:
            raise click.BadParameter(f"{value!r} is not valid") from None

    return convert_text


emulator: Final = _create_command(
    "bytezkit_emulator.__main__",
    "emulator",
    examples(
        "bytezkit emulator",
        "bytezkit emulator --port 0 --port-file port.txt",
        "bytezkit emulator --clock real --faults faults.yaml --log json",
    ),
)
contract: Final = click.Group(
    "contract",
    help="Check whether a server conforms to the contract.",
    epilog=examples("bytezkit contract run --url http://127.0.0.1:8080 --without v1"),
)
contract.add_command(
    _create_command(
        "bytezkit_contract.__main__",
        "run",
        examples(
            "bytezkit contract run --url http://127.0.0.1:8080",
            "bytezkit contract run --url https://models.example.com --key-file key.txt --accept-costs",
        ),
    )
)
