// Probe of the JavaScript client bytez.js 0.4.2, which uses v1.

import assert from "node:assert/strict";
import Bytez from "bytez.js";
import {
  FIVE_WORDS, KEY, TEXT_MODEL, NOT_OFFERED, IMAGE_MODEL, PROMPT, QUESTION, QA_MODEL, UNKNOWN_MODEL, UNKNOWN_ERROR, WORKS,
  clientFault, expectFiveWords, expectImage, read, report
} from "./report.mjs";

// The client has the vendor's host built in, so its requests are redirected to the emulator.
const { fetch } = globalThis;
globalThis.fetch = (url, options) =>
  fetch(url.replace("https://api.bytez.com/", "http://localhost:8080/"), options);

const client = new Bytez(KEY);
const textModel = client.model(TEXT_MODEL);

async function runTextModel() {
  return (await textModel.run(PROMPT, FIVE_WORDS)).output[0].generated_text;
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
    await textModel.load();
    assert.equal((await textModel.status()).status, "RUNNING");
    assert.equal((await client.list.instances()).length, 1);
    await textModel.load();
    return WORKS;
  },
  run: async () => {
    expectFiveWords(await runTextModel());
    for (const model of [QA_MODEL, IMAGE_MODEL]) await client.model(model).start();
    assert("answer" in (await client.model(QA_MODEL).run(QUESTION)).output);
    const { output_png } = await client.model(IMAGE_MODEL).run("A cat");
    expectImage(Buffer.from(output_png, "base64"));
    return WORKS;
  },
  "text stream": async () => {
    const chunks = await read(await textModel.run(PROMPT, { ...FIVE_WORDS, stream: true }));
    assert.equal(Buffer.concat(chunks).toString(), await runTextModel());
    return WORKS;
  },
  "media stream": () => NOT_OFFERED,
  error: async () => {
    const model = client.model(UNKNOWN_MODEL);
    assert.deepEqual(await model.run("Hello"), { error: UNKNOWN_ERROR });
    const text = Buffer.concat(await read(await model.run("Hello", { stream: true }))).toString();
    assert.deepEqual(JSON.parse(text), { error: UNKNOWN_ERROR });
    return clientFault(`\`${text}\` as the stream`);
  },
  stop: async () => {
    await textModel.stop();
    assert.notEqual((await textModel.status()).status, "RUNNING");
    return WORKS;
  }
});
