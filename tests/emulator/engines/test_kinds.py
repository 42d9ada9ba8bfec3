"""Properties of the outputs of each kind of task, and the examples of the canned engine."""

import base64
import hashlib
import io
import json
import math
import struct
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bytezkit_emulator import Emulator
from tests.emulator.clients import CHAT, GPT2, VECTOR, open_client, output
from tests.emulator.contract_check import DOCUMENT

CLIENT: Final = open_client(Emulator())
URLS: Final = [f"https://example.com/{number}.png" for number in range(6)]
URL: Final = {"url": URLS[0]}
TEXT: Final = st.text(max_size=60)
LABELS: Final = st.lists(st.text(max_size=8), min_size=1, max_size=12)
SIZES: Final = st.tuples(st.integers(1, 2000), st.integers(1, 2000))


def run(task: str, body: dict[str, Any], **params: Any) -> Any:
    path = f"/models/v2/{DOCUMENT['x-bytez-tasks'][task]['model']}"
    return output(CLIENT.post(path, json={**body, "params": params} if params else body))


def gif(size: tuple[int, int]) -> dict[str, str]:
    """Return the header of an image, which states its size."""
    return {"base64": base64.b64encode(b"GIF89a" + struct.pack("<HH", *size)).decode()}


def reduced(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(*size, side)
    return max(1, size[0] * side // longest), max(1, size[1] * side // longest)


def open_png(content: str) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    picture.load()
    return picture


def check_scores(scores: list[float], *, total: float | None = None) -> None:
    """Check that scores descend within 0 and 1, and their total."""
    assert all(0 <= score <= 1 for score in scores)
    assert all(first >= second for first, second in pairwise(scores))
    assert total is None or math.fsum(scores) == pytest.approx(total)


def values(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


class TestMasks:
    @given(TEXT, st.sampled_from(["<mask>", "[MASK]"]), TEXT)
    @settings(max_examples=20)
    @example("<mas", "<mask>", "k>")
    def test_sequence_has_the_token_in_place_of_the_mask(self, before: str, mask: str, after: str) -> None:
        rows = run("fill-mask", {"text": before + mask + after})
        assert len(rows) == len(set(values(rows, "token"))) == 5
        check_scores(values(rows, "score"))
        assert math.fsum(values(rows, "score")) <= 1
        if "<mask>" not in before and "[MASK]" not in before:
            assert all(row["sequence"] == before + row["token_str"] + after for row in rows)

    def test_each_of_several_masks_is_filled_in_a_list_of_its_own(self) -> None:
        lists = run("fill-mask", {"text": "[MASK] <mask>"}, top_k=1, targets="a\\1")
        assert [values(rows, "sequence") for rows in lists] == [["a\\1 <mask>"], ["[MASK] a\\1"]]

    @given(LABELS)
    @example(["a", "a", ""])
    def test_targets_are_the_only_tokens(self, targets: list[str]) -> None:
        rows = run("fill-mask", {"text": "<mask>"}, targets=targets, top_k=50)
        assert sorted(values(rows, "token_str")) == sorted(set(targets))
        check_scores(values(rows, "score"), total=1)


class TestLabels:
    @pytest.mark.parametrize("medium", ["audio", "image", "text", "video"])
    def test_all_inputs_have_the_labels_of_the_model(self, medium: str) -> None:
        member = "text" if medium == "text" else "url"
        rankings = [run(f"{medium}-classification", {member: url}, top_k=99) for url in URLS]
        labels = [tuple(values(ranking, "label")) for ranking in rankings]
        assert len({frozenset(it) for it in labels}) == 1
        assert len(set(labels)) > 1
        for ranking in rankings:
            check_scores(values(ranking, "score"), total=1)
            assert len(ranking) == len(set(values(ranking, "label")))

    def test_sigmoid_scores_do_not_add_up_to_1(self) -> None:
        scores = values(run("image-classification", URL, top_k=8, function_to_apply="sigmoid"), "score")
        check_scores(scores)
        assert math.fsum(scores) > 1.1

    @given(LABELS, st.booleans())
    def test_candidate_labels_are_ranked(self, labels: list[str], multi: bool) -> None:
        body = {"candidate_labels": labels}
        ranking = run("zero-shot-classification", {"text": "One", **body}, multi_label=multi)
        assert (ranking["sequence"], sorted(ranking["labels"])) == ("One", sorted(labels))
        assert len(ranking["scores"]) == len(labels)
        check_scores(ranking["scores"], total=None if multi else 1)
        rows = run("zero-shot-image-classification", {**URL, **body})
        assert sorted(values(rows, "label")) == sorted(labels)
        check_scores(values(rows, "score"), total=1)


class TestSpans:
    @given(TEXT)
    @example("John lives in \N{GRINNING FACE} Oslo, \u00c9vian and NATO.")
    def test_entities_are_capitalised_words_in_order(self, text: str) -> None:
        found = run("token-classification", {"text": text})
        for entity in found:
            assert text[entity["start"] : entity["end"]] == entity["word"]
            assert entity["word"][0].isupper()
            assert entity["entity"] in ("B-PER", "B-LOC", "B-ORG", "B-MISC")
            assert 0.8 <= entity["score"] <= 1
        for first, second in pairwise(found):
            assert first["end"] <= second["start"]
            assert first["index"] < second["index"]

    def test_all_capitalised_words_are_entities(self) -> None:
        found = run("token-classification", {"text": "Ann, bob (Carl) \u00c9vian"})
        assert values(found, "word") == ["Ann", "Carl", "\u00c9vian"]
        assert values(found, "index") == [1, 5, 7]
        letters = {"text": " ".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
        found = run("token-classification", letters, ignore_labels=["B-PER", "B-LOC", "O"])
        assert set(values(found, "entity")) == {"B-ORG", "B-MISC"}

    @given(TEXT, st.integers(1, 5))
    @example("", 1)
    @example("  \n", 1)
    @example("?!", 1)
    def test_answer_is_a_span_of_the_context(self, context: str, limit: int) -> None:
        answer = run("question-answering", {"question": "Who?", "context": context}, max_answer_len=limit)
        assert context[answer["start"] : answer["end"]] == answer["answer"]
        assert 0 <= answer["score"] <= 1
        assert bool(answer["answer"]) == bool(context.strip())
        assert len(answer["answer"].split()) <= min(limit, 3)

    @pytest.mark.parametrize(("params", "limit"), [({}, 4), ({"max_answer_len": 1}, 1)])
    def test_answers_of_all_questions_are_spans_of_one_document(
        self, params: dict[str, int], limit: int
    ) -> None:
        document: dict[int, str] = {}
        for question in ("What?", "Who?"):
            body = {"question": question, **URL}
            for answer in run("document-question-answering", body, top_k=120, **params):
                words = answer["answer"].split()
                assert len(words) == answer["end"] - answer["start"] + 1 <= limit
                for place, word in enumerate(words, start=answer["start"]):
                    assert document.setdefault(place, word) == word
        assert sorted(document) == list(range(120))


def test_matrices_have_one_shape_and_rows_of_norm_1() -> None:
    matrices = [run("image-feature-extraction", {"url": url}) for url in URLS]
    assert len({(len(matrix), *map(len, matrix)) for matrix in matrices}) == 1
    assert len({str(matrix) for matrix in matrices}) == len(URLS)
    assert len(matrices[0]) <= 197
    for row in (row for matrix in matrices for row in matrix):
        assert math.fsum(number * number for number in row) == pytest.approx(1, rel=1e-5)


class TestImages:
    @given(SIZES)
    @example((1, 1))
    @example((65535, 1))
    def test_boxes_lie_in_the_image(self, size: tuple[int, int]) -> None:
        objects = run("object-detection", gif(size), threshold=0)
        labelled = run("zero-shot-object-detection", {**gif(size), "candidate_labels": ["a", "b"]})
        assert set(values(labelled, "label")) <= {"a", "b"}
        for found in (objects, labelled):
            assert found
            check_scores(values(found, "score"))
            for box in values(found, "box"):
                assert 0 <= box["xmin"] < box["xmax"] <= size[0]
                assert 0 <= box["ymin"] < box["ymax"] <= size[1]

    @pytest.mark.parametrize("url", URLS)
    def test_thresholds(self, url: str) -> None:
        body, candidates = {"url": url}, {"url": url, "candidate_labels": ["a"]}
        assert all(score >= 0.5 for score in values(run("object-detection", body), "score"))
        assert all(score >= 0.8 for score in values(run("object-detection", body, threshold=0.8), "score"))
        assert run("object-detection", body, threshold=1) == []
        assert all(score >= 0.1 for score in values(run("zero-shot-object-detection", candidates), "score"))
        assert len(run("zero-shot-object-detection", candidates, threshold=0, top_k=1)) == 1
        segments = run("image-segmentation", body, subtask="panoptic", threshold=0)
        assert segments
        assert all(0.3 <= score < 1 for score in values(segments, "score"))
        segments = run("image-segmentation", body, subtask="panoptic")
        assert all(score >= 0.5 for score in values(segments, "score"))
        assert run("image-segmentation", body, subtask="semantic", threshold=1)
        masks = run("mask-generation", body, pred_iou_thresh=1)
        assert (masks["masks"], masks["scores"]) == ([], [])

    @given(SIZES)
    @example((1, 1))
    @example((3, 1000))
    @example((256, 257))
    def test_regions_have_the_reduced_size(self, size: tuple[int, int]) -> None:
        answer = run("mask-generation", gif(size))
        width, height = (answer["input_image_dimensions"][name] for name in ("width", "height"))
        assert (width, height) == reduced(size, 128)
        assert len(answer["masks"]) == len(answer["scores"]) >= 1
        check_scores(answer["scores"])
        for mask in answer["masks"]:
            assert [len(row) for row in mask] == [width] * height
            assert {pixel for row in mask for pixel in row} in ({1}, {0, 1})

        segments = run("image-segmentation", gif(size))
        assert len(set(values(segments, "label"))) == len(segments) >= 1
        assert {*values(segments, "score")} == {None}
        for segment in segments:
            picture = open_png(segment["mask_png"])
            assert (picture.mode, picture.size) == ("L", reduced(size, 256))
            assert {color for _, color in picture.getcolors() or ()} in ({255}, {0, 255})

        answer = run("depth-estimation", gif(size))
        rows, picture = answer["formatted_predicted_depth_array"], open_png(answer["depth_png"])
        width, height = reduced(size, 64)
        assert (picture.mode, picture.size) == ("L", (width, height))
        assert [len(row) for row in rows] == [width] * height
        assert all(value > 0 for row in rows for value in row)

    @pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n"])
    def test_content_that_is_no_image_has_a_size(self, content: bytes) -> None:
        media = {"base64": base64.b64encode(content).decode()}
        size = run("mask-generation", media)["input_image_dimensions"]
        assert max(size.values()) == 128
        depth = run("depth-estimation", media)["formatted_predicted_depth_array"]
        assert (len(depth[0]), len(depth)) == (size["width"] // 2, size["height"] // 2)


PROMPT = "Once upon a time there was a"
PINNED_TEXT = (
    "Once upon a time there was a one curious question repaired every forest behind the quiet harbor until "
    "this curious kitchen crossed the kitchen under every hidden clock because one quiet"
)
PINNED_VECTOR = "b81d3f8d88c3a619cce356390a76476ccba2db1eb480287fa418330c3ae53745"
RUN_OPERATION = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
REQUESTS = RUN_OPERATION["requestBody"]["content"]["application/json"]["examples"]
RESPONSES = RUN_OPERATION["responses"]["200"]["content"]["application/json"]["examples"]
EXAMPLES = [(task, name) for task, row in DOCUMENT["x-bytez-tasks"].items() for name in row["examples"]]


def streamed(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    response = client.post(path, json={**body, "stream": True})
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    return response.text


@pytest.mark.parametrize(
    ("params", "tokens"),
    [
        ({"temperature": 0, "top_k": 5}, 24),
        ({"max_new_tokens": 20.0}, 20),
        ({"max_new_tokens": 10**30}, 4096),
        ({"min_new_tokens": 10**30}, 4096),
        ({"min_new_tokens": 30}, 30),
        ({"min_length": 57}, 50),
        ({"max_length": 10}, 3),
        ({"max_length": 3, "max_new_tokens": 5}, 5),
        ({"min_length": 60, "min_new_tokens": 30}, 30),
    ],
)
def test_text_has_the_requested_length(client: httpx.Client, params: dict[str, Any], tokens: int) -> None:
    body = {"text": PROMPT, "params": params}
    text: str = output(client.post(GPT2, json=body))
    assert streamed(client, GPT2, body) == text
    words = text.removeprefix(PROMPT).split()
    assert len(words) == tokens
    assert all(word.isascii() and word.isalpha() for word in words)
    assert text == " ".join([PROMPT, *words])


def test_text_without_its_prompt(client: httpx.Client) -> None:
    whole = output(client.post(GPT2, json={"text": PROMPT}))
    body = {"text": PROMPT, "params": {"return_full_text": False}}
    assert PROMPT + output(client.post(GPT2, json=body)) == whole
    assert PROMPT + streamed(client, GPT2, body) == whole


@pytest.mark.parametrize(("params", "tokens"), [({}, 24), ({"max_length": 10}, 4), ({"max_length": 1}, 0)])
def test_length_of_a_message_counts_the_words_of_all_parts(
    client: httpx.Client, params: dict[str, Any], tokens: int
) -> None:
    parts = [{"type": "text", "text": "and three more"}, {"type": "image", "url": "https://a.b/c d"}]
    messages = [{"role": "system", "content": "three words here"}, {"role": "user", "content": parts}]
    body = {"messages": messages, "params": params}
    message = output(client.post(CHAT, json=body))
    assert message == {"role": "assistant", "content": streamed(client, CHAT, body)}
    assert len(message["content"].split()) == tokens


def test_equal_requests_have_equal_outputs_and_other_requests_have_others(client: httpx.Client) -> None:
    params = {"top_k": 5, "temperature": 0.5}
    equal: list[dict[str, Any]] = [
        {"text": PROMPT, "params": params},
        {"params": dict(reversed(params.items())), "text": PROMPT},
        {"input": PROMPT, "params": params, "autoScale": True, "json": True, "stream": False},
    ]
    assert len({output(client.post(GPT2, json=body)) for body in equal}) == 1
    others = [
        output(client.post(GPT2, json=equal[0])),
        output(client.post(GPT2, json={"text": PROMPT})),
        output(client.post("/models/v2/openai-community/gpt2-medium", json=equal[0])),
        PROMPT + output(client.post(GPT2, json={**equal[0], "text": "Other"})).removeprefix("Other"),
    ]
    assert len(set(others)) == len(others)


def test_outputs_are_equal_in_all_versions(client: httpx.Client) -> None:
    assert output(client.post(GPT2, json={"text": PROMPT})) == PINNED_TEXT
    vector = output(client.post(VECTOR, json={"text": "Hello world"}))
    assert math.isclose(math.fsum(number * number for number in vector), 1, rel_tol=1e-5)
    assert hashlib.sha256(json.dumps(vector).encode()).hexdigest() == PINNED_VECTOR


@pytest.mark.parametrize(("task", "name"), EXAMPLES)
def test_canned_engine_returns_the_examples(task: str, name: str) -> None:
    row, request = DOCUMENT["x-bytez-tasks"][task], REQUESTS[name]["value"]
    path = f"/models/v2/{row['model']}"
    expected, first = (RESPONSES[it]["value"]["output"] for it in (name, row["examples"][0]))
    with open_client(Emulator(engine="canned")) as client:
        assert output(client.post(path, json=request)) == expected
        other = {"max_new_tokens": 999} if row["stream"] == "text" else {"num_workers": 1}
        assert output(client.post(path, json={**request, "params": other})) == first
        if row["stream"] == "text":
            text = expected if isinstance(expected, str) else expected["content"]
            assert streamed(client, path, request) == text
