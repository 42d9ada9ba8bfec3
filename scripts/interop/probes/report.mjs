// Helpers of the JavaScript probes, for Node and browsers. A probe prints one line of JSON per capability.

import assert from "node:assert/strict";

export const KEY = "interop-key";
export const TEXT_MODEL = "openai-community/gpt2";
export const CHAT_MODEL = "Qwen/Qwen3-4B";
export const IMAGE_MODEL = "dreamlike-art/dreamlike-photoreal-2.0";
export const QA_MODEL = "deepset/roberta-base-squad2";
export const VISION_MODEL = "google/gemma-3-4b-it";
export const UNKNOWN_MODEL = "nobody/nothing";
export const UNKNOWN_ERROR = "Model does not exist or has yet to be added to the Bytez catalog";
export const PROMPT = "Once upon a time\n\nat the café there was a";
export const MESSAGES = [{ role: "user", content: "Hello" }];
export const QUESTION = { question: "Who wrote it?", context: "Ron wrote it." };
export const IMAGE_URL = "https://example.com/image.jpg";
export const TOOLS = [{ type: "function", function: { name: "search", parameters: { type: "object" } } }];
export const FIVE_WORDS = { min_new_tokens: 5, max_new_tokens: 5 };

export const WORKS = ["works", ""];
export const NOT_OFFERED = ["not offered", ""];

// Outcome of a capability that handles a correct response wrongly.
export const clientFault = received => ["client fault", received];

// Checks that a client has none of the functions.
export function notOffered(object, ...names) {
  assert.deepEqual(names.filter(name => name in object), []);
  return NOT_OFFERED;
}

export function expectFiveWords(text) {
  assert.equal(text.slice(0, PROMPT.length), PROMPT);
  assert.equal(text.slice(PROMPT.length).trim().split(/\s+/).length, 5);
}

export function expectImage(bytes) {
  assert.deepEqual([...bytes.subarray(0, 8)], [..."\x89PNG\r\n\x1a\n"].map(it => it.charCodeAt(0)));
}

export async function download(url) {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

export async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

// Uses each capability and prints its outcome.
export async function report(probes) {
  for (const [capability, probe] of Object.entries(probes)) {
    let outcome, detail;
    try {
      [outcome, detail] = await probe();
    } catch (error) {
      [outcome, detail] = ["fails", String(error)];
    }
    console.log(JSON.stringify({ capability, outcome, detail }));
  }
}
