"""The body of a run is checked before anything is sent."""

from collections.abc import Callable
from typing import Any

import pytest

from bytezkit._api.inputs import (
    RunOptions,
    labels_media_input,
    labels_text_input,
    messages_input,
    question_context_input,
    question_media_input,
    run_body,
    text_input,
    untyped_input,
)

HELLO = {"role": "user", "content": "Hello"}


@pytest.mark.parametrize(
    ("spell", "given", "members"),
    [
        (text_input, "", {"text": ""}),
        (messages_input, [HELLO], {"messages": [HELLO]}),
        (messages_input, (HELLO, {"role": "tool"}), {"messages": [HELLO, {"role": "tool"}]}),
        (untyped_input, {"text": "a", "anything": {"b": 1}}, {"text": "a", "anything": {"b": 1}}),
        (untyped_input, "a", {"input": "a"}),
        (untyped_input, [1, "b"], {"input": [1, "b"]}),
    ],
)
def test_inputs_are_spelt_in_the_members_of_the_wire(
    spell: Callable[[Any], object], given: object, members: object
) -> None:
    assert spell(given) == members


def test_messages_are_copied_so_that_later_changes_do_not_reach_a_retry() -> None:
    messages: Any = [HELLO]
    spelt = messages_input(messages)
    messages.append(HELLO)
    assert len(spelt["messages"]) == 1


@pytest.mark.parametrize(
    ("options", "stream", "added"),
    [
        (RunOptions(), False, {}),
        (RunOptions(params={}, extra_params={}), False, {}),
        (RunOptions(params={"a": 1}, extra_params={"b": 2}), False, {"params": {"a": 1, "b": 2}}),
        (RunOptions(), True, {"stream": True}),
        (RunOptions(auto_scale=False), False, {"autoScale": False}),
        (RunOptions(auto_scale=True), True, {"stream": True, "autoScale": True}),
    ],
)
def test_options_are_sent_only_when_asked_for(
    options: RunOptions, stream: bool, added: dict[str, object]
) -> None:
    assert run_body({"text": "a"}, options, {"stream": True} if stream else None) == {"text": "a", **added}


def test_questions_and_labels_are_spelt_beside_what_they_are_about() -> None:
    assert question_context_input("q", "c") == {"question": "q", "context": "c"}
    assert question_media_input("q", {"url": "u"}) == {"question": "q", "url": "u"}
    assert labels_text_input("t", ("a", "b")) == {"text": "t", "candidate_labels": ["a", "b"]}
    assert labels_media_input({"base64": "d"}, ["a"]) == {"base64": "d", "candidate_labels": ["a"]}
