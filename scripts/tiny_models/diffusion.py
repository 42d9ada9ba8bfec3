"""Models that make pictures and videos. `diffusers` runs them."""

import diffusers
import transformers

from scripts.tiny_models.parts import TEXT_HALF, WITHOUT_SEGMENTS, Parts, byte_tokenizer

_SIZES = {"sample_size": 8, "in_channels": 4, "out_channels": 4, "layers_per_block": 1, "norm_num_groups": 4}
_ATTENTION = {"cross_attention_dim": 16, "attention_head_dim": 4}


def ddpm() -> Parts:
    """Return a model of unconditional image generation."""
    unet = diffusers.UNet2DModel(
        sample_size=16,
        in_channels=3,
        out_channels=3,
        layers_per_block=1,
        block_out_channels=(8, 8),
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D"),
    )
    return (diffusers.DDPMPipeline(unet=unet, scheduler=diffusers.DDPMScheduler(num_train_timesteps=10)),)


def stable_diffusion() -> Parts:
    """Return a model of text to image."""
    unet = diffusers.UNet2DConditionModel(
        **_SIZES,
        **_ATTENTION,
        block_out_channels=(8, 8),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )
    pipeline = diffusers.StableDiffusionPipeline(
        **_text_parts(),
        unet=unet,
        safety_checker=None,
        feature_extractor=None,
        image_encoder=None,
        requires_safety_checker=False,
    )
    return (pipeline,)


def video_diffusion() -> Parts:
    """Return a model of text to video."""
    unet = diffusers.UNet3DConditionModel(
        **_SIZES,
        **_ATTENTION,
        block_out_channels=(8, 8),
        down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"),
        up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
    )
    return (diffusers.TextToVideoSDPipeline(**_text_parts(), unet=unet),)


def _text_parts() -> dict[str, object]:
    """Return the parts that encode the text and decode pictures."""
    text = transformers.CLIPTextConfig(**TEXT_HALF, max_position_embeddings=77)
    return {
        "vae": diffusers.AutoencoderKL(
            in_channels=3,
            out_channels=3,
            latent_channels=4,
            block_out_channels=(8, 8),
            norm_num_groups=4,
            down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
            up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        ),
        "text_encoder": transformers.CLIPTextModel(text),
        "tokenizer": byte_tokenizer(segments=True, inputs=WITHOUT_SEGMENTS, limit=77),
        "scheduler": diffusers.DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            steps_offset=1,
        ),
    }
