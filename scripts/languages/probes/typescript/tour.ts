// Constants of the TypeScript tours, and the function that runs the steps and prints their results.

export const WRITER = { org: "acme", name: "writer" };
export const SPEAKER = { org: "acme", name: "speaker" };
export const NOBODY = { org: "acme", name: "nobody" };
export const INPUT = { text: "Once upon a time at the café", params: { max_new_tokens: 8 } };
export const CLUSTER = { capacity: { min: 0, max: 2 } };

const [, , url] = process.argv;
if (url === undefined) throw new Error("usage: main URL");
export const BASE_URL = url;
export const HEADERS = { Authorization: "Key tour" };

interface Steps {
  /** Creates, reads and deletes a cluster; returns its maximum. */
  cluster: () => Promise<number | undefined>;
  /** Runs the model; returns the output. */
  run: () => Promise<string | undefined>;
  /** Runs the model as a stream. */
  stream: () => Promise<AsyncIterable<Uint8Array> | string | undefined>;
  /** Runs a model whose output is a file. */
  bytes: () => Promise<Blob | Uint8Array | undefined>;
  /** Runs an unknown model; returns the status and the message. */
  error: () => Promise<readonly [status: number | undefined, message: string | undefined]>;
}

export async function take(steps: Steps): Promise<void> {
  console.log("cluster", await steps.cluster());
  console.log("run", await steps.run());
  console.log("stream", ...(await read(await steps.stream())));
  const file = await steps.bytes();
  console.log("bytes", file instanceof Blob ? file.size : file?.byteLength);
  console.log("error", ...(await steps.error()));
}

async function read(stream: AsyncIterable<Uint8Array> | string | undefined): Promise<[number, string | undefined]> {
  if (stream === undefined || typeof stream === "string") return [1, stream];
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return [pieces.length, new TextDecoder().decode(Buffer.concat(pieces))];
}
