// Typed calls of a text model. `npm run build` generates `schema.d.ts` from the npm package of the documents.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./schema.js";

const MODEL = { org: "openai-community", name: "gpt2" };

export function connect(key: string, baseUrl = "https://api.bytez.com"): Client<paths> {
  return createClient<paths>({ baseUrl, headers: { Authorization: `Key ${key}` } });
}

/** Returns a continuation of the text, or throws an error with the status and the message of the service. */
export async function complete(client: Client<paths>, text: string, maxNewTokens: number): Promise<string> {
  const { data, error, response } = await client.POST("/models/v2/{org}/{name}#text-generation", {
    params: { path: MODEL },
    body: { text, params: { max_new_tokens: maxNewTokens } },
  });
  if (error !== undefined) throw new Error(`${response.status}: ${error.error}`);
  return data.output ?? "";
}

/** Yields the parts of a continuation as they arrive. */
export async function* stream(client: Client<paths>, text: string): AsyncGenerator<string> {
  const { data, response } = await client.POST("/models/v2/{org}/{name}#text-generation-stream", {
    params: { path: MODEL },
    body: { text, stream: true },
    parseAs: "stream",
  });
  if (!data) throw new Error(`${response.status}`);
  const decoder = new TextDecoder();
  for await (const chunk of data) yield decoder.decode(chunk, { stream: true });
}
