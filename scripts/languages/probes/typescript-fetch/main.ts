import { ClustersApi, Configuration, InferenceApi, ResponseError } from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const configuration = new Configuration({ basePath: BASE_URL, headers: HEADERS });
const clusters = new ClustersApi(configuration);
const inference = new InferenceApi(configuration);
const input = { text: INPUT.text, params: { maxNewTokens: INPUT.params.max_new_tokens } };

await take({
  cluster: async () => {
    await clusters.createClusterV2({ ...WRITER, createClusterRequest: CLUSTER });
    const read = await clusters.readClusterV2(WRITER);
    await clusters.deleteClusterV2(WRITER);
    return read.output?.capacity.max;
  },
  run: async () => (await inference.runTextGeneration({ ...WRITER, textGenerationRequest: input })).output,
  stream: async () => {
    const textGenerationStreamRequest = { ...input, stream: true };
    const { raw } = await inference.runTextGenerationStreamRaw({ ...WRITER, textGenerationStreamRequest });
    return raw.body ?? undefined;
  },
  bytes: async () => {
    const textToSpeechBytesRequest = { text: input.text, json: false };
    return inference.runTextToSpeechBytes({ ...SPEAKER, textToSpeechBytesRequest });
  },
  error: async () => {
    try {
      await inference.runTextGeneration({ ...NOBODY, textGenerationRequest: input });
    } catch (error) {
      if (error instanceof ResponseError) return [error.response.status, (await error.response.json()).error];
    }
    return [undefined, undefined];
  }
});
