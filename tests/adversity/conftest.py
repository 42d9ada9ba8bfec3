"""What the tests of bad answers share."""

from collections.abc import Generator

import pytest

from tests.adversity.driving import Faces, both_faces


@pytest.fixture(scope="package")
def faces() -> Generator[Faces, None, None]:
    with both_faces() as faces:
        yield faces
