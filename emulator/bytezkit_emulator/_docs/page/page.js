"use strict";

// The renderer does not resolve the parameters of a path when a link opens one of its operations.
function moveParameters({ paths }) {
  for (const item of Object.values(paths)) {
    const { parameters = [], ...operations } = item;
    delete item.parameters;
    for (const operation of Object.values(operations)) {
      operation.parameters = [...parameters, ...(operation.parameters ?? [])];
    }
  }
}

async function show() {
  const { href } = document.querySelector("link[rel=describedby]");
  const spec = await (await fetch(href)).json();
  moveParameters(spec);
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
