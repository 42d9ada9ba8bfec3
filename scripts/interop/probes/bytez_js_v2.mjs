// The JavaScript client bytez.js from 1.1.16 on, which speaks v2 without clusters.

import assert from "node:assert/strict";
import Bytez from "bytez.js";
import {
  CHAT, FIVE_WORDS, KEY, LLM, MESSAGES, PAINTER, PROMPT, UNKNOWN, UNKNOWN_ERROR, WORKS,
  clientFault, download, expectFiveWords, expectPicture, notOffered, read, report
} from "./report.mjs";

const client = new Bytez(KEY, true);
const llm = client.model(LLM);
const painter = client.model(PAINTER);

await report({
  list: async () => {
    const models = await client.list.models({ task: "chat" });
    assert.equal(models.error, null);
    assert.deepEqual([...new Set(models.output.map(model => model.task))], ["chat"]);
    // The client puts two question marks into this query.
    const { output } = await client.list.models({ task: "chat", modelId: CHAT });
    assert.deepEqual(output.map(model => model.modelId), [CHAT]);
    const tasks = await client.list.tasks();
    assert.equal(tasks.error, null);
    assert(tasks.output.includes("chat"));
    return WORKS;
  },
  "create or load": () => notOffered(llm, "create", "start", "load"),
  run: async () => {
    const text = await llm.run(PROMPT, FIVE_WORDS);
    assert.equal(text.error, null);
    expectFiveWords(text.output);
    const message = await client.model(CHAT).run(MESSAGES);
    assert.equal(message.error, null);
    assert.equal(message.output.role, "assistant");
    assert.equal(typeof message.output.content, "string");
    const picture = await painter.run("A cat");
    assert.equal(picture.error, null);
    expectPicture(await download(picture.output));
    return WORKS;
  },
  "text stream": async () => {
    const { output } = await llm.run(PROMPT, FIVE_WORDS);
    const pieces = await read(await llm.run(PROMPT, FIVE_WORDS, true));
    assert.equal(Buffer.concat(pieces.map(piece => Buffer.from(piece))).toString(), output);
    return WORKS;
  },
  "media stream": async () => {
    const picture = await download((await painter.run("A cat")).output);
    const pieces = await read(await painter.run("A cat", true));
    if (pieces.every(Buffer.isBuffer)) {
      assert.deepEqual(Buffer.concat(pieces), picture);
      return WORKS;
    }
    assert.equal(pieces.join(""), picture.toString("utf8"));
    return clientFault("strings with U+FFFD for what is not UTF-8");
  },
  error: async () => {
    const model = client.model(UNKNOWN);
    const refused = { error: UNKNOWN_ERROR, output: null };
    assert.deepEqual(await model.run("Hello"), refused);
    assert.deepEqual(await model.run("Hello", true), refused);
    return WORKS;
  },
  stop: () => notOffered(llm, "delete", "stop")
});
