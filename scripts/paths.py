"""Where things stand in the repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACT: Final = ROOT / "openapi"
CODEGEN: Final = CONTRACT / "codegen"
GENERATED: Final = Path("generated")
OVERLOADS: Final = Path("overlay/bytezkit/_task_overloads.py")
TASK_DOCS: Final = Path("docs/tasks.md")
