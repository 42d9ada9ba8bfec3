// Constants and functions that both TypeScript tours use. A tour prints one line per step.

export const GPT2 = { org: "openai-community", name: "gpt2" };
export const NOBODY = { org: "nobody", name: "nothing" };
export const MODEL = "openai-community/gpt2";
export const PROMPT = "Once upon a time\n\nat the café there was a";
export const FIVE_WORDS = { min_new_tokens: 5, max_new_tokens: 5 };
export const UNKNOWN = "Model does not exist or has yet to be added to the Bytez catalog";

const [, , url] = process.argv;
if (url === undefined) throw new Error("usage: tour URL");
export const URL = url;

export async function pause(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 50));
}

export async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

export async function take(steps: Record<string, () => Promise<void>>): Promise<void> {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(name);
  }
}
