"""Models of texts."""

import string

import transformers

from scripts.tiny_models.parts import (
    BERT,
    END,
    PADDING,
    SPECIAL_IDS,
    VOCABULARY_SIZE,
    WITHOUT_SEGMENTS,
    Parts,
    byte_tokenizer,
    labels,
    tokenizer_from_files,
)

_NAMES = labels("B-PER", "O", "B-LOC")


def gpt2() -> Parts:
    """Return a model of text generation and chat."""
    config = transformers.GPT2Config(
        vocab_size=VOCABULARY_SIZE, n_positions=512, n_embd=32, n_layer=2, n_head=2, **SPECIAL_IDS
    )
    return transformers.GPT2LMHeadModel(config), byte_tokenizer()


def bert() -> Parts:
    """Return a model of feature extraction and sentence similarity."""
    return transformers.BertModel(transformers.BertConfig(**BERT)), byte_tokenizer(segments=True)


def bert_mask() -> Parts:
    """Return a model of masked words."""
    return transformers.BertForMaskedLM(transformers.BertConfig(**BERT)), byte_tokenizer(segments=True)


def bert_classes() -> Parts:
    """Return a model of text classification."""
    config = transformers.BertConfig(**BERT, **labels("negative", "positive", "mixed"))
    return transformers.BertForSequenceClassification(config), byte_tokenizer(segments=True)


def bert_entailment() -> Parts:
    """Return a model of zero-shot classification."""
    config = transformers.BertConfig(**BERT, **labels("contradiction", "neutral", "entailment"))
    return transformers.BertForSequenceClassification(config), byte_tokenizer(segments=True)


def bert_names() -> Parts:
    """Return a model of token classification with a fast tokenizer, which knows positions in the text."""
    config = transformers.BertConfig(**BERT, **_NAMES)
    return transformers.BertForTokenClassification(config), byte_tokenizer(segments=True)


def bert_names_slow() -> Parts:
    """Return a model of token classification with a slow tokenizer, which knows no positions."""
    letters = f"{string.ascii_lowercase}."
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    config = transformers.BertConfig(**{**BERT, "vocab_size": len(tokens)}, **_NAMES)
    tokenizer = tokenizer_from_files(transformers.BertTokenizer, {"vocab.txt": "\n".join(tokens)})
    return transformers.BertForTokenClassification(config), tokenizer


def bert_spans() -> Parts:
    """Return a model of question answering."""
    return transformers.BertForQuestionAnswering(transformers.BertConfig(**BERT)), byte_tokenizer(
        segments=True
    )


def t5() -> Parts:
    """Return a model of summarization, translation and text-to-text generation."""
    config = transformers.T5Config(
        vocab_size=VOCABULARY_SIZE,
        d_model=32,
        d_kv=16,
        d_ff=37,
        num_layers=2,
        num_heads=2,
        decoder_start_token_id=PADDING,
        pad_token_id=PADDING,
        eos_token_id=END,
    )
    tokenizer = byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS)
    return transformers.T5ForConditionalGeneration(config), tokenizer
