import sys

from client import AuthenticatedClient
from client.api.clusters import create_cluster_v2, delete_cluster_v2, read_cluster_v2
from client.api.inference import run_text_generation, run_text_generation_stream, run_text_to_speech_bytes
from client.models import (
    CapacityRequest,
    ClusterResponse,
    CreateClusterRequest,
    ErrorResponse,
    TextGenerationParams,
    TextGenerationRequest,
    TextGenerationResponse,
    TextGenerationStreamRequest,
    TextToSpeechBytesRequest,
)

TEXT = "Once upon a time at the café"
client = AuthenticatedClient(sys.argv[1], "tour", prefix="Key")

capacity = CapacityRequest(min_=0, max_=2)
create_cluster_v2.sync("acme", "writer", client=client, body=CreateClusterRequest(capacity=capacity))
read = read_cluster_v2.sync("acme", "writer", client=client)
assert isinstance(read, ClusterResponse)
assert read.output
print("cluster", read.output.capacity.max_)
delete_cluster_v2.sync("acme", "writer", client=client)

params = TextGenerationParams(max_new_tokens=8)
request = TextGenerationRequest(TEXT, params)
run = run_text_generation.sync("acme", "writer", client=client, body=request)
assert isinstance(run, TextGenerationResponse)
print("run", run.output)

# The generated function returns the whole text.
streamed = TextGenerationStreamRequest(TEXT, stream=True, params=params)
print("stream", 1, run_text_generation_stream.sync("acme", "writer", client=client, body=streamed))

speech = TextToSpeechBytesRequest(TEXT, json=False)
file = run_text_to_speech_bytes.sync_detailed("acme", "speaker", client=client, body=speech)
print("bytes", len(file.content))

error = run_text_generation.sync_detailed("acme", "nobody", client=client, body=request)
assert isinstance(error.parsed, ErrorResponse)
print("error", int(error.status_code), error.parsed.error)
