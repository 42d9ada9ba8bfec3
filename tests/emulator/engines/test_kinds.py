"""What is true of every output of a kind, whatever was sent."""

import base64
import io
import math
import struct
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bytezkit_emulator import Emulator
from tests.emulator.clients import DETR, VQA, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

CLIENT: Final = open_client(Emulator())
URLS: Final = [f"https://example.com/{number}.png" for number in range(6)]
TEXT: Final = st.text(max_size=60)
LABELS: Final = st.lists(st.text(max_size=8), min_size=1, max_size=12)


def run(task: str, body: dict[str, Any], **params: Any) -> Any:
    path = f"/models/v2/{DOCUMENT['x-bytez-tasks'][task]['model']}"
    return output(CLIENT.post(path, json={**body, "params": params} if params else body))


def bitmap(width: int, height: int) -> dict[str, str]:
    """Return media that say how large they are, and nothing more."""
    return {"base64": base64.b64encode(b"GIF89a" + struct.pack("<HH", width, height)).decode()}


def assert_sorted(scores: list[float]) -> None:
    assert all(0 <= score <= 1 for score in scores)
    assert all(first >= second for first, second in pairwise(scores))


class TestMasks:
    @given(TEXT, st.sampled_from(["<mask>", "[MASK]"]), TEXT)
    @example("<mas", "<mask>", "k>")
    def test_the_mask_is_filled(self, before: str, mask: str, after: str) -> None:
        answers = run("fill-mask", {"text": before + mask + after})
        assert len(answers) == len({answer["token"] for answer in answers}) == 5
        scores = [answer["score"] for answer in answers]
        assert_sorted(scores)
        assert math.fsum(scores) <= 1
        for answer in answers:
            if "<mask>" not in before and "[MASK]" not in before:
                assert answer["sequence"] == before + answer["token_str"] + after

    @pytest.mark.parametrize(("top_k", "count"), [(1, 1), (7, 7), (10**30, 24)])
    def test_how_many(self, top_k: int, count: int) -> None:
        assert len(run("fill-mask", {"text": "<mask>"}, top_k=top_k)) == count

    def test_only_the_first_mask_is_filled(self) -> None:
        answer = run("fill-mask", {"text": "[MASK] <mask>"}, top_k=1, targets=["a\\1"])[0]
        assert answer["sequence"] == "a\\1 <mask>"

    @given(LABELS)
    @example(["a", "a", ""])
    def test_targets(self, targets: list[str]) -> None:
        answers = run("fill-mask", {"text": "<mask>"}, targets=targets, top_k=50)
        assert sorted(answer["token_str"] for answer in answers) == sorted(set(targets))
        assert math.fsum(answer["score"] for answer in answers) == pytest.approx(1)

    def test_no_targets(self) -> None:
        assert run("fill-mask", {"text": "<mask>"}, targets=[]) == []

    @pytest.mark.parametrize("text", ["", "mask", "[mask]", "<MASK>", "< mask>"])
    @pytest.mark.parametrize("engine", ["canned", "synthetic"])
    def test_a_text_without_a_mask(self, text: str, engine: Any) -> None:
        with open_client(Emulator(engine=engine)) as client:
            response = client.post("/models/v2/almanach/camembert-base", json={"text": text})
        assert error(response, 422) == "body/text: must contain a mask, <mask> or [MASK]"


class TestLabels:
    @pytest.mark.parametrize("medium", ["audio", "image", "text", "video"])
    def test_the_set_is_the_models_own(self, medium: str) -> None:
        task = f"{medium}-classification"
        member = "text" if medium == "text" else "url"
        rankings = [run(task, {member: url}, top_k=99) for url in URLS]
        assert len({frozenset(it["label"] for it in ranking) for ranking in rankings}) == 1
        assert len({tuple(it["label"] for it in ranking) for ranking in rankings}) > 1
        for ranking in rankings:
            scores = [it["score"] for it in ranking]
            assert_sorted(scores)
            assert math.fsum(scores) == pytest.approx(1)
            assert len(scores) == len({it["label"] for it in ranking})

    def test_how_many(self) -> None:
        body = {"url": URLS[0]}
        assert len(run("image-classification", body)) == 5
        best = run("image-classification", body, top_k=1)
        assert len(best) == 1

    def test_sigmoid_scores_stand_alone(self) -> None:
        scores = [
            it["score"]
            for it in run("image-classification", {"url": URLS[0]}, top_k=8, function_to_apply="sigmoid")
        ]
        assert_sorted(scores)
        assert math.fsum(scores) > 1.1

    def test_a_task_without_labels_of_its_own_numbers_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bytezkit_emulator._engines.labels._LABELS", {})
        labels = {it["label"] for it in run("image-classification", {"url": URLS[0]})}
        assert labels == {"LABEL_0", "LABEL_1", "LABEL_2"}

    @given(LABELS, st.booleans())
    def test_candidates(self, labels: list[str], multi: bool) -> None:
        body = {"text": "One", "candidate_labels": labels}
        ranking = run("zero-shot-classification", body, multi_label=multi)
        assert ranking["sequence"] == "One"
        assert sorted(ranking["labels"]) == sorted(labels)
        assert len(ranking["scores"]) == len(labels)
        assert_sorted(ranking["scores"])
        assert multi or math.fsum(ranking["scores"]) == pytest.approx(1)
        pictured = run("zero-shot-image-classification", {"url": URLS[0], "candidate_labels": labels})
        assert sorted(it["label"] for it in pictured) == sorted(labels)
        assert_sorted([it["score"] for it in pictured])
        assert math.fsum(it["score"] for it in pictured) == pytest.approx(1)


class TestSpans:
    @given(TEXT)
    @example("John lives in \N{GRINNING FACE} Oslo, \u00c9vian and NATO.")
    def test_entities(self, text: str) -> None:
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
        assert [entity["word"] for entity in found] == ["Ann", "Carl", "\u00c9vian"]
        assert [entity["index"] for entity in found] == [1, 5, 7]

    def test_ignored_labels(self) -> None:
        text = " ".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        ignored = ["B-PER", "B-LOC", "O"]
        kinds = {it["entity"] for it in run("token-classification", {"text": text}, ignore_labels=ignored)}
        assert kinds == {"B-ORG", "B-MISC"}

    @given(TEXT, st.integers(1, 5))
    @example("", 1)
    @example("  \n", 1)
    @example("?!", 1)
    def test_answers(self, context: str, longest: int) -> None:
        body = {"question": "Who?", "context": context}
        answer = run("question-answering", body, max_answer_len=longest)
        assert context[answer["start"] : answer["end"]] == answer["answer"]
        assert 0 <= answer["score"] <= 1
        assert bool(answer["answer"]) == bool(context.strip())
        assert len(answer["answer"].split()) <= min(longest, 3)


class TestVectors:
    def test_a_matrix_has_one_shape_and_rows_of_length_one(self) -> None:
        matrices = [run("image-feature-extraction", {"url": url}) for url in URLS]
        assert len({(len(matrix), *map(len, matrix)) for matrix in matrices}) == 1
        assert len({str(matrix) for matrix in matrices}) == len(URLS)
        assert len(matrices[0]) <= 197
        for row in (row for matrix in matrices for row in matrix):
            assert math.fsum(number * number for number in row) == pytest.approx(1, rel=1e-5)


class TestAnswers:
    @pytest.mark.parametrize(("params", "count"), [({}, 1), ({"top_k": 3}, 3), ({"top_k": 10**30}, 30)])
    def test_about_pictures(self, params: dict[str, Any], count: int) -> None:
        answers = run("visual-question-answering", {"question": "What?", "url": URLS[0]}, **params)
        assert len({answer["answer"] for answer in answers}) == count
        assert_sorted([answer["score"] for answer in answers])

    @pytest.mark.parametrize(("params", "count"), [({}, 1), ({"top_k": 3}, 3), ({"top_k": 10**30}, 120)])
    def test_from_documents(self, params: dict[str, Any], count: int) -> None:
        answers = run("document-question-answering", {"question": "What?", "url": URLS[0]}, **params)
        assert len(answers) == count
        assert_sorted([answer["score"] for answer in answers])
        for answer in answers:
            assert 0 <= answer["start"] <= answer["end"]
            assert len(answer["answer"].split()) == answer["end"] - answer["start"] + 1 <= 4

    def test_all_questions_read_the_same_document(self) -> None:
        document: dict[int, str] = {}
        for question in ("What?", "Who?"):
            body = {"question": question, "url": URLS[0]}
            for answer in run("document-question-answering", body, top_k=120):
                for place, word in enumerate(answer["answer"].split(), start=answer["start"]):
                    assert document.setdefault(place, word) == word
        assert sorted(document) == list(range(120))

    def test_the_longest_answer(self) -> None:
        body = {"question": "What?", "url": URLS[0]}
        answers = run("document-question-answering", body, top_k=120, max_answer_len=1)
        assert all(answer["start"] == answer["end"] for answer in answers)


SIZES: Final = st.tuples(st.integers(1, 2000), st.integers(1, 2000))


class TestPictures:
    @given(SIZES)
    @example((1, 1))
    @example((65535, 1))
    def test_boxes_lie_in_the_picture(self, size: tuple[int, int]) -> None:
        media = bitmap(*size)
        every = run("object-detection", media, threshold=0)
        named = run("zero-shot-object-detection", {**media, "candidate_labels": ["a", "b"]})
        assert {it["label"] for it in named} <= {"a", "b"}
        for found in (every, named):
            assert found
            assert_sorted([it["score"] for it in found])
            for box in (it["box"] for it in found):
                assert 0 <= box["xmin"] < box["xmax"] <= size[0]
                assert 0 <= box["ymin"] < box["ymax"] <= size[1]

    def test_thresholds(self) -> None:
        for url in URLS:
            body = {"url": url, "candidate_labels": ["a"]}
            assert all(it["score"] >= 0.5 for it in run("object-detection", {"url": url}))
            assert all(it["score"] >= 0.8 for it in run("object-detection", {"url": url}, threshold=0.8))
            assert run("object-detection", {"url": url}, threshold=1) == []
            assert all(it["score"] >= 0.1 for it in run("zero-shot-object-detection", body))
            assert len(run("zero-shot-object-detection", body, threshold=0, top_k=1)) == 1

    @given(SIZES)
    @example((1, 1))
    @example((3, 1000))
    def test_masks_have_the_stated_dimensions(self, size: tuple[int, int]) -> None:
        answer = run("mask-generation", bitmap(*size))
        width, height = (answer["input_image_dimensions"][name] for name in ("width", "height"))
        longest = max(*size, 128)
        assert (width, height) == tuple(max(1, side * 128 // longest) for side in size)
        assert len(answer["masks"]) == len(answer["scores"]) >= 1
        assert_sorted(answer["scores"])
        for mask in answer["masks"]:
            assert [len(row) for row in mask] == [width] * height
            assert {pixel for row in mask for pixel in row} in ({1}, {0, 1})

    def test_masks_below_the_wanted_quality_are_left_out(self) -> None:
        none = run("mask-generation", {"url": URLS[0]}, pred_iou_thresh=1)
        assert (none["masks"], none["scores"]) == ([], [])

    @given(SIZES)
    @example((1, 1))
    @example((256, 257))
    def test_segments_are_pictures_of_the_size(self, size: tuple[int, int]) -> None:
        segments = run("image-segmentation", bitmap(*size))
        assert segments
        assert len({it["label"] for it in segments}) == len(segments)
        longest = max(*size, 256)
        for segment in segments:
            assert segment["score"] is None
            with Image.open(io.BytesIO(base64.b64decode(segment["mask_png"]))) as picture:
                assert picture.mode == "L"
                assert picture.size == tuple(max(1, side * 256 // longest) for side in size)
                colors = picture.getcolors()
            assert colors is not None
            assert {color for _, color in colors} in ({255}, {0, 255})

    def test_segments_with_scores(self) -> None:
        for url in URLS:
            every = run("image-segmentation", {"url": url}, subtask="panoptic", threshold=0)
            good = run("image-segmentation", {"url": url}, subtask="panoptic")
            assert every
            assert all(0.3 <= it["score"] < 1 for it in every)
            assert all(it["score"] >= 0.5 for it in good)
            assert run("image-segmentation", {"url": url}, subtask="semantic", threshold=1)

    @given(SIZES)
    @example((1, 1))
    @example((1000, 3))
    def test_depth_is_a_picture_and_an_array_of_one_size(self, size: tuple[int, int]) -> None:
        answer = run("depth-estimation", bitmap(*size))
        rows = answer["formatted_predicted_depth_array"]
        longest = max(*size, 64)
        width, height = (max(1, side * 64 // longest) for side in size)
        assert [len(row) for row in rows] == [width] * height
        assert all(value > 0 for row in rows for value in row)
        with Image.open(io.BytesIO(base64.b64decode(answer["depth_png"]))) as picture:
            assert (picture.mode, picture.size) == ("L", (width, height))
            picture.load()

    @pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n"])
    def test_what_is_no_picture_has_a_size_all_the_same(self, content: bytes) -> None:
        media = {"base64": base64.b64encode(content).decode()}
        size = run("mask-generation", media)["input_image_dimensions"]
        assert max(size.values()) == 128
        depth = run("depth-estimation", media)["formatted_predicted_depth_array"]
        assert (len(depth[0]), len(depth)) == (size["width"] // 2, size["height"] // 2)


@pytest.mark.parametrize("path", [DETR, VQA])
def test_arguments_are_held_against_the_contract(client: httpx.Client, path: str) -> None:
    name = "threshold" if path == DETR else "top_k"
    body = {"url": URLS[0], **({} if path == DETR else {"question": "q"}), "params": {name: -1}}
    assert error(client.post(path, json=body), 422).startswith(f"body/params/{name}: -1 is less than")
