"""The pages below `/docs`."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._docs import docs_file, docs_files
from bytezkit_openapi import read_emulator_json, read_json

FILES: Final = sorted(docs_files())
# As they were published, so that NOTICE says the truth.
RENDERER: Final = {
    "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


def open_docs(emulator: Emulator, **headers: str) -> httpx.Client:
    return httpx.Client(transport=emulator.transport, base_url="http://localhost:8080", headers=headers)


@pytest.fixture
def docs() -> Iterator[httpx.Client]:
    with open_docs(Emulator(admin_token="secret", keys=["a-key"])) as client:
        yield client


def test_the_first_page_is_found_without_a_slash(docs: httpx.Client) -> None:
    page = docs.get("/docs", follow_redirects=True)

    assert page.url.path == "/docs/"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.content == docs.get("/docs/index.html").content


@pytest.mark.parametrize("name", FILES)
def test_a_file(docs: httpx.Client, name: str) -> None:
    response = docs.get(f"/docs/{name}")

    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*|unsafe-eval|script-src[^;]*unsafe", policy)
    head = docs.head(f"/docs/{name}")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("openapi.json", read_json()), ("emulator.json", read_emulator_json())],
    ids=["contract", "control"],
)
def test_a_document_names_who_serves_it(docs: httpx.Client, name: str, content: bytes) -> None:
    document = json.loads(content)

    assert docs.get(f"/docs/{name}").json() == {**document, "servers": [{"url": "/"}]}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".html")])
def test_a_page_refers_to_its_own_files_alone(name: str) -> None:
    references = re.findall(r'(?:href|src)="([^"]*)"', docs_file(name).decode())

    assert "page.js" in references
    assert set(references) <= {*FILES, "data:,", "../"}


@pytest.mark.parametrize("name", RENDERER)
def test_the_renderer_is_as_it_was_published(name: str) -> None:
    assert hashlib.sha256(docs_file(name)).hexdigest() == RENDERER[name]


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}], ids=str)
def test_pages_of_other_machines_get_nothing(headers: dict[str, str]) -> None:
    with open_docs(Emulator(), **headers) as docs:
        for path in ("/docs", "/docs/", "/docs/openapi.json"):
            response = docs.get(path)
            assert response.status_code == 403
            assert response.json()["error"].endswith(
                "expected a loopback name, such as localhost or 127.0.0.1"
            )


def test_what_is_not_there(docs: httpx.Client) -> None:
    for path in (
        "/docs/none",
        "/docs/../_files.py",
        "/docs/%2e%2e/_files.py",
        "/docs//",
        "/docs/index.html/",
    ):
        response = docs.get(httpx.URL(f"http://localhost:8080{path}"))
        assert response.status_code == 404, path
    response = docs.post("/docs/", content=b"{}")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_it_is_no_part_of_the_emulated_api() -> None:
    emulator = Emulator()
    with open_docs(emulator) as docs:
        docs.get("/docs/")
    assert emulator.journal.entries() == []
