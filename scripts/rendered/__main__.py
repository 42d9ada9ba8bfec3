"""Check how the published documents look in the renderers that people use.

Chromium opens each document at the width of a desktop screen. The page logs no error, does not scroll
horizontally, and shows what each task takes and returns. Swagger UI sends a request to an emulator. The
requests of the Postman collection have the bodies of the examples.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from bytezkit_emulator import Emulator
from scripts.browser import (
    HEIGHT,
    executed,
    find_chromium,
    launched,
    record_errors,
    scrolls_horizontally,
    served,
)
from scripts.languages.tools import fetch, run
from scripts.paths import GENERATED, ROOT

_FOLDER: Final = ROOT / "build" / "rendered"
_WIDTH: Final = 1280
_HEAD: Final = (
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><div id="document"></div>'
)
_MODULES: Final = "node_modules"
# End of the page of each renderer; `DOCUMENT` stands for the file name of the document.
_RENDERERS: Final = {
    "swagger-ui": f"""\
<link rel="stylesheet" href="{_MODULES}/swagger-ui-dist/swagger-ui.css">
<script src="{_MODULES}/swagger-ui-dist/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({{url: "DOCUMENT", dom_id: "#document", deepLinking: true}})</script>""",
    "redoc": f"""\
<script src="{_MODULES}/redoc/bundles/redoc.standalone.js"></script>
<script>Redoc.init("DOCUMENT", {{}}, document.querySelector("#document"))</script>""",
    "scalar": f"""\
<script src="{_MODULES}/@scalar/api-reference/dist/browser/standalone.js"></script>
<script>Scalar.createApiReference("#document", {{url: "DOCUMENT", withDefaultFonts: false}})</script>""",
}
# Fragment of the operation that runs a model.
_RUN: Final = {
    "swagger-ui": "/inference/runModelV2",
    "redoc": "operation/runModelV2",
    "scalar": "tag/inference/POST/models/v2/{org}/{name}",
}
_PAGES: Final = (
    *(("openapi.json", renderer) for renderer in _RENDERERS),
    # Swagger UI does not fill the parameters of paths with a fragment.
    *(("openapi.sdk.json", renderer) for renderer in _RENDERERS if renderer != "swagger-ui"),
)


def main() -> None:
    """Check all pages and the Postman collection.

    Raises:
        SystemExit: Chromium or npm is missing, or there is a problem.
    """
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("Chromium is not on the PATH")
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(Path(__file__).parent, _FOLDER, ignore=no_code, dirs_exist_ok=True)
    npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    fetch("the pinned packages", npm, _FOLDER)
    # The emulator permits no requests from pages of other servers.
    with (
        Emulator() as emulator,
        served(_FOLDER) as url,
        launched(chromium, "--disable-web-security") as browser,
    ):
        problems = _postman_problems(_write_documents(emulator.url))
        for document, renderer in _PAGES:
            page = f"{renderer}-{document}.html"
            (_FOLDER / page).write_text(_HEAD + _RENDERERS[renderer].replace("DOCUMENT", document))
            found = _page_problems(browser, f"{url}/{page}#{_RUN[renderer]}")
            problems += [f"{page}: {it}" for it in found]
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"no problem in {len(_PAGES)} pages; the screenshots are in {_FOLDER.relative_to(ROOT)}")


def _write_documents(server: str) -> dict[tuple[str, str], Any]:
    """Write the documents with an emulator as server; return the first request body of each operation."""
    for name in {document for document, _ in _PAGES}:
        document = json.loads((ROOT / GENERATED / "bytezkit_openapi" / name).read_text(encoding="utf-8"))
        (_FOLDER / name).write_text(json.dumps({**document, "servers": [{"url": server}]}), encoding="utf-8")
    wire = json.loads((_FOLDER / "openapi.json").read_text(encoding="utf-8"))
    return {
        (method.upper(), path.format(org="openai-community", name="gpt2")): _first_body(operation)
        for path, item in wire["paths"].items()
        for method, operation in item.items()
    }


def _first_body(operation: Any) -> Any:
    if "requestBody" not in operation:
        return None
    [example, *_] = operation["requestBody"]["content"]["application/json"]["examples"].values()
    return example["value"]


def _postman_problems(bodies: dict[tuple[str, str], Any]) -> list[str]:
    lines = run(["node", "postman.mjs"], _FOLDER).splitlines()
    requests = {(it["method"], it["path"]): it["body"] for it in map(json.loads, lines)}
    return [
        f"Postman: {' '.join(key)}: the body is {requests.get(key)}: expected {body}"
        for key, body in bodies.items()
        if key not in requests or requests[key] != body
    ]


def _page_problems(browser: Browser, url: str) -> list[str]:
    page = browser.new_page(viewport={"width": _WIDTH, "height": HEIGHT})
    # Redoc loads its logo and Scalar its registry from other hosts.
    page.route(lambda it: not it.startswith("http://127.0.0.1:"), lambda route: route.fulfill(body="{}"))
    problems = record_errors(page)
    page.goto(url, wait_until="networkidle")
    is_wire = "openapi.json" in url
    # The table has a row for each of the 34 tasks, and one or two operations of each task state its output.
    shown = page.get_by_role("row") if is_wire else page.get_by_text("Output: ")
    shown.nth(33).wait_for()
    if scrolls_horizontally(page):
        problems.append("scrolls horizontally")
    if "swagger-ui" in url:
        if (status := executed(page)) != "200":
            problems.append(f"a request returned {status}: expected 200")
    elif '--header "Authorization: Key $BYTEZ_KEY"' not in page.inner_text("body"):
        problems.append("shows no code sample")
    page.screenshot(path=_FOLDER / f"{urlsplit(url).path.strip('/')}.png")
    page.close()
    return problems


if __name__ == "__main__":
    main()
