package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	openapi "github.com/GIT_USER_ID/GIT_REPO_ID"
)

const org, text = "acme", "Once upon a time at the café"

// The generated functions return the whole response, so a transport receives the pieces.
type transport struct{ pieces [][]byte }

type body struct {
	io.ReadCloser
	pieces *[][]byte
}

func (it *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	it.pieces = nil
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		response.Body = body{response.Body, &it.pieces}
	}
	return response, err
}

func (it body) Read(buffer []byte) (int, error) {
	count, err := it.ReadCloser.Read(buffer)
	if count > 0 {
		*it.pieces = append(*it.pieces, bytes.Clone(buffer[:count]))
	}
	return count, err
}

func main() {
	tap := &transport{}
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: os.Args[1]}}
	configuration.HTTPClient = &http.Client{Transport: tap}
	client := openapi.NewAPIClient(configuration)
	keys := map[string]openapi.APIKey{"Key": {Key: "tour", Prefix: "Key"}}
	ctx := context.WithValue(context.Background(), openapi.ContextAPIKeys, keys)

	capacity := openapi.NewCapacityRequest()
	capacity.SetMin(0)
	capacity.SetMax(2)
	cluster := openapi.NewCreateClusterRequest()
	cluster.SetCapacity(*capacity)
	must(client.ClustersAPI.CreateClusterV2(ctx, org, "writer").CreateClusterRequest(*cluster).Execute())
	read := must(client.ClustersAPI.ReadClusterV2(ctx, org, "writer").Execute())
	must(client.ClustersAPI.DeleteClusterV2(ctx, org, "writer").Execute())
	fmt.Println("cluster", read.Output.Capacity.Max)

	params := openapi.NewGenerationParams()
	params.SetMaxNewTokens(8)
	input := openapi.NewTextGenerationRequest(text)
	input.SetParams(*params)
	run := must(client.InferenceAPI.RunTextGeneration(ctx, org, "writer").TextGenerationRequest(*input).Execute())
	fmt.Println("run", run.GetOutput())

	streamed := openapi.NewTextGenerationStreamRequest(text, true)
	streamed.SetParams(*params)
	stream := client.InferenceAPI.RunTextGenerationStream(ctx, org, "writer")
	whole := must(stream.TextGenerationStreamRequest(*streamed).Execute())
	if whole != string(bytes.Join(tap.pieces, nil)) {
		panic(whole)
	}
	fmt.Println("stream", len(tap.pieces), whole)

	speech := openapi.NewTextToSpeechBytesRequest(text, false)
	file := must(client.InferenceAPI.RunTextToSpeechBytes(ctx, org, "speaker").TextToSpeechBytesRequest(*speech).Execute())
	info, err := file.Stat()
	if err != nil {
		panic(err)
	}
	fmt.Println("bytes", info.Size())

	_, response, err := client.InferenceAPI.RunTextGeneration(ctx, org, "nobody").TextGenerationRequest(*input).Execute()
	var refused *openapi.GenericOpenAPIError
	if !errors.As(err, &refused) {
		panic(err)
	}
	fmt.Println("error", response.StatusCode, refused.Model().(openapi.ErrorResponse).Error)
}

func must[T any](value T, _ *http.Response, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
