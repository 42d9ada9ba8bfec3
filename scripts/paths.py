"""Where things stand in the repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACT: Final = ROOT / "openapi"
CODEGEN: Final = CONTRACT / "codegen"
SITE: Final = ROOT / "build" / "site"
GENERATED: Final = Path("generated")
OVERLOADS: Final = Path("overlay/bytezkit/_task_overloads.py")
HANDLES: Final = Path("overlay/bytezkit/_task_handles.py")
ASYNC_HANDLES: Final = Path("overlay/bytezkit/_async_task_handles.py")
TASK_DOCS: Final = Path("docs/tasks.md")
EVIDENCE_DOCS: Final = Path("docs/evidence.md")
COMMAND_DOCS: Final = Path("docs/command-line.md")
# What is generated besides the packages below `generated`.
GENERATED_FILES: Final = (OVERLOADS, HANDLES, ASYNC_HANDLES, TASK_DOCS, EVIDENCE_DOCS)
