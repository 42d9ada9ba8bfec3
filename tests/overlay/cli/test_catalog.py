"""`models`, `tasks`, `request`, `spec`, `completion`, and the options of all commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bytezkit._cli.commands import COMMANDS
from bytezkit_emulator import Emulator, Refused, Stub
from bytezkit_models.tasks import TASKS
from bytezkit_openapi import read_json, read_yaml
from tests.overlay.cli.conftest import GPT2, KEY, call, use

RUN = ("run", GPT2, "Once", "--task", "text-generation")


def test_models_are_lines_in_a_pipe_or_json(emulator: Emulator) -> None:
    outcome = call("models", "--task", "text-generation")
    assert outcome.text.startswith("model\ttask\tparams\tmemory\tmeter\tprice\n")
    assert {row[1] for row in outcome.rows} == {"text-generation"}
    assert [GPT2, "text-generation"] in [row[:2] for row in outcome.rows]
    assert outcome.err == ""
    [unknown] = [row for row in call("models").rows if row[0] == "openai/gpt-4o"]
    assert unknown[1:4] == ["chat", "", ""]
    [model] = [it for it in json.loads(call("models", "--json").text) if it["model_id"] == GPT2]
    assert model["task"] == "text-generation"
    assert model.keys() == {"model_id", "task", "params", "ram_required", "meter", "meter_price"}


def test_tasks_list_inputs_outputs_and_streams(emulator: Emulator) -> None:
    rows = {row[0]: row[1:] for row in call("tasks").rows}
    assert rows.keys() == set(TASKS)
    assert rows["chat"] == ["TEXT", "text", "yes"]
    assert rows["image-text-to-text"] == ["TEXT [MEDIA]...", "text", "yes"]
    assert rows["object-detection"] == ["MEDIA", "JSON", "no"]
    assert rows["zero-shot-classification"][0] == "TEXT LABEL..."
    assert rows["text-to-image"] == ["TEXT", "media", "yes"]
    assert rows["unconditional-image-generation"][0] == ""
    assert json.loads(call("tasks", "--json").text) == [*TASKS]


def test_unknown_task_takes_json(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.setattr("bytezkit._api.resources.Tasks.list", lambda _: ["text-to-smell"])
    assert call("tasks").rows == [["text-to-smell", "--input-json JSON", "", ""]]


def test_terminal_gets_a_table_without_truncation(emulator: Emulator) -> None:
    text = call("models", "--task", "chat", terminal=True, environment={"COLUMNS": "50"}).text
    assert "\t" not in text
    assert "Qwen/Qwen3-4B" in "".join(line.split("  ")[0].strip() for line in text.splitlines())


def test_terminal_gets_no_control_characters_of_the_output(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("a\x1b]0;title\x07b\r\tc\u202e\u2066\u200f\u061cd\n", task="text-generation"))
    assert call(*RUN, terminal=True).text.replace("\r\n", "\n") == "a]0;titleb\tcd\n"
    assert call(*RUN).text == "a\x1b]0;title\x07b\r\tc\u202e\u2066\u200f\u061cd\n"


def test_error_has_no_control_characters_of_the_service(emulator: Emulator) -> None:
    emulator.stubs.add(Stub(Refused(422, "a\x1bb\u202ec\u2069d\x9be"), task="text-generation"))
    assert call(*RUN).err.startswith("error: a b c d e (POST ")


def test_characters_outside_the_encoding_are_replaced(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("Ωmega", task="text-generation"))
    assert call(*RUN, encoding="ascii")[:2] == (0, b"?mega\n")


def test_spec_needs_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert call("spec").out == read_yaml()
    assert call("spec", "--format", "json").out == read_json()
    outcome = call("spec", "--tag", "clusters", "--server", "http://127.0.0.1:1", "--out", "part.yaml")
    assert (outcome.code, outcome.out) == (0, b"")
    part = Path("part.yaml").read_text(encoding="utf-8")
    assert "http://127.0.0.1:1" in part
    assert "runModelV2" not in part


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bytezkit clus", {"clusters"}),
        ("bytezkit ", {*COMMANDS}),
        ("bytezkit run a/b --task text-to-", {str(it) for it in TASKS if it.startswith("text-to-")}),
        ("bytezkit v1 run --inp", {"--input-json"}),
        ("bytezkit emulator --clo", {"--clock"}),
        ("bytezkit emulator --clock ", {"auto", "manual", "real", "scaled"}),
        ("bytezkit contract run --without ", {"clusters", "v1"}),
    ],
)
def test_completion_lists_matching_words(
    shell: str, words: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    assert "_BYTEZKIT_COMPLETE" in call("completion", shell).text
    *rest, last = words.split(" ")
    outcome = call(
        environment={
            "_BYTEZKIT_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": last if shell == "fish" else str(len(rest)),
        }
    )
    assert ({word for word in expected if word in outcome.text}, outcome.err) == (expected, "")


def test_options_override_the_environment(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    environment = {"BYTEZ_KEY": "a-key-that-is-refused"}
    assert call("tasks", environment=environment).code == 1
    assert call("tasks", "--key-file", str(file), environment=environment).code == 0
    environment = {"BYTEZ_BASE_URL": "http://127.0.0.1:9"}
    assert call("tasks", "--base-url", emulator.url, environment=environment).code == 0


def test_plain_http_needs_allow_insecure(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://192.0.2.1")
    monkeypatch.setattr("bytezkit._api.resources.Tasks.list", lambda _: [])
    assert call("tasks").code == 2
    assert call("tasks", "--allow-insecure").code == 0
    assert call("tasks", environment={"BYTEZ_ALLOW_INSECURE": "1"}).code == 0


@pytest.mark.parametrize(
    ("arguments", "loaded"), [(["--help"], []), (["spec", "--help"], ["bytezkit._cli.commands.local"])]
)
def test_help_loads_no_client_and_no_other_command(arguments: list[str], loaded: list[str]) -> None:
    names = ("httpx", "rich", "anyio", "msgspec", "bytezkit._cli.commands.")
    code = f"""
import atexit, sys
from bytezkit._cli.__main__ import main
atexit.register(lambda: print(*(name for name in sys.modules if name.startswith({names}))))
main({arguments})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == loaded
