"""Adds the files of the package."""

from PyInstaller.utils.hooks import collect_data_files  # pyright: ignore[reportMissingModuleSource] - only PyInstaller runs this

datas = collect_data_files("bytezkit_emulator")
