"""The control API under `/_emulator`, apart from the API that is emulated."""

from bytezkit_emulator._admin.api import AdminApi
from bytezkit_emulator._admin.context import AdminContext

__all__ = ["AdminApi", "AdminContext"]
