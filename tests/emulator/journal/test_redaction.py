"""No key stands in what the journal shows, wherever a request carries it."""

import hashlib
import io
import json
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._journal.redaction import Redactor, fingerprint
from tests.emulator.admin.test_admin import open_control
from tests.emulator.clients import DETR, GPT2, GPT2_ID, LOAD, MODELS, V1_RUN
from tests.overlay.test_key_secrecy import KEYS, Keys, Search, emulator_calls

JOURNAL: Final = "/_emulator/journal"


def calls_with_keys(keys: Keys) -> list[tuple[str, str, dict[str, str], Any]]:
    """List requests that carry keys where they belong, and where they do not."""
    good = {"authorization": f"Key {keys.api}", "provider-key": keys.provider}
    encoded = quote(keys.api, safe="")
    twisted = "".join(f"%{byte:02x}" for byte in keys.api.encode())
    body = {"model": GPT2_ID, "key": keys.api}
    return [
        *emulator_calls(keys),
        ("GET", f"{MODELS}?key={encoded}&a=b", {}, None),
        ("GET", f"{MODELS}?task=chat?api_key={encoded}", {}, None),
        ("GET", f"{MODELS}?task={encoded}&modelId={twisted}", good, None),
        ("GET", f"/models/v2/{encoded}/{twisted}", good, None),
        ("POST", f"/{twisted}", good, None),
        ("POST", f"/models/v2/{encoded}", good, None),
        ("POST", GPT2, good, {"text": keys.api, keys.api: [keys.provider, {"a": keys.api}]}),
        ("POST", GPT2, good, {"text": "a", "params": {"apiKey": keys.api, "top_k": keys.api}}),
        ("POST", DETR, good, {"url": f"https://example.com/{keys.api}?token={keys.provider}"}),
        ("POST", GPT2, {**good, "x-api-key": keys.api, "cookie": f"a={keys.api}", "x-else": keys.api}, {}),
        ("POST", LOAD, {}, {**body, "expirationPeriodSeconds": keys.api}),
        (
            "POST",
            V1_RUN,
            {},
            {**body, "prompt": keys.api, "params": {"nested": {"provider-key": [keys.api]}}},
        ),
        ("POST", V1_RUN, {}, {**body, "prompt": "A" * 80_000}),
        ("POST", V1_RUN, {}, {**body, "key": {"a": {keys.api: [keys.provider, 1, None]}}}),
    ]


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_no_key_is_shown(keys: Keys) -> None:
    search = Search(keys)
    lines = io.StringIO()
    emulator = Emulator(log=lines)
    with httpx.Client(transport=emulator.transport, base_url="http://localhost") as client:
        for method, path, headers, body in calls_with_keys(keys):
            client.request(method, path, headers=headers, json=body)
    with open_control(emulator) as control:
        search.read(control.get(JOURNAL).text, "control API")
        search.read(control.get(f"{JOURNAL}/near-misses").text, "near misses")
    for entry in emulator.journal.entries():
        search.show(entry, f"{entry.method} {entry.number}")
        search.read(json.dumps(entry.as_json(), ensure_ascii=False), f"{entry.number} as JSON")
    with pytest.raises(AssertionError) as caught:
        emulator.journal.assert_count(-1, key=keys.api)
    search.show_error(caught.value, "assertion")
    search.read(lines.getvalue(), "log")
    search.show(emulator, "emulator")
    assert search.leaks == set()
    assert len(emulator.journal.entries(key=keys.api)) >= 20


def test_keys_are_told_apart_by_their_fingerprints() -> None:
    key = "sk-0123456789"
    shown = f"sha256:{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    blot = Redactor(
        {"authorization": f"bearer  {key}", "accept": key}, f"key={key}", {"key": key, "text": key}
    )
    assert fingerprint(key) == shown
    assert blot.headers({"authorization": f"bearer  {key}", "accept": f"a {key}"}) == {
        "authorization": f"bearer  {shown}",
        "accept": "a ***",
    }
    assert blot.query(f"task=a&key={key}&b") == f"task=a&key={shown}&b"
    assert blot.body({"key": key, "text": f"[{key}]", "token": 5}) == {
        "key": shown,
        "text": "[***]",
        "token": 5,
    }


def test_a_short_key_does_not_blot_words_out() -> None:
    blot = Redactor({"authorization": "Key chat"}, "", None)
    assert blot.query("task=chat") == "task=chat"
    assert "chat" not in str(blot.headers({"authorization": "Key chat"}))
