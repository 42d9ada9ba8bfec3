"""Types of arguments and results.

For each task, `<Task>Params` is the type of its documented parameters, and `<Task>Result` the type of
`Result.output`.
"""

from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.catalog import ModelDetails
from bytezkit._api.cluster_models import Capacity, Cluster
from bytezkit._api.media_ref import MediaRef
from bytezkit._map.outcomes import Outcome
from bytezkit._media.inputs import MediaSource
from bytezkit._v1.models import Instance, Job, V1Model
from bytezkit_models import inputs, results
from bytezkit_models.inputs import *  # noqa: F403 - generated, with `__all__`
from bytezkit_models.json_value import JsonInput, JsonValue
from bytezkit_models.results import *  # noqa: F403 - generated, with `__all__`
from bytezkit_models.tasks import TaskName

__all__ = [
    "AsyncMediaRef",
    "Capacity",
    "Cluster",
    "Instance",
    "Job",
    "JsonInput",
    "JsonValue",
    "MediaRef",
    "MediaSource",
    "ModelDetails",
    "Outcome",
    "TaskName",
    "V1Model",
]
__all__ += inputs.__all__
__all__ += results.__all__
