// Probe of the provider `bytez` of Portkey's gateway, which runs as a server of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  CHAT_MODEL, IMAGE_URL, KEY, MESSAGES, NOT_OFFERED, TOOLS, UNKNOWN_ERROR, UNKNOWN_MODEL, VISION_MODEL, WORKS,
  clientFault, report
} from "./report.mjs";

const PORT = 8787;
const gateway = spawn(
  process.execPath,
  ["node_modules/@portkey-ai/gateway/build/start-server.js", "--headless", `--port=${PORT}`],
  { cwd: new URL(".", import.meta.url) }
);

async function send(body) {
  return fetch(`http://localhost:${PORT}/v1/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${KEY}`,
      "x-portkey-provider": "bytez",
      "x-portkey-custom-host": "http://localhost:8080"
    },
    body: JSON.stringify({ model: CHAT_MODEL, messages: MESSAGES, max_tokens: 5, ...body })
  });
}

async function message(body) {
  const response = await send(body);
  assert.equal(response.status, 200);
  return (await response.json()).choices[0].message;
}

for await (const line of gateway.stdout) if (line.includes("Ready for connections")) break;
await report({
  chat: async () => {
    const { role, content } = await message();
    assert.equal(role, "assistant");
    assert.equal(content.split(" ").length, 5);
    return WORKS;
  },
  stream: async () => {
    const response = await send({ stream: true });
    assert.equal(response.status, 500);
    return clientFault(`500 \`${await response.text()}\``);
  },
  image: async () => {
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: IMAGE_URL } }
    ];
    const answer = await message({ model: VISION_MODEL, messages: [{ role: "user", content }] });
    assert.equal(answer.content.split(" ").length, 5);
    return WORKS;
  },
  tools: async () => {
    const answer = await message({ model: "openai/gpt-4o", tools: TOOLS, tool_choice: "required" });
    assert.deepEqual(Object.keys(answer), ["role", "content"]);
    return NOT_OFFERED;
  },
  error: async () => {
    for (const stream of [false, true]) {
      const response = await send({ model: UNKNOWN_MODEL, stream });
      assert.equal(response.status, 404);
      assert.equal((await response.json()).error.message, `bytez error: ${UNKNOWN_ERROR}`);
    }
    return WORKS;
  }
});
gateway.kill();
await once(gateway, "exit");
