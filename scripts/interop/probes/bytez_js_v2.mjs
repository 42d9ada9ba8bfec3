// Probe of the JavaScript client bytez.js since 1.1.16, which uses v2 without clusters.

import assert from "node:assert/strict";
import Bytez from "bytez.js";
import {
  CHAT_MODEL, FIVE_WORDS, KEY, TEXT_MODEL, MESSAGES, IMAGE_MODEL, PROMPT, UNKNOWN_MODEL, UNKNOWN_ERROR, WORKS,
  clientFault, download, expectFiveWords, expectImage, notOffered, read, report
} from "./report.mjs";

const client = new Bytez(KEY, true);
const textModel = client.model(TEXT_MODEL);
const imageModel = client.model(IMAGE_MODEL);

await report({
  list: async () => {
    const models = await client.list.models({ task: "chat" });
    assert.equal(models.error, null);
    assert.deepEqual([...new Set(models.output.map(model => model.task))], ["chat"]);
    // The client separates the two parameters of this query by a second question mark.
    const { output } = await client.list.models({ task: "chat", modelId: CHAT_MODEL });
    assert.deepEqual(output.map(model => model.modelId), [CHAT_MODEL]);
    const tasks = await client.list.tasks();
    assert.equal(tasks.error, null);
    assert(tasks.output.includes("chat"));
    return WORKS;
  },
  "create or load": () => notOffered(textModel, "create", "start", "load"),
  run: async () => {
    const text = await textModel.run(PROMPT, FIVE_WORDS);
    assert.equal(text.error, null);
    expectFiveWords(text.output);
    const message = await client.model(CHAT_MODEL).run(MESSAGES);
    assert.equal(message.error, null);
    assert.equal(message.output.role, "assistant");
    assert.equal(typeof message.output.content, "string");
    const image = await imageModel.run("A cat");
    assert.equal(image.error, null);
    expectImage(await download(image.output));
    return WORKS;
  },
  "text stream": async () => {
    const { output } = await textModel.run(PROMPT, FIVE_WORDS);
    const chunks = await read(await textModel.run(PROMPT, FIVE_WORDS, true));
    assert.equal(await new Blob(chunks).text(), output);
    return WORKS;
  },
  "media stream": async () => {
    const image = await download((await imageModel.run("A cat")).output);
    const chunks = await read(await imageModel.run("A cat", true));
    if (chunks.every(chunk => chunk instanceof Uint8Array)) {
      assert.deepEqual(new Uint8Array(await new Blob(chunks).arrayBuffer()), image);
      return WORKS;
    }
    assert.equal(chunks.join(""), new TextDecoder().decode(image));
    return clientFault("strings with U+FFFD for what is not UTF-8");
  },
  error: async () => {
    const model = client.model(UNKNOWN_MODEL);
    const refused = { error: UNKNOWN_ERROR, output: null };
    assert.deepEqual(await model.run("Hello"), refused);
    assert.deepEqual(await model.run("Hello", true), refused);
    return WORKS;
  },
  stop: () => notOffered(textModel, "delete", "stop")
});
