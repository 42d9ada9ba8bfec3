"""The request log does not contain keys, wherever a request carries them."""

import hashlib
import io
import json
from typing import Any, Final
from urllib.parse import quote

import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._journal.redaction import Redactor, fingerprint
from tests.emulator.clients import DETR, GPT2, GPT2_ID, LOAD, MODELS, V1_RUN, open_unchecked_client
from tests.overlay.test_key_secrecy import KEYS, Keys, Search, emulator_calls

JOURNAL: Final = "/_emulator/journal"


def calls_with_keys(keys: Keys) -> list[tuple[str, str, dict[str, str], Any]]:
    """Return requests with keys at expected and unexpected places."""
    good = {"authorization": f"Key {keys.api}", "provider-key": keys.provider}
    encoded = quote(keys.api, safe="")
    twisted = "".join(f"%{byte:02x}" for byte in keys.api.encode())
    body = {"model": GPT2_ID, "key": keys.api}
    return [
        *emulator_calls(keys),
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
        ("POST", V1_RUN, {}, {**body, "prompt": keys.api, "params": {"a": {"provider-key": [keys.api]}}}),
        ("POST", V1_RUN, {}, {**body, "key": {"a": {keys.api: [keys.provider, 1, None]}}}),
    ]


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_key_is_not_shown(keys: Keys) -> None:
    search = Search(keys)
    lines = io.StringIO()
    emulator = Emulator(log=lines)
    with open_unchecked_client(emulator) as client:
        for method, path, headers, body in calls_with_keys(keys):
            client.request(method, path, headers=headers, json=body)
        search.read(client.get(JOURNAL).text, "control API")
        search.read(client.get(f"{JOURNAL}/near-misses").text, "near misses")
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


def test_key_is_replaced_by_fingerprint_or_asterisks() -> None:
    key = "sk-0123456789"
    shown = f"sha256:{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    headers = {"authorization": f"bearer  {key}", "accept": f"a {key}"}
    redactor = Redactor(headers, f"key={key}", {"key": key, "text": key})
    assert fingerprint(key) == shown
    assert redactor.headers(headers) == {"authorization": f"bearer  {shown}", "accept": "a ***"}
    assert redactor.query(f"task=a&key={key}&b") == f"task=a&key={shown}&b"
    body: Any = {"key": key, "text": f"[{key}]", "token": 5}
    assert redactor.body(body) == {"key": shown, "text": "[***]", "token": 5}


def test_short_key_does_not_redact_other_words() -> None:
    headers = {"authorization": "Key chat"}
    redactor = Redactor(headers, "", None)
    assert redactor.query("task=chat") == "task=chat"
    assert "chat" not in str(redactor.headers(headers))
