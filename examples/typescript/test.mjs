// Runs against the server of BYTEZ_BASE_URL: `bytezkit emulator --keys test-key`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complete, connect, stream } from "./build/client.js";

const BASE_URL = process.env.BYTEZ_BASE_URL ?? "http://127.0.0.1:8080";
const client = connect("test-key", BASE_URL);

test("a text is continued", async () => {
  assert.match(await complete(client, "Once upon a time", 5), /^Once upon a time \w+/);
});

test("a stream has the same start", async () => {
  const parts = [];
  for await (const part of stream(client, "Once upon a time")) parts.push(part);
  assert.match(parts.join(""), /^Once upon a time \w+/);
});

test("an error has the status", async () => {
  await assert.rejects(complete(connect("wrong-key", BASE_URL), "Once", 5), /^Error: 401: /);
});
