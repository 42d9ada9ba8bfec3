// Values and helpers of the JavaScript probes of clients of OpenAI's API.

import { readFile, writeFile } from "node:fs/promises";

export const BASE_URL = "http://localhost:8080/models/v2/openai/v1";
export const CLOSED_MODEL = "openai/gpt-4o";
export const REASONING_MODEL = "openai/gpt-5.1";
export const EMBEDDING_MODEL = "nomic-ai/nomic-embed-text-v1.5";
export const QUESTION = "How warm is it in Oslo?";
export const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const FUNCTION = { name: "temperature", description: "Temperature of a city", parameters: CITY };
export const TOOL = { type: "function", function: FUNCTION };
export const TOOL_CHOICES = ["required", "auto", { type: "function", function: { name: "temperature" } }];
// A picture of one pixel.
export const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ" +
  "RU5ErkJggg==";

// Returns the exception that a call raises.
export async function raised(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("the call raised no exception");
}

// Runs an example of the guide, which must not raise.
export async function runExample(title) {
  const page = await readFile("docs/guides/openai.md", "utf8");
  const [, code] = page.match(new RegExp(`^\`\`\`js title="${title}"\n(.*?)^\`\`\``, "ms"));
  const file = new URL("example.mjs", import.meta.url);
  await writeFile(file, code.replace("https://api.bytez.com", "http://localhost:8080"));
  await import(file);
}
