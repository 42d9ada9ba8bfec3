"""The control API: what the emulator can be told over HTTP, apart from the API that it emulates."""

from bytezkit_emulator._control._control import Control
from bytezkit_emulator._control._faces import Faces

__all__ = ["Control", "Faces"]
