import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.ClustersApi;
import org.openapitools.client.api.InferenceApi;
import org.openapitools.client.model.CapacityRequest;
import org.openapitools.client.model.CreateClusterRequest;
import org.openapitools.client.model.ErrorResponse;
import org.openapitools.client.model.GenerationParams;
import org.openapitools.client.model.TextGenerationRequest;
import org.openapitools.client.model.TextGenerationStreamRequest;
import org.openapitools.client.model.TextToSpeechBytesRequest;

final class Tour {
  private static final String ORG = "acme";
  private static final String TEXT = "Once upon a time at the café";

  private int pieces;
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  public static void main(String[] arguments) throws Exception {
    new Tour().take(arguments[0]);
  }

  private void take(String url) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ApiClient client = new ApiClient();
    // By default each request over plain HTTP asks for an upgrade to HTTP/2.
    client.setHttpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    client.updateBaseUri(url);
    client.setRequestInterceptor(request -> request.header("Authorization", "Key tour"));
    ClustersApi clusters = new ClustersApi(client);
    InferenceApi inference = new InferenceApi(client);

    CapacityRequest capacity = new CapacityRequest().min(0).max(2);
    clusters.createClusterV2(ORG, "writer", new CreateClusterRequest().capacity(capacity));
    out.println("cluster " + clusters.readClusterV2(ORG, "writer").getOutput().getCapacity().getMax());
    clusters.deleteClusterV2(ORG, "writer");

    GenerationParams params = new GenerationParams().maxNewTokens(8);
    TextGenerationRequest input = new TextGenerationRequest().text(TEXT).params(params);
    out.println("run " + inference.runTextGeneration(ORG, "writer", input, null).getOutput());

    // The generated function returns the whole text, so an interceptor reads the pieces.
    client.setResponseInterceptor(this::receive);
    TextGenerationStreamRequest streamed = new TextGenerationStreamRequest().text(TEXT).params(params).stream(true);
    new InferenceApi(client).runTextGenerationStream(ORG, "writer", streamed, null);
    client.setResponseInterceptor(null);
    out.println("stream " + pieces + " " + stream.toString(StandardCharsets.UTF_8));

    TextToSpeechBytesRequest speech = new TextToSpeechBytesRequest().text(TEXT).json(false);
    out.println("bytes " + inference.runTextToSpeechBytes(ORG, "speaker", speech, null).length());

    try {
      inference.runTextGeneration(ORG, "nobody", input, null);
    } catch (ApiException refused) {
      ErrorResponse error = client.getObjectMapper().readValue(refused.getResponseBody(), ErrorResponse.class);
      out.println("error " + refused.getCode() + " " + error.getError());
    }
  }

  private void receive(HttpResponse<InputStream> response) {
    try {
      InputStream body = response.body();
      byte[] buffer = new byte[1024];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        stream.write(buffer, 0, count);
        pieces++;
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
