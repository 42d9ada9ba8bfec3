"""Base class of results that contain a PNG in base64."""

import base64
from io import BytesIO
from typing import TYPE_CHECKING

from bytezkit_models.reprs import ShortRepr

if TYPE_CHECKING:
    from PIL.Image import Image
else:  # Pillow is optional, but annotations must have a value.
    Image = object


class PngResult(ShortRepr):
    """A result with one member `*_png`: a PNG in base64."""

    __slots__ = ()

    def png(self) -> bytes:
        """Return the PNG as the bytes of a file.

        Raises:
            ValueError: The member is not valid base64.
        """
        (name,) = (name for name in dir(self) if name.endswith("_png"))
        try:
            return base64.b64decode(getattr(self, name), validate=True)
        except ValueError:
            pass
        raise ValueError(f"{name} is not valid base64")

    def image(self) -> "Image":
        """Return the PNG as an image of Pillow, with its pixels loaded.

        Raises:
            ImportError: Pillow is not installed.
            ValueError: The member is not valid base64.
            OSError: The bytes are not a PNG that Pillow can read.
        """
        try:
            from PIL.Image import open as open_image  # noqa: PLC0415 - Pillow is optional
        except ImportError as error:
            raise ImportError("image() needs Pillow: pip install Pillow", name="PIL") from error
        image = open_image(BytesIO(self.png()))
        image.load()
        return image
