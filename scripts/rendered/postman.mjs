// Prints method, path and body of each request of the Postman collection of openapi.json, one JSON line each.
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import converter from "openapi-to-postmanv2";

const { result, reason, output } = await promisify(converter.convertV2)(
  { type: "string", data: readFileSync("openapi.json", "utf8") },
  { parametersResolution: "Example" },
);
if (!result) throw new Error(reason);

function print({ item, request }) {
  item?.forEach(print);
  if (!request) return;
  const values = Object.fromEntries(request.url.variable?.map(({ key, value }) => [`:${key}`, value]) ?? []);
  const path = request.url.path.map((part) => values[part] ?? part).join("/");
  console.log(JSON.stringify({ method: request.method, path: `/${path}`, body: JSON.parse(request.body?.raw ?? "null") }));
}
print(output[0].data);
