import { isAxiosError } from "axios";
import { createApiClient } from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const client = createApiClient(BASE_URL, { axiosConfig: { headers: HEADERS } });
// Only JSON responses have types and are validated.
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
    const stream: unknown = await client.runTextGenerationStream(body, { ...writer, responseType: "stream" });
    return stream as AsyncIterable<Uint8Array>;
  },
  bytes: async () => {
    const options = { params: SPEAKER, responseType: "arraybuffer" } as const;
    const file: unknown = await client.runTextToSpeechBytes({ text: INPUT.text, json: false }, options);
    return file as Uint8Array;
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
