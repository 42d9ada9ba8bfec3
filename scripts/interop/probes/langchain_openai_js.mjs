// Probe of the package `@langchain/openai`.

import assert from "node:assert/strict";
import { ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from "@langchain/openai";
import {
  BASE_URL, CITY, CLOSED_MODEL, EMBEDDING_MODEL, PIXEL, QUESTION, REASONING_MODEL, TOOL, TOOL_CHOICES, raised
} from "./openai_report.mjs";
import {
  CHAT_MODEL, IMAGE_URL, KEY, NOT_OFFERED, TEXT_MODEL, UNKNOWN_ERROR, UNKNOWN_MODEL, VISION_MODEL, WORKS, read, report
} from "./report.mjs";

const SETTINGS = { apiKey: KEY, configuration: { baseURL: BASE_URL }, maxTokens: 5 };
const makeChat = options => new ChatOpenAI({ model: CHAT_MODEL, ...SETTINGS, ...options });
const words = text => text.trim().split(/\s+/).length;

await report({
  chat: async () => {
    const chat = makeChat();
    const answer = await chat.invoke("Hello");
    assert.equal(answer.response_metadata.finish_reason, "length");
    const chunks = await read(await chat.stream("Hello"));
    assert.equal(chunks.map(it => it.content).join(""), answer.content);
    return WORKS;
  },
  usage: async () => {
    const chat = makeChat({ streamUsage: true });
    const { usage_metadata } = await chat.invoke("Hello");
    assert.equal(usage_metadata.output_tokens, 5);
    const chunks = await read(await chat.stream("Hello"));
    const [streamed] = chunks.map(it => it.usage_metadata).filter(it => it);
    assert.equal(streamed.total_tokens, usage_metadata.total_tokens);
    return WORKS;
  },
  tools: async () => {
    const chat = makeChat({ model: CLOSED_MODEL });
    for (const tool_choice of TOOL_CHOICES) {
      const answer = await chat.bindTools([TOOL], { tool_choice }).invoke(QUESTION);
      const [call] = answer.tool_calls;
      assert.deepEqual([call.name, Object.keys(call.args)], ["temperature", ["city"]]);
      const result = new ToolMessage({ content: "20", tool_call_id: call.id });
      const last = await chat.bindTools([TOOL]).invoke([["user", QUESTION], answer, result]);
      assert.deepEqual([last.tool_calls, words(last.content)], [[], 5]);
    }
    return WORKS;
  },
  structured: async () => {
    const chat = makeChat({ model: CLOSED_MODEL, maxTokens: undefined });
    const schema = { title: "place", ...CITY };
    const value = await chat.withStructuredOutput(schema, { method: "jsonSchema" }).invoke("Invent");
    assert.deepEqual(Object.keys(value), ["city"]);
    const object = await chat.withStructuredOutput({}, { method: "jsonMode" }).invoke("Invent");
    assert.equal(object.constructor, Object);
    return WORKS;
  },
  images: async () => {
    for (const url of [IMAGE_URL, PIXEL]) {
      const content = [{ type: "text", text: "What is it?" }, { type: "image_url", image_url: { url } }];
      const answer = await makeChat({ model: VISION_MODEL }).invoke([{ role: "user", content }]);
      assert.equal(words(answer.content), 5);
    }
    return WORKS;
  },
  completions: async () => {
    const model = new OpenAI({ model: TEXT_MODEL, ...SETTINGS });
    const text = await model.invoke("Once");
    assert.equal(words(text), 5);
    assert.equal((await read(await model.stream("Once"))).join(""), text);
    assert.equal((await model.generate(["Once", "Twice"])).generations.length, 2);
    return WORKS;
  },
  responses: async () => {
    const chat = makeChat({
      model: REASONING_MODEL, useResponsesApi: true, reasoning: { effort: "low", summary: "auto" }
    });
    const answer = await chat.invoke(QUESTION);
    assert.equal(words(answer.text), 5);
    const chunks = await read(await chat.stream(QUESTION));
    assert.equal(chunks.map(it => it.text).join(""), answer.text);
    const calling = makeChat({ model: REASONING_MODEL, useResponsesApi: true });
    const { tool_calls } = await calling.bindTools([TOOL]).invoke(QUESTION);
    assert.deepEqual(Object.keys(tool_calls[0].args), ["city"]);
    return WORKS;
  },
  embeddings: async () => {
    const vectors = [];
    for (const encodingFormat of ["float", undefined]) {
      const model = new OpenAIEmbeddings({ model: EMBEDDING_MODEL, encodingFormat, ...SETTINGS });
      const [one] = await model.embedDocuments(["Once", "Twice"]);
      vectors.push(one, await model.embedQuery("Once"));
    }
    for (const vector of vectors) {
      assert.ok(vector.every((it, index) => Math.abs(it - vectors[0][index]) < 1e-6));
    }
    return WORKS;
  },
  models: async () => NOT_OFFERED,
  errors: async () => {
    const wrong = await raised(() => makeChat({ apiKey: "wrong" }).invoke("Hello"));
    assert.equal(wrong.status, 401);
    const unknown = makeChat({ model: UNKNOWN_MODEL });
    for (const call of [() => unknown.invoke("Hello"), async () => read(await unknown.stream("Hello"))]) {
      const error = await raised(call);
      assert.deepEqual([error.status, error.message.includes(UNKNOWN_ERROR)], [404, true]);
    }
    return WORKS;
  }
});
