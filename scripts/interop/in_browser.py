"""Runs a JavaScript probe in a page in headless Chromium."""

import json
from pathlib import Path
from typing import Final

from scripts.browser import launched, served

_TIMEOUT_MS: Final = 120_000
_IMPORTS: Final = {"node:assert/strict": "./assert.mjs"}


def run_in_browser(chromium: str, folder: Path, package: str, probe: str) -> str:
    """Return the lines that a probe prints.

    Args:
        chromium: Path of Chromium.
        folder: Folder with the probe and the installed package.
        package: Name of the package, whose module for browsers is its `exports.import.default`.
        probe: File name of the probe.
    """
    location = f"node_modules/{package}/"
    manifest = json.loads((folder / location / "package.json").read_text(encoding="utf-8"))
    module = manifest["exports"]["import"]["default"].removeprefix("./")
    imports = json.dumps({"imports": {**_IMPORTS, package: f"./{location}{module}"}})
    html = (
        f'<!doctype html><meta charset="utf-8"><script type="importmap">{imports}</script>'
        f'<script type="module">import "./{probe}"; document.title = "done"</script>'
    )
    (folder / "index.html").write_text(html, encoding="utf-8")
    lines: list[str] = []
    with served(folder) as url, launched(chromium) as browser, browser.new_page() as page:
        page.on("console", lambda it: lines.append(it.text))
        page.on("pageerror", lambda it: lines.append(str(it)))
        # The name that people type.
        page.goto(url.replace("127.0.0.1", "localhost"))
        page.wait_for_function("document.title === 'done'", timeout=_TIMEOUT_MS)
    return "\n".join(lines)
