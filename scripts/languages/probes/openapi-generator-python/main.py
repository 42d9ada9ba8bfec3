import sys

import openapi_client as api

TEXT = "Once upon a time at the café"
configuration = api.Configuration(sys.argv[1], api_key={"Key": "tour"}, api_key_prefix={"Key": "Key"})
client = api.ApiClient(configuration)
clusters = api.ClustersApi(client)
inference = api.InferenceApi(client)

capacity = api.CapacityRequest(min=0, max=2)
clusters.create_cluster_v2(
    "acme", "writer", create_cluster_request=api.CreateClusterRequest(capacity=capacity)
)
cluster = clusters.read_cluster_v2("acme", "writer").output
clusters.delete_cluster_v2("acme", "writer")
print("cluster", cluster and cluster.capacity.max)

params = api.GenerationParams(max_new_tokens=8)
request = api.TextGenerationRequest(text=TEXT, params=params)
print("run", inference.run_text_generation("acme", "writer", request).output)

streamed = api.TextGenerationStreamRequest(text=TEXT, params=params, stream=True)
response = inference.run_text_generation_stream_without_preload_content("acme", "writer", streamed)
pieces = list(response.stream())
print("stream", len(pieces), b"".join(pieces).decode())

speech = api.TextToSpeechBytesRequest(text=TEXT, var_json=False)
print("bytes", len(inference.run_text_to_speech_bytes("acme", "speaker", speech)))

try:
    inference.run_text_generation("acme", "nobody", request)
except api.ApiException as error:
    print("error", error.status, error.data and error.data.error)
