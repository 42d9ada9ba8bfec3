import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.CatalogApi;
import org.openapitools.client.api.ClustersApi;
import org.openapitools.client.api.InferenceApi;
import org.openapitools.client.api.V1Api;
import org.openapitools.client.model.CapacityRequest;
import org.openapitools.client.model.CreateClusterRequest;
import org.openapitools.client.model.ErrorResponse;
import org.openapitools.client.model.InstanceRequestV1;
import org.openapitools.client.model.ModelRequestV1;
import org.openapitools.client.model.RunRequest;
import org.openapitools.client.model.RunRequestV1;
import org.openapitools.client.model.TextInput;
import org.openapitools.client.model.UpdateClusterRequest;

/** The client that openapi-generator writes in Java, over the HTTP client of Java itself. */
public final class Tour {
  private static final String ORG = "openai-community";
  private static final String NAME = "gpt2";
  private static final String MODEL = ORG + "/" + NAME;
  private static final String PROMPT = "Once upon a time\n\nat the café there was a";
  private static final Map<String, Object> FIVE_WORDS = Map.of("min_new_tokens", 5, "max_new_tokens", 5);
  private static final String UNKNOWN = "Model does not exist or has yet to be added to the Bytez catalog";

  private final ApiClient client = new ApiClient();
  private final CatalogApi catalog;
  private final ClustersApi clusters;
  private final InferenceApi inference;
  private final V1Api older;
  private String written;

  private Tour(String url) {
    // By default the client requests an upgrade to HTTP/2 over plain HTTP.
    client.setHttpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    client.updateBaseUri(url);
    client.setRequestInterceptor(request -> request.header("Authorization", "Key tour"));
    catalog = new CatalogApi(client);
    clusters = new ClustersApi(client);
    inference = new InferenceApi(client);
    older = new V1Api(client);
  }

  private interface Step {
    void take() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Tour tour = new Tour(arguments[0]);
    List<Map.Entry<String, Step>> steps = List.of(
        Map.entry("list", tour::list),
        Map.entry("cluster", tour::cluster),
        Map.entry("run", tour::run),
        Map.entry("stream", tour::stream),
        Map.entry("error", tour::refusal),
        Map.entry("delete", tour::delete),
        Map.entry("job", tour::job),
        Map.entry("v1", tour::older));
    for (Map.Entry<String, Step> step : steps) {
      step.getValue().take();
      System.out.println(step.getKey());
    }
  }

  private void list() throws ApiException {
    Set<String> tasks = new HashSet<>();
    catalog.listModelsV2("chat", null).getOutput().forEach(model -> tasks.add(model.getTask()));
    expect(tasks.equals(Set.of("chat")), tasks);
    expect(catalog.listTasksV2().getOutput().contains("chat"), "no chat");
  }

  private void cluster() throws Exception {
    CapacityRequest capacity = new CapacityRequest().min(0).desired(1).max(1);
    clusters.createClusterV2(ORG, NAME, new CreateClusterRequest().capacity(capacity).timeout(10));
    while (!clusters.readClusterV2(ORG, NAME).getOutput().getStatus().equals("running")) {
      Thread.sleep(50);
    }
    UpdateClusterRequest more = new UpdateClusterRequest().capacity(new CapacityRequest().max(2));
    int most = clusters.updateClusterV2(ORG, NAME, more).getOutput().getCapacity().getMax();
    expect(most == 2, most);
    expect(clusters.listClustersV2().getOutput().size() == 1, "not one cluster");
  }

  private TextInput input() {
    return new TextInput().text(PROMPT).params(FIVE_WORDS);
  }

  private void run() throws ApiException {
    Object output = inference.runModelV2(ORG, NAME, new RunRequest(input()), null).getOutput();
    expect(output instanceof String && ((String) output).startsWith(PROMPT), output);
    written = (String) output;
  }

  /** The generated function decodes JSON alone; of a stream, it only writes the request. */
  private void stream() throws Exception {
    ObjectMapper mapper = client.getObjectMapper();
    String body = mapper.writeValueAsString(new RunRequest(input().stream(true)));
    HttpRequest request = HttpRequest.newBuilder(URI.create(client.getBaseUri() + "/models/v2/" + MODEL))
        .header("Authorization", "Key tour")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    HttpResponse<InputStream> response =
        client.getHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    String text = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    expect(text.equals(written), text);
  }

  private void refusal() throws Exception {
    try {
      inference.runModelV2("nobody", "nothing", new RunRequest(input()), null);
    } catch (ApiException refused) {
      expect(refused.getCode() == 404, refused);
      ErrorResponse answer = client.getObjectMapper().readValue(refused.getResponseBody(), ErrorResponse.class);
      expect(answer.getError().equals(UNKNOWN), answer);
      return;
    }
    throw new AssertionError("an unknown model was run");
  }

  private void delete() throws ApiException {
    clusters.deleteClusterV2(ORG, NAME);
    expect(clusters.listClustersV2().getOutput().isEmpty(), "a cluster is left");
  }

  private void job() throws ApiException {
    ModelRequestV1 model = new ModelRequestV1().model(MODEL);
    expect(older.createJobV1(model).getSuccess(), "no success");
    expect(older.createJobV1(model).getMessage() != null, "no message");
  }

  private void older() throws Exception {
    InstanceRequestV1 model = new InstanceRequestV1().model(MODEL);
    expect(older.loadModelV1(model).getStatus().equals("started"), "not started");
    while (!older.readInstanceV1(model).getStatus().equals("RUNNING")) {
      Thread.sleep(50);
    }
    RunRequestV1 request = new RunRequestV1().model(MODEL).prompt(PROMPT).params(FIVE_WORDS);
    Object output = older.runModelV1(request).getOutput();
    expect(output.equals(List.of(Map.of("generated_text", written))), output);
    String status = older.deleteInstanceV1(new ModelRequestV1().model(MODEL)).getStatus();
    expect(!status.equals("RUNNING"), status);
  }

  private static void expect(boolean holds, Object seen) {
    if (!holds) {
      throw new AssertionError(String.valueOf(seen));
    }
  }
}
