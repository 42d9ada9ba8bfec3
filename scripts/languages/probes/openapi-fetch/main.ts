import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { BASE_URL, CLUSTER, HEADERS, INPUT, NOBODY, SPEAKER, WRITER, take } from "./tour";

const client = createClient<paths>({ baseUrl: BASE_URL, headers: HEADERS });
const writer = { params: { path: WRITER } };

await take({
  cluster: async () => {
    await client.PUT("/models/v2/{org}/{name}", { ...writer, body: CLUSTER });
    const { data } = await client.GET("/models/v2/{org}/{name}", writer);
    await client.DELETE("/models/v2/{org}/{name}", writer);
    return data?.output?.capacity.max;
  },
  run: async () => {
    const { data } = await client.POST("/models/v2/{org}/{name}#text-generation", { ...writer, body: INPUT });
    return data?.output;
  },
  stream: async () => {
    const body = { ...INPUT, stream: true };
    const { data } = await client.POST("/models/v2/{org}/{name}#text-generation-stream", {
      ...writer,
      body,
      parseAs: "stream"
    });
    return data ?? undefined;
  },
  bytes: async () => {
    const { data } = await client.POST("/models/v2/{org}/{name}#text-to-speech-bytes", {
      params: { path: SPEAKER },
      body: { text: INPUT.text, json: false },
      parseAs: "blob"
    });
    return data;
  },
  error: async () => {
    const path = { params: { path: NOBODY } };
    const { error, response } = await client.POST("/models/v2/{org}/{name}#text-generation", { ...path, body: INPUT });
    return [response.status, error?.error];
  }
});
