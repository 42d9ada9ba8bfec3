// Probe of the Vercel AI SDK, `ai`, with `@ai-sdk/openai-compatible`.

import assert from "node:assert/strict";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { BASE_URL, CITY, CLOSED_MODEL, EMBEDDING_MODEL, PIXEL, QUESTION, raised, runExample } from "./openai_report.mjs";
import {
  CHAT_MODEL, IMAGE_URL, KEY, NOT_OFFERED, TEXT_MODEL, UNKNOWN_ERROR, UNKNOWN_MODEL, VISION_MODEL, WORKS, read, report
} from "./report.mjs";

const connect = apiKey =>
  createOpenAICompatible({
    name: "bytez", baseURL: BASE_URL, apiKey, includeUsage: true, supportsStructuredOutputs: true
  });
const bytez = connect(KEY);
const PIXEL_BYTES = Buffer.from(PIXEL.split(",")[1], "base64");
const words = text => text.trim().split(/\s+/).length;
const HELLO = { model: bytez(CHAT_MODEL), prompt: "Hello", maxOutputTokens: 5, maxRetries: 0 };

process.env.BYTEZ_KEY = KEY;
await report({
  chat: async () => {
    await runExample("Vercel AI SDK");
    const { text, finishReason } = await generateText(HELLO);
    assert.deepEqual([words(text), finishReason], [5, "length"]);
    const stream = streamText(HELLO);
    assert.equal((await read(stream.textStream)).join(""), text);
    assert.equal(await stream.finishReason, "length");
    return WORKS;
  },
  usage: async () => {
    const { usage } = await generateText(HELLO);
    const stream = streamText(HELLO);
    await stream.consumeStream();
    assert.equal(usage.outputTokens, 5);
    assert.equal((await stream.usage).totalTokens, usage.totalTokens);
    return WORKS;
  },
  tools: async () => {
    const temperature = tool({ inputSchema: jsonSchema(CITY), execute: () => "20" });
    const request = { model: bytez(CLOSED_MODEL), prompt: QUESTION, tools: { temperature }, stopWhen: stepCountIs(5) };
    const { text, steps } = await generateText(request);
    assert.equal(steps.length, 2);
    assert.ok(text.length);
    const stream = streamText(request);
    assert.equal((await read(stream.textStream)).join(""), text);
    for (const toolChoice of ["required", { type: "tool", toolName: "temperature" }]) {
      const { toolCalls } = await generateText({ ...request, toolChoice, stopWhen: stepCountIs(1) });
      assert.deepEqual(Object.keys(toolCalls[0].input), ["city"]);
    }
    return WORKS;
  },
  structured: async () => {
    for (const output of [Output.object({ schema: jsonSchema(CITY) }), Output.json()]) {
      const result = await generateText({ model: bytez(CLOSED_MODEL), prompt: QUESTION, output });
      assert.equal(result.output.constructor, Object);
    }
    return WORKS;
  },
  images: async () => {
    // The client downloads an image, and sends its data.
    const experimental_download = async files => files.map(() => ({ data: PIXEL_BYTES, mediaType: "image/png" }));
    for (const image of [new URL(IMAGE_URL), PIXEL]) {
      const content = [{ type: "text", text: "What is it?" }, { type: "image", image }];
      const request = { ...HELLO, model: bytez(VISION_MODEL), prompt: undefined, experimental_download };
      const { text } = await generateText({ ...request, messages: [{ role: "user", content }] });
      assert.equal(words(text), 5);
    }
    return WORKS;
  },
  completions: async () => {
    const request = { ...HELLO, model: bytez.completionModel(TEXT_MODEL) };
    const { text } = await generateText(request);
    assert.equal(words(text), 5);
    assert.equal((await read(streamText(request).textStream)).join(""), text);
    return WORKS;
  },
  responses: async () => NOT_OFFERED,
  embeddings: async () => {
    const model = bytez.embeddingModel(EMBEDDING_MODEL);
    const { embedding } = await embed({ model, value: "Once" });
    const { embeddings } = await embedMany({ model, values: ["Once", "Twice"] });
    assert.equal(embeddings.length, 2);
    assert.deepEqual(embeddings[0], embedding);
    return WORKS;
  },
  models: async () => NOT_OFFERED,
  errors: async () => {
    const wrong = await raised(() => generateText({ ...HELLO, model: connect("wrong")(CHAT_MODEL) }));
    assert.equal(wrong.statusCode, 401);
    const unknown = await raised(() => generateText({ ...HELLO, model: bytez(UNKNOWN_MODEL) }));
    assert.deepEqual([unknown.statusCode, unknown.responseBody.includes(UNKNOWN_ERROR)], [404, true]);
    return WORKS;
  }
});
