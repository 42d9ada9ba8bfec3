"""The click group of all commands, and the exit code of each error."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

import click

from bytezkit._cli.commands import COMMANDS
from bytezkit._cli.exit_codes import BROKEN_PIPE, INTERRUPTED, USAGE, report_error
from bytezkit._cli.parameters import examples, unwrapped
from bytezkit.errors import BytezError

_ENVIRONMENT: Final = unwrapped(
    "Environment:",
    "BYTEZ_KEY             the API key; or use --key-file FILE",
    "BYTEZ_BASE_URL        base URL of the service; or use --base-url URL",
    "BYTEZ_ALLOW_INSECURE  1 allows plain HTTP to another machine; or use --allow-insecure",
    "BYTEZ_PROVIDER_KEY    the key for the provider of closed-source models",
)
_EMULATOR: Final = unwrapped(
    "Without an account, run `bytezkit emulator` in another terminal, and here",
    "export BYTEZ_KEY=any BYTEZ_BASE_URL=http://127.0.0.1:8080",
)
_EXIT_CODES: Final = unwrapped(
    "Exit codes:",
    "0    success",
    "1    error of the service, or a file cannot be read or written",
    "2    invalid arguments, or no key",
    "3    connection failed or interrupted",
    "4    timeout",
    "130  interrupted",
    "141  the reader of the output closed the pipe",
)


class LazyGroup(click.Group):
    """Group whose commands are placeholders with a summary, for the help and for completion.

    `resolve_command`, which click uses to call a command and to complete its options, imports the command.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click defines the signature
        """Return the names of the commands in the order of the table."""
        return [*self.commands]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name, the imported command and the rest of the arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None:
            command = COMMANDS[name].load()
        return name, command, rest

    def invoke(self, ctx: click.Context) -> None:
        """Call a command, and exit without a traceback if the reader of stdout closes the pipe."""
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The interpreter flushes stdout again at exit, which would fail with a message on stderr.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(BROKEN_PIPE)


@click.group(
    cls=LazyGroup,
    commands={name: click.Command(name, help=entry.summary) for name, entry in COMMANDS.items()},
    epilog=examples(
        "bytezkit models --task text-generation",
        "bytezkit load openai-community/gpt2",
        "bytezkit run openai-community/gpt2 'Once upon a time'",
        "echo 'Jack and Jill' | bytezkit stream openai-community/gpt2",
        "bytezkit run facebook/detr-resnet-50 cat.jpg",
        "bytezkit run dreamlike-art/dreamlike-photoreal-2.0 'A cat' --out cat.png",
        "bytezkit clusters list --json",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Command line of the Bytez model API. Unofficial.\n\n"
    f"{_ENVIRONMENT}\n\n{_EMULATOR}\n\n{_EXIT_CODES}",
)
# For the help only: the entry point handles the option, so that it works without click.
@click.option("--version", is_flag=True, expose_value=False, help="Show the version and exit.")
def bytezkit() -> None:
    """Group the commands."""


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    for output in (sys.stdout, sys.stderr):
        # A character that the encoding of the terminal lacks must not lose a response that is paid for.
        if isinstance(output, TextIOWrapper):
            output.reconfigure(errors="replace")
    try:
        code: object = bytezkit.main(arguments, prog_name="bytezkit", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return USAGE
    except click.Abort:
        return INTERRUPTED
    except (BytezError, OSError, ValueError, click.UsageError) as error:
        return report_error(error)
    return code if isinstance(code, int) else 0
