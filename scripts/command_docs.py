"""Write `docs/command-line.md`: run its commands in a terminal, against the emulator, and show what they say.

`make screens`. The outputs are made up, and the same on every machine.
"""

import os
import pty
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

Without an account, `bytezkit emulator` (extra `emulator`) in another terminal answers with made-up outputs:

    export BYTEZ_KEY=any BYTEZ_BASE_URL=http://127.0.0.1:8080

Against the service, `BYTEZ_KEY` is your key; or give each command `--key-file FILE`. A key is never an
argument, which others on the machine could see, and never printed. All screens here are from the emulator.
"""


class _Section(NamedTuple):
    heading: str
    text: str
    lines: tuple[str, ...]


_SECTIONS: Final = (
    _Section(
        "Commands and exit codes",
        "Each command has a `--help` with examples.",
        ("bytezkit --help",),
    ),
    _Section(
        "What there is",
        "`tasks` also says which INPUT `run` takes for a task. On a terminal these are tables; in a pipe, "
        "lines with tabs between the cells; with `--json`, JSON with the members of the Python client.",
        (
            "bytezkit models --task chat",
            "bytezkit models --task chat | cut -f 1,5",
            "bytezkit tasks | grep question",
            "bytezkit models --task chat --json | head -n 8",
        ),
    ),
    _Section(
        "Run a model",
        "The catalog says what the model's task is; `--task` saves that request. A text is written as text, "
        "anything else as JSON; `--json` writes the whole answer.",
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
        "Media out",
        "Media go to a file, which appears whole or not at all, or to a pipe; never to a terminal.",
        (
            "bytezkit run dreamlike-art/dreamlike-photoreal-2.0 'A cat in a hat' --out cat.png",
            "bytezkit run suno/bark-small 'Hello there' | wc -c",
            "bytezkit run suno/bark-small 'Hello there' --url",
            "bytezkit run suno/bark-small 'Hello there'; echo $?",
        ),
    ),
    _Section(
        "Stream",
        "A text is written as it comes, media too.",
        (
            "bytezkit stream Qwen/Qwen3-4B 'Tell me a story' --param max_new_tokens=12",
            "bytezkit stream suno/bark-small 'Hello there' --out hello.wav",
        ),
    ),
    _Section(
        "Many inputs",
        "`batch` runs the lines of a file, in the form of OpenAI's batches, with a bar on a terminal. Given "
        "again, it goes on from where it ended. [Many inputs](many-inputs.md) says what a line may be.",
        (
            "cut -c 1-104 requests.jsonl",
            "bytezkit batch requests.jsonl answers.jsonl --concurrency 1 2> progress.txt; cat progress.txt",
            "cut -c 1-104 answers.jsonl",
            "bytezkit batch requests.jsonl answers.jsonl 2> progress.txt; cat progress.txt",
        ),
    ),
    _Section(
        "Closed-source models",
        "Your key at the provider comes from `BYTEZ_PROVIDER_KEY`.",
        ("BYTEZ_PROVIDER_KEY=any bytezkit run openai/gpt-4o 'Hello' --param max_new_tokens=8",),
    ),
    _Section(
        "Clusters",
        "`load` shows what it waits for on stderr: live on a terminal, else a line for each change.",
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
        "An error is one line on stderr, with the request's id where there is one.",
        (
            "bytezkit run openai-community/gpt-2 'Hello'; echo $?",
            "bytezkit run openai-community/gpt2 'Hello' --param 5; echo $?",
            "bytezkit load openai-community/gpt2 --timeout 0s; echo $?",
        ),
    ),
    _Section(
        "The older API",
        "",
        (
            "bytezkit v1 load openai-community/gpt2 --concurrency 2",
            "bytezkit v1 run openai-community/gpt2 'Once upon a time' --param max_new_tokens=5",
            "bytezkit v1 delete openai-community/gpt2",
        ),
    ),
    _Section(
        "The OpenAPI document",
        "`spec` writes it, whole or in part, and asks nobody.",
        ("bytezkit spec --tag clusters --out clusters.yaml",),
    ),
    _Section(
        "Completion",
        'For bash and zsh, `eval "$(bytezkit completion bash)"` in the file that the shell starts with; for '
        "fish, `bytezkit completion fish > ~/.config/fish/completions/bytezkit.fish`. It asks nobody either.",
        (),
    ),
)
_REQUESTS: Final = """\
{"custom_id": "a", "url": "/models/v2/openai-community/gpt2", "body": {"text": "Once upon a time"}}
{"custom_id": "b", "url": "/models/v2/openai-community/gpt2", "body": {"text": "Jack and Jill"}}
{"custom_id": "c", "url": "/models/v2/openai-community/gpt-2", "body": {"text": "The soup was cold"}}
"""
_WIDTH: Final = 110
_CONTROL: Final = re.compile(r"(\x1b\[[\d;?]*[A-Za-z]|\r|\n)")


def command_docs() -> str:
    """Run the commands and write the page."""
    with Emulator() as emulator, TemporaryDirectory() as folder:
        (Path(folder) / "cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        (Path(folder) / "requests.jsonl").write_text(_REQUESTS, encoding="utf-8")
        sections = [_section(section, Path(folder), emulator.url) for section in _SECTIONS]
    return _HEADER + "".join(sections)


def _section(section: _Section, folder: Path, url: str) -> str:
    text = f"\n{fill(section.text, _WIDTH, break_on_hyphens=False)}\n" if section.text else ""
    key = f"key-{section.heading.replace(' ', '-')}"  # Each section has a world of its own.
    screens = [f"$ {line}\n{_screen(_written(line, folder, url, key))}" for line in section.lines]
    shown = "\n".join(screens).replace(url, "http://127.0.0.1:8080")
    return f"\n## {section.heading}\n{text}" + (f"\n```console\n{shown}```\n" if screens else "")


def _written(line: str, folder: Path, url: str, key: str) -> str:
    """Run a line in a terminal, and return all that was written there."""
    ours, theirs = pty.openpty()
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
        ["/bin/bash", "-c", line], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder
    )
    os.close(theirs)
    written = b""
    # Linux says so when the last writer has gone.
    with suppress(OSError):
        while chunk := os.read(ours, 65536):
            written += chunk
    os.close(ours)
    process.wait()
    return written.decode()


def _screen(written: str) -> str:
    """Return what stands on the screen in the end."""
    rows, row, column = [""], 0, 0
    for part in _CONTROL.split(written):
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
    # How long it took differs from time to time.
    text = "\n".join(re.sub(r"^(✓ .*)\d:\d\d:\d\d", r"\g<1>0:00:00", row.rstrip()) for row in rows)
    return f"{text.strip(chr(10))}\n".lstrip("\n")


if __name__ == "__main__":
    (ROOT / COMMAND_DOCS).write_text(command_docs(), encoding="utf-8")
