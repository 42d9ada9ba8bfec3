"""Write the programs that type checkers check, synchronous and asynchronous, into a folder."""

import sys
from pathlib import Path
from typing import Final

from .asynchronous import asynchronous
from .tasks import program

_HERE: Final = Path(__file__).parent


def write_programs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("accepted", "rejected", "asynchronous_only", "compat", "tasks"):
        source = program() if name == "tasks" else (_HERE / f"{name}.py").read_text(encoding="utf-8")
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
        if name in ("accepted", "rejected", "tasks"):
            (folder / f"{name}_async.py").write_text(asynchronous(source), encoding="utf-8")


if __name__ == "__main__":
    write_programs(Path(sys.argv[1]))
