"""Documentation pages at `/docs`."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from httpx import Client

from bytezkit_emulator import Emulator
from bytezkit_emulator._docs import docs_file, docs_files
from tests.emulator.clients import open_unchecked_client

FILES: Final = sorted(docs_files())
RENDERER: Final = "1c3fc37b7149d23b609f6278e6863753788d56a3352a11327b0774218fab8524"


@pytest.fixture
def docs() -> Iterator[Client]:
    with open_unchecked_client(Emulator(admin_token="secret", keys=["a-key"])) as client:
        yield client


@pytest.mark.parametrize("name", FILES)
def test_file_has_strict_content_security_policy(docs: Client, name: str) -> None:
    response = docs.get(f"/docs/{name}")
    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*|unsafe-eval|script-src[^;]*unsafe", policy)
    head = docs.head(f"/docs/{name}")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(response.content)))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".html")])
def test_page_references_own_files_only(name: str) -> None:
    references = re.findall(r'(?:href|src)="([^"]*)"', docs_file(name).decode())
    assert "page.js" in references
    assert set(references) <= {*FILES, "data:,", "../"}


def test_renderer_is_the_published_file() -> None:
    # NOTICE states that the files are unchanged.
    files = docs_file("swagger-ui-bundle.js") + docs_file("swagger-ui.css")
    assert hashlib.sha256(files).hexdigest() == RENDERER


@pytest.mark.parametrize(
    "path",
    ["none", "../_files.py", "%2e%2e/_files.py", "..%5c_files.py", "C:%5Cindex.html", "/", "index.html/"],
)
def test_unknown_path_returns_404(docs: Client, path: str) -> None:
    assert docs.get(httpx.URL(f"http://localhost:8080/docs/{path}")).status_code == 404
