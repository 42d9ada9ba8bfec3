"""Label the reviews of a CSV file: `python label.py reviews.csv labelled.csv`, with `BYTEZ_KEY` set.

The input has a column `review`; the output has its columns, and `label` and `score`. A review whose run fails
has no label, and its error is printed.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bytezkit import Bytez

MODEL = "facebook/bart-large-mnli"
LABELS = ("delivery", "price", "quality")
MIN_SCORE = 0.4


@dataclass(frozen=True)
class Label:
    """The label of a review.

    Attributes:
        name: One of the labels, or `other` if no label is likely.
        score: Its probability, from 0 to 1.
    """

    name: str
    score: float


def label_reviews(client: Bytez, reviews: Sequence[str]) -> Iterator[Label | None]:
    """Yield the label of each review in their order; None if the run failed."""
    classify = client.model(MODEL, task="zero-shot-classification")
    inputs = [(review, LABELS) for review in reviews]
    with classify.map(inputs, concurrency=16) as outcomes:
        for outcome in outcomes:
            if outcome.error is not None:
                print(f"review {outcome.index + 1}: {outcome.error}", file=sys.stderr)
                yield None
                continue
            output = outcome.result.output
            score, name = max(zip(output.scores, output.labels, strict=True))
            yield Label(name if score >= MIN_SCORE else "other", score)


def label_file(client: Bytez, source: Path, target: Path) -> int:
    """Label the reviews of a file, and return the number of failures."""
    with source.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    failures = 0
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*rows[0], "label", "score"])
        writer.writeheader()
        labels = label_reviews(client, [row["review"] for row in rows])
        for row, label in zip(rows, labels, strict=True):
            failures += label is None
            name, score = (label.name, f"{label.score:.3f}") if label else ("", "")
            writer.writerow({**row, "label": name, "score": score})
    return failures


if __name__ == "__main__":
    with Bytez() as bytez:
        sys.exit(min(1, label_file(bytez, Path(sys.argv[1]), Path(sys.argv[2]))))
