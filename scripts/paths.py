"""Paths of files and folders in the repository."""

from pathlib import Path
from typing import Final

from scripts.synchronous import synchronous_path

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACT: Final = ROOT / "openapi"
CODEGEN: Final = CONTRACT / "codegen"
SITE: Final = ROOT / "build" / "site"
COPIED: Final = ROOT / "scripts/copied"
GENERATED: Final = Path("generated")
OVERLAY: Final = Path("overlay/bytezkit")
TASK_HANDLES: Final = OVERLAY / "_api/async_task_handles.py"
TASK_OVERLOADS: Final = OVERLAY / "_api/async_task_overloads.py"
BULK_CONSTRUCTOR: Final = OVERLAY / "_bulk/constructor.py"
PUBLIC_HANDLES: Final = OVERLAY / "handles.py"
PUBLIC_TYPES: Final = OVERLAY / "types.py"
# Handwritten modules from which the synchronous modules are generated.
ASYNCHRONOUS: Final = (
    OVERLAY / "_async_client.py",
    OVERLAY / "_api/async_handles.py",
    OVERLAY / "_api/async_media_ref.py",
    OVERLAY / "_api/async_resources.py",
    OVERLAY / "_v1/async_client.py",
)
TASK_DOCS: Final = Path("docs/tasks.md")
EVIDENCE_DOCS: Final = Path("docs/evidence.md")
TYPE_DOCS: Final = Path("docs/reference/types.md")
COMMAND_DOCS: Final = Path("docs/command-line.md")
# Generated files outside of the folder `generated`.
GENERATED_FILES: Final = (
    *(TASK_HANDLES, TASK_OVERLOADS, BULK_CONSTRUCTOR, PUBLIC_HANDLES, PUBLIC_TYPES),
    *(TASK_DOCS, EVIDENCE_DOCS, TYPE_DOCS),
    *(synchronous_path(source) for source in (TASK_HANDLES, TASK_OVERLOADS, *ASYNCHRONOUS)),
)
