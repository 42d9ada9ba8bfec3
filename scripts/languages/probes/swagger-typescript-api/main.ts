import { Api, type HttpResponse, type ErrorResponse } from "./Api";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const { org, name } = WRITER;
const { models } = new Api({ baseUrl: BASE_URL, baseApiParams: { headers: HEADERS } });

await take({
  cluster: async () => {
    await models.createClusterV2(org, name, CLUSTER);
    const { data } = await models.readClusterV2(org, name);
    await models.deleteClusterV2(org, name);
    return data.output?.capacity.max;
  },
  run: async () => (await models.runTextGeneration(org, name, INPUT)).data.output,
  stream: async () => (await models.runTextGenerationStream(org, name, { ...INPUT, stream: true })).body ?? undefined,
  bytes: async () => (await models.runTextToSpeechBytes(SPEAKER.org, SPEAKER.name, { text: INPUT.text, json: false })).blob(),
  error: async () => {
    try {
      await models.runTextGeneration(NOBODY.org, NOBODY.name, INPUT);
    } catch (error) {
      const response = error as HttpResponse<unknown, ErrorResponse>;
      return [response.status, response.error.error];
    }
    return [undefined, undefined];
  }
});
