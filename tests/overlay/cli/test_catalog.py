"""`models`, `tasks`, `request`, `spec` and `completion`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bytezkit._cli.commands import COMMANDS
from bytezkit_emulator import Emulator, Stub
from bytezkit_models.tasks import TASKS
from bytezkit_openapi import read_json, read_yaml
from tests.overlay.cli.commands import call
from tests.overlay.cli.conftest import KEY, use


def test_pipe_gets_one_line_per_model(emulator: Emulator) -> None:
    outcome = call("models", "--task", "text-generation")
    assert outcome.text.startswith("model\ttask\tparams\tmemory\tmeter\tprice\n")
    assert {row[1] for row in outcome.rows} == {"text-generation"}
    assert ["openai-community/gpt2", "text-generation"] in [row[:2] for row in outcome.rows]
    assert outcome.err == ""


def test_unknown_value_is_an_empty_cell(emulator: Emulator) -> None:
    [row] = [row for row in call("models").rows if row[0] == "openai/gpt-4o"]
    assert row[1:4] == ["chat", "", ""]


def test_models_as_json(emulator: Emulator) -> None:
    models = json.loads(call("models", "--json").text)
    [model] = [model for model in models if model["model_id"] == "openai-community/gpt2"]
    assert model["task"] == "text-generation"
    assert model.keys() == {"model_id", "task", "params", "ram_required", "meter", "meter_price"}


def test_tasks_list_inputs_and_outputs(emulator: Emulator) -> None:
    rows = {row[0]: row[1:] for row in call("tasks").rows}
    assert rows.keys() == set(TASKS)
    assert rows["chat"] == ["TEXT", "text", "yes"]
    assert rows["image-text-to-text"] == ["TEXT [MEDIA]...", "text", "yes"]
    assert rows["image-to-text"][1] == "text"
    assert rows["object-detection"] == ["MEDIA", "JSON", "no"]
    assert rows["question-answering"][0] == "QUESTION CONTEXT"
    assert rows["visual-question-answering"][0] == "MEDIA QUESTION"
    assert rows["zero-shot-classification"][0] == "TEXT LABEL..."
    assert rows["text-to-image"] == ["TEXT", "media", "yes"]
    assert rows["unconditional-image-generation"][0] == ""
    assert json.loads(call("tasks", "--json").text) == [*TASKS]


def test_unknown_task_takes_json(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.setattr("bytezkit._api.resources.Tasks.list", lambda _: ["text-to-smell"])
    assert call("tasks").rows == [["text-to-smell", "--input-json JSON", "", ""]]


def test_request(emulator: Emulator) -> None:
    assert call("request", "somebody/something").text == "Job queued\n"


def test_terminal_gets_a_table_without_truncation(emulator: Emulator) -> None:
    text = call("models", "--task", "chat", terminal=True, environment={"COLUMNS": "50"}).text
    assert "\t" not in text
    joined = "".join(line.split("  ")[0].strip() for line in text.splitlines())
    assert "Qwen/Qwen3-4B" in joined


def test_control_characters_of_the_service_do_not_reach_a_terminal(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("a\x1b]0;title\x07b\r\tc\n", task="text-generation"))
    arguments = ("run", "openai-community/gpt2", "Once", "--task", "text-generation")
    assert call(*arguments, terminal=True).text.replace("\r\n", "\n") == "a]0;titleb\tc\n"
    assert call(*arguments).text == "a\x1b]0;title\x07b\r\tc\n"


def test_spec_needs_no_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert call("spec").out == read_yaml()
    assert call("spec", "--format", "json").out == read_json()
    outcome = call("spec", "--tag", "clusters", "--server", "http://127.0.0.1:1", "--out", "part.yaml")
    assert (outcome.code, outcome.out) == (0, b"")
    part = Path("part.yaml").read_text(encoding="utf-8")
    assert "http://127.0.0.1:1" in part
    assert "runModelV2" not in part
    assert call("spec", "--tag", "v3").code == 2


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_completion_needs_no_key_and_no_service(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    assert "_BYTEZKIT_COMPLETE" in call("completion", shell).text
    for words, expected in {
        "bytezkit clus": {"clusters"},
        "bytezkit emul": {"emulator"},
        "bytezkit ": {*COMMANDS},
        "bytezkit run a/b --task text-to-": {str(it) for it in TASKS if it.startswith("text-to-")},
        "bytezkit v1 run --inp": {"--input-json"},
    }.items():
        *_, last = words.split(" ")
        environment = {"_BYTEZKIT_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
        environment["COMP_CWORD"] = last if shell == "fish" else str(len(words.split(" ")) - 1)
        outcome = call(environment=environment)
        found = {word for word in expected if word in outcome.text}
        assert (found, outcome.err) == (expected, "")


def test_characters_outside_the_encoding_are_replaced(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("Ωmega", task="text-generation"))
    outcome = call("run", "openai-community/gpt2", "Once", encoding="ascii")
    assert (outcome.code, outcome.out) == (0, b"?mega\n")


def test_key_file(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    environment = {"BYTEZ_KEY": "a-key-that-is-refused"}
    assert call("tasks", environment=environment).code == 1
    assert call("tasks", "--key-file", str(file), environment=environment).code == 0


def test_base_url_option(emulator: Emulator) -> None:
    environment = {"BYTEZ_BASE_URL": "http://127.0.0.1:9"}
    assert call("tasks", "--base-url", emulator.url, environment=environment).code == 0


def test_plain_http_needs_allow_insecure(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://192.0.2.1")
    monkeypatch.setattr("bytezkit._api.resources.Tasks.list", lambda _: [])
    assert call("tasks").code == 2
    assert call("tasks", "--allow-insecure").code == 0


LOADED = """
import atexit, sys
from bytezkit._cli.__main__ import main
atexit.register(lambda: print(*(name for name in sys.modules if name.startswith({names}))))
main({arguments})
"""


def loaded(*arguments: str, names: tuple[str, ...]) -> list[str]:
    """Call the command in a new interpreter; return the loaded modules whose names start with `names`."""
    code = LOADED.format(names=names, arguments=[*arguments])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_help_loads_no_client_and_no_command() -> None:
    names = ("httpx", "rich", "anyio", "msgspec", "bytezkit._cli.commands.")
    assert loaded("--help", names=names) == []


def test_command_is_loaded_when_it_is_called() -> None:
    names = ("bytezkit._cli.commands.", "httpx", "rich", "anyio")
    assert loaded("spec", "--help", names=names) == ["bytezkit._cli.commands.local"]
