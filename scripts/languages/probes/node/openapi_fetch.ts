// Tour with the types that openapi-typescript generates, and openapi-fetch.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";
import { FIVE_WORDS, GPT2, MODEL, NOBODY, PROMPT, UNKNOWN, URL, pause, read, take } from "./tour.js";

const client = createClient<paths>({ baseUrl: URL, headers: { Authorization: "Key tour" } });
const gpt2 = { params: { path: GPT2 } } as const;
const run: components["schemas"]["TextInput"] = { text: PROMPT, params: FIVE_WORDS };
let written = "";

async function clusterIs(status: string): Promise<void> {
  for (;;) {
    const { data } = await client.GET("/models/v2/{org}/{name}", gpt2);
    assert(data?.output);
    if (data.output.status === status) return;
    await pause();
  }
}

async function instanceIs(status: string): Promise<void> {
  for (;;) {
    const { data } = await client.POST("/model/status", { body: { model: MODEL } });
    assert(data);
    if (data.status === status) return;
    await pause();
  }
}

await take({
  list: async () => {
    const { data } = await client.GET("/models/v2/list/models", { params: { query: { task: "chat" } } });
    assert(data);
    assert.deepEqual([...new Set(data.output.map(model => model.task))], ["chat"]);
    const tasks = await client.GET("/models/v2/list/tasks");
    assert(tasks.data?.output.includes("chat"));
  },
  cluster: async () => {
    const body = { capacity: { min: 0, desired: 1, max: 1 }, timeout: 10 };
    const { data } = await client.PUT("/models/v2/{org}/{name}", { ...gpt2, body });
    assert(data);
    await clusterIs("running");
    const updated = await client.PATCH("/models/v2/{org}/{name}", { ...gpt2, body: { capacity: { max: 2 } } });
    assert.equal(updated.data?.output?.capacity.max, 2);
    const listed = await client.GET("/models/v2/list/clusters");
    assert.deepEqual(listed.data?.output.map(cluster => cluster.modelId), [MODEL]);
  },
  run: async () => {
    const { data } = await client.POST("/models/v2/{org}/{name}", { ...gpt2, body: run });
    assert(data && typeof data === "object" && "output" in data);
    assert(typeof data.output === "string" && data.output.startsWith(PROMPT));
    written = data.output;
  },
  stream: async () => {
    const { data } = await client.POST("/models/v2/{org}/{name}", {
      ...gpt2,
      body: { ...run, stream: true },
      parseAs: "stream"
    });
    assert(data);
    assert.equal(await read(data), written);
  },
  error: async () => {
    const { data, error, response } = await client.POST("/models/v2/{org}/{name}", {
      params: { path: NOBODY },
      body: { text: PROMPT }
    });
    assert.equal(data, undefined);
    assert.equal(response.status, 404);
    assert(error && "error" in error);
    assert.equal(error.error, UNKNOWN);
  },
  delete: async () => {
    const { data } = await client.DELETE("/models/v2/{org}/{name}", gpt2);
    assert(data);
    const listed = await client.GET("/models/v2/list/clusters");
    assert.deepEqual(listed.data?.output, []);
  },
  job: async () => {
    const first = await client.POST("/model/job", { body: { model: MODEL } });
    assert.equal(first.data?.success, true);
    const second = await client.POST("/model/job", { body: { model: MODEL } });
    assert.equal(typeof second.data?.message, "string");
  },
  v1: async () => {
    const loaded = await client.POST("/model/load", { body: { model: MODEL, concurrency: 1 } });
    assert.equal(loaded.data?.status, "started");
    await instanceIs("RUNNING");
    const { data } = await client.POST("/model/run", {
      body: { model: MODEL, prompt: PROMPT, params: FIVE_WORDS }
    });
    assert(data && typeof data === "object" && Array.isArray(data.output));
    assert.deepEqual(data.output, [{ generated_text: written }]);
    const deleted = await client.POST("/model/delete", { body: { model: MODEL } });
    assert(deleted.data);
    assert.notEqual(deleted.data.status, "RUNNING");
  }
});
