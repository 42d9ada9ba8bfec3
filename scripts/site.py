"""Build the documentation site, and test it in a browser: `make docs`.

The build needs no network access and fails on dead links and anchors. Headless Chromium then opens all pages
at the widths of a phone and a desktop screen, and checks that no page logs an error, sends a request to
another host or scrolls horizontally. Without Chromium these checks are skipped with a message.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from bytezkit_emulator import Emulator
from scripts.paths import ROOT, SITE

_CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
_WIDTHS: Final = {"phone": 390, "desktop": 1280}
_HEIGHT: Final = 900
_SCREENSHOTS: Final = ROOT / "build" / "screenshots"
_STREAM_SCRIPT: Final = """async url => {
  try {
    const response = await fetch(`${url}/models/v2/openai-community/gpt2`, {
      method: "POST",
      headers: {authorization: "Key a-key", "content-type": "application/json"},
      body: JSON.stringify({text: "a", stream: true}),
    })
    let text = response.headers.get("x-request-id") + " "
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) text += chunk
    return text
  } catch (error) { return `${error}` }
}"""
_EMULATOR_PATHS: Final = ("/docs/", "/docs/control.html", "/_emulator/")


def main() -> None:
    """Build the site and check it in a browser; with `--build-only`, only build.

    Raises:
        SystemExit: The build fails, or a page has a problem.
    """
    parser = argparse.ArgumentParser(description="Build the documentation site and check it.")
    parser.add_argument("--build-only", action="store_true", help="skip the checks in a browser")
    arguments = parser.parse_args()
    build(SITE)
    print(f"built {SITE.relative_to(ROOT)}")
    if arguments.build_only:
        return
    chromium = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if chromium is None:
        print(f"skipped the browser checks: none of {', '.join(_CHROMIUM)} is on the PATH")
        return
    problems = browser_problems(chromium)
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"Chromium found no problem; the screenshots are in {_SCREENSHOTS.relative_to(ROOT)}")


def build(folder: Path) -> None:
    """Build the site into a folder.

    Raises:
        SystemExit: MkDocs reports a dead link or another warning.
    """
    process = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", f"--site-dir={folder}"],
        cwd=ROOT,
        # Otherwise the theme prints an announcement of its successor.
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode:
        raise SystemExit(f"the site cannot be built:\n{process.stdout}")


def browser_problems(chromium: str) -> list[str]:
    """Open the pages of the site and of an emulator at each width, and return their problems."""
    shutil.rmtree(_SCREENSHOTS, ignore_errors=True)
    # The sandbox of Chromium does not start as root, the user in many containers.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        sync_playwright() as playwright,
        _served(SITE) as site,
        Emulator() as emulator,
        playwright.chromium.launch(executable_path=chromium, args=flags) as browser,
    ):
        pages = [
            f"{site}/{_url_path(file)}" for file in sorted(SITE.rglob("*.html")) if file.name != "404.html"
        ]
        pages += [f"{emulator.url}{path}" for path in _EMULATOR_PATHS]
        problems = _request_problems(browser, emulator.url) + _cross_origin_problems(
            browser, site, emulator.url
        )
        return problems + [
            problem
            for device, width in _WIDTHS.items()
            for problem in _page_problems(browser, pages, device=device, width=width)
        ]


def _request_problems(browser: Browser, emulator: str) -> list[str]:
    """Send a request with the form of the control API's page."""
    page = browser.new_page()
    page.goto(f"{emulator}/docs/control.html#/health/readLiveness")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator(".live-responses-table .response-col_status").last.inner_text()
    page.close()
    return (
        [] if status.startswith("200") else [f"/docs/control.html: a request returned {status}: expected 200"]
    )


def _cross_origin_problems(browser: Browser, site: str, emulator: str) -> list[str]:
    """Stream a run from a page of another port, and read a header that browsers hide by default."""
    page = browser.new_page()
    page.goto(site)
    id_and_text = page.evaluate(_STREAM_SCRIPT, emulator)
    page.close()
    return (
        []
        if re.fullmatch(r"req-\d+ a .+", id_and_text)
        else [f"a page of another port: a stream returned {id_and_text!r}"]
    )


def _url_path(file: Path) -> str:
    return file.relative_to(SITE).as_posix().removesuffix("index.html")


def _page_problems(browser: Browser, pages: list[str], *, device: str, width: int) -> list[str]:
    problems: list[str] = []
    for url in pages:
        page = browser.new_page(viewport={"width": width, "height": _HEIGHT})
        location = f"{device}: {urlsplit(url).path}"
        page_problems = _record_problems(page, urlsplit(url).netloc)
        page.goto(url, wait_until="networkidle")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            page_problems.append("scrolls horizontally")
        name = urlsplit(url).path.strip("/").replace("/", "-") or "index"
        page.screenshot(path=_SCREENSHOTS / device / f"{name}.png")
        page.close()
        problems += [f"{location}: {problem}" for problem in page_problems]
    return problems


def _record_problems(page: Page, host: str) -> list[str]:
    """Return a list to which the problems of a page are added while it loads."""
    problems: list[str] = []
    page.on("console", lambda it: problems.append(f"console: {it.text}") if it.type == "error" else None)
    page.on("pageerror", lambda it: problems.append(f"error: {it}"))
    page.on("requestfailed", lambda it: problems.append(f"failed: {it.url}"))
    page.on(
        "request",
        lambda it: (
            problems.append(f"request to another host: {it.url}")
            if urlsplit(it.url).netloc not in ("", host)
            else None
        ),
    )
    return problems


class _SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_SilentHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
