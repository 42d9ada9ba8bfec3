"""The engine that makes outputs up, always the same for the same job."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._engines.answers import document_answers, visual_answers
from bytezkit_emulator._engines.canned import canned
from bytezkit_emulator._engines.files import FILES
from bytezkit_emulator._engines.job import Engine, Job, MediaOutput, Output
from bytezkit_emulator._engines.labels import candidate_labels, label_ranking, labels
from bytezkit_emulator._engines.regions import candidate_detections, depth, detections, masks, segments
from bytezkit_emulator._engines.spans import entities, extracted_answer, filled_masks
from bytezkit_emulator._engines.text import continuation, message, text
from bytezkit_emulator._engines.vectors import matrix, vector

_MAKERS: Final[Mapping[str, Engine]] = {
    **FILES,
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
    "vector": vector,
    "visual-answers": visual_answers,
}


def synthetic(job: Job) -> Output | MediaOutput:
    """Make the output up, in the way that the task's kind asks for; of an unknown kind, take the example."""
    return _MAKERS.get(job.task.kind, canned)(job)
