"""The site, built like `make docs`, without a browser."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final
from urllib.parse import urlsplit

import pytest

from bytezkit_emulator._docs import docs_file, docs_files
from scripts.site import build

# URLs that a browser fetches.
FETCHED: Final = re.compile(
    r"<(?:script|img|iframe|source|audio|video)\b[^>]*?\bsrc=[\"']?([^\"' >]+)"
    r"|<link\b(?![^>]*\brel=[\"']?(?:canonical|prev|next)\b)[^>]*?\bhref=[\"']?([^\"' >]+)"
    r"|@import\s+[\"']?([^\"';]+)|url\([\"']?([^\"')]+)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site; dead links and pages outside the menu fail the build."""
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


def test_pages_fetch_nothing_from_other_hosts(site: Path) -> None:
    for file in [*site.rglob("*.html"), *site.rglob("*.css")]:
        for groups in FETCHED.findall(file.read_text(encoding="utf-8")):
            [address] = filter(None, groups)
            assert urlsplit(address).scheme in ("", "data"), (file.name, address)
            assert not address.startswith("//"), (file.name, address)


def test_contract_viewer_equals_viewer_of_emulator(site: Path) -> None:
    files = {file.name: file.read_bytes() for file in (site / "openapi").iterdir()}
    assert files == {name: docs_file(name) for name in docs_files()}


@pytest.mark.parametrize(
    "name",
    [f"bytezkit{it}" for it in ("", ".types", ".errors", ".testing", ".compat", ".bulk", "_emulator")],
)
def test_reference_has_public_names_and_methods(site: Path, name: str) -> None:
    module = import_module(name)
    public = {it for it in module.__all__ if not isinstance(getattr(module, it), ModuleType)}
    page = "emulator" if name == "bytezkit_emulator" else name.rpartition(".")[2]
    text = (site / "reference" / page / "index.html").read_text(encoding="utf-8")

    assert public - set(re.findall(rf'id="{re.escape(name)}\.(\w+)"', text)) == set()
    if name == "bytezkit":
        for method in ("TextModel.run", "TextStream.close", "ClusterHandle.create", "Models.list", "V1.load"):
            assert re.search(rf'id="[\w.]+\.{re.escape(method)}"', text), method
