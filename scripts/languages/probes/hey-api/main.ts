import { createClient } from "./client/client";
import {
  createClusterV2, deleteClusterV2, readClusterV2, runTextGeneration, runTextGenerationStream, runTextToSpeechBytes
} from "./client";
import { BASE_URL, CLUSTER, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const client = createClient({ baseUrl: BASE_URL, auth: "tour" });
const writer = { client, path: WRITER };

await take({
  cluster: async () => {
    await createClusterV2({ ...writer, body: CLUSTER });
    const { data } = await readClusterV2(writer);
    await deleteClusterV2(writer);
    return data?.output?.capacity.max;
  },
  run: async () => (await runTextGeneration({ ...writer, body: INPUT })).data?.output,
  stream: async () => {
    const { data } = await runTextGenerationStream({ ...writer, body: { ...INPUT, stream: true }, parseAs: "stream" });
    return data;
  },
  bytes: async () => {
    const body = { text: INPUT.text, json: false };
    return (await runTextToSpeechBytes({ client, path: SPEAKER, body })).data;
  },
  error: async () => {
    const { error, response } = await runTextGeneration({ client, path: NOBODY, body: INPUT });
    return [response?.status, error?.error];
  }
});
