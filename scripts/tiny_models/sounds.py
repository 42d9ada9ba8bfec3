"""Models of sounds."""

import json
import string
from typing import Any

import transformers
from transformers.models.whisper.tokenization_whisper import bytes_to_unicode

from scripts.tiny_models.parts import (
    AUDIO_TOKEN,
    LLAMA,
    VOCABULARY_SIZE,
    WITHOUT_SEGMENTS,
    Parts,
    byte_tokenizer,
    labels,
    tokenizer_from_files,
    vocabulary,
)

_WAV2VEC2 = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
    "conv_dim": [16, 16, 16],
    "conv_stride": [5, 8, 8],
    "conv_kernel": [10, 8, 8],
    "num_feat_extract_layers": 3,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "mask_time_prob": 0,
}
_WHISPER_CONTROLS = (
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)


def wav2vec2_ctc() -> Parts:
    """Return a model of speech recognition that knows where each letter is."""
    tokens = vocabulary(["<pad>", "<s>", "</s>", "<unk>", "|", *string.ascii_uppercase, "'"])
    config = transformers.Wav2Vec2Config(**_WAV2VEC2, vocab_size=len(tokens), pad_token_id=0)
    tokenizer = tokenizer_from_files(transformers.Wav2Vec2CTCTokenizer, {"vocab.json": json.dumps(tokens)})
    return transformers.Wav2Vec2ForCTC(config), tokenizer, transformers.Wav2Vec2FeatureExtractor()


def wav2vec2_classes() -> Parts:
    """Return a model of audio classification."""
    config = transformers.Wav2Vec2Config(**_WAV2VEC2, **labels("no", "yes", "up"))
    return transformers.Wav2Vec2ForSequenceClassification(config), transformers.Wav2Vec2FeatureExtractor()


def whisper() -> Parts:
    """Return a model of speech recognition that generates text."""
    tokens = vocabulary([*bytes_to_unicode().values(), "<|endoftext|>"])
    end = tokens["<|endoftext|>"]
    tokenizer = tokenizer_from_files(
        transformers.WhisperTokenizer, {"vocab.json": json.dumps(tokens), "merges.txt": "#version: 0.2\n"}
    )
    tokenizer.add_special_tokens({"additional_special_tokens": list(_WHISPER_CONTROLS)})
    tokenizer.add_tokens([f"<|{index * 0.02:.2f}|>" for index in range(1501)])
    ids = {control: tokenizer.convert_tokens_to_ids(control) for control in _WHISPER_CONTROLS}
    config = transformers.WhisperConfig(
        vocab_size=len(tokenizer),
        d_model=16,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        num_mel_bins=80,
        max_target_positions=448,
        decoder_start_token_id=ids["<|startoftranscript|>"],
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        suppress_tokens=[],
        begin_suppress_tokens=[],
    )
    model = transformers.WhisperForConditionalGeneration(config)
    _configure_generation(
        model,
        no_timestamps_token_id=ids["<|notimestamps|>"],
        is_multilingual=True,
        lang_to_id={"<|en|>": ids["<|en|>"]},
        task_to_id={task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")},
        max_length=60,
        max_initial_timestamp_index=50,
        alignment_heads=[[0, 0], [1, 1]],
        _from_model_config=False,
    )
    return model, tokenizer, transformers.WhisperFeatureExtractor()


def vits() -> Parts:
    """Return a model of text to speech."""
    tokens = vocabulary(["_", *string.ascii_lowercase, "'", " "])
    config = transformers.VitsConfig(
        vocab_size=len(tokens),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=16,
        flow_size=16,
        spectrogram_bins=9,
        upsample_initial_channel=16,
        upsample_rates=[4, 4],
        upsample_kernel_sizes=[8, 8],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1]],
        prior_encoder_num_flows=1,
        posterior_encoder_num_wavenet_layers=1,
        prior_encoder_num_wavenet_layers=1,
        wavenet_kernel_size=3,
        duration_predictor_num_flows=1,
        duration_predictor_tail_bound=5.0,
        depth_separable_num_layers=1,
        duration_predictor_filter_channels=16,
    )
    tokenizer = tokenizer_from_files(
        transformers.VitsTokenizer, {"vocab.json": json.dumps(tokens)}, phonemize=False, is_uroman=False
    )
    return transformers.VitsModel(config), tokenizer


def musicgen() -> Parts:
    """Return a model of text to audio."""
    encoder = transformers.T5Config(
        vocab_size=VOCABULARY_SIZE,
        d_model=16,
        d_kv=8,
        d_ff=16,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
    )
    codec = transformers.EncodecConfig(
        hidden_size=16,
        num_filters=2,
        upsampling_ratios=[4, 2],
        codebook_size=32,
        codebook_dim=16,
        num_lstm_layers=1,
        target_bandwidths=[20.0],
        sampling_rate=4000,
        norm_type="time_group_norm",
        use_causal_conv=False,
    )
    decoder = transformers.MusicgenDecoderConfig(
        vocab_size=32,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        ffn_dim=16,
        num_codebooks=4,
        pad_token_id=32,
        bos_token_id=32,
        max_position_embeddings=256,
    )
    model = transformers.MusicgenForConditionalGeneration(
        transformers.MusicgenConfig.from_sub_models_config(encoder, codec, decoder)
    )
    _configure_generation(
        model,
        max_length=24,
        do_sample=True,
        guidance_scale=3.0,
        decoder_start_token_id=32,
        pad_token_id=32,
        bos_token_id=32,
    )
    return model, byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS)


def qwen2_audio() -> Parts:
    """Return a model of audio with text to text. transformers 4 has no pipeline of the task."""
    audio = transformers.Qwen2AudioEncoderConfig(
        d_model=16, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=16, num_mel_bins=80
    )
    config = transformers.Qwen2AudioConfig(
        audio_config=audio, text_config=transformers.Qwen2Config(**LLAMA), audio_token_index=AUDIO_TOKEN
    )
    tokenizer = byte_tokenizer(inputs=WITHOUT_SEGMENTS)
    processor = transformers.Qwen2AudioProcessor(
        transformers.WhisperFeatureExtractor(feature_size=80),
        tokenizer,
        audio_token="<audio>",  # noqa: S106 - a token of text
        audio_bos_token="<s>",  # noqa: S106 - a token of text
        audio_eos_token="</s>",  # noqa: S106 - a token of text
        chat_template=tokenizer.chat_template,
    )
    return transformers.Qwen2AudioForConditionalGeneration(config), processor


def _configure_generation(model: Any, **members: object) -> None:
    # `GenerationConfig.update` ignores members that it does not know, which Whisper has.
    for name, value in members.items():
        setattr(model.generation_config, name, value)
