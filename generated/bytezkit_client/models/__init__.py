"""Models of the API, each imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assistant_message import AssistantMessage
    from .audio_classification_params import AudioClassificationParams
    from .audio_classification_request import AudioClassificationRequest
    from .audio_classification_response import AudioClassificationResponse
    from .audio_text_to_text_params import AudioTextToTextParams
    from .audio_text_to_text_request import AudioTextToTextRequest
    from .audio_text_to_text_response import AudioTextToTextResponse
    from .audio_text_to_text_result import AudioTextToTextResult
    from .audio_text_to_text_stream_request import AudioTextToTextStreamRequest
    from .audio_text_to_text_text_request import AudioTextToTextTextRequest
    from .audio_text_to_text_text_stream_request import AudioTextToTextTextStreamRequest
    from .automatic_speech_recognition_params import AutomaticSpeechRecognitionParams
    from .automatic_speech_recognition_request import AutomaticSpeechRecognitionRequest
    from .automatic_speech_recognition_response import AutomaticSpeechRecognitionResponse
    from .box import Box
    from .capacity import Capacity
    from .capacity_request import CapacityRequest
    from .catalog_model import CatalogModel
    from .catalog_model_v1 import CatalogModelV1
    from .chat_completion import ChatCompletion
    from .chat_completion_answer import ChatCompletionAnswer
    from .chat_completion_choice import ChatCompletionChoice
    from .chat_completion_logprobs import ChatCompletionLogprobs
    from .chat_completion_message import ChatCompletionMessage
    from .chat_completion_request import ChatCompletionRequest
    from .chat_completion_request_response_format_type_0 import (
        ChatCompletionRequestResponseFormatType0,
    )
    from .chat_completion_request_response_format_type_0_json_schema import (
        ChatCompletionRequestResponseFormatType0JsonSchema,
    )
    from .chat_completion_request_response_format_type_0_type import (
        ChatCompletionRequestResponseFormatType0Type,
    )
    from .chat_completion_request_stream_options_type_0 import (
        ChatCompletionRequestStreamOptionsType0,
    )
    from .chat_completion_stream_request import ChatCompletionStreamRequest
    from .chat_completion_stream_request_response_format_type_0 import (
        ChatCompletionStreamRequestResponseFormatType0,
    )
    from .chat_completion_stream_request_response_format_type_0_json_schema import (
        ChatCompletionStreamRequestResponseFormatType0JsonSchema,
    )
    from .chat_completion_stream_request_response_format_type_0_type import (
        ChatCompletionStreamRequestResponseFormatType0Type,
    )
    from .chat_completion_stream_request_stream_options_type_0 import (
        ChatCompletionStreamRequestStreamOptionsType0,
    )
    from .chat_completion_tool import ChatCompletionTool
    from .chat_params import ChatParams
    from .chat_request import ChatRequest
    from .chat_response import ChatResponse
    from .chat_result import ChatResult
    from .chat_stream_request import ChatStreamRequest
    from .chat_text_request import ChatTextRequest
    from .chat_text_stream_request import ChatTextStreamRequest
    from .classification import Classification
    from .classified_token import ClassifiedToken
    from .cluster import Cluster
    from .cluster_config import ClusterConfig
    from .cluster_response import ClusterResponse
    from .completion import Completion
    from .completion_choices_item import CompletionChoicesItem
    from .completion_logprobs import CompletionLogprobs
    from .completion_logprobs_top_logprobs_item import CompletionLogprobsTopLogprobsItem
    from .completion_request import CompletionRequest
    from .completion_request_stream_options_type_0 import CompletionRequestStreamOptionsType0
    from .completion_stream_request import CompletionStreamRequest
    from .completion_stream_request_stream_options_type_0 import (
        CompletionStreamRequestStreamOptionsType0,
    )
    from .content_part import ContentPart
    from .create_cluster_request import CreateClusterRequest
    from .create_cluster_response import CreateClusterResponse
    from .delete_cluster_response import DeleteClusterResponse
    from .depth_estimation_params import DepthEstimationParams
    from .depth_estimation_request import DepthEstimationRequest
    from .depth_estimation_response import DepthEstimationResponse
    from .depth_estimation_result import DepthEstimationResult
    from .depth_map import DepthMap
    from .detection import Detection
    from .dimensions import Dimensions
    from .document_answer import DocumentAnswer
    from .document_question_answering_params import DocumentQuestionAnsweringParams
    from .document_question_answering_request import DocumentQuestionAnsweringRequest
    from .document_question_answering_response import DocumentQuestionAnsweringResponse
    from .document_question_answering_text_request import DocumentQuestionAnsweringTextRequest
    from .embedding_item import EmbeddingItem
    from .embedding_list import EmbeddingList
    from .embedding_request import EmbeddingRequest
    from .error_response import ErrorResponse
    from .error_response_v1 import ErrorResponseV1
    from .extracted_answer import ExtractedAnswer
    from .feature_extraction_params import FeatureExtractionParams
    from .feature_extraction_request import FeatureExtractionRequest
    from .feature_extraction_response import FeatureExtractionResponse
    from .fill_mask_params import FillMaskParams
    from .fill_mask_request import FillMaskRequest
    from .fill_mask_response import FillMaskResponse
    from .filled_mask import FilledMask
    from .function_call import FunctionCall
    from .generation_params import GenerationParams
    from .image_classification_params import ImageClassificationParams
    from .image_classification_request import ImageClassificationRequest
    from .image_classification_response import ImageClassificationResponse
    from .image_feature_extraction_params import ImageFeatureExtractionParams
    from .image_feature_extraction_request import ImageFeatureExtractionRequest
    from .image_feature_extraction_response import ImageFeatureExtractionResponse
    from .image_masks import ImageMasks
    from .image_segmentation_params import ImageSegmentationParams
    from .image_segmentation_request import ImageSegmentationRequest
    from .image_segmentation_response import ImageSegmentationResponse
    from .image_text_to_text_params import ImageTextToTextParams
    from .image_text_to_text_request import ImageTextToTextRequest
    from .image_text_to_text_response import ImageTextToTextResponse
    from .image_text_to_text_result import ImageTextToTextResult
    from .image_text_to_text_stream_request import ImageTextToTextStreamRequest
    from .image_text_to_text_text_request import ImageTextToTextTextRequest
    from .image_text_to_text_text_stream_request import ImageTextToTextTextStreamRequest
    from .image_to_text_params import ImageToTextParams
    from .image_to_text_request import ImageToTextRequest
    from .image_to_text_response import ImageToTextResponse
    from .instance_request_v1 import InstanceRequestV1
    from .instance_v1 import InstanceV1
    from .job_v1 import JobV1
    from .json_schema import JsonSchema
    from .key_request_v1 import KeyRequestV1
    from .label_ranking import LabelRanking
    from .list_clusters_response import ListClustersResponse
    from .list_models_response import ListModelsResponse
    from .list_tasks_response import ListTasksResponse
    from .load_response_v1 import LoadResponseV1
    from .mask_generation_params import MaskGenerationParams
    from .mask_generation_request import MaskGenerationRequest
    from .mask_generation_response import MaskGenerationResponse
    from .mask_generation_result import MaskGenerationResult
    from .model_request_v1 import ModelRequestV1
    from .model_response import ModelResponse
    from .model_response_item import ModelResponseItem
    from .model_response_item_summary_item import ModelResponseItemSummaryItem
    from .model_response_request import ModelResponseRequest
    from .model_response_request_metadata_type_0 import ModelResponseRequestMetadataType0
    from .model_response_request_reasoning_type_0 import ModelResponseRequestReasoningType0
    from .model_response_request_text_type_0 import ModelResponseRequestTextType0
    from .model_response_request_text_type_0_format_type_0 import (
        ModelResponseRequestTextType0FormatType0,
    )
    from .model_response_request_text_type_0_format_type_0_type import (
        ModelResponseRequestTextType0FormatType0Type,
    )
    from .model_response_stream_request import ModelResponseStreamRequest
    from .model_response_stream_request_metadata_type_0 import (
        ModelResponseStreamRequestMetadataType0,
    )
    from .model_response_stream_request_reasoning_type_0 import (
        ModelResponseStreamRequestReasoningType0,
    )
    from .model_response_stream_request_text_type_0 import ModelResponseStreamRequestTextType0
    from .model_response_stream_request_text_type_0_format_type_0 import (
        ModelResponseStreamRequestTextType0FormatType0,
    )
    from .model_response_stream_request_text_type_0_format_type_0_type import (
        ModelResponseStreamRequestTextType0FormatType0Type,
    )
    from .model_response_text import ModelResponseText
    from .model_response_tool import ModelResponseTool
    from .model_response_usage import ModelResponseUsage
    from .model_response_usage_input_tokens_details import ModelResponseUsageInputTokensDetails
    from .model_response_usage_output_tokens_details import ModelResponseUsageOutputTokensDetails
    from .object_detection_params import ObjectDetectionParams
    from .object_detection_request import ObjectDetectionRequest
    from .object_detection_response import ObjectDetectionResponse
    from .openai_model import OpenaiModel
    from .openai_model_list import OpenaiModelList
    from .parts_message import PartsMessage
    from .payment_required_response import PaymentRequiredResponse
    from .question_answering_params import QuestionAnsweringParams
    from .question_answering_request import QuestionAnsweringRequest
    from .question_answering_response import QuestionAnsweringResponse
    from .question_answering_result import QuestionAnsweringResult
    from .request_model_response import RequestModelResponse
    from .run_params import RunParams
    from .run_request import RunRequest
    from .run_request_v1 import RunRequestV1
    from .run_response import RunResponse
    from .run_response_v1 import RunResponseV1
    from .run_stream_request_v1 import RunStreamRequestV1
    from .segment import Segment
    from .sentence_similarity_params import SentenceSimilarityParams
    from .sentence_similarity_request import SentenceSimilarityRequest
    from .sentence_similarity_response import SentenceSimilarityResponse
    from .summarization_params import SummarizationParams
    from .summarization_request import SummarizationRequest
    from .summarization_response import SummarizationResponse
    from .summarization_stream_request import SummarizationStreamRequest
    from .text_2_text_generation_params import Text2TextGenerationParams
    from .text_2_text_generation_request import Text2TextGenerationRequest
    from .text_2_text_generation_response import Text2TextGenerationResponse
    from .text_2_text_generation_stream_request import Text2TextGenerationStreamRequest
    from .text_classification_params import TextClassificationParams
    from .text_classification_request import TextClassificationRequest
    from .text_classification_response import TextClassificationResponse
    from .text_generation_messages_request import TextGenerationMessagesRequest
    from .text_generation_messages_stream_request import TextGenerationMessagesStreamRequest
    from .text_generation_params import TextGenerationParams
    from .text_generation_request import TextGenerationRequest
    from .text_generation_response import TextGenerationResponse
    from .text_generation_stream_request import TextGenerationStreamRequest
    from .text_message import TextMessage
    from .text_to_audio_bytes_request import TextToAudioBytesRequest
    from .text_to_audio_params import TextToAudioParams
    from .text_to_audio_request import TextToAudioRequest
    from .text_to_audio_response import TextToAudioResponse
    from .text_to_image_bytes_request import TextToImageBytesRequest
    from .text_to_image_params import TextToImageParams
    from .text_to_image_request import TextToImageRequest
    from .text_to_image_response import TextToImageResponse
    from .text_to_speech_bytes_request import TextToSpeechBytesRequest
    from .text_to_speech_params import TextToSpeechParams
    from .text_to_speech_request import TextToSpeechRequest
    from .text_to_speech_response import TextToSpeechResponse
    from .text_to_video_bytes_request import TextToVideoBytesRequest
    from .text_to_video_params import TextToVideoParams
    from .text_to_video_request import TextToVideoRequest
    from .text_to_video_response import TextToVideoResponse
    from .token_classification_params import TokenClassificationParams
    from .token_classification_request import TokenClassificationRequest
    from .token_classification_response import TokenClassificationResponse
    from .token_logprob import TokenLogprob
    from .token_logprob_top_logprobs_item import TokenLogprobTopLogprobsItem
    from .token_usage import TokenUsage
    from .tool_call import ToolCall
    from .tool_function import ToolFunction
    from .translation_params import TranslationParams
    from .translation_request import TranslationRequest
    from .translation_response import TranslationResponse
    from .translation_stream_request import TranslationStreamRequest
    from .unconditional_image_generation_bytes_request import (
        UnconditionalImageGenerationBytesRequest,
    )
    from .unconditional_image_generation_params import UnconditionalImageGenerationParams
    from .unconditional_image_generation_request import UnconditionalImageGenerationRequest
    from .unconditional_image_generation_response import UnconditionalImageGenerationResponse
    from .update_cluster_request import UpdateClusterRequest
    from .update_cluster_request_status import UpdateClusterRequestStatus
    from .video_classification_params import VideoClassificationParams
    from .video_classification_request import VideoClassificationRequest
    from .video_classification_response import VideoClassificationResponse
    from .video_text_to_text_params import VideoTextToTextParams
    from .video_text_to_text_request import VideoTextToTextRequest
    from .video_text_to_text_response import VideoTextToTextResponse
    from .video_text_to_text_result import VideoTextToTextResult
    from .video_text_to_text_stream_request import VideoTextToTextStreamRequest
    from .video_text_to_text_text_request import VideoTextToTextTextRequest
    from .video_text_to_text_text_stream_request import VideoTextToTextTextStreamRequest
    from .visual_answer import VisualAnswer
    from .visual_question_answering_params import VisualQuestionAnsweringParams
    from .visual_question_answering_request import VisualQuestionAnsweringRequest
    from .visual_question_answering_response import VisualQuestionAnsweringResponse
    from .visual_question_answering_text_request import VisualQuestionAnsweringTextRequest
    from .zero_shot_classification_params import ZeroShotClassificationParams
    from .zero_shot_classification_request import ZeroShotClassificationRequest
    from .zero_shot_classification_response import ZeroShotClassificationResponse
    from .zero_shot_classification_result import ZeroShotClassificationResult
    from .zero_shot_image_classification_params import ZeroShotImageClassificationParams
    from .zero_shot_image_classification_request import ZeroShotImageClassificationRequest
    from .zero_shot_image_classification_response import ZeroShotImageClassificationResponse
    from .zero_shot_image_classification_text_request import ZeroShotImageClassificationTextRequest
    from .zero_shot_object_detection_params import ZeroShotObjectDetectionParams
    from .zero_shot_object_detection_request import ZeroShotObjectDetectionRequest
    from .zero_shot_object_detection_response import ZeroShotObjectDetectionResponse
    from .zero_shot_object_detection_text_request import ZeroShotObjectDetectionTextRequest

__all__ = (
    "AssistantMessage",
    "AudioClassificationParams",
    "AudioClassificationRequest",
    "AudioClassificationResponse",
    "AudioTextToTextParams",
    "AudioTextToTextRequest",
    "AudioTextToTextResponse",
    "AudioTextToTextResult",
    "AudioTextToTextStreamRequest",
    "AudioTextToTextTextRequest",
    "AudioTextToTextTextStreamRequest",
    "AutomaticSpeechRecognitionParams",
    "AutomaticSpeechRecognitionRequest",
    "AutomaticSpeechRecognitionResponse",
    "Box",
    "Capacity",
    "CapacityRequest",
    "CatalogModel",
    "CatalogModelV1",
    "ChatCompletion",
    "ChatCompletionAnswer",
    "ChatCompletionChoice",
    "ChatCompletionLogprobs",
    "ChatCompletionMessage",
    "ChatCompletionRequest",
    "ChatCompletionRequestResponseFormatType0",
    "ChatCompletionRequestResponseFormatType0JsonSchema",
    "ChatCompletionRequestResponseFormatType0Type",
    "ChatCompletionRequestStreamOptionsType0",
    "ChatCompletionStreamRequest",
    "ChatCompletionStreamRequestResponseFormatType0",
    "ChatCompletionStreamRequestResponseFormatType0JsonSchema",
    "ChatCompletionStreamRequestResponseFormatType0Type",
    "ChatCompletionStreamRequestStreamOptionsType0",
    "ChatCompletionTool",
    "ChatParams",
    "ChatRequest",
    "ChatResponse",
    "ChatResult",
    "ChatStreamRequest",
    "ChatTextRequest",
    "ChatTextStreamRequest",
    "Classification",
    "ClassifiedToken",
    "Cluster",
    "ClusterConfig",
    "ClusterResponse",
    "Completion",
    "CompletionChoicesItem",
    "CompletionLogprobs",
    "CompletionLogprobsTopLogprobsItem",
    "CompletionRequest",
    "CompletionRequestStreamOptionsType0",
    "CompletionStreamRequest",
    "CompletionStreamRequestStreamOptionsType0",
    "ContentPart",
    "CreateClusterRequest",
    "CreateClusterResponse",
    "DeleteClusterResponse",
    "DepthEstimationParams",
    "DepthEstimationRequest",
    "DepthEstimationResponse",
    "DepthEstimationResult",
    "DepthMap",
    "Detection",
    "Dimensions",
    "DocumentAnswer",
    "DocumentQuestionAnsweringParams",
    "DocumentQuestionAnsweringRequest",
    "DocumentQuestionAnsweringResponse",
    "DocumentQuestionAnsweringTextRequest",
    "EmbeddingItem",
    "EmbeddingList",
    "EmbeddingRequest",
    "ErrorResponse",
    "ErrorResponseV1",
    "ExtractedAnswer",
    "FeatureExtractionParams",
    "FeatureExtractionRequest",
    "FeatureExtractionResponse",
    "FilledMask",
    "FillMaskParams",
    "FillMaskRequest",
    "FillMaskResponse",
    "FunctionCall",
    "GenerationParams",
    "ImageClassificationParams",
    "ImageClassificationRequest",
    "ImageClassificationResponse",
    "ImageFeatureExtractionParams",
    "ImageFeatureExtractionRequest",
    "ImageFeatureExtractionResponse",
    "ImageMasks",
    "ImageSegmentationParams",
    "ImageSegmentationRequest",
    "ImageSegmentationResponse",
    "ImageTextToTextParams",
    "ImageTextToTextRequest",
    "ImageTextToTextResponse",
    "ImageTextToTextResult",
    "ImageTextToTextStreamRequest",
    "ImageTextToTextTextRequest",
    "ImageTextToTextTextStreamRequest",
    "ImageToTextParams",
    "ImageToTextRequest",
    "ImageToTextResponse",
    "InstanceRequestV1",
    "InstanceV1",
    "JobV1",
    "JsonSchema",
    "KeyRequestV1",
    "LabelRanking",
    "ListClustersResponse",
    "ListModelsResponse",
    "ListTasksResponse",
    "LoadResponseV1",
    "MaskGenerationParams",
    "MaskGenerationRequest",
    "MaskGenerationResponse",
    "MaskGenerationResult",
    "ModelRequestV1",
    "ModelResponse",
    "ModelResponseItem",
    "ModelResponseItemSummaryItem",
    "ModelResponseRequest",
    "ModelResponseRequestMetadataType0",
    "ModelResponseRequestReasoningType0",
    "ModelResponseRequestTextType0",
    "ModelResponseRequestTextType0FormatType0",
    "ModelResponseRequestTextType0FormatType0Type",
    "ModelResponseStreamRequest",
    "ModelResponseStreamRequestMetadataType0",
    "ModelResponseStreamRequestReasoningType0",
    "ModelResponseStreamRequestTextType0",
    "ModelResponseStreamRequestTextType0FormatType0",
    "ModelResponseStreamRequestTextType0FormatType0Type",
    "ModelResponseText",
    "ModelResponseTool",
    "ModelResponseUsage",
    "ModelResponseUsageInputTokensDetails",
    "ModelResponseUsageOutputTokensDetails",
    "ObjectDetectionParams",
    "ObjectDetectionRequest",
    "ObjectDetectionResponse",
    "OpenaiModel",
    "OpenaiModelList",
    "PartsMessage",
    "PaymentRequiredResponse",
    "QuestionAnsweringParams",
    "QuestionAnsweringRequest",
    "QuestionAnsweringResponse",
    "QuestionAnsweringResult",
    "RequestModelResponse",
    "RunParams",
    "RunRequest",
    "RunRequestV1",
    "RunResponse",
    "RunResponseV1",
    "RunStreamRequestV1",
    "Segment",
    "SentenceSimilarityParams",
    "SentenceSimilarityRequest",
    "SentenceSimilarityResponse",
    "SummarizationParams",
    "SummarizationRequest",
    "SummarizationResponse",
    "SummarizationStreamRequest",
    "Text2TextGenerationParams",
    "Text2TextGenerationRequest",
    "Text2TextGenerationResponse",
    "Text2TextGenerationStreamRequest",
    "TextClassificationParams",
    "TextClassificationRequest",
    "TextClassificationResponse",
    "TextGenerationMessagesRequest",
    "TextGenerationMessagesStreamRequest",
    "TextGenerationParams",
    "TextGenerationRequest",
    "TextGenerationResponse",
    "TextGenerationStreamRequest",
    "TextMessage",
    "TextToAudioBytesRequest",
    "TextToAudioParams",
    "TextToAudioRequest",
    "TextToAudioResponse",
    "TextToImageBytesRequest",
    "TextToImageParams",
    "TextToImageRequest",
    "TextToImageResponse",
    "TextToSpeechBytesRequest",
    "TextToSpeechParams",
    "TextToSpeechRequest",
    "TextToSpeechResponse",
    "TextToVideoBytesRequest",
    "TextToVideoParams",
    "TextToVideoRequest",
    "TextToVideoResponse",
    "TokenClassificationParams",
    "TokenClassificationRequest",
    "TokenClassificationResponse",
    "TokenLogprob",
    "TokenLogprobTopLogprobsItem",
    "TokenUsage",
    "ToolCall",
    "ToolFunction",
    "TranslationParams",
    "TranslationRequest",
    "TranslationResponse",
    "TranslationStreamRequest",
    "UnconditionalImageGenerationBytesRequest",
    "UnconditionalImageGenerationParams",
    "UnconditionalImageGenerationRequest",
    "UnconditionalImageGenerationResponse",
    "UpdateClusterRequest",
    "UpdateClusterRequestStatus",
    "VideoClassificationParams",
    "VideoClassificationRequest",
    "VideoClassificationResponse",
    "VideoTextToTextParams",
    "VideoTextToTextRequest",
    "VideoTextToTextResponse",
    "VideoTextToTextResult",
    "VideoTextToTextStreamRequest",
    "VideoTextToTextTextRequest",
    "VideoTextToTextTextStreamRequest",
    "VisualAnswer",
    "VisualQuestionAnsweringParams",
    "VisualQuestionAnsweringRequest",
    "VisualQuestionAnsweringResponse",
    "VisualQuestionAnsweringTextRequest",
    "ZeroShotClassificationParams",
    "ZeroShotClassificationRequest",
    "ZeroShotClassificationResponse",
    "ZeroShotClassificationResult",
    "ZeroShotImageClassificationParams",
    "ZeroShotImageClassificationRequest",
    "ZeroShotImageClassificationResponse",
    "ZeroShotImageClassificationTextRequest",
    "ZeroShotObjectDetectionParams",
    "ZeroShotObjectDetectionRequest",
    "ZeroShotObjectDetectionResponse",
    "ZeroShotObjectDetectionTextRequest",
)

_MODULES = {
    "AssistantMessage": ".assistant_message",
    "AudioClassificationParams": ".audio_classification_params",
    "AudioClassificationRequest": ".audio_classification_request",
    "AudioClassificationResponse": ".audio_classification_response",
    "AudioTextToTextParams": ".audio_text_to_text_params",
    "AudioTextToTextRequest": ".audio_text_to_text_request",
    "AudioTextToTextResponse": ".audio_text_to_text_response",
    "AudioTextToTextResult": ".audio_text_to_text_result",
    "AudioTextToTextStreamRequest": ".audio_text_to_text_stream_request",
    "AudioTextToTextTextRequest": ".audio_text_to_text_text_request",
    "AudioTextToTextTextStreamRequest": ".audio_text_to_text_text_stream_request",
    "AutomaticSpeechRecognitionParams": ".automatic_speech_recognition_params",
    "AutomaticSpeechRecognitionRequest": ".automatic_speech_recognition_request",
    "AutomaticSpeechRecognitionResponse": ".automatic_speech_recognition_response",
    "Box": ".box",
    "Capacity": ".capacity",
    "CapacityRequest": ".capacity_request",
    "CatalogModel": ".catalog_model",
    "CatalogModelV1": ".catalog_model_v1",
    "ChatCompletion": ".chat_completion",
    "ChatCompletionAnswer": ".chat_completion_answer",
    "ChatCompletionChoice": ".chat_completion_choice",
    "ChatCompletionLogprobs": ".chat_completion_logprobs",
    "ChatCompletionMessage": ".chat_completion_message",
    "ChatCompletionRequest": ".chat_completion_request",
    "ChatCompletionRequestResponseFormatType0": ".chat_completion_request_response_format_type_0",
    "ChatCompletionRequestResponseFormatType0JsonSchema": ".chat_completion_request_response_format_type_0_json_schema",
    "ChatCompletionRequestResponseFormatType0Type": ".chat_completion_request_response_format_type_0_type",
    "ChatCompletionRequestStreamOptionsType0": ".chat_completion_request_stream_options_type_0",
    "ChatCompletionStreamRequest": ".chat_completion_stream_request",
    "ChatCompletionStreamRequestResponseFormatType0": ".chat_completion_stream_request_response_format_type_0",
    "ChatCompletionStreamRequestResponseFormatType0JsonSchema": ".chat_completion_stream_request_response_format_type_0_json_schema",
    "ChatCompletionStreamRequestResponseFormatType0Type": ".chat_completion_stream_request_response_format_type_0_type",
    "ChatCompletionStreamRequestStreamOptionsType0": ".chat_completion_stream_request_stream_options_type_0",
    "ChatCompletionTool": ".chat_completion_tool",
    "ChatParams": ".chat_params",
    "ChatRequest": ".chat_request",
    "ChatResponse": ".chat_response",
    "ChatResult": ".chat_result",
    "ChatStreamRequest": ".chat_stream_request",
    "ChatTextRequest": ".chat_text_request",
    "ChatTextStreamRequest": ".chat_text_stream_request",
    "Classification": ".classification",
    "ClassifiedToken": ".classified_token",
    "Cluster": ".cluster",
    "ClusterConfig": ".cluster_config",
    "ClusterResponse": ".cluster_response",
    "Completion": ".completion",
    "CompletionChoicesItem": ".completion_choices_item",
    "CompletionLogprobs": ".completion_logprobs",
    "CompletionLogprobsTopLogprobsItem": ".completion_logprobs_top_logprobs_item",
    "CompletionRequest": ".completion_request",
    "CompletionRequestStreamOptionsType0": ".completion_request_stream_options_type_0",
    "CompletionStreamRequest": ".completion_stream_request",
    "CompletionStreamRequestStreamOptionsType0": ".completion_stream_request_stream_options_type_0",
    "ContentPart": ".content_part",
    "CreateClusterRequest": ".create_cluster_request",
    "CreateClusterResponse": ".create_cluster_response",
    "DeleteClusterResponse": ".delete_cluster_response",
    "DepthEstimationParams": ".depth_estimation_params",
    "DepthEstimationRequest": ".depth_estimation_request",
    "DepthEstimationResponse": ".depth_estimation_response",
    "DepthEstimationResult": ".depth_estimation_result",
    "DepthMap": ".depth_map",
    "Detection": ".detection",
    "Dimensions": ".dimensions",
    "DocumentAnswer": ".document_answer",
    "DocumentQuestionAnsweringParams": ".document_question_answering_params",
    "DocumentQuestionAnsweringRequest": ".document_question_answering_request",
    "DocumentQuestionAnsweringResponse": ".document_question_answering_response",
    "DocumentQuestionAnsweringTextRequest": ".document_question_answering_text_request",
    "EmbeddingItem": ".embedding_item",
    "EmbeddingList": ".embedding_list",
    "EmbeddingRequest": ".embedding_request",
    "ErrorResponse": ".error_response",
    "ErrorResponseV1": ".error_response_v1",
    "ExtractedAnswer": ".extracted_answer",
    "FeatureExtractionParams": ".feature_extraction_params",
    "FeatureExtractionRequest": ".feature_extraction_request",
    "FeatureExtractionResponse": ".feature_extraction_response",
    "FillMaskParams": ".fill_mask_params",
    "FillMaskRequest": ".fill_mask_request",
    "FillMaskResponse": ".fill_mask_response",
    "FilledMask": ".filled_mask",
    "FunctionCall": ".function_call",
    "GenerationParams": ".generation_params",
    "ImageClassificationParams": ".image_classification_params",
    "ImageClassificationRequest": ".image_classification_request",
    "ImageClassificationResponse": ".image_classification_response",
    "ImageFeatureExtractionParams": ".image_feature_extraction_params",
    "ImageFeatureExtractionRequest": ".image_feature_extraction_request",
    "ImageFeatureExtractionResponse": ".image_feature_extraction_response",
    "ImageMasks": ".image_masks",
    "ImageSegmentationParams": ".image_segmentation_params",
    "ImageSegmentationRequest": ".image_segmentation_request",
    "ImageSegmentationResponse": ".image_segmentation_response",
    "ImageTextToTextParams": ".image_text_to_text_params",
    "ImageTextToTextRequest": ".image_text_to_text_request",
    "ImageTextToTextResponse": ".image_text_to_text_response",
    "ImageTextToTextResult": ".image_text_to_text_result",
    "ImageTextToTextStreamRequest": ".image_text_to_text_stream_request",
    "ImageTextToTextTextRequest": ".image_text_to_text_text_request",
    "ImageTextToTextTextStreamRequest": ".image_text_to_text_text_stream_request",
    "ImageToTextParams": ".image_to_text_params",
    "ImageToTextRequest": ".image_to_text_request",
    "ImageToTextResponse": ".image_to_text_response",
    "InstanceRequestV1": ".instance_request_v1",
    "InstanceV1": ".instance_v1",
    "JobV1": ".job_v1",
    "JsonSchema": ".json_schema",
    "KeyRequestV1": ".key_request_v1",
    "LabelRanking": ".label_ranking",
    "ListClustersResponse": ".list_clusters_response",
    "ListModelsResponse": ".list_models_response",
    "ListTasksResponse": ".list_tasks_response",
    "LoadResponseV1": ".load_response_v1",
    "MaskGenerationParams": ".mask_generation_params",
    "MaskGenerationRequest": ".mask_generation_request",
    "MaskGenerationResponse": ".mask_generation_response",
    "MaskGenerationResult": ".mask_generation_result",
    "ModelRequestV1": ".model_request_v1",
    "ModelResponse": ".model_response",
    "ModelResponseItem": ".model_response_item",
    "ModelResponseItemSummaryItem": ".model_response_item_summary_item",
    "ModelResponseRequest": ".model_response_request",
    "ModelResponseRequestMetadataType0": ".model_response_request_metadata_type_0",
    "ModelResponseRequestReasoningType0": ".model_response_request_reasoning_type_0",
    "ModelResponseRequestTextType0": ".model_response_request_text_type_0",
    "ModelResponseRequestTextType0FormatType0": ".model_response_request_text_type_0_format_type_0",
    "ModelResponseRequestTextType0FormatType0Type": ".model_response_request_text_type_0_format_type_0_type",
    "ModelResponseStreamRequest": ".model_response_stream_request",
    "ModelResponseStreamRequestMetadataType0": ".model_response_stream_request_metadata_type_0",
    "ModelResponseStreamRequestReasoningType0": ".model_response_stream_request_reasoning_type_0",
    "ModelResponseStreamRequestTextType0": ".model_response_stream_request_text_type_0",
    "ModelResponseStreamRequestTextType0FormatType0": ".model_response_stream_request_text_type_0_format_type_0",
    "ModelResponseStreamRequestTextType0FormatType0Type": ".model_response_stream_request_text_type_0_format_type_0_type",
    "ModelResponseText": ".model_response_text",
    "ModelResponseTool": ".model_response_tool",
    "ModelResponseUsage": ".model_response_usage",
    "ModelResponseUsageInputTokensDetails": ".model_response_usage_input_tokens_details",
    "ModelResponseUsageOutputTokensDetails": ".model_response_usage_output_tokens_details",
    "ObjectDetectionParams": ".object_detection_params",
    "ObjectDetectionRequest": ".object_detection_request",
    "ObjectDetectionResponse": ".object_detection_response",
    "OpenaiModel": ".openai_model",
    "OpenaiModelList": ".openai_model_list",
    "PartsMessage": ".parts_message",
    "PaymentRequiredResponse": ".payment_required_response",
    "QuestionAnsweringParams": ".question_answering_params",
    "QuestionAnsweringRequest": ".question_answering_request",
    "QuestionAnsweringResponse": ".question_answering_response",
    "QuestionAnsweringResult": ".question_answering_result",
    "RequestModelResponse": ".request_model_response",
    "RunParams": ".run_params",
    "RunRequest": ".run_request",
    "RunRequestV1": ".run_request_v1",
    "RunResponse": ".run_response",
    "RunResponseV1": ".run_response_v1",
    "RunStreamRequestV1": ".run_stream_request_v1",
    "Segment": ".segment",
    "SentenceSimilarityParams": ".sentence_similarity_params",
    "SentenceSimilarityRequest": ".sentence_similarity_request",
    "SentenceSimilarityResponse": ".sentence_similarity_response",
    "SummarizationParams": ".summarization_params",
    "SummarizationRequest": ".summarization_request",
    "SummarizationResponse": ".summarization_response",
    "SummarizationStreamRequest": ".summarization_stream_request",
    "Text2TextGenerationParams": ".text_2_text_generation_params",
    "Text2TextGenerationRequest": ".text_2_text_generation_request",
    "Text2TextGenerationResponse": ".text_2_text_generation_response",
    "Text2TextGenerationStreamRequest": ".text_2_text_generation_stream_request",
    "TextClassificationParams": ".text_classification_params",
    "TextClassificationRequest": ".text_classification_request",
    "TextClassificationResponse": ".text_classification_response",
    "TextGenerationMessagesRequest": ".text_generation_messages_request",
    "TextGenerationMessagesStreamRequest": ".text_generation_messages_stream_request",
    "TextGenerationParams": ".text_generation_params",
    "TextGenerationRequest": ".text_generation_request",
    "TextGenerationResponse": ".text_generation_response",
    "TextGenerationStreamRequest": ".text_generation_stream_request",
    "TextMessage": ".text_message",
    "TextToAudioBytesRequest": ".text_to_audio_bytes_request",
    "TextToAudioParams": ".text_to_audio_params",
    "TextToAudioRequest": ".text_to_audio_request",
    "TextToAudioResponse": ".text_to_audio_response",
    "TextToImageBytesRequest": ".text_to_image_bytes_request",
    "TextToImageParams": ".text_to_image_params",
    "TextToImageRequest": ".text_to_image_request",
    "TextToImageResponse": ".text_to_image_response",
    "TextToSpeechBytesRequest": ".text_to_speech_bytes_request",
    "TextToSpeechParams": ".text_to_speech_params",
    "TextToSpeechRequest": ".text_to_speech_request",
    "TextToSpeechResponse": ".text_to_speech_response",
    "TextToVideoBytesRequest": ".text_to_video_bytes_request",
    "TextToVideoParams": ".text_to_video_params",
    "TextToVideoRequest": ".text_to_video_request",
    "TextToVideoResponse": ".text_to_video_response",
    "TokenClassificationParams": ".token_classification_params",
    "TokenClassificationRequest": ".token_classification_request",
    "TokenClassificationResponse": ".token_classification_response",
    "TokenLogprob": ".token_logprob",
    "TokenLogprobTopLogprobsItem": ".token_logprob_top_logprobs_item",
    "TokenUsage": ".token_usage",
    "ToolCall": ".tool_call",
    "ToolFunction": ".tool_function",
    "TranslationParams": ".translation_params",
    "TranslationRequest": ".translation_request",
    "TranslationResponse": ".translation_response",
    "TranslationStreamRequest": ".translation_stream_request",
    "UnconditionalImageGenerationBytesRequest": ".unconditional_image_generation_bytes_request",
    "UnconditionalImageGenerationParams": ".unconditional_image_generation_params",
    "UnconditionalImageGenerationRequest": ".unconditional_image_generation_request",
    "UnconditionalImageGenerationResponse": ".unconditional_image_generation_response",
    "UpdateClusterRequest": ".update_cluster_request",
    "UpdateClusterRequestStatus": ".update_cluster_request_status",
    "VideoClassificationParams": ".video_classification_params",
    "VideoClassificationRequest": ".video_classification_request",
    "VideoClassificationResponse": ".video_classification_response",
    "VideoTextToTextParams": ".video_text_to_text_params",
    "VideoTextToTextRequest": ".video_text_to_text_request",
    "VideoTextToTextResponse": ".video_text_to_text_response",
    "VideoTextToTextResult": ".video_text_to_text_result",
    "VideoTextToTextStreamRequest": ".video_text_to_text_stream_request",
    "VideoTextToTextTextRequest": ".video_text_to_text_text_request",
    "VideoTextToTextTextStreamRequest": ".video_text_to_text_text_stream_request",
    "VisualAnswer": ".visual_answer",
    "VisualQuestionAnsweringParams": ".visual_question_answering_params",
    "VisualQuestionAnsweringRequest": ".visual_question_answering_request",
    "VisualQuestionAnsweringResponse": ".visual_question_answering_response",
    "VisualQuestionAnsweringTextRequest": ".visual_question_answering_text_request",
    "ZeroShotClassificationParams": ".zero_shot_classification_params",
    "ZeroShotClassificationRequest": ".zero_shot_classification_request",
    "ZeroShotClassificationResponse": ".zero_shot_classification_response",
    "ZeroShotClassificationResult": ".zero_shot_classification_result",
    "ZeroShotImageClassificationParams": ".zero_shot_image_classification_params",
    "ZeroShotImageClassificationRequest": ".zero_shot_image_classification_request",
    "ZeroShotImageClassificationResponse": ".zero_shot_image_classification_response",
    "ZeroShotImageClassificationTextRequest": ".zero_shot_image_classification_text_request",
    "ZeroShotObjectDetectionParams": ".zero_shot_object_detection_params",
    "ZeroShotObjectDetectionRequest": ".zero_shot_object_detection_request",
    "ZeroShotObjectDetectionResponse": ".zero_shot_object_detection_response",
    "ZeroShotObjectDetectionTextRequest": ".zero_shot_object_detection_text_request",
}

# Type checkers must not see `__getattr__`: they would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        for names, module in _MODULES.items():
            if name in names.split(", "):
                return getattr(import_module(module, __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
