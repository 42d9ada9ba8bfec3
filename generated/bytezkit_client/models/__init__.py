"""Models of the API, each imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assistant_message import AssistantMessage
    from .audio_classification_params import AudioClassificationParams
    from .audio_text_to_text_params import AudioTextToTextParams
    from .audio_text_to_text_result import AudioTextToTextResult
    from .automatic_speech_recognition_params import AutomaticSpeechRecognitionParams
    from .box import Box
    from .capacity import Capacity
    from .capacity_request import CapacityRequest
    from .catalog_model import CatalogModel
    from .catalog_model_v1 import CatalogModelV1
    from .chat_message import ChatMessage
    from .chat_params import ChatParams
    from .chat_result import ChatResult
    from .classification import Classification
    from .classified_token import ClassifiedToken
    from .cluster import Cluster
    from .cluster_config import ClusterConfig
    from .cluster_response import ClusterResponse
    from .content_part import ContentPart
    from .conversation_v1 import ConversationV1
    from .create_cluster_request import CreateClusterRequest
    from .create_cluster_response import CreateClusterResponse
    from .delete_cluster_response import DeleteClusterResponse
    from .depth_estimation_params import DepthEstimationParams
    from .depth_estimation_result import DepthEstimationResult
    from .depth_map import DepthMap
    from .detection import Detection
    from .dimensions import Dimensions
    from .document_answer import DocumentAnswer
    from .document_question_answering_params import DocumentQuestionAnsweringParams
    from .empty_input import EmptyInput
    from .error_response import ErrorResponse
    from .error_response_v1 import ErrorResponseV1
    from .extracted_answer import ExtractedAnswer
    from .feature_extraction_params import FeatureExtractionParams
    from .fill_mask_params import FillMaskParams
    from .filled_mask import FilledMask
    from .generated_text_v1 import GeneratedTextV1
    from .generation_params import GenerationParams
    from .image_classification_params import ImageClassificationParams
    from .image_feature_extraction_params import ImageFeatureExtractionParams
    from .image_masks import ImageMasks
    from .image_segmentation_params import ImageSegmentationParams
    from .image_text_to_text_params import ImageTextToTextParams
    from .image_text_to_text_result import ImageTextToTextResult
    from .image_to_text_params import ImageToTextParams
    from .instance_request_v1 import InstanceRequestV1
    from .instance_v1 import InstanceV1
    from .job_v1 import JobV1
    from .key_request_v1 import KeyRequestV1
    from .label_ranking import LabelRanking
    from .labels_media_input import LabelsMediaInput
    from .labels_text_input import LabelsTextInput
    from .list_clusters_response import ListClustersResponse
    from .list_models_response import ListModelsResponse
    from .list_tasks_response import ListTasksResponse
    from .load_response_v1 import LoadResponseV1
    from .mask_generation_params import MaskGenerationParams
    from .mask_generation_result import MaskGenerationResult
    from .media_input import MediaInput
    from .messages_input import MessagesInput
    from .model_request_v1 import ModelRequestV1
    from .object_detection_params import ObjectDetectionParams
    from .payment_required_response import PaymentRequiredResponse
    from .question_answering_params import QuestionAnsweringParams
    from .question_answering_result import QuestionAnsweringResult
    from .question_context_input import QuestionContextInput
    from .question_media_input import QuestionMediaInput
    from .request_model_response import RequestModelResponse
    from .run_params import RunParams
    from .run_request_v1 import RunRequestV1
    from .run_response import RunResponse
    from .run_response_v1 import RunResponseV1
    from .segment import Segment
    from .sentence_similarity_params import SentenceSimilarityParams
    from .shorthand_input import ShorthandInput
    from .summarization_params import SummarizationParams
    from .summary_v1 import SummaryV1
    from .text_2_text_generation_params import Text2TextGenerationParams
    from .text_classification_params import TextClassificationParams
    from .text_generation_params import TextGenerationParams
    from .text_input import TextInput
    from .text_media_input import TextMediaInput
    from .text_to_audio_params import TextToAudioParams
    from .text_to_image_params import TextToImageParams
    from .text_to_speech_params import TextToSpeechParams
    from .text_to_video_params import TextToVideoParams
    from .token_classification_params import TokenClassificationParams
    from .transcript_v1 import TranscriptV1
    from .translated_text_v1 import TranslatedTextV1
    from .translation_params import TranslationParams
    from .unconditional_image_generation_params import UnconditionalImageGenerationParams
    from .update_cluster_request import UpdateClusterRequest
    from .update_cluster_request_status import UpdateClusterRequestStatus
    from .video_classification_params import VideoClassificationParams
    from .video_text_to_text_params import VideoTextToTextParams
    from .video_text_to_text_result import VideoTextToTextResult
    from .visual_answer import VisualAnswer
    from .visual_question_answering_params import VisualQuestionAnsweringParams
    from .zero_shot_classification_params import ZeroShotClassificationParams
    from .zero_shot_classification_result import ZeroShotClassificationResult
    from .zero_shot_image_classification_params import ZeroShotImageClassificationParams
    from .zero_shot_object_detection_params import ZeroShotObjectDetectionParams

__all__ = (
    "AssistantMessage",
    "AudioClassificationParams",
    "AudioTextToTextParams",
    "AudioTextToTextResult",
    "AutomaticSpeechRecognitionParams",
    "Box",
    "Capacity",
    "CapacityRequest",
    "CatalogModel",
    "CatalogModelV1",
    "ChatMessage",
    "ChatParams",
    "ChatResult",
    "Classification",
    "ClassifiedToken",
    "Cluster",
    "ClusterConfig",
    "ClusterResponse",
    "ContentPart",
    "ConversationV1",
    "CreateClusterRequest",
    "CreateClusterResponse",
    "DeleteClusterResponse",
    "DepthEstimationParams",
    "DepthEstimationResult",
    "DepthMap",
    "Detection",
    "Dimensions",
    "DocumentAnswer",
    "DocumentQuestionAnsweringParams",
    "EmptyInput",
    "ErrorResponse",
    "ErrorResponseV1",
    "ExtractedAnswer",
    "FeatureExtractionParams",
    "FilledMask",
    "FillMaskParams",
    "GeneratedTextV1",
    "GenerationParams",
    "ImageClassificationParams",
    "ImageFeatureExtractionParams",
    "ImageMasks",
    "ImageSegmentationParams",
    "ImageTextToTextParams",
    "ImageTextToTextResult",
    "ImageToTextParams",
    "InstanceRequestV1",
    "InstanceV1",
    "JobV1",
    "KeyRequestV1",
    "LabelRanking",
    "LabelsMediaInput",
    "LabelsTextInput",
    "ListClustersResponse",
    "ListModelsResponse",
    "ListTasksResponse",
    "LoadResponseV1",
    "MaskGenerationParams",
    "MaskGenerationResult",
    "MediaInput",
    "MessagesInput",
    "ModelRequestV1",
    "ObjectDetectionParams",
    "PaymentRequiredResponse",
    "QuestionAnsweringParams",
    "QuestionAnsweringResult",
    "QuestionContextInput",
    "QuestionMediaInput",
    "RequestModelResponse",
    "RunParams",
    "RunRequestV1",
    "RunResponse",
    "RunResponseV1",
    "Segment",
    "SentenceSimilarityParams",
    "ShorthandInput",
    "SummarizationParams",
    "SummaryV1",
    "Text2TextGenerationParams",
    "TextClassificationParams",
    "TextGenerationParams",
    "TextInput",
    "TextMediaInput",
    "TextToAudioParams",
    "TextToImageParams",
    "TextToSpeechParams",
    "TextToVideoParams",
    "TokenClassificationParams",
    "TranscriptV1",
    "TranslatedTextV1",
    "TranslationParams",
    "UnconditionalImageGenerationParams",
    "UpdateClusterRequest",
    "UpdateClusterRequestStatus",
    "VideoClassificationParams",
    "VideoTextToTextParams",
    "VideoTextToTextResult",
    "VisualAnswer",
    "VisualQuestionAnsweringParams",
    "ZeroShotClassificationParams",
    "ZeroShotClassificationResult",
    "ZeroShotImageClassificationParams",
    "ZeroShotObjectDetectionParams",
)

_MODULES = {
    "AssistantMessage": ".assistant_message",
    "AudioClassificationParams": ".audio_classification_params",
    "AudioTextToTextParams": ".audio_text_to_text_params",
    "AudioTextToTextResult": ".audio_text_to_text_result",
    "AutomaticSpeechRecognitionParams": ".automatic_speech_recognition_params",
    "Box": ".box",
    "Capacity": ".capacity",
    "CapacityRequest": ".capacity_request",
    "CatalogModel": ".catalog_model",
    "CatalogModelV1": ".catalog_model_v1",
    "ChatMessage": ".chat_message",
    "ChatParams": ".chat_params",
    "ChatResult": ".chat_result",
    "Classification": ".classification",
    "ClassifiedToken": ".classified_token",
    "Cluster": ".cluster",
    "ClusterConfig": ".cluster_config",
    "ClusterResponse": ".cluster_response",
    "ContentPart": ".content_part",
    "ConversationV1": ".conversation_v1",
    "CreateClusterRequest": ".create_cluster_request",
    "CreateClusterResponse": ".create_cluster_response",
    "DeleteClusterResponse": ".delete_cluster_response",
    "DepthEstimationParams": ".depth_estimation_params",
    "DepthEstimationResult": ".depth_estimation_result",
    "DepthMap": ".depth_map",
    "Detection": ".detection",
    "Dimensions": ".dimensions",
    "DocumentAnswer": ".document_answer",
    "DocumentQuestionAnsweringParams": ".document_question_answering_params",
    "EmptyInput": ".empty_input",
    "ErrorResponse": ".error_response",
    "ErrorResponseV1": ".error_response_v1",
    "ExtractedAnswer": ".extracted_answer",
    "FeatureExtractionParams": ".feature_extraction_params",
    "FillMaskParams": ".fill_mask_params",
    "FilledMask": ".filled_mask",
    "GeneratedTextV1": ".generated_text_v1",
    "GenerationParams": ".generation_params",
    "ImageClassificationParams": ".image_classification_params",
    "ImageFeatureExtractionParams": ".image_feature_extraction_params",
    "ImageMasks": ".image_masks",
    "ImageSegmentationParams": ".image_segmentation_params",
    "ImageTextToTextParams": ".image_text_to_text_params",
    "ImageTextToTextResult": ".image_text_to_text_result",
    "ImageToTextParams": ".image_to_text_params",
    "InstanceRequestV1": ".instance_request_v1",
    "InstanceV1": ".instance_v1",
    "JobV1": ".job_v1",
    "KeyRequestV1": ".key_request_v1",
    "LabelRanking": ".label_ranking",
    "LabelsMediaInput": ".labels_media_input",
    "LabelsTextInput": ".labels_text_input",
    "ListClustersResponse": ".list_clusters_response",
    "ListModelsResponse": ".list_models_response",
    "ListTasksResponse": ".list_tasks_response",
    "LoadResponseV1": ".load_response_v1",
    "MaskGenerationParams": ".mask_generation_params",
    "MaskGenerationResult": ".mask_generation_result",
    "MediaInput": ".media_input",
    "MessagesInput": ".messages_input",
    "ModelRequestV1": ".model_request_v1",
    "ObjectDetectionParams": ".object_detection_params",
    "PaymentRequiredResponse": ".payment_required_response",
    "QuestionAnsweringParams": ".question_answering_params",
    "QuestionAnsweringResult": ".question_answering_result",
    "QuestionContextInput": ".question_context_input",
    "QuestionMediaInput": ".question_media_input",
    "RequestModelResponse": ".request_model_response",
    "RunParams": ".run_params",
    "RunRequestV1": ".run_request_v1",
    "RunResponse": ".run_response",
    "RunResponseV1": ".run_response_v1",
    "Segment": ".segment",
    "SentenceSimilarityParams": ".sentence_similarity_params",
    "ShorthandInput": ".shorthand_input",
    "SummarizationParams": ".summarization_params",
    "SummaryV1": ".summary_v1",
    "Text2TextGenerationParams": ".text_2_text_generation_params",
    "TextClassificationParams": ".text_classification_params",
    "TextGenerationParams": ".text_generation_params",
    "TextInput": ".text_input",
    "TextMediaInput": ".text_media_input",
    "TextToAudioParams": ".text_to_audio_params",
    "TextToImageParams": ".text_to_image_params",
    "TextToSpeechParams": ".text_to_speech_params",
    "TextToVideoParams": ".text_to_video_params",
    "TokenClassificationParams": ".token_classification_params",
    "TranscriptV1": ".transcript_v1",
    "TranslatedTextV1": ".translated_text_v1",
    "TranslationParams": ".translation_params",
    "UnconditionalImageGenerationParams": ".unconditional_image_generation_params",
    "UpdateClusterRequest": ".update_cluster_request",
    "UpdateClusterRequestStatus": ".update_cluster_request_status",
    "VideoClassificationParams": ".video_classification_params",
    "VideoTextToTextParams": ".video_text_to_text_params",
    "VideoTextToTextResult": ".video_text_to_text_result",
    "VisualAnswer": ".visual_answer",
    "VisualQuestionAnsweringParams": ".visual_question_answering_params",
    "ZeroShotClassificationParams": ".zero_shot_classification_params",
    "ZeroShotClassificationResult": ".zero_shot_classification_result",
    "ZeroShotImageClassificationParams": ".zero_shot_image_classification_params",
    "ZeroShotObjectDetectionParams": ".zero_shot_object_detection_params",
}

# Type checkers must not see `__getattr__`: they would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        for names, module in _MODULES.items():
            if name in names.split(", "):
                return getattr(import_module(module, __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
