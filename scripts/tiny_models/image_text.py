"""Models of pictures with texts."""

from typing import Any

import transformers

from scripts.tiny_models.parts import (
    BERT,
    END,
    IMAGE_HALF,
    IMAGE_TOKEN,
    LLAMA,
    PADDING,
    SPECIAL_IDS,
    SQUARE,
    START,
    TEXT_HALF,
    VIT,
    VOCABULARY_SIZE,
    WITHOUT_SEGMENTS,
    Parts,
    byte_tokenizer,
    labels,
)


def clip() -> Parts:
    """Return a model of zero-shot image classification."""
    config = transformers.CLIPConfig(
        text_config={**TEXT_HALF, "max_position_embeddings": 128}, vision_config=IMAGE_HALF, projection_dim=16
    )
    tokenizer = byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS, limit=77)
    return transformers.CLIPModel(config), tokenizer, _clip_processor()


def owlvit() -> Parts:
    """Return a model of zero-shot object detection."""
    config = transformers.OwlViTConfig(
        text_config={**TEXT_HALF, "max_position_embeddings": 64}, vision_config=IMAGE_HALF, projection_dim=16
    )
    tokenizer = byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS, limit=16)
    processor = transformers.OwlViTImageProcessor(size=SQUARE, crop_size=SQUARE)
    return transformers.OwlViTForObjectDetection(config), tokenizer, processor


def vit_gpt2() -> Parts:
    """Return a model of image to text."""
    decoder = transformers.GPT2Config(
        vocab_size=VOCABULARY_SIZE,
        n_positions=600,
        n_embd=32,
        n_layer=1,
        n_head=2,
        bos_token_id=START,
        eos_token_id=END,
        add_cross_attention=True,
        is_decoder=True,
    )
    model = _encoder_decoder(transformers.ViTConfig(**VIT), decoder)
    return model, byte_tokenizer(), transformers.ViTImageProcessor(size=SQUARE)


def vilt() -> Parts:
    """Return a model of visual question answering that chooses among answers."""
    sizes = {**BERT, **VIT, "max_position_embeddings": 64}
    config = transformers.ViltConfig(**sizes, **labels("yes", "no", "octopus"))
    processor = transformers.ViltImageProcessor(size={"shortest_edge": 32}, size_divisor=8)
    return transformers.ViltForQuestionAnswering(config), byte_tokenizer(segments=True, limit=40), processor


def blip() -> Parts:
    """Return a model of visual question answering that writes its answer."""
    text = {**TEXT_HALF, "encoder_hidden_size": 16, "max_position_embeddings": 600, "sep_token_id": END}
    config = transformers.BlipConfig(text_config=text, vision_config=IMAGE_HALF, projection_dim=16)
    tokenizer = byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS, limit=100)
    return (
        transformers.BlipForQuestionAnswering(config),
        tokenizer,
        transformers.BlipImageProcessor(size=SQUARE),
    )


def layoutlm() -> Parts:
    """Return a model of document question answering that finds its answer in the document."""
    config = transformers.LayoutLMConfig(**BERT, max_2d_position_embeddings=1024)
    return transformers.LayoutLMForQuestionAnswering(config), byte_tokenizer(segments=True)


def donut() -> Parts:
    """Return a model of document question answering that writes its answer."""
    encoder = transformers.DonutSwinConfig(
        image_size=[32, 32], patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[1, 1], window_size=4
    )
    decoder = transformers.MBartConfig(
        vocab_size=VOCABULARY_SIZE,
        d_model=16,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        is_decoder=True,
        add_cross_attention=True,
        is_encoder_decoder=False,
        max_position_embeddings=600,
        **SPECIAL_IDS,
        decoder_start_token_id=START,
        forced_eos_token_id=END,
    )
    processor = transformers.DonutImageProcessor(size=SQUARE, do_align_long_axis=False)
    return _encoder_decoder(encoder, decoder), byte_tokenizer(), processor


def llava() -> Parts:
    """Return a model of pictures with text to text."""
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(**{**IMAGE_HALF, "num_hidden_layers": 2}),
        text_config=transformers.LlamaConfig(**LLAMA),
        image_token_index=IMAGE_TOKEN,
        image_seq_length=16,
    )
    tokenizer = byte_tokenizer(inputs=WITHOUT_SEGMENTS)
    processor = transformers.LlavaProcessor(
        _clip_processor(),
        tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        image_token="<image>",  # noqa: S106 - a token of text
        num_additional_image_tokens=1,
        chat_template=tokenizer.chat_template,
    )
    return transformers.LlavaForConditionalGeneration(config), processor


def _clip_processor() -> Any:
    return transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=SQUARE)


def _encoder_decoder(encoder: object, decoder: object) -> Any:
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    special = {"decoder_start_token_id": START, "pad_token_id": PADDING, "eos_token_id": END}
    config.update(special)
    model = transformers.VisionEncoderDecoderModel(config=config)
    model.generation_config = transformers.GenerationConfig(max_new_tokens=8, bos_token_id=START, **special)
    return model
