"""Models of pictures and videos."""

import transformers

from scripts.tiny_models.parts import SQUARE, VIT, Parts, labels


def vit() -> Parts:
    """Return a model of image feature extraction."""
    return transformers.ViTModel(transformers.ViTConfig(**VIT)), transformers.ViTImageProcessor(size=SQUARE)


def vit_classes() -> Parts:
    """Return a model of image classification."""
    config = transformers.ViTConfig(**VIT, **labels("cat", "dog", "beagle"))
    return transformers.ViTForImageClassification(config), transformers.ViTImageProcessor(size=SQUARE)


def yolos() -> Parts:
    """Return a model of object detection."""
    sizes = {**VIT, "image_size": [64, 64], "patch_size": 16}
    config = transformers.YolosConfig(**sizes, num_detection_tokens=5, num_labels=3)
    processor = transformers.YolosImageProcessor(size={"shortest_edge": 64, "longest_edge": 64}, do_pad=False)
    return transformers.YolosForObjectDetection(config), processor


def segformer() -> Parts:
    """Return a model of semantic segmentation."""
    config = transformers.SegformerConfig(
        num_encoder_blocks=2,
        depths=[1, 1],
        sr_ratios=[2, 1],
        hidden_sizes=[16, 16],
        num_attention_heads=[1, 2],
        patch_sizes=[7, 3],
        strides=[4, 2],
        mlp_ratios=[2, 2],
        decoder_hidden_size=16,
        num_labels=3,
    )
    processor = transformers.SegformerImageProcessor(size={"height": 64, "width": 64})
    return transformers.SegformerForSemanticSegmentation(config), processor


def maskformer() -> Parts:
    """Return a model of semantic, instance and panoptic segmentation."""
    backbone = transformers.SwinConfig(
        image_size=64,
        embed_dim=12,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 1, 1],
        window_size=2,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    decoder = transformers.DetrConfig(
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        num_queries=6,
        use_timm_backbone=False,
        backbone=None,
        backbone_config=transformers.ResNetConfig(
            embedding_size=8, hidden_sizes=[8, 8, 8, 8], depths=[1, 1, 1, 1]
        ),
        use_pretrained_backbone=False,
    )
    config = transformers.MaskFormerConfig(
        fpn_feature_size=32,
        mask_feature_size=32,
        backbone_config=backbone,
        decoder_config=decoder,
        num_labels=3,
    )
    processor = transformers.MaskFormerImageProcessor(
        size={"shortest_edge": 32, "longest_edge": 64}, size_divisor=32
    )
    return transformers.MaskFormerForInstanceSegmentation(config), processor


def glpn() -> Parts:
    """Return a model of depth estimation."""
    config = transformers.GLPNConfig(
        num_encoder_blocks=4,
        depths=[1, 1, 1, 1],
        sr_ratios=[8, 4, 2, 1],
        hidden_sizes=[8, 8, 8, 8],
        num_attention_heads=[1, 1, 1, 1],
        mlp_ratios=[2, 2, 2, 2],
        decoder_hidden_size=8,
    )
    return transformers.GLPNForDepthEstimation(config), transformers.GLPNImageProcessor()


def dpt() -> Parts:
    """Return a model of depth estimation."""
    config = transformers.DPTConfig(
        **{**VIT, "num_hidden_layers": 4},
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        backbone_out_indices=[0, 1, 2, 3],
        reassemble_factors=[4, 2, 1, 0.5],
        is_hybrid=False,
    )
    return transformers.DPTForDepthEstimation(config), transformers.DPTImageProcessor(size=SQUARE)


def sam() -> Parts:
    """Return a model of mask generation."""
    vision = transformers.SamVisionConfig(
        hidden_size=16,
        output_channels=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=4,
        mlp_dim=16,
        window_size=4,
        global_attn_indexes=[0],
        num_pos_feats=4,
    )
    config = transformers.SamConfig(
        vision_config=vision.to_dict(),
        prompt_encoder_config={"hidden_size": 8, "image_size": 32, "patch_size": 4, "mask_input_channels": 4},
        mask_decoder_config={
            "hidden_size": 8,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "mlp_dim": 16,
            "iou_head_hidden_dim": 8,
        },
    )
    processor = transformers.SamImageProcessor(
        size={"longest_edge": 32},
        pad_size=SQUARE,
        mask_size={"longest_edge": 16},
        mask_pad_size={"height": 16, "width": 16},
    )
    return transformers.SamModel(config), processor


def videomae() -> Parts:
    """Return a model of video classification, of 8 frames."""
    config = transformers.VideoMAEConfig(**VIT, num_frames=8, tubelet_size=2, **labels("LABEL_0", "LABEL_1"))
    processor = transformers.VideoMAEImageProcessor(size={"shortest_edge": 32}, crop_size=SQUARE)
    return transformers.VideoMAEForVideoClassification(config), processor
