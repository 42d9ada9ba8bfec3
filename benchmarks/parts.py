"""What was measured, part by part, kept as JSON until the page is written."""

from typing import Final, TypeVar

import msgspec

from scripts.paths import ROOT

ResultsT = TypeVar("ResultsT")

_FOLDER: Final = ROOT / "build" / "benchmarks"


def keep(part: str, results: object) -> None:
    """Keep the results of a part, in place of older ones."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    (_FOLDER / f"{part}.json").write_bytes(msgspec.json.encode(results))


def kept(part: str, kind: type[ResultsT]) -> ResultsT:
    """Return the results of a part.

    Raises:
        SystemExit: There are none.
    """
    try:
        content = (_FOLDER / f"{part}.json").read_bytes()
    except FileNotFoundError:
        raise SystemExit(f"`python -m benchmarks {part}` has not been run yet") from None
    return msgspec.json.decode(content, type=kind)
