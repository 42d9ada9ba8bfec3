"""Create `docs/command-line.md` from the terminal output of commands: `make screens`.

The commands use the emulator, whose outputs are the same on every machine.
"""

import os
import pty  # noqa: TID251 - the page is made on POSIX only
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import Final, NamedTuple

from bytezkit_emulator import Emulator
from scripts.paths import COMMAND_DOCS, ROOT

_HEADER: Final = """\
<!-- Written by `make screens`; do not edit. -->
# The command line

    pip install '.[cli]'

Without an account, start `bytezkit emulator` (extra `emulator`), which returns synthetic outputs, in another
terminal:

    export BYTEZ_KEY=any BYTEZ_BASE_URL=http://127.0.0.1:8080

For the service, set `BYTEZ_KEY` to your key, or pass `--key-file FILE` to each command. Do not
pass a key as an argument, which other users of the machine could see. Keys are never printed. All output on
this page is from the emulator.
"""


class _Section(NamedTuple):
    """A section of the page.

    Attributes:
        heading: Heading.
        text: Text before the commands.
        commands: Shell commands, which the page shows with their output.
    """

    heading: str
    text: str
    commands: tuple[str, ...]


_SECTIONS: Final = (
    _Section(
        "Commands and exit codes",
        "Each command has a `--help` option, which shows examples.",
        ("bytezkit --help",),
    ),
    _Section(
        "Models and tasks",
        "`tasks` also shows the INPUT of `run` for each task. The output is a table on a terminal, "
        "tab-separated lines in a pipe, and with `--json` JSON with the members of the Python client.",
        (
            "bytezkit models --task text-to-image",
            "bytezkit models --task text-to-image | cut -f 1,5",
            "bytezkit tasks | grep question",
            "bytezkit models --task text-to-image --json | head -n 8",
        ),
    ),
    _Section(
        "Run a model",
        "The catalog contains the model's task; `--task` avoids this request. Text output is printed as "
        "text, other output as JSON; `--json` prints the complete response.",
        (
            "bytezkit run openai-community/gpt2 'Once upon a time' --param max_new_tokens=8",
            "echo 'The soup was cold.' | bytezkit run google/flan-t5-base --param max_new_tokens=8",
            "bytezkit run facebook/detr-resnet-50 cat.jpg --param threshold=0.5",
            "bytezkit run Salesforce/blip-vqa-base cat.jpg 'How many cats?'",
            "bytezkit run facebook/bart-large-mnli 'I will see the world' travel cooking",
            "bytezkit run google/gemma-3-4b-it 'Describe this' cat.jpg --param max_new_tokens=8",
            "bytezkit run openai-community/gpt2 Once --param max_new_tokens=2 --json",
        ),
    ),
    _Section(
        "Media output",
        "Media are written to a file, atomically, or to a pipe, never to a terminal.",
        (
            "bytezkit run dreamlike-art/dreamlike-photoreal-2.0 'A cat in a hat' --out cat.png",
            "bytezkit run suno/bark-small 'Hello there' | wc -c",
            "bytezkit run suno/bark-small 'Hello there' --url",
            "bytezkit run suno/bark-small 'Hello there'; echo $?",
        ),
    ),
    _Section(
        "Streams",
        "Text and media are written incrementally.",
        (
            "bytezkit stream Qwen/Qwen3-4B 'Tell me a story' --param max_new_tokens=12",
            "bytezkit stream suno/bark-small 'Hello there' --out hello.wav",
        ),
    ),
    _Section(
        "Many inputs",
        "`batch` runs the lines of a file in the format of OpenAI batches, with a progress bar on a "
        "terminal. The same command resumes an interrupted batch. `-` is stdin and stdout. "
        "[Many inputs](many-inputs.md) describes "
        "the lines.",
        (
            "cut -c 1-104 requests.jsonl",
            "bytezkit batch requests.jsonl answers.jsonl --concurrency 1 2> progress.txt; cat progress.txt",
            "cut -c 1-104 answers.jsonl",
            "bytezkit batch requests.jsonl answers.jsonl 2> progress.txt; cat progress.txt",
        ),
    ),
    _Section(
        "Closed-source models",
        "Set `BYTEZ_PROVIDER_KEY` to your key of the provider.",
        ("BYTEZ_PROVIDER_KEY=any bytezkit run openai/gpt-4o 'Hello' --param max_new_tokens=8",),
    ),
    _Section(
        "Clusters",
        "`load` shows its progress on stderr: a live display on a terminal, otherwise a line per change.",
        (
            "bytezkit load openai-community/gpt2 --max 3",
            "bytezkit load openai-community/gpt2 2> progress.txt | cut -f 1,2,3",
            "bytezkit clusters create Qwen/Qwen3-4B --idle-timeout 10m",
            "bytezkit clusters wait Qwen/Qwen3-4B --json",
            "bytezkit clusters update Qwen/Qwen3-4B --off",
            "bytezkit clusters delete Qwen/Qwen3-4B",
            "bytezkit clusters list",
        ),
    ),
    _Section(
        "Errors",
        "An error is one line on stderr, with the request id if the response has one.",
        (
            "bytezkit run openai-community/gpt-2 'Hello'; echo $?",
            "bytezkit run openai-community/gpt2 'Hello' --param 5; echo $?",
            "bytezkit run openai-community/gpt2 'Hello' --task text-generatoin; echo $?",
            "bytezkit load openai-community/gpt2 --min 3 --max 2; echo $?",
            "bytezkit load openai-community/gpt2 --timeout 0s; echo $?",
        ),
    ),
    _Section(
        "The emulator and the contract tests",
        "Both have completion and errors as the other commands. [The emulator](emulator.md) and "
        "[Contract testing](contract-testing.md) describe them.",
        (
            "bytezkit emulator --clock fast; echo $?",
            "bytezkit contract --help",
        ),
    ),
    _Section(
        "v1",
        "",
        (
            "bytezkit v1 load openai-community/gpt2 --concurrency 2",
            "bytezkit v1 run openai-community/gpt2 'Once upon a time' --param max_new_tokens=5",
            "bytezkit v1 delete openai-community/gpt2",
        ),
    ),
    _Section(
        "The OpenAPI document",
        "`spec` writes the document or a part of it, without network access.",
        ("bytezkit spec --tag clusters --out clusters.yaml",),
    ),
    _Section(
        "Completion",
        'For bash and zsh, add `eval "$(bytezkit completion bash)"` to the startup file of the shell; for '
        "fish, run `bytezkit completion fish > ~/.config/fish/completions/bytezkit.fish`. Neither needs "
        "network access.",
        (),
    ),
)
_REQUESTS: Final = """\
{"custom_id": "a", "url": "/models/v2/openai-community/gpt2", "body": {"text": "Once upon a time"}}
{"custom_id": "b", "url": "/models/v2/openai-community/gpt2", "body": {"text": "Jack and Jill"}}
{"custom_id": "c", "url": "/models/v2/openai-community/gpt-2", "body": {"text": "The soup was cold"}}
"""
_WIDTH: Final = 110
_CONTROL_SEQUENCE: Final = re.compile(r"(\x1b\[[\d;?]*[A-Za-z]|\r|\n)")


def command_docs() -> str:
    """Run the commands and return the page."""
    with Emulator() as emulator, TemporaryDirectory() as folder:
        (Path(folder) / "cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        (Path(folder) / "requests.jsonl").write_text(_REQUESTS, encoding="utf-8")
        sections = [_section(section, Path(folder), emulator.url) for section in _SECTIONS]
    return _HEADER + "".join(sections)


def _section(section: _Section, folder: Path, url: str) -> str:
    text = f"\n{fill(section.text, _WIDTH, break_on_hyphens=False)}\n" if section.text else ""
    # Each key has its own clusters, so that sections do not depend on each other.
    key = f"key-{section.heading.replace(' ', '-')}"
    screens = [f"$ {it}\n{_screen(_terminal_output(it, folder, url, key))}" for it in section.commands]
    console = "\n".join(screens).replace(url, "http://127.0.0.1:8080")
    return f"\n## {section.heading}\n{text}" + (f"\n```console\n{console}```\n" if screens else "")


def _terminal_output(command: str, folder: Path, url: str, key: str) -> str:
    """Run a shell command in a pseudo-terminal, and return its output with control sequences."""
    reader, terminal = pty.openpty()
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "BYTEZ_KEY": key,
        "BYTEZ_BASE_URL": url,
        "TERM": "xterm",
        "NO_COLOR": "1",
        "COLUMNS": str(_WIDTH),
        "LC_ALL": "C.UTF-8",
    }
    process = subprocess.Popen(
        ["/bin/bash", "-c", command],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
        cwd=folder,
    )
    os.close(terminal)
    output = b""
    # On Linux, reading fails with EIO after the last writer has closed the terminal.
    with suppress(OSError):
        while chunk := os.read(reader, 65536):
            output += chunk
    os.close(reader)
    process.wait()
    return output.decode()


def _screen(output: str) -> str:
    """Return the final screen after interpreting the control sequences."""
    rows, row, column = [""], 0, 0
    for part in _CONTROL_SEQUENCE.split(output):
        if part == "\n":
            row += 1
            rows += [""] * (row == len(rows))
        elif part == "\r":
            column = 0
        elif part.endswith("[2K"):
            rows[row] = ""
        elif part.endswith("A") and part.startswith("\x1b"):
            row -= int(part[2:-1])
        elif not part.startswith("\x1b"):
            rows[row] = rows[row][:column].ljust(column) + part + rows[row][column + len(part) :]
            column += len(part)
    # Elapsed times differ between runs.
    text = "\n".join(re.sub(r"^(✓ .*)\d:\d\d:\d\d", r"\g<1>0:00:00", row.rstrip()) for row in rows)
    return f"{text.strip(chr(10))}\n".lstrip("\n")


if __name__ == "__main__":
    (ROOT / COMMAND_DOCS).write_text(command_docs(), encoding="utf-8")
