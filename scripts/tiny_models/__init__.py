"""Tiny models with random weights for each pipeline of `transformers` and `diffusers`.

Each model is a folder below 2 MB, as `save_pretrained` writes it. All of them are built within a minute,
without a network. The environment of `make pipelines` has the packages that this needs.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import torch
import transformers

from scripts.tiny_models import image_text, images, sounds, texts
from scripts.tiny_models.parts import Parts

BUILDERS: dict[str, Callable[[], Parts]] = {
    "bert": texts.bert,
    "bert-classes": texts.bert_classes,
    "bert-entailment": texts.bert_entailment,
    "bert-mask": texts.bert_mask,
    "bert-names": texts.bert_names,
    "bert-names-slow": texts.bert_names_slow,
    "bert-spans": texts.bert_spans,
    "gpt2": texts.gpt2,
    "t5": texts.t5,
    "dpt": images.dpt,
    "glpn": images.glpn,
    "maskformer": images.maskformer,
    "sam": images.sam,
    "segformer": images.segformer,
    "videomae": images.videomae,
    "vit": images.vit,
    "vit-classes": images.vit_classes,
    "yolos": images.yolos,
    "musicgen": sounds.musicgen,
    "qwen2-audio": sounds.qwen2_audio,
    "vits": sounds.vits,
    "wav2vec2-classes": sounds.wav2vec2_classes,
    "wav2vec2-ctc": sounds.wav2vec2_ctc,
    "whisper": sounds.whisper,
    "blip": image_text.blip,
    "clip": image_text.clip,
    "donut": image_text.donut,
    "layoutlm": image_text.layoutlm,
    "llava": image_text.llava,
    "owlvit": image_text.owlvit,
    "vilt": image_text.vilt,
    "vit-gpt2": image_text.vit_gpt2,
}
# The `transformers` engine runs without it.
if find_spec("diffusers"):
    from scripts.tiny_models import diffusion

    BUILDERS |= {
        "ddpm": diffusion.ddpm,
        "stable-diffusion": diffusion.stable_diffusion,
        "video-diffusion": diffusion.video_diffusion,
    }


def build_model(name: str, folder: Path) -> None:
    """Write one model.

    Args:
        name: A name in `BUILDERS`.
        folder: The folder of the model; it is created if it does not exist.
    """
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    # The weights of a model do not depend on the models that were built before.
    torch.manual_seed(0)
    for part in BUILDERS[name]():
        part.save_pretrained(folder)
