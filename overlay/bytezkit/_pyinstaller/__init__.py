"""Hooks for PyInstaller: modules that are imported by name, and files that are read at run time."""

from pathlib import Path


def hook_dirs() -> list[str]:
    """Return the folders of the hooks; PyInstaller calls this by the entry point `pyinstaller40`."""
    return [str(Path(__file__).parent)]
