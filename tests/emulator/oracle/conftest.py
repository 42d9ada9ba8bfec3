from pathlib import Path

import pytest

from tests.emulator.oracle.catalog import write_catalog


@pytest.fixture(scope="package")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_catalog(tmp_path_factory.mktemp("oracle") / "catalog.json")
