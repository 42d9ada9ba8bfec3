"""Control API of the emulator, below `/_emulator`."""

from bytezkit_emulator._admin.api import AdminApi
from bytezkit_emulator._admin.context import AdminContext

__all__ = ["AdminApi", "AdminContext"]
