"""All commands as one, and what becomes of their errors."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

import click

from bytezkit._cli import external_commands
from bytezkit._cli.commands.batch import batch
from bytezkit._cli.commands.catalog import models, request, tasks
from bytezkit._cli.commands.clusters import clusters, load
from bytezkit._cli.commands.completion import completion
from bytezkit._cli.commands.run import run, stream
from bytezkit._cli.commands.spec import spec
from bytezkit._cli.commands.v1 import v1
from bytezkit._cli.exit_codes import INTERRUPTED, NOBODY_READS, USAGE, tell
from bytezkit._cli.help_text import examples, verbatim
from bytezkit.errors import BytezError

_ENVIRONMENT: Final = verbatim(
    "Environment:",
    "BYTEZ_KEY           your key; or --key-file FILE of each command",
    "BYTEZ_BASE_URL      where the service is; or --base-url URL",
    "BYTEZ_PROVIDER_KEY  your key at the provider of a closed-source model",
)
_EMULATOR: Final = verbatim(
    "Without an account: `bytezkit emulator` in another terminal, and here",
    "export BYTEZ_KEY=any BYTEZ_BASE_URL=http://127.0.0.1:8080",
)
_EXIT_CODES: Final = verbatim(
    "Exit codes:",
    "0    done",
    "1    the service refused or failed, or a file can not be read or written",
    "2    the arguments are wrong, or there is no key",
    "3    the service can not be reached, or the connection was cut",
    "4    it took too long",
    "130  interrupted",
    "141  whoever read the output went away",
)


class _Program(click.Group):
    """All commands, in the order in which people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click gives it
        """Return the names of the commands."""
        return [*self.commands]

    def invoke(self, ctx: click.Context) -> None:
        """Run a command, and end quietly if nobody reads what it writes."""
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The interpreter flushes at its end, too.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(NOBODY_READS)


@click.group(
    cls=_Program,
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
    help=f"Talk to the Bytez model API. Unofficial.\n\n{_ENVIRONMENT}\n\n{_EMULATOR}\n\n{_EXIT_CODES}",
)
# The entry point answers it: it works without this extra.
@click.option("--version", is_flag=True, expose_value=False, help="Show the version and exit.")
def bytezkit() -> None:
    """Hold the commands."""


for _command in (models, tasks, request, load, run, stream, batch, clusters, v1, spec):
    bytezkit.add_command(_command)
for _name, _about in external_commands.COMMANDS.items():
    # For the help and the completion alone: the entry point runs them, without this extra.
    bytezkit.add_command(click.Command(_name, help=_about))
bytezkit.add_command(completion)


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    for output in (sys.stdout, sys.stderr):
        # What a terminal has no letter for is no reason to lose an answer.
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
        return tell(error)
    return code if isinstance(code, int) else 0
