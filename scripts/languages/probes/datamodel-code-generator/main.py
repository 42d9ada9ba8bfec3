import sys

import httpx
from models import (
    CapacityRequest,
    ClusterResponse,
    CreateClusterRequest,
    ErrorResponse,
    GenerationParams,
    TextGenerationParams,
    TextGenerationRequest,
    TextGenerationResponse,
    TextGenerationStreamRequest,
    TextToSpeechBytesRequest,
)
from pydantic import BaseModel

TEXT = "Once upon a time at the café"
# The generator creates models only; httpx is the client.
client = httpx.Client(
    base_url=f"{sys.argv[1]}/models/v2/acme/",
    headers={"Authorization": "Key tour", "Content-Type": "application/json"},
)


def body(model: BaseModel) -> str:
    return model.model_dump_json(by_alias=True, exclude_unset=True)


client.put(
    "writer", content=body(CreateClusterRequest(capacity=CapacityRequest(min=0, max=2)))
).raise_for_status()
cluster = ClusterResponse.model_validate_json(client.get("writer").content).output
print("cluster", cluster and cluster.capacity.max)
client.delete("writer").raise_for_status()

params = TextGenerationParams(GenerationParams(max_new_tokens=8))
request = body(TextGenerationRequest(text=TEXT, params=params))
run = TextGenerationResponse.model_validate_json(client.post("writer", content=request).content)
print("run", run.output.root)

streamed = body(TextGenerationStreamRequest(text=TEXT, params=params, stream=True))
with client.stream("POST", "writer", content=streamed) as response:
    pieces = list(response.iter_raw())
print("stream", len(pieces), b"".join(pieces).decode())

speech = body(TextToSpeechBytesRequest.model_validate({"text": TEXT, "json": False}))
print("bytes", len(client.post("speaker", content=speech).content))

error = client.post("nobody", content=request)
print("error", error.status_code, ErrorResponse.model_validate_json(error.content).error)
