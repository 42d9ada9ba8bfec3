"""Build the site of the documents, and look at it as readers do: `make docs`.

The build needs no network and fails on dead links and anchors. The look is one in headless Chromium, at the
width of a phone and of a desk: no error in the console, no request to another host, nothing that scrolls to
the side. Without Chromium it says so and passes.
"""

import argparse
import os
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
_WIDTHS: Final = {"phone": 390, "desk": 1280}
_HEIGHT: Final = 900
_PICTURES: Final = ROOT / "build" / "screenshots"
_EMULATED: Final = ("/docs/", "/docs/control.html")


def main() -> None:
    """Build, then look; with `--build-only`, build."""
    parser = argparse.ArgumentParser(description="Build the site of the documents, and look at it.")
    parser.add_argument("--build-only", action="store_true", help="do not look at it in a browser")
    arguments = parser.parse_args()
    build(SITE)
    print(f"built {SITE.relative_to(ROOT)}")
    if arguments.build_only:
        return
    chromium = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if chromium is None:
        print(f"skipped the browser: none of {', '.join(_CHROMIUM)} is on the PATH")
        return
    problems = look(chromium)
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"Chromium has no complaint; what it saw is in {_PICTURES.relative_to(ROOT)}")


def build(folder: Path) -> None:
    """Build the site into a folder.

    Raises:
        SystemExit: There is a dead link, or another warning.
    """
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", f"--site-dir={folder}"],
        cwd=ROOT,
        # The theme announces its successor on every build.
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the site can not be built:\n{done.stdout}")


def look(chromium: str) -> list[str]:
    """Open every page of the site, and those of an emulator, at each width; return what is wrong."""
    shutil.rmtree(_PICTURES, ignore_errors=True)
    # Chromium has no sandbox for the superuser, which containers run as.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        sync_playwright() as playwright,
        _served(SITE) as site,
        Emulator() as emulator,
        playwright.chromium.launch(executable_path=chromium, args=flags) as browser,
    ):
        pages = [f"{site}/{_path(file)}" for file in sorted(SITE.rglob("*.html")) if file.name != "404.html"]
        pages += [f"{emulator.url}{path}" for path in _EMULATED]
        return _try(browser, emulator.url) + [
            problem
            for device, width in _WIDTHS.items()
            for problem in _problems(browser, pages, device=device, width=width)
        ]


def _try(browser: Browser, emulator: str) -> list[str]:
    """Send a request from the page of the control API, as a reader does."""
    page = browser.new_page()
    page.goto(f"{emulator}/docs/control.html#/health/readLiveness")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator(".live-responses-table .response-col_status").last.inner_text()
    page.close()
    return [] if status.startswith("200") else [f"a request from /docs gave {status}"]


def _path(file: Path) -> str:
    return file.relative_to(SITE).as_posix().removesuffix("index.html")


def _problems(browser: Browser, pages: list[str], *, device: str, width: int) -> list[str]:
    problems: list[str] = []
    for url in pages:
        page = browser.new_page(viewport={"width": width, "height": _HEIGHT})
        where = f"{device}: {urlsplit(url).path}"
        found = _watch(page, urlsplit(url).netloc)
        page.goto(url, wait_until="networkidle")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("scrolls to the side")
        name = urlsplit(url).path.strip("/").replace("/", "-") or "index"
        page.screenshot(path=_PICTURES / device / f"{name}.png")
        page.close()
        problems += [f"{where}: {problem}" for problem in found]
    return problems


def _watch(page: Page, host: str) -> list[str]:
    """Return a list that fills with what the page does wrong."""
    found: list[str] = []
    page.on("console", lambda it: found.append(f"console: {it.text}") if it.type == "error" else None)
    page.on("pageerror", lambda it: found.append(f"error: {it}"))
    page.on("requestfailed", lambda it: found.append(f"failed: {it.url}"))
    page.on(
        "request",
        lambda it: (
            found.append(f"request to another host: {it.url}")
            if urlsplit(it.url).netloc not in ("", host)
            else None
        ),
    )
    return found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Say nothing of requests."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
