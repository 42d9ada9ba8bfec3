"""Tokenizers, sizes and labels that the tiny models share."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

_SPECIAL: Final = ("<pad>", "<s>", "</s>", "<unk>", "<mask>", "<image>", "<audio>", "<video>")
VOCABULARY_SIZE: Final = len(_SPECIAL) + 256
PADDING, START, END = 0, 1, 2
IMAGE_TOKEN, AUDIO_TOKEN = 5, 6
# Models that have no segments refuse `token_type_ids`.
WITHOUT_SEGMENTS: Final = ("input_ids", "attention_mask")
_CHAT_TEMPLATE: Final = (
    "{% for m in messages %}<s>{{ m.role }}: {% if m.content is string %}{{ m.content }}{% elif m.content %}"
    "{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% else %}<{{ p.type }}>{% endif %}"
    "{% endfor %}{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant: {% endif %}"
)

SPECIAL_IDS: Final = {"pad_token_id": PADDING, "bos_token_id": START, "eos_token_id": END}
BERT: Final = {
    "vocab_size": VOCABULARY_SIZE,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
    "max_position_embeddings": 600,
    "pad_token_id": PADDING,
}
LLAMA: Final = {
    "vocab_size": VOCABULARY_SIZE,
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    **SPECIAL_IDS,
}
VIT: Final = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
    "image_size": 32,
    "patch_size": 8,
    "num_channels": 3,
}
# The two halves of models such as CLIP.
TEXT_HALF: Final = {
    "vocab_size": VOCABULARY_SIZE,
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    **SPECIAL_IDS,
}
IMAGE_HALF: Final = {
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 8,
}
SQUARE: Final = {"height": 32, "width": 32}


class Part(Protocol):
    """A model, tokenizer or processor."""

    def save_pretrained(self, folder: Path, /) -> object:
        """Write the part into a folder."""


Parts = tuple[Part, ...]


def labels(*names: str) -> dict[str, dict[Any, Any]]:
    """Return the two members of a configuration that name the classes."""
    return {"id2label": dict(enumerate(names)), "label2id": {name: index for index, name in enumerate(names)}}


def byte_tokenizer(
    *, segments: bool = False, inputs: Sequence[str] = (), limit: int = 512
) -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer with a token per byte and a template for conversations.

    Args:
        segments: Whether texts and pairs of texts are framed by special tokens, as BERT's are.
        inputs: The names of the inputs that the model takes; without names, the tokenizer's own.
        limit: The most tokens of a text.
    """
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate([*_SPECIAL, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))  # noqa: S106 - a token of text
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(_SPECIAL))
    if segments:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>",
            pair="<s> $A </s> $B:1 </s>:1",
            special_tokens=[("<s>", START), ("</s>", END)],
        )
    special = {"pad": "<pad>", "bos": "<s>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **{f"{kind}_token": token for kind, token in {**special, "cls": "<s>", "sep": "</s>"}.items()},
        model_max_length=limit,
        chat_template=_CHAT_TEMPLATE,
        **({"model_input_names": list(inputs)} if inputs else {}),
    )


def tokenizer_from_files(kind: Callable[..., Any], files: Mapping[str, str], **settings: object) -> Any:
    """Return a tokenizer whose class reads its vocabulary from files.

    Args:
        kind: The class of the tokenizer.
        files: The contents by the names of the files, in the order of the arguments of `kind`.
        settings: The other arguments of `kind`.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.write_text(content, encoding="utf-8")
        return kind(*map(str, paths), **settings)


def vocabulary(tokens: Sequence[str]) -> dict[str, int]:
    """Return the numbers of tokens, in their order."""
    return {token: index for index, token in enumerate(tokens)}
