"""Run other type checkers over the typing tests, and write docs/type-checkers.md: `make checkers`.

Each wrong line of the programs in `tests/typing` has ignore comments for mypy and pyright. Without these
comments, every checker must report the wrong lines and no others. Exceptions are in `DEVIATIONS`.

`stubtest` then compares the types of the client with its objects at run time.
"""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from scripts.markdown import markdown_table
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "type-checkers.md"
_PROGRAMS: Final = ROOT / "build" / "checkers" / "programs"
_ENVIRONMENT: Final = ROOT / "build" / "checkers" / "environment"
_ALLOWLIST: Final = ROOT / "scripts" / "stubtest-allowlist.txt"
_UV: Final = (sys.executable, "-m", "uv")
_WRONG: Final = "# type: ignore["
_COMMENT: Final = re.compile(r"  # (?:type|pyright|noqa)\b.*")
# Of all checkers: `file:line`, then or before it the severity, such as `ERROR file:5:3: ...`.
_ERROR: Final = re.compile(r"^(?=.*\berror\b).*?(\w+\.py):(\d+)\b", flags=re.IGNORECASE)


class Line(NamedTuple):
    """A line of a program."""

    program: str
    number: int


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker.

    Attributes:
        name: Name of its package.
        version: Version in the environment below `build`; empty for a checker of the extra `dev`.
        arguments: Program and arguments in front of the files.
    """

    name: str
    version: str
    arguments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A line for which a checker has another result.

    Attributes:
        code: Text of the line.
        reason: Cause of the result.
    """

    code: str
    reason: str


CHECKERS: Final = (
    Checker("mypy", "", ["mypy"]),
    Checker("pyright", "", ["pyright"]),
    Checker("basedpyright", "1.40.2", ["basedpyright"]),
    Checker("ty", "0.0.108", ["ty", "check", "--output-format=concise", f"--python={sys.executable}"]),
    Checker(
        "pyrefly",
        "1.5.0",
        ["pyrefly", "check", "--output-format=min-text", f"--python-interpreter-path={sys.executable}"],
    ),
    Checker("zuban", "0.10.2", ["zuban", "mypy", "--strict", f"--python-executable={sys.executable}"]),
)
_UNCHECKED_NAMES: Final = "Not refused: ty does not check argument names for `**options: Unpack[TypedDict]`."
_STRICT_SETTER: Final = (
    "Refused: zuban compares the setter of `DataFrame.columns` with the property of a protocol, "
    "which has none."
)
DEVIATIONS: Final[Mapping[str, Sequence[Deviation]]] = {
    "ty": [
        Deviation(
            'client.with_options(api_key="other")',
            _UNCHECKED_NAMES,
        ),
        Deviation('RunBatch("a/b", task="chat", input="m", temperature=1)', _UNCHECKED_NAMES),
    ],
    "zuban": [
        Deviation(
            'embedder.map(["a"], on_outcome=lambda outcome: assert_type(outcome, Outcome[str, list[float]]))',
            "Refused: zuban infers `Any` for the parameter of a lambda passed as `Callable[...] | None`.",
        ),
        Deviation("assert_type(frame.pipe(run), DataFrame)", _STRICT_SETTER),
        Deviation("assert_type(run(iter([frame])), Iterator[DataFrame])", _STRICT_SETTER),
    ],
}


def main() -> int:
    """Run all checkers and stubtest; return 1 if a result is unexpected. The page is then unchanged."""
    code, wrong = _write_programs()
    accepted = code.keys() - wrong
    rows, unexpected = [], []
    _install()
    for checker in CHECKERS:
        reported = _reported_lines(checker)
        different = sorted((reported & accepted) | (wrong - reported))
        expected = {it.code for it in DEVIATIONS.get(checker.name, ())}
        unexpected += [
            f"{checker.name}: {line.program}:{line.number}: {code[line]}"
            for line in different
            if code[line] not in expected
        ]
        unexpected += [
            f"{checker.name}: no longer different: {text}"
            for text in sorted(expected - {code[line] for line in different})
        ]
        rows.append(
            (
                f"`{checker.name}`",
                checker.version or version(checker.name),
                f"{len(accepted - reported)} of {len(accepted)}",
                f"{len(wrong & reported)} of {len(wrong)}",
            )
        )
        print(*rows[-1], flush=True)
    print("\n".join(unexpected))
    failed = _stubtest() or bool(unexpected)
    if not failed:
        _PAGE.write_text(_page(rows), encoding="utf-8")
    return int(failed)


def _write_programs() -> tuple[dict[Line, str], set[Line]]:
    """Write the programs without ignore comments; return their lines of code, and the wrong lines."""
    subprocess.run([sys.executable, "-m", "tests.typing", str(_PROGRAMS)], cwd=ROOT, check=True)
    code: dict[Line, str] = {}
    wrong: set[Line] = set()
    for program in _PROGRAMS.iterdir():
        lines = program.read_text(encoding="utf-8").splitlines()
        wrong |= {Line(program.name, number) for number, text in enumerate(lines, 1) if _WRONG in text}
        lines = [_COMMENT.sub("", text) for text in lines]
        program.write_text("\n".join([*lines, ""]), encoding="utf-8")
        code |= {
            Line(program.name, number): text.strip() for number, text in enumerate(lines, 1) if text.strip()
        }
    return code, wrong


def _install() -> None:
    pins = [f"{it.name}=={it.version}" for it in CHECKERS if it.version]
    python = str(_ENVIRONMENT / "bin" / "python")
    venv = [*_UV, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(_ENVIRONMENT)]
    subprocess.run(venv, check=True)
    subprocess.run([*_UV, "pip", "install", "--quiet", "--python", python, *pins], check=True)


def _reported_lines(checker: Checker) -> set[Line]:
    """Return the lines with errors."""
    scripts = _ENVIRONMENT / "bin" if checker.version else Path(sys.executable).parent
    program, *arguments = checker.arguments
    done = subprocess.run(
        [str(scripts / program), *arguments, *map(str, sorted(_PROGRAMS.iterdir()))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = map(_ERROR.match, done.stdout.splitlines())
    return {Line(match[1], int(match[2])) for match in found if match is not None}


def _stubtest() -> bool:
    """Return whether types of the client differ from its objects at run time."""
    options = ["--mypy-config-file=pyproject.toml", f"--allowlist={_ALLOWLIST}"]
    command = [sys.executable, "-m", "mypy.stubtest", "bytezkit", "--concise", *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode != 0


def _page(rows: Sequence[tuple[str, ...]]) -> str:
    deviations = [
        f"- `{name}`: `{it.code}`. {it.reason}" for name, items in DEVIATIONS.items() for it in items
    ]
    return "\n".join(
        [
            "<!-- Written by `make checkers`; do not edit. -->",
            "# Type checkers",
            "",
            "Results of type checkers for the programs in `tests/typing`: correct and wrong uses of the",
            "client, for all tasks. `mypy`, `pyright`, `basedpyright` and `zuban` run in strict mode, `ty`",
            "with its defaults, `pyrefly` with the settings of mypy. `make checkers` fails if a result is",
            "unexpected.",
            "",
            markdown_table(("Checker", "Version", "Correct lines accepted", "Wrong lines refused"), rows),
            "Exceptions:",
            "",
            *deviations,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
