// Tour with the client that @hey-api/openapi-ts generates.

import assert from "node:assert/strict";
import { createClient } from "./hey-api/client/index.js";
import {
  createClusterV2, createJobV1, deleteClusterV2, deleteInstanceV1, listClustersV2, listModelsV2, listTasksV2,
  loadModelV1, readClusterV2, readInstanceV1, runModelV1, runModelV2, updateClusterV2
} from "./hey-api/sdk.gen.js";
import { FIVE_WORDS, GPT2, MODEL, NOBODY, PROMPT, UNKNOWN, URL, pause, read, take } from "./tour.js";

const client = createClient({ baseUrl: URL, auth: "tour" });
const gpt2 = { client, path: GPT2 };
const run = { text: PROMPT, params: FIVE_WORDS };
let written = "";

async function clusterIs(status: string): Promise<void> {
  for (;;) {
    const { data } = await readClusterV2(gpt2);
    assert(data?.output);
    if (data.output.status === status) return;
    await pause();
  }
}

async function instanceIs(status: string): Promise<void> {
  for (;;) {
    const { data } = await readInstanceV1({ client, body: { model: MODEL } });
    assert(data);
    if (data.status === status) return;
    await pause();
  }
}

await take({
  list: async () => {
    const { data } = await listModelsV2({ client, query: { task: "chat" } });
    assert(data);
    assert.deepEqual([...new Set(data.output.map(model => model.task))], ["chat"]);
    const tasks = await listTasksV2({ client });
    assert(tasks.data?.output.includes("chat"));
  },
  cluster: async () => {
    const body = { capacity: { min: 0, desired: 1, max: 1 }, timeout: 10 };
    const { data } = await createClusterV2({ ...gpt2, body });
    assert(data);
    await clusterIs("running");
    const updated = await updateClusterV2({ ...gpt2, body: { capacity: { max: 2 } } });
    assert.equal(updated.data?.output?.capacity.max, 2);
    const listed = await listClustersV2({ client });
    assert.deepEqual(listed.data?.output.map(cluster => cluster.modelId), [MODEL]);
  },
  run: async () => {
    const { data } = await runModelV2({ ...gpt2, body: run });
    assert(typeof data === "object" && "output" in data);
    assert(typeof data.output === "string" && data.output.startsWith(PROMPT));
    written = data.output;
  },
  stream: async () => {
    // The generated types cover only JSON responses.
    const { data }: { data?: unknown } = await runModelV2({
      ...gpt2,
      body: { ...run, stream: true },
      parseAs: "stream"
    });
    assert(data instanceof ReadableStream);
    assert.equal(await read(data), written);
  },
  error: async () => {
    const { data, error, response } = await runModelV2({ client, path: NOBODY, body: { text: PROMPT } });
    assert.equal(data, undefined);
    assert.equal(response?.status, 404);
    assert(error && "error" in error);
    assert.equal(error.error, UNKNOWN);
  },
  delete: async () => {
    const { data } = await deleteClusterV2(gpt2);
    assert(data);
    const listed = await listClustersV2({ client });
    assert.deepEqual(listed.data?.output, []);
  },
  job: async () => {
    const first = await createJobV1({ client, body: { model: MODEL } });
    assert.equal(first.data?.success, true);
    const second = await createJobV1({ client, body: { model: MODEL } });
    assert.equal(typeof second.data?.message, "string");
  },
  v1: async () => {
    const loaded = await loadModelV1({ client, body: { model: MODEL, concurrency: 1 } });
    assert.equal(loaded.data?.status, "started");
    await instanceIs("RUNNING");
    const { data } = await runModelV1({ client, body: { model: MODEL, prompt: PROMPT, params: FIVE_WORDS } });
    assert(typeof data === "object");
    assert.deepEqual(data.output, [{ generated_text: written }]);
    const deleted = await deleteInstanceV1({ client, body: { model: MODEL } });
    assert(deleted.data);
    assert.notEqual(deleted.data.status, "RUNNING");
  }
});
