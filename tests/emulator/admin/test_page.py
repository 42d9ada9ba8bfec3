"""The page at `/_emulator/`: its files, and its parts in headless Chromium."""

import os
import shutil
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bytezkit_emulator import Emulator
from tests.emulator.clients import GPT2, error, open_unchecked_client

PAGE: Final = "/_emulator/"
CHROMIUM: Final = shutil.which("chromium")
needs_chromium: Final = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on the PATH")
# A page that shares a processor with other tests takes longer than the five seconds of the default.
expect.set_options(timeout=30_000)


@pytest.mark.parametrize("name", ["", "index.html", "page.css", "page.js"])
def test_file_needs_no_token_but_a_loopback_host(name: str) -> None:
    control = open_unchecked_client(Emulator(admin_token="secret"))
    response = control.get(PAGE + name)
    assert response.status_code == 200
    assert control.get("/_emulator", follow_redirects=True).url.path == PAGE
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert error(control.get(PAGE + name, headers={"host": "evil.example"}), 403)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # The sandbox of Chromium does not start as root, the user in many containers.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=flags) as browser,
    ):
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a tab, and fail at a request to another host or an uncaught error."""
    problems: list[str] = []
    with browser.new_page(viewport={"width": 390, "height": 900}) as page:
        page.on("pageerror", lambda it: problems.append(str(it)))
        page.on("request", lambda it: None if "//127.0.0.1:" in it.url else problems.append(it.url))
        yield page
    assert problems == []


@pytest.mark.slow
@needs_chromium
class TestInBrowser:
    def test_page_shows_and_changes_the_emulator(self, page: Page) -> None:
        with (
            Emulator(clock="manual") as emulator,
            httpx.Client(base_url=emulator.url, headers={"authorization": "Key a-key"}) as client,
        ):
            page.goto(emulator.url + PAGE)
            expect(page.locator("#now")).to_have_text("2025-01-01 00:00:00 UTC")
            expect(page.locator("#tenants")).to_contain_text("No key has a cluster")

            client.put(GPT2, json={"capacity": {"desired": 1, "max": 1}}).raise_for_status()
            expect(page.locator("#tenants td").nth(1)).to_have_text("booting")
            page.get_by_role("button", name="+1 min").click()
            expect(page.locator("#now")).to_have_text("2025-01-01 00:01:00 UTC")
            expect(page.locator("#tenants td").nth(1)).to_have_text("running")

            page.get_by_role("button", name="Snapshot").click()
            page.get_by_label("Preset").select_option("server-error")
            page.get_by_role("button", name="Add").click()
            expect(page.locator("#fault-list")).to_contain_text("fired 0")
            markup = "<img src=//evil.example onerror=fail()>"
            assert client.post(GPT2, json={"text": markup}).status_code == 500
            expect(page.locator("#fault-list")).to_contain_text("fired 1")
            page.get_by_role("button", name="Faults 1").click()
            page.locator("summary").click()
            expect(page.locator("pre.body")).to_contain_text(markup)
            page.get_by_role("button", name="Remove server-error").click()
            expect(page.locator("#fault-list li")).to_have_count(0)

            client.get("/models/v2/list/model")
            page.get_by_role("button", name="Near misses 1").click()
            page.locator("summary").click()
            expect(page.locator("#log")).to_contain_text("GET /models/v2/list/models")

            client.delete(GPT2).raise_for_status()
            expect(page.locator("#tenants")).to_contain_text("No key has a cluster")
            page.get_by_role("button", name="Restore snapshot-1").click()
            expect(page.locator("#tenants td").nth(1)).to_have_text("running")
            page.once("dialog", lambda dialog: dialog.accept())
            page.get_by_role("button", name="Reset everything").click()
            expect(page.locator("#now")).to_have_text("2025-01-01 00:00:00 UTC")
            expect(page.locator("#log details")).to_have_count(0)

    def test_token_is_asked_for_and_not_stored(self, page: Page) -> None:
        with Emulator(clock="manual", admin_token="secret") as emulator:
            page.goto(emulator.url + PAGE)
            for token, text in [("wrong", "this is not the admin token"), ("secret", "")]:
                page.get_by_label("Admin token").fill(token)
                page.get_by_role("button", name="Show").click()
                expect(page.locator("#message")).to_contain_text(text)
            expect(page.locator("#now")).to_be_visible()
            assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
            page.reload()
            expect(page.get_by_label("Admin token")).to_be_visible()
            expect(page.locator("#content")).to_be_hidden()
