"""Adds the modules that the package imports when they are first used."""

from PyInstaller.utils.hooks import collect_submodules  # pyright: ignore[reportMissingModuleSource] - only PyInstaller runs this

hiddenimports = collect_submodules("bytezkit")
