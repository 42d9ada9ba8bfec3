"""Loads pipelines by their names."""

from functools import cache
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from transformers.models.sam import image_processing_sam

from scripts.pipelines.inputs import SOUND


@cache
def load_pipeline(name: str, folder: Path) -> Any:
    """Return a pipeline.

    Args:
        name: Task of `transformers.pipeline`; or `diffusion` or `qwen2-audio`, which it does not have.
        folder: Folder of the model.
    """
    match name:
        case "diffusion":
            pipeline = diffusers.DiffusionPipeline.from_pretrained(folder)
            pipeline.set_progress_bar_config(disable=True)
            return pipeline
        case "qwen2-audio":
            return _SoundAndText(folder)
        case "mask-generation":
            # The package that has this function, torchvision, does not work beside the CPU build of torch.
            image_processing_sam.batched_nms = _keep_best_boxes
        case "visual-question-answering" if folder.name == "blip":
            # The automatic classes do not know the model as one of this task.
            return transformers.VisualQuestionAnsweringPipeline(
                model=transformers.BlipForQuestionAnswering.from_pretrained(folder),
                tokenizer=transformers.AutoTokenizer.from_pretrained(folder),
                image_processor=transformers.BlipImageProcessor.from_pretrained(folder),
            )
        case "token-classification" if folder.name == "bert-names-slow":
            return transformers.TokenClassificationPipeline(
                model=transformers.AutoModelForTokenClassification.from_pretrained(folder),
                tokenizer=transformers.BertTokenizer.from_pretrained(folder),
            )
        case _:
            pass
    return transformers.pipeline(name, model=str(folder), device="cpu")


class _SoundAndText:
    """Answers texts and sounds as a pipeline would, which transformers 4 does not have."""

    def __init__(self, folder: Path) -> None:
        self._model = transformers.Qwen2AudioForConditionalGeneration.from_pretrained(folder)
        self._processor = transformers.AutoProcessor.from_pretrained(folder)

    def __call__(self, text: str, sound: Any, **arguments: Any) -> str:
        parts = [{"type": "text", "text": text}, *([{"type": "audio"}] if sound is not None else [])]
        prompt = self._processor.apply_chat_template(
            [{"role": "user", "content": parts}], add_generation_prompt=True, tokenize=False
        )
        sounds = {"audio": [SOUND], "sampling_rate": 16000} if sound is not None else {}
        inputs = self._processor(text=prompt, return_tensors="pt", **sounds)
        tokens = self._model.generate(**inputs, **arguments)[:, inputs["input_ids"].shape[1] :]
        return str(self._processor.batch_decode(tokens, skip_special_tokens=True)[0])


def _keep_best_boxes(boxes: Any, scores: Any, idxs: Any, iou_threshold: float) -> Any:
    """Return the indices of the boxes that overlap no better box by more than the threshold."""
    del idxs
    kept: list[int] = []
    for index in scores.argsort(descending=True).tolist():
        if all(_overlap(boxes[index], boxes[other]) <= iou_threshold for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.long)


def _overlap(first: Any, second: Any) -> float:
    """Return the common area of two boxes, as a part of the area that they cover."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    common = max(0.0, float(width)) * max(0.0, float(height))
    total = sum(float((box[2] - box[0]) * (box[3] - box[1])) for box in (first, second)) - common
    return common / total if total else 0.0
