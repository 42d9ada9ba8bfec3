"""Links from the operation that loads a model on v1 to the operations that need a loaded model.

The published document does not contain them: the model is in the body, and openapi-generator rejects a link
with a request body.
"""

from copy import deepcopy
from typing import Any, Final

_TARGETS: Final = ("readInstanceV1", "runModelV1", "deleteInstanceV1")
# Only the members that a request contains are copied.
_SAME_MODEL: Final = {name: f"$request.body#/{name}" for name in ("model", "modelId")}


def with_v1_links(document: Any) -> Any:
    """Return the document of the API with these links."""
    linked = deepcopy(document)
    linked["paths"]["/model/load"]["post"]["responses"]["200"]["links"] = {
        target: {"operationId": target, "requestBody": _SAME_MODEL} for target in _TARGETS
    }
    return linked
