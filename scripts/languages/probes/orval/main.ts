import {
  createClusterV2, deleteClusterV2, readClusterV2, runTextGeneration, runTextGenerationStream, runTextToSpeechBytes
} from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const { fetch } = globalThis;
const { org, name } = WRITER;
const options = { headers: HEADERS };

// The generated URLs are relative, for use in a page.
globalThis.fetch = (input, init) => fetch(new URL(String(input), BASE_URL), init);

await take({
  cluster: async () => {
    await createClusterV2(org, name, CLUSTER, options);
    const read = await readClusterV2(org, name, options);
    await deleteClusterV2(org, name, options);
    return read.status === 200 ? read.data.output?.capacity.max : undefined;
  },
  run: async () => {
    const { data, status } = await runTextGeneration(org, name, INPUT, options);
    return status === 200 ? data.output : undefined;
  },
  stream: async () => {
    const { data, status } = await runTextGenerationStream(org, name, { ...INPUT, stream: true }, options);
    return status === 200 ? data : undefined;
  },
  bytes: async () => {
    const body = { text: INPUT.text, json: false };
    const { data, status } = await runTextToSpeechBytes(SPEAKER.org, SPEAKER.name, body, options);
    return status === 200 ? data : undefined;
  },
  error: async () => {
    const { data, status } = await runTextGeneration(NOBODY.org, NOBODY.name, INPUT, options);
    return [status, status === 404 ? data.error : undefined];
  }
});
