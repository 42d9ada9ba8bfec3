// The JavaScript client bytez.js 0.4.2, which speaks v1.

import assert from "node:assert/strict";
import Bytez from "bytez.js";
import {
  FIVE_WORDS, KEY, LLM, NOT_OFFERED, PAINTER, PROMPT, QUESTION, READER, UNKNOWN, UNKNOWN_ERROR, WORKS,
  clientFault, expectFiveWords, expectPicture, read, report
} from "./report.mjs";

// The client knows no other host than the vendor's, so what it asks there is sent to the emulator.
const { fetch } = globalThis;
globalThis.fetch = (url, options) =>
  fetch(url.replace("https://api.bytez.com/", "http://localhost:8080/"), options);

const client = new Bytez(KEY);
const llm = client.model(LLM);

async function runLlm() {
  return (await llm.run(PROMPT, FIVE_WORDS)).output[0].generated_text;
}

await report({
  list: async () => {
    const all = await client.list.models.all();
    const some = await client.list.models.byTask("text-generation");
    assert(all.length > some.length && some.length > 0);
    assert.deepEqual(await client.list.instances(), []);
    return WORKS;
  },
  "create or load": async () => {
    await llm.load();
    assert.equal((await llm.status()).status, "RUNNING");
    assert.equal((await client.list.instances()).length, 1);
    await llm.load();
    return WORKS;
  },
  run: async () => {
    expectFiveWords(await runLlm());
    for (const model of [READER, PAINTER]) await client.model(model).start();
    assert("answer" in (await client.model(READER).run(QUESTION)).output);
    const { output_png } = await client.model(PAINTER).run("A cat");
    expectPicture(Buffer.from(output_png, "base64"));
    return WORKS;
  },
  "text stream": async () => {
    const pieces = await read(await llm.run(PROMPT, { ...FIVE_WORDS, stream: true }));
    assert.equal(Buffer.concat(pieces).toString(), await runLlm());
    return WORKS;
  },
  "media stream": () => NOT_OFFERED,
  error: async () => {
    const model = client.model(UNKNOWN);
    assert.deepEqual(await model.run("Hello"), { error: UNKNOWN_ERROR });
    const text = Buffer.concat(await read(await model.run("Hello", { stream: true }))).toString();
    assert.deepEqual(JSON.parse(text), { error: UNKNOWN_ERROR });
    return clientFault(`\`${text}\` as the stream`);
  },
  stop: async () => {
    await llm.stop();
    assert.notEqual((await llm.status()).status, "RUNNING");
    return WORKS;
  }
});
