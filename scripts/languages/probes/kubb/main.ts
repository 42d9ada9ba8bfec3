import { isAxiosError } from "axios";
import axios from "@kubb/plugin-client/clients/axios";
import {
  createClusterV2, deleteClusterV2, readClusterV2, runTextGeneration, runTextGenerationStream, runTextToSpeechBytes
} from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const { org, name } = WRITER;
axios.setConfig({ baseURL: BASE_URL, headers: HEADERS });

await take({
  cluster: async () => {
    await createClusterV2(org, name, CLUSTER);
    const read = await readClusterV2(org, name);
    await deleteClusterV2(org, name);
    return read.output?.capacity.max;
  },
  run: async () => (await runTextGeneration(org, name, INPUT)).output,
  stream: async () => {
    const body = { ...INPUT, stream: true };
    // The type is that of the whole text.
    const stream: unknown = await runTextGenerationStream(org, name, body, {}, { responseType: "stream" });
    return stream as AsyncIterable<Uint8Array>;
  },
  bytes: async () => {
    const body = { text: INPUT.text, json: false };
    // The type is that of a page, where axios returns a Blob.
    const file: unknown = await runTextToSpeechBytes(SPEAKER.org, SPEAKER.name, body, {}, { responseType: "arraybuffer" });
    return file as Uint8Array;
  },
  error: async () => {
    try {
      await runTextGeneration(NOBODY.org, NOBODY.name, INPUT);
    } catch (error) {
      if (isAxiosError<{ error: string }>(error)) return [error.response?.status, error.response?.data.error];
    }
    return [undefined, undefined];
  }
});
