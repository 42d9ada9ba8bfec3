"""The body of a run is checked before anything is sent."""

from collections.abc import Callable
from typing import Any

import pytest

from bytezkit._inputs import (
    RunOptions,
    labels_media_input,
    labels_text_input,
    messages_input,
    question_context_input,
    question_media_input,
    run_body,
    text_input,
    wire_input,
)

HELLO = {"role": "user", "content": "Hello"}


@pytest.mark.parametrize(
    ("spell", "given", "members"),
    [
        (text_input, "", {"text": ""}),
        (messages_input, [HELLO], {"messages": [HELLO]}),
        (messages_input, (HELLO, {"role": "tool"}), {"messages": [HELLO, {"role": "tool"}]}),
        (wire_input, {"text": "a", "anything": {"b": 1}}, {"text": "a", "anything": {"b": 1}}),
        (wire_input, "a", {"input": "a"}),
        (wire_input, [1, "b"], {"input": [1, "b"]}),
    ],
)
def test_inputs_are_spelt_in_the_members_of_the_wire(
    spell: Callable[[Any], object], given: object, members: object
) -> None:
    assert spell(given) == members


@pytest.mark.parametrize(
    ("spell", "given", "error", "message"),
    [
        (text_input, b"a", TypeError, "text must be a string, not bytes"),
        (text_input, ["a"], TypeError, "text must be a string, not list"),
        (messages_input, "Hello", TypeError, "a list of messages, not str"),
        (messages_input, iter([HELLO]), TypeError, "a list of messages, not list_iterator"),
        (messages_input, (m for m in [HELLO]), TypeError, "a list of messages, not generator"),
        (messages_input, HELLO, TypeError, "a list of messages, not dict"),
        (messages_input, [], ValueError, "at least one message"),
        (messages_input, [HELLO, "Hello"], TypeError, "messages/1 must be a mapping, not str"),
        (messages_input, b"Hi", TypeError, "messages/0 must be a mapping, not int"),
        (messages_input, [{"content": "Hello"}], ValueError, "messages/0 has no role"),
        (wire_input, 5, TypeError, "a string or a list, not int"),
        (wire_input, None, TypeError, "a string or a list, not NoneType"),
        (wire_input, b"a", TypeError, "a string or a list, not bytes"),
        (wire_input, iter("a"), TypeError, "a string or a list, not str_"),
    ],
)
def test_inputs_of_another_form_are_refused(
    spell: Callable[[Any], object], given: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        spell(given)


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


@pytest.mark.parametrize(
    ("members", "options", "what"),
    [
        (
            {},
            {"params": {"a": 1, "b": 1, "c": 1}, "extra_params": {"b": 1, "a": 2}},
            "extra_params both give a, b",
        ),
        ({"params": {}}, {"params": {"a": 1}}, "the input and the arguments both give params"),
        ({"stream": False}, {}, "both give stream"),
        ({"autoScale": True}, {"auto_scale": True}, "both give autoScale"),
    ],
)
def test_nothing_is_given_twice(members: dict[str, object], options: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        run_body(members, RunOptions(**options), {"stream": True})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"params": [1]}, "params must be a mapping, not list"),
        ({"extra_params": "a"}, "extra_params must be a mapping, not str"),
        ({"auto_scale": 1}, "auto_scale must be a bool, not int"),
    ],
)
def test_options_of_a_wrong_type_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        run_body({}, RunOptions(**options))


def test_questions_and_labels_are_spelt_beside_what_they_are_about() -> None:
    assert question_context_input("q", "c") == {"question": "q", "context": "c"}
    assert question_media_input("q", {"url": "u"}) == {"question": "q", "url": "u"}
    assert labels_text_input("t", ("a", "b")) == {"text": "t", "candidate_labels": ["a", "b"]}
    assert labels_media_input({"base64": "d"}, ["a"]) == {"base64": "d", "candidate_labels": ["a"]}


@pytest.mark.parametrize(
    ("spell", "message"),
    [
        (lambda: question_context_input(None, "c"), "question must be a string, not NoneType"),  # type: ignore[arg-type]
        (lambda: question_context_input("q", True), "context must be a string, not bool"),  # type: ignore[arg-type]
        (lambda: question_media_input(b"q", {"url": "u"}), "question must be a string, not bytes"),  # type: ignore[arg-type]
        (lambda: labels_text_input(["t"], ["a"]), "text must be a string, not list"),  # type: ignore[arg-type]
    ],
)
def test_questions_and_texts_are_strings(spell: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        spell()


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ("cat", TypeError, "candidate_labels must be a list of strings, not str"),
        (None, TypeError, "a list of strings, not NoneType"),
        (True, TypeError, "a list of strings, not bool"),
        ({"cat"}, TypeError, "a list of strings, not set"),
        (iter(["cat"]), TypeError, "a list of strings, not list_iterator"),
        (b"cat", TypeError, "candidate_labels/0 must be a string, not int"),
        (["cat", None], TypeError, "candidate_labels/1 must be a string, not NoneType"),
        ([], ValueError, "candidate_labels must hold at least one label"),
    ],
)
def test_labels_are_a_list_of_strings(labels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        labels_text_input("a", labels)
    with pytest.raises(error, match=message):
        labels_media_input({"url": "u"}, labels)
