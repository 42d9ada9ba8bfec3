import {
  createClusterV2, defaults, deleteClusterV2, readClusterV2, runTextGeneration, runTextGenerationStream,
  runTextToSpeechBytes
} from "./client";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const { org, name } = WRITER;
defaults.baseUrl = BASE_URL;
defaults.headers = HEADERS;

// The generated functions decode all responses as text, so the `fetch` of a call keeps the response.
async function kept(call: (options: { fetch: typeof fetch }) => Promise<unknown>): Promise<Response> {
  const responses: Response[] = [];
  await call({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      responses.push(response);
      return new Response();
    }
  });
  const [response] = responses;
  if (response === undefined) throw new Error("no request was sent");
  return response;
}

await take({
  cluster: async () => {
    await createClusterV2(org, name, CLUSTER);
    const read = await readClusterV2(org, name);
    await deleteClusterV2(org, name);
    return read.status === 200 ? read.data.output?.capacity.max : undefined;
  },
  run: async () => {
    const { data, status } = await runTextGeneration(org, name, INPUT);
    return status === 200 ? data.output : undefined;
  },
  stream: async () => {
    const body = { ...INPUT, stream: true };
    return (await kept(options => runTextGenerationStream(org, name, body, {}, options))).body ?? undefined;
  },
  bytes: async () => {
    const body = { text: INPUT.text, json: false };
    return (await kept(options => runTextToSpeechBytes(SPEAKER.org, SPEAKER.name, body, {}, options))).blob();
  },
  error: async () => {
    const { data, status } = await runTextGeneration(NOBODY.org, NOBODY.name, INPUT);
    return [status, status === 404 ? data.error : undefined];
  }
});
