"use strict";

async function show() {
  const { href } = document.querySelector("link[rel=describedby]");
  const spec = await (await fetch(href)).json();
  // Requests can be tried where the document comes from what answers them; a site of files has its guides.
  const answers = spec.servers.some(({ url }) => url === "/");
  document.querySelector("nav a[hidden]").hidden = answers;
  SwaggerUIBundle({
    spec,
    dom_id: "#document",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    ...(answers ? {} : { supportedSubmitMethods: [] }),
  });
}

show();
