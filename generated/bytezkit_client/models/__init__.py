"""Models of the API, each imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assistant_message import AssistantMessage
    from .capacity import Capacity
    from .capacity_request import CapacityRequest
    from .catalog_model import CatalogModel
    from .chat_message import ChatMessage
    from .chat_params import ChatParams
    from .chat_result import ChatResult
    from .cluster import Cluster
    from .cluster_config import ClusterConfig
    from .cluster_response import ClusterResponse
    from .content_part import ContentPart
    from .create_cluster_request import CreateClusterRequest
    from .create_cluster_response import CreateClusterResponse
    from .delete_cluster_response import DeleteClusterResponse
    from .error_response import ErrorResponse
    from .feature_extraction_params import FeatureExtractionParams
    from .generation_params import GenerationParams
    from .list_clusters_response import ListClustersResponse
    from .list_models_response import ListModelsResponse
    from .list_tasks_response import ListTasksResponse
    from .messages_input import MessagesInput
    from .payment_required_response import PaymentRequiredResponse
    from .request_model_response import RequestModelResponse
    from .run_params import RunParams
    from .run_response import RunResponse
    from .shorthand_input import ShorthandInput
    from .summarization_params import SummarizationParams
    from .text_generation_params import TextGenerationParams
    from .text_input import TextInput
    from .update_cluster_request import UpdateClusterRequest
    from .update_cluster_request_status import UpdateClusterRequestStatus

__all__ = (
    "AssistantMessage",
    "Capacity",
    "CapacityRequest",
    "CatalogModel",
    "ChatMessage",
    "ChatParams",
    "ChatResult",
    "Cluster",
    "ClusterConfig",
    "ClusterResponse",
    "ContentPart",
    "CreateClusterRequest",
    "CreateClusterResponse",
    "DeleteClusterResponse",
    "ErrorResponse",
    "FeatureExtractionParams",
    "GenerationParams",
    "ListClustersResponse",
    "ListModelsResponse",
    "ListTasksResponse",
    "MessagesInput",
    "PaymentRequiredResponse",
    "RequestModelResponse",
    "RunParams",
    "RunResponse",
    "ShorthandInput",
    "SummarizationParams",
    "TextGenerationParams",
    "TextInput",
    "UpdateClusterRequest",
    "UpdateClusterRequestStatus",
)

_MODULES = {
    "AssistantMessage": ".assistant_message",
    "Capacity": ".capacity",
    "CapacityRequest": ".capacity_request",
    "CatalogModel": ".catalog_model",
    "ChatMessage": ".chat_message",
    "ChatParams": ".chat_params",
    "ChatResult": ".chat_result",
    "Cluster": ".cluster",
    "ClusterConfig": ".cluster_config",
    "ClusterResponse": ".cluster_response",
    "ContentPart": ".content_part",
    "CreateClusterRequest": ".create_cluster_request",
    "CreateClusterResponse": ".create_cluster_response",
    "DeleteClusterResponse": ".delete_cluster_response",
    "ErrorResponse": ".error_response",
    "FeatureExtractionParams": ".feature_extraction_params",
    "GenerationParams": ".generation_params",
    "ListClustersResponse": ".list_clusters_response",
    "ListModelsResponse": ".list_models_response",
    "ListTasksResponse": ".list_tasks_response",
    "MessagesInput": ".messages_input",
    "PaymentRequiredResponse": ".payment_required_response",
    "RequestModelResponse": ".request_model_response",
    "RunParams": ".run_params",
    "RunResponse": ".run_response",
    "ShorthandInput": ".shorthand_input",
    "SummarizationParams": ".summarization_params",
    "TextGenerationParams": ".text_generation_params",
    "TextInput": ".text_input",
    "UpdateClusterRequest": ".update_cluster_request",
    "UpdateClusterRequestStatus": ".update_cluster_request_status",
}


def __getattr__(name: str) -> object:
    for names, module in _MODULES.items():
        if name in names.split(", "):
            return getattr(import_module(module, __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
