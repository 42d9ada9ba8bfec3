"""Control API of the emulator, below `/_emulator`."""

from bytezkit_emulator._admin.api import BODY_LIMIT, AdminApi
from bytezkit_emulator._admin.context import AdminContext

__all__ = ["BODY_LIMIT", "AdminApi", "AdminContext"]
