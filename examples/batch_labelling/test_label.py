"""The script against the emulator."""

import csv
from pathlib import Path

import pytest
from label import LABELS, label_file

from bytezkit import Bytez
from bytezkit.types import JsonInput
from bytezkit_emulator import Emulator, Refused, RunCall, Stub


def classify(call: RunCall) -> JsonInput | Refused:
    """Stand in for the model: find the label in the text."""
    text = str(call.inputs["text"])
    if "broken" in text:
        return Refused(500, "Out of memory")
    scores = {label: 0.9 if label in text else 0.05 for label in LABELS}
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    return {"sequence": text, "labels": ranked, "scores": [scores[it] for it in ranked]}


def test_reviews_are_labelled(bytez_client: Bytez, bytez_emulator: Emulator, tmp_path: Path) -> None:
    bytez_emulator.stubs.add(Stub(classify, task="zero-shot-classification"))
    source, target = tmp_path / "reviews.csv", tmp_path / "labelled.csv"
    source.write_text("id,review\n1,The price is fair\n2,broken\n3,I like it\n", encoding="utf-8")

    assert label_file(bytez_client, source, target) == 1

    with target.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["label"]) for row in rows] == [("1", "price"), ("2", ""), ("3", "other")]


@pytest.mark.bytez(seed=7)
def test_labels_of_the_synthetic_engine_are_known(bytez_client: Bytez, tmp_path: Path) -> None:
    source, target = tmp_path / "reviews.csv", tmp_path / "labelled.csv"
    source.write_text("review\n" + "It came in a box\n" * 20, encoding="utf-8")

    assert label_file(bytez_client, source, target) == 0
    with target.open(newline="", encoding="utf-8") as file:
        assert {row["label"] for row in csv.DictReader(file)} <= {*LABELS, "other"}
