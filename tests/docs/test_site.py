"""The site, built like `make docs`, without a browser."""

import re
from importlib import import_module
from pathlib import Path
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


@pytest.fixture(scope="module")
def documented(site: Path) -> list[str]:
    """Qualified names, and headings, of the reference."""
    pages = [page.read_text(encoding="utf-8") for page in (site / "reference").rglob("*.html")]
    return [it for page in pages for it in re.findall(r'id="([\w.]+)"', page)]


@pytest.mark.parametrize(
    "name",
    [
        f"bytezkit{it}"
        for it in ("", ".handles", ".types", ".errors", ".testing", ".compat", ".bulk", "_emulator")
    ],
)
def test_reference_has_public_names(documented: list[str], name: str) -> None:
    module = import_module(name)
    # An alias has the name of another class. The page of a class describes its asynchronous form.
    public = {it for it in module.__all__ if getattr(getattr(module, it), "__name__", None) == it}
    names = {it.rpartition(".")[2].lower() for it in documented}
    assert {it for it in public if it.removeprefix("Async").lower() not in names} == set()


def test_reference_has_methods(documented: list[str]) -> None:
    for method in ("TextModel.run", "TextStream.close", "ClusterHandle.create", "Models.list", "V1.load"):
        assert any(it.endswith(f".{method}") for it in documented), method
