export default {
  input: "openapi.json",
  logs: { file: false },
  output: { path: "hey-api", importFileExtension: ".js" },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"]
};
