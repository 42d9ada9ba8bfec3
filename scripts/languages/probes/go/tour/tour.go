// Tour with the Go client that openapi-generator generates.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	bytez "example.com/bytez/client"
)

const (
	org, name = "openai-community", "gpt2"
	model     = org + "/" + name
	prompt    = "Once upon a time\n\nat the café there was a"
	unknown   = "Model does not exist or has yet to be added to the Bytez catalog"
)

// Output of the first run, which a stream and v1 must repeat.
var written string

func main() {
	configuration := bytez.NewConfiguration()
	configuration.Servers = bytez.ServerConfigurations{{URL: os.Args[1]}}
	client := bytez.NewAPIClient(configuration)
	keys := map[string]bytez.APIKey{"Key": {Key: "tour", Prefix: "Key"}}
	ctx := context.WithValue(context.Background(), bytez.ContextAPIKeys, keys)
	steps := []struct {
		name string
		take func(context.Context, *bytez.APIClient)
	}{
		{"list", list}, {"cluster", cluster}, {"run", run}, {"stream", stream},
		{"error", refusal}, {"delete", remove}, {"job", job}, {"v1", older},
	}
	for _, step := range steps {
		step.take(ctx, client)
		fmt.Println(step.name)
	}
}

func list(ctx context.Context, client *bytez.APIClient) {
	models := done(client.CatalogAPI.ListModelsV2(ctx).Task("chat").Execute())
	for _, model := range models.Output {
		expect(model.Task == "chat", model.Task)
	}
	expect(len(models.Output) > 0, "no models")
	tasks := done(client.CatalogAPI.ListTasksV2(ctx).Execute())
	expect(strings.Contains(strings.Join(tasks.Output, " "), "chat"), tasks.Output)
}

func cluster(ctx context.Context, client *bytez.APIClient) {
	body := bytez.NewCreateClusterRequest()
	capacity := bytez.NewCapacityRequest()
	capacity.SetMin(0)
	capacity.SetDesired(1)
	capacity.SetMax(1)
	body.SetCapacity(*capacity)
	body.SetTimeout(10)
	done(client.ClustersAPI.CreateClusterV2(ctx, org, name).CreateClusterRequest(*body).Execute())
	for {
		read := done(client.ClustersAPI.ReadClusterV2(ctx, org, name).Execute())
		if read.Output.Status == "running" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	more := bytez.NewCapacityRequest()
	more.SetMax(2)
	update := bytez.NewUpdateClusterRequest()
	update.SetCapacity(*more)
	updated := done(client.ClustersAPI.UpdateClusterV2(ctx, org, name).UpdateClusterRequest(*update).Execute())
	expect(updated.Output.Capacity.Max == 2, updated.Output.Capacity)
	clusters := done(client.ClustersAPI.ListClustersV2(ctx).Execute())
	expect(len(clusters.Output) == 1 && clusters.Output[0].GetModelId() == model, clusters.Output)
}

func input(streamed bool) bytez.RunRequest {
	text := bytez.NewTextInput(prompt)
	text.Params = map[string]any{"min_new_tokens": 5, "max_new_tokens": 5}
	if streamed {
		text.SetStream(true)
	}
	return bytez.TextInputAsRunRequest(text)
}

func run(ctx context.Context, client *bytez.APIClient) {
	answer := done(client.InferenceAPI.RunModelV2(ctx, org, name).RunRequest(input(false)).Execute())
	text, isText := answer.Output.(string)
	expect(isText && strings.HasPrefix(text, prompt), answer.Output)
	written = text
}

// The generated function decodes only JSON. For text it returns an error, and the response with the complete
// text.
func stream(ctx context.Context, client *bytez.APIClient) {
	_, response, err := client.InferenceAPI.RunModelV2(ctx, org, name).RunRequest(input(true)).Execute()
	expect(err != nil && response.StatusCode == http.StatusOK, err)
	text, err := io.ReadAll(response.Body)
	expect(err == nil && string(text) == written, string(text))
}

func refusal(ctx context.Context, client *bytez.APIClient) {
	_, response, err := client.InferenceAPI.RunModelV2(ctx, "nobody", "nothing").RunRequest(input(false)).Execute()
	var refused *bytez.GenericOpenAPIError
	expect(errors.As(err, &refused) && response.StatusCode == http.StatusNotFound, err)
	answer, isTyped := refused.Model().(bytez.ErrorResponse)
	expect(isTyped && answer.Error == unknown, refused.Model())
}

func remove(ctx context.Context, client *bytez.APIClient) {
	done(client.ClustersAPI.DeleteClusterV2(ctx, org, name).Execute())
	clusters := done(client.ClustersAPI.ListClustersV2(ctx).Execute())
	expect(len(clusters.Output) == 0, clusters.Output)
}

func job(ctx context.Context, client *bytez.APIClient) {
	body := bytez.NewModelRequestV1()
	body.SetModel(model)
	first := done(client.V1API.CreateJobV1(ctx).ModelRequestV1(*body).Execute())
	expect(first.Success, first)
	second := done(client.V1API.CreateJobV1(ctx).ModelRequestV1(*body).Execute())
	expect(second.HasMessage(), second)
}

func older(ctx context.Context, client *bytez.APIClient) {
	body := bytez.NewInstanceRequestV1()
	body.SetModel(model)
	loaded := done(client.V1API.LoadModelV1(ctx).InstanceRequestV1(*body).Execute())
	expect(loaded.Status == "started", loaded)
	for {
		instance := done(client.V1API.ReadInstanceV1(ctx).InstanceRequestV1(*body).Execute())
		if instance.Status == "RUNNING" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	asked := bytez.NewRunRequestV1()
	asked.SetModel(model)
	asked.SetPrompt(prompt)
	asked.Params = map[string]any{"min_new_tokens": 5, "max_new_tokens": 5}
	answer := done(client.V1API.RunModelV1(ctx).RunRequestV1(*asked).Execute())
	texts, isList := answer.Output.([]any)
	expect(isList && len(texts) == 1, answer.Output)
	expect(texts[0].(map[string]any)["generated_text"] == written, texts[0])
	named := bytez.NewModelRequestV1()
	named.SetModel(model)
	stopped := done(client.V1API.DeleteInstanceV1(ctx).ModelRequestV1(*named).Execute())
	expect(stopped.Status != "RUNNING", stopped)
}

// Return the result of a call; exit on an error.
func done[T any](answer T, _ *http.Response, err error) T {
	expect(err == nil, err)
	return answer
}

func expect(holds bool, seen any) {
	if !holds {
		panic(fmt.Sprint(seen))
	}
}
