"""Build the documentation site, and test it in a browser: `make docs`.

The build needs no network access and fails on dead links and anchors. Headless Chromium then opens all pages
at the widths of a phone and a desktop screen, and checks that no page logs an error, sends a request to
another host or scrolls horizontally, and that code fits the column of the desktop screen. Without Chromium
these checks are skipped with a message.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from bytezkit_emulator import Emulator
from scripts.browser import (
    CHROMIUM,
    HEIGHT,
    executed,
    find_chromium,
    is_at,
    launched,
    record_errors,
    scrolls_horizontally,
    served,
)
from scripts.paths import ROOT, SITE

_WIDTHS: Final = {"phone": 390, "desktop": 1280}
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
_WIDE_CODE: Final = """() => [...document.querySelectorAll("article pre > code")]
  .filter(code => code.scrollWidth > code.clientWidth)
  .map(code => code.textContent.slice(0, 60))"""
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
    chromium = find_chromium()
    if chromium is None:
        print(f"skipped the browser checks: none of {', '.join(CHROMIUM)} is on the PATH")
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
    with served(SITE) as site, Emulator() as emulator, launched(chromium) as browser:
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
    """Send a request with the form of each page of the emulator."""
    problems = []
    for name in ("/docs/#/inference/runModelV2", "/docs/control.html#/health/readLiveness"):
        page = browser.new_page()
        page.goto(f"{emulator}{name}")
        if (status := executed(page)) != "200":
            problems.append(f"{name}: a request returned {status}: expected 200")
        page.close()
    return problems


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
        page = browser.new_page(viewport={"width": width, "height": HEIGHT})
        location = f"{device}: {urlsplit(url).path}"
        page_problems = _record_problems(page, urlsplit(url).netloc)
        page.goto(url, wait_until="networkidle")
        if scrolls_horizontally(page):
            page_problems.append("scrolls horizontally")
        if device == "desktop":
            page_problems += [f"code does not fit: {code}" for code in page.evaluate(_WIDE_CODE)]
        name = urlsplit(url).path.strip("/").replace("/", "-") or "index"
        page.screenshot(path=_SCREENSHOTS / device / f"{name}.png")
        page.close()
        problems += [f"{location}: {problem}" for problem in page_problems]
    return problems


def _record_problems(page: Page, host: str) -> list[str]:
    """Return a list to which the problems of a page are added while it loads."""
    problems = record_errors(page)
    page.on(
        "request",
        lambda it: None if is_at(it.url, host) else problems.append(f"request to another host: {it.url}"),
    )
    return problems


if __name__ == "__main__":
    main()
