"""Engine that generates outputs, which are equal for equal jobs."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._engines.canned import canned
from bytezkit_emulator._engines.files import FILE_GENERATORS
from bytezkit_emulator._engines.job import Engine, Job, MediaOutput, Output
from bytezkit_emulator._engines.labels import candidate_labels, label_ranking, labels
from bytezkit_emulator._engines.regions import candidate_detections, depth, detections, masks, segments
from bytezkit_emulator._engines.spans import (
    document_answers,
    entities,
    extracted_answer,
    filled_masks,
    visual_answers,
)
from bytezkit_emulator._engines.text import continuation, message, text, transcript
from bytezkit_emulator._engines.vectors import matrix, vector

# By the kind of output that the contract gives to each task.
_GENERATORS: Final[Mapping[str, Engine]] = {
    **FILE_GENERATORS,
    "candidate-detections": candidate_detections,
    "candidate-labels": candidate_labels,
    "continuation": continuation,
    "depth": depth,
    "detections": detections,
    "document-answers": document_answers,
    "entities": entities,
    "extracted-answer": extracted_answer,
    "filled-masks": filled_masks,
    "label-ranking": label_ranking,
    "labels": labels,
    "masks": masks,
    "matrix": matrix,
    "message": message,
    "segments": segments,
    "text": text,
    "transcript": transcript,
    "vector": vector,
    "visual-answers": visual_answers,
}


def synthetic(job: Job) -> Output | MediaOutput:
    """Return a generated output of the task's kind; for an unknown kind, an example of the contract."""
    return _GENERATORS.get(job.task.kind, canned)(job)
