import { isAxiosError } from "axios";
import { createApiClient } from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const client = createApiClient(BASE_URL, { axiosConfig: { headers: HEADERS } });
const writer = { params: WRITER };

await take({
  cluster: async () => {
    await client.createClusterV2(CLUSTER, writer);
    const read = await client.readClusterV2(writer);
    await client.deleteClusterV2(undefined, writer);
    return read.output?.capacity.max;
  },
  run: async () => (await client.runTextGeneration(INPUT, writer)).output,
  stream: async () => {
    const body = { ...INPUT, stream: true };
    // The type is that of the whole text.
    const stream: unknown = await client.runTextGenerationStream(body, { ...writer, responseType: "stream" });
    return stream as AsyncIterable<Uint8Array>;
  },
  bytes: async () => {
    const options = { params: SPEAKER, responseType: "blob" } as const;
    return client.runTextToSpeechBytes({ text: INPUT.text, json: false }, options);
  },
  error: async () => {
    try {
      await client.runTextGeneration(INPUT, { params: NOBODY });
    } catch (error) {
      if (isAxiosError<{ error: string }>(error)) return [error.response?.status, error.response?.data.error];
    }
    return [undefined, undefined];
  }
});
