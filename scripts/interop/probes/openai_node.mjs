// Probe of the package `openai` for JavaScript.

import assert from "node:assert/strict";
import OpenAI, { AuthenticationError, NotFoundError } from "openai";
import {
  BASE_URL, CITY, CLOSED_MODEL, EMBEDDING_MODEL, FUNCTION, PIXEL, QUESTION, REASONING_MODEL, TOOL, TOOL_CHOICES, raised
} from "./openai_report.mjs";
import {
  CHAT_MODEL, IMAGE_URL, KEY, MESSAGES, TEXT_MODEL, UNKNOWN_ERROR, UNKNOWN_MODEL, VISION_MODEL, WORKS, read, report
} from "./report.mjs";

const client = new OpenAI({ baseURL: BASE_URL, apiKey: KEY });
const chat = body => client.chat.completions.create({ model: CHAT_MODEL, messages: MESSAGES, ...body });
const FIVE_TOKENS = { max_tokens: 5 };
const words = text => text.trim().split(/\s+/).length;

await report({
  chat: async () => {
    const [choice] = (await chat(FIVE_TOKENS)).choices;
    assert.equal(choice.finish_reason, "length");
    const chunks = await read(await chat({ ...FIVE_TOKENS, stream: true }));
    assert.equal(chunks.map(it => it.choices[0].delta.content ?? "").join(""), choice.message.content);
    assert.equal(new Set(chunks.map(it => it.id)).size, 1);
    const reasons = chunks.map(it => it.choices[0].finish_reason);
    assert.deepEqual(reasons, [...Array(chunks.length - 1).fill(null), "length"]);
    return WORKS;
  },
  usage: async () => {
    const { usage } = await chat(FIVE_TOKENS);
    assert.equal(usage.completion_tokens, 5);
    const chunks = await read(await chat({ ...FIVE_TOKENS, stream: true, stream_options: { include_usage: true } }));
    const last = chunks.pop();
    assert.deepEqual([last.choices, last.usage], [[], usage]);
    return WORKS;
  },
  tools: async () => {
    const question = [{ role: "user", content: QUESTION }];
    const ask = body => chat({ model: CLOSED_MODEL, tools: [TOOL], messages: question, ...body });
    for (const tool_choice of TOOL_CHOICES) {
      const [{ message, finish_reason }] = (await ask({ tool_choice })).choices;
      assert.equal(finish_reason, "tool_calls");
      const [call] = message.tool_calls;
      assert.deepEqual(Object.keys(JSON.parse(call.function.arguments)), ["city"]);
      const streamed = await client.chat.completions
        .stream({ model: CLOSED_MODEL, tools: [TOOL], messages: question, tool_choice })
        .finalMessage();
      assert.equal(streamed.tool_calls[0].function.arguments, call.function.arguments);
      const result = { role: "tool", tool_call_id: call.id, content: "20" };
      const [last] = (await ask({ messages: [...question, message, result] })).choices;
      assert.equal(last.finish_reason, "stop");
    }
    const runner = client.chat.completions.runTools({
      model: CLOSED_MODEL,
      messages: question,
      tools: [{ type: "function", function: { ...FUNCTION, parse: JSON.parse, function: () => "20" } }]
    });
    assert.ok((await runner.finalContent()).length);
    return WORKS;
  },
  structured: async () => {
    const schema = { type: "json_schema", json_schema: { name: "place", schema: CITY } };
    for (const response_format of [schema, { type: "json_object" }]) {
      const [choice] = (await chat({ model: CLOSED_MODEL, response_format })).choices;
      const value = JSON.parse(choice.message.content);
      if (response_format === schema) assert.deepEqual(Object.keys(value), ["city"]);
      assert.equal(value.constructor, Object);
    }
    return WORKS;
  },
  images: async () => {
    for (const url of [IMAGE_URL, PIXEL]) {
      const content = [{ type: "text", text: "What is it?" }, { type: "image_url", image_url: { url } }];
      const answer = await chat({ ...FIVE_TOKENS, model: VISION_MODEL, messages: [{ role: "user", content }] });
      assert.equal(words(answer.choices[0].message.content), 5);
    }
    return WORKS;
  },
  completions: async () => {
    const complete = body => client.completions.create({ model: TEXT_MODEL, prompt: "Once", ...FIVE_TOKENS, ...body });
    const [choice] = (await complete()).choices;
    assert.equal(words(choice.text), 5);
    const chunks = await read(await complete({ stream: true }));
    assert.equal(chunks.map(it => it.choices[0].text).join(""), choice.text);
    assert.equal(chunks.at(-1).choices[0].finish_reason, "length");
    const both = (await complete({ prompt: ["Once", "Twice"] })).choices;
    assert.deepEqual(both.map(it => it.index), [0, 1]);
    return WORKS;
  },
  responses: async () => {
    const body = {
      model: REASONING_MODEL, input: QUESTION, max_output_tokens: 5, reasoning: { effort: "low", summary: "auto" }
    };
    const response = await client.responses.create(body);
    assert.deepEqual(response.output.map(it => it.type), ["reasoning", "message"]);
    assert.equal(words(response.output_text), 5);
    const events = await read(await client.responses.create({ ...body, stream: true }));
    const deltas = events.filter(it => it.type === "response.output_text.delta").map(it => it.delta);
    assert.equal(deltas.join(""), response.output_text);
    assert.equal(events.at(-1).type, "response.completed");
    assert.equal((await client.responses.stream(body).finalResponse()).output_text, response.output_text);
    for (const tool of [{ type: "function", ...FUNCTION }, TOOL]) {
      const request = { ...body, reasoning: null, tools: [tool], tool_choice: "required" };
      const [call] = (await client.responses.create(request)).output;
      assert.equal(call.type, "function_call");
      assert.deepEqual(Object.keys(JSON.parse(call.arguments)), ["city"]);
    }
    return WORKS;
  },
  embeddings: async () => {
    const embed = async body => (await client.embeddings.create({ model: EMBEDDING_MODEL, ...body })).data;
    // The client asks for base64 by default, and decodes it.
    const [one] = await embed({ input: "Once" });
    const several = await embed({ input: ["Once", "Twice"], encoding_format: "float" });
    assert.equal(several.length, 2);
    assert.ok(one.embedding.every((it, index) => Math.abs(it - several[0].embedding[index]) < 1e-6));
    return WORKS;
  },
  models: async () => {
    const ids = (await read(client.models.list())).map(it => it.id);
    assert.ok(ids.includes(CHAT_MODEL));
    assert.equal((await client.models.retrieve(CHAT_MODEL)).id, CHAT_MODEL);
    return WORKS;
  },
  errors: async () => {
    const wrong = new OpenAI({ baseURL: BASE_URL, apiKey: "wrong" });
    const request = { model: CHAT_MODEL, messages: MESSAGES };
    assert.ok((await raised(() => wrong.chat.completions.create(request))) instanceof AuthenticationError);
    for (const stream of [false, true]) {
      const error = await raised(() => chat({ model: UNKNOWN_MODEL, stream }));
      assert.ok(error instanceof NotFoundError);
      assert.ok(error.message.includes(UNKNOWN_ERROR));
    }
    return WORKS;
  }
});
