"""Write the programs for the type checkers into a folder."""

import shutil
import sys
from pathlib import Path

from .tasks import program


def write_programs(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("accepted", "rejected", "asynchronous", "compat"):
        shutil.copy(Path(__file__).with_name(f"{name}.py"), folder)
    (folder / "tasks.py").write_text(program(), encoding="utf-8")


if __name__ == "__main__":
    write_programs(Path(sys.argv[1]))
