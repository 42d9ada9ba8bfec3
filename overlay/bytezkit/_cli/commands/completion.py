"""The command `completion`."""

from collections.abc import Mapping
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from bytezkit._cli.help_text import examples

_SHELLS: Final[Mapping[str, type[ShellComplete]]] = {
    "bash": BashComplete,
    "fish": FishComplete,
    "zsh": ZshComplete,
}


@click.command(
    epilog=examples(
        "bytezkit completion bash > bytezkit.bash",
        "bytezkit completion fish > bytezkit.fish",
    )
)
@click.argument("shell", type=click.Choice([*_SHELLS]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Write the script that completes commands in a shell.

    In bash and zsh, `eval "$(bytezkit completion bash)"` in the file that the shell starts with will do;
    for fish the script goes to ~/.config/fish/completions/.
    """
    program = context.find_root().command
    click.echo(_SHELLS[shell](program, {}, "bytezkit", "_BYTEZKIT_COMPLETE").source())
