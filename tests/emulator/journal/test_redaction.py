"""The request log contains no keys, and long input costs no more than its length."""

import hashlib
import io
import json
from typing import Any, Final
from urllib.parse import quote

import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._journal.near_miss import nearest_routes
from bytezkit_emulator._journal.redaction import Redactor, fingerprint
from tests.emulator.clients import (
    DETR,
    GPT2,
    GPT2_ID,
    KEY,
    LOAD,
    MODELS,
    TASKS,
    V1_LIST,
    V1_RUN,
    error,
    open_unchecked_client,
)
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


def test_long_url_returns_414_and_is_not_recorded() -> None:
    emulator = Emulator()
    with open_unchecked_client(emulator, authorization=KEY) as client:
        longest = "x" * (8192 - len(TASKS))
        assert client.get(f"{TASKS}?{longest}").status_code == 200
        reason = "url: longer than 8192 characters"
        assert error(client.get(f"{TASKS}?{longest}x"), 414) == reason
        assert error(client.get(f"{V1_LIST}/{KEY}{longest}{longest}"), 414) == reason
        assert error(client.get(f"/_emulator/journal?path={longest}x"), 414) == reason
    entries = emulator.journal.entries(status=414)
    assert [(it.path, it.query, it.near_miss) for it in entries] == [("/", "", None), ("/model/", "", None)]


# In quadratic time, each would take hours.
@pytest.mark.parametrize("part", ["a", "?", "a?"])
def test_redaction_takes_linear_time(part: str) -> None:
    query = part * 500_000
    assert Redactor({}, query, None).query(query) == query


def test_long_path_is_similar_to_no_route() -> None:
    assert nearest_routes("GET", f"/models/v2/list/task{'x' * 1_000_000}", [("GET", TASKS)]) == ()
