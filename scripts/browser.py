"""Opens pages in headless Chromium."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
HEIGHT: Final = 900


def find_chromium() -> str | None:
    """Return the path of Chromium; None if it is not on the PATH."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@contextmanager
def launched(chromium: str, *flags: str) -> Iterator[Browser]:
    """Start Chromium with flags in addition to those that it needs."""
    # The sandbox of Chromium does not start as root, the user in many containers.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=[*sandbox, *flags]) as browser,
    ):
        yield browser


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the files of a folder at the returned URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_SilentHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def record_errors(page: Page) -> list[str]:
    """Return a list to which the errors of a page are added."""
    errors: list[str] = []
    page.on("console", lambda it: errors.append(f"console: {it.text}") if it.type == "error" else None)
    page.on("pageerror", lambda it: errors.append(f"error: {it}"))
    page.on("requestfailed", lambda it: errors.append(f"failed: {it.url}"))
    return errors


def scrolls_horizontally(page: Page) -> bool:
    """Return whether a page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def is_at(url: str, host: str) -> bool:
    """Return whether a URL is at a host; true for URLs that contain their data."""
    return urlsplit(url).netloc in ("", host)


def executed(page: Page, key: str = "any-key") -> str:
    """Send the request of the open operation of Swagger UI, and return the status of the response.

    Args:
        page: The page.
        key: The API key, if the operation requires one.
    """
    page.get_by_role("button", name="Try it out").click()
    lock = page.locator(".opblock.is-open .authorization__btn")
    if lock.count():
        lock.click()
        page.locator(".auth-container input").first.fill(f"Key {key}")
        page.locator(".auth-btn-wrapper .authorize").first.click()
        page.locator(".btn-done").first.click()
    page.get_by_role("button", name="Execute").click()
    status = page.locator(".live-responses-table .response-col_status").last
    status.wait_for()
    return status.inner_text().partition("\n")[0]


class _SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""
