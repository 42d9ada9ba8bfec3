// Probe of the suite in the package bytez.js: all its tests run, without the marks that skip most of them and
// without the calls of `create`, which the client no longer has. Media come from this process, not the internet.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { KEY, report, WORKS } from "./report.mjs";

const SUITE = new URL("node_modules/bytez.js/tests/", import.meta.url);
const path = name => fileURLToPath(new URL(name, SUITE));

await report({
  suite: () => {
    const source = readFileSync(path("tasks.test.ts"), "utf8");
    const tests = source.match(/^ +it\(/gm).length;
    writeFileSync(
      path("all.test.ts"),
      source.replaceAll("describe.skip(", "describe(").replaceAll(", model.create()", "")
    );
    writeFileSync(
      path("media.mjs"),
      `const send = fetch;
globalThis.fetch = (url, options) =>
  String(url).startsWith("http://localhost:8080/")
    ? send(url, options)
    : Promise.resolve(new Response("media", { headers: { "content-type": "image/png" } }));
`
    );
    const { stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--import", path("media.mjs"), "--test-reporter=tap", path("all.test.ts")],
      { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8", env: { ...process.env, BYTEZ_KEY: KEY } }
    );
    const failed = stdout.match(/^ *not ok .*$/gm) ?? [];
    assert.deepEqual(failed, []);
    assert.match(stdout, new RegExp(`^# tests ${tests}\\n[^]*^# pass ${tests}$`, "m"));
    return WORKS;
  }
});
