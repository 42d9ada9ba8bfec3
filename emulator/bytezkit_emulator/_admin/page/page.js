"use strict";

const POLL_MILLISECONDS = 1000;
const KEPT_REQUESTS = 1000;
const SHOWN_REQUESTS = 200;
const IN_PROGRESS = ["waiting", "streaming"];
const FILTERS = {
  all: () => true,
  miss: (entry) => entry.nearMiss !== null,
  fault: (entry) => entry.faults.length > 0,
  open: (entry) => IN_PROGRESS.includes(entry.outcome),
};

const byId = (id) => document.getElementById(id);
let token = null;
let entries = [];
let filter = "all";
const rows = new Map();

/** Create an element; text is set as text, so that no request can add markup to the page. */
function create(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function call(method, path, body) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const value = await response.json();
  if (!response.ok) throw Object.assign(new Error(value.error), { status: response.status });
  return value;
}

function say(text, isBad = false) {
  byId("message").textContent = text;
  byId("message").className = isBad ? "bad" : "";
}

// Redrawing only what changed keeps selections, focus and scroll positions.
const drawn = new Map();
function draw(id, value, children) {
  const text = JSON.stringify(value);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  byId(id).replaceChildren(...children(value));
}

const moment = (text) => (text === null ? "–" : text.replace("T", " ").replace(/(\.\d{3})\d*/, "$1").replace("Z", " UTC"));
const compact = (value) => JSON.stringify(value).replaceAll('"', "").replaceAll(",", ", ").replaceAll(":", ": ");
const button = (text, label, action) => {
  const element = create("button", { textContent: text, title: label });
  element.setAttribute("aria-label", label);
  element.addEventListener("click", action);
  return element;
};

function drawClock(clock) {
  byId("now").textContent = moment(clock.now).replace(/\.\d+/, "");
  byId("now").dateTime = clock.now;
  byId("mode").textContent =
    clock.mode === "scaled" ? `scaled: ${clock.scale} virtual seconds per real second` : `mode ${clock.mode}`;
}

const drawSnapshots = (names) =>
  names.map((name) =>
    create(
      "li",
      {},
      create("span", { textContent: name }),
      button("Restore", `Restore ${name}`, () => act(`restored ${name}`, "POST", `snapshots/${name}/restore`)),
      button("Delete", `Delete ${name}`, () => act(`deleted ${name}`, "DELETE", `snapshots/${name}`)),
    ),
  );

const drawFaults = (faults) =>
  faults.map(({ name, fired, ...rest }) =>
    create(
      "li",
      {},
      create("span", { textContent: name }),
      create("span", { className: fired ? "tag warn" : "tag", textContent: `fired ${fired}` }),
      button("Remove", `Remove ${name}`, () => act(`removed ${name}`, "DELETE", `faults/${name}`)),
      create("code", { textContent: compact(rest) }),
    ),
  );

function table(head, lines) {
  const drawLine = (texts) => {
    const line = create("tr");
    for (const [at, text] of texts.entries()) {
      const cell = create("td", { textContent: text });
      cell.dataset.label = head[at]; // On a phone, each line is a list with these labels.
      line.append(cell);
    }
    return line;
  };
  const titles = create("tr", {}, ...head.map((it) => create("th", { scope: "col", textContent: it })));
  return create("table", {}, create("thead", {}, titles), create("tbody", {}, ...lines.map(drawLine)));
}

const ready = (instances) => `${instances.filter((it) => it.state === "idle").length} of ${instances.length}`;
const modelStatus = (model) => {
  if (model.isOn === false) return "off";
  if (model.instances.length === 0) return "no instance";
  return model.instances.some((it) => it.state === "idle") ? "running" : "booting";
};
const jobStatus = (job) => (job.available ? "available" : job.running ? "running" : "queued");

function drawTenant([key, { spent, clusters, loadedModels, jobs }]) {
  const parts = [create("h3", { textContent: `${key.slice(0, 12)} · $${Number(spent).toFixed(6)} spent`, title: `SHA-256 of the key: ${key}` })];
  if (clusters.length) {
    parts.push(
      table(
        ["Cluster", "Status", "Instances ready", "Capacity min / desired / max", "Runs", "Timeout"],
        clusters.map((it) => [
          it.modelId, modelStatus(it), ready(it.instances),
          `${it.capacity.min} / ${it.capacity.desired} / ${it.capacity.max}`, it.inferences, `${it.timeout} min`,
        ]),
      ),
    );
  }
  if (loadedModels.length) {
    parts.push(
      table(
        ["Loaded model (v1)", "Status", "Instances ready", "Runs", "Expires after"],
        loadedModels.map((it) => [
          it.modelId, modelStatus(it), ready(it.instances), it.inferences, `${it.expirationPeriodSeconds} s`,
        ]),
      ),
    );
  }
  if (jobs.length) {
    parts.push(table(["Requested model", "Status", "Queued"], jobs.map((it) => [it.modelId, jobStatus(it), moment(it.queued)])));
  }
  return create("div", { className: "tenant" }, ...parts);
}

function drawTenants(tenants) {
  const found = Object.entries(tenants);
  return found.length ? found.map(drawTenant) : [create("p", { className: "empty", textContent: "No key has a cluster or a model." })];
}

const statusClass = (status) => (status === null ? "" : status < 300 ? "good" : status < 500 ? "warn" : "bad");

function drawSummary(entry) {
  const tag = (text, className) => create("span", { className: `tag ${className}`, textContent: text });
  return create(
    "summary",
    {},
    create("span", { className: "number", textContent: entry.number }),
    create("span", { textContent: entry.method }),
    create("span", { className: "time", textContent: moment(entry.received).slice(11, 19) }),
    create("span", { className: "path", textContent: entry.query ? `${entry.path}?${entry.query}` : entry.path }),
    create(
      "span",
      { className: "tags" },
      ...entry.faults.map((name) => tag(name, "warn")),
      ...(entry.nearMiss ? [tag("near miss", "warn")] : []),
      ...(entry.outcome === "complete" ? [] : [tag(entry.outcome, IN_PROGRESS.includes(entry.outcome) ? "" : "bad")]),
      ...(entry.status === null ? [] : [tag(entry.status, statusClass(entry.status))]),
    ),
  );
}

function drawEntry(entry) {
  const miss = entry.nearMiss;
  const facts = {
    Operation: entry.operation,
    Model: entry.model,
    Key: entry.tenant,
    Reason: miss ? null : entry.reason,
    "Does not fit": miss && `${miss.pointer}: ${miss.reason}`,
    "Similar routes": miss && miss.routes.join("\n"),
    "Allowed methods": miss && miss.allowed.join(", "),
    Expected: miss && miss.expected,
    "Faults fired": entry.faults.join(", "),
    Received: moment(entry.received),
    Answered: entry.answered && moment(entry.answered),
    Ended: entry.ended && moment(entry.ended),
    "Real time": entry.duration === null ? null : `${(entry.duration * 1000).toFixed(1)} ms`,
    Sent: `${entry.sent} bytes${entry.pieces ? ` in ${entry.pieces.length} pieces` : ""}`,
    "Request id": entry.requestId,
  };
  const list = create("dl");
  for (const [name, value] of Object.entries(facts)) {
    if (value) list.append(create("dt", { textContent: name }), create("dd", { textContent: value }));
  }
  const headers = Object.entries(entry.headers).map(([name, value]) => `${name}: ${value}`);
  const parts = [list, create("h3", { textContent: "Headers" }), create("pre", { textContent: headers.join("\n") })];
  if (entry.bodySize) {
    const text = entry.body === null ? "Not shown: it is not JSON, or larger than 64 KiB." : JSON.stringify(entry.body, null, 2);
    parts.push(create("h3", { textContent: `Body, ${entry.bodySize} bytes` }), create("pre", { className: "body", textContent: text }));
  }
  return create("div", { className: "entry" }, ...parts);
}

function drawRow(entry) {
  const text = JSON.stringify(entry);
  const known = rows.get(entry.number);
  if (known?.text === text) return known.element;
  const element = create("details", { open: known?.element.open ?? false }, drawSummary(entry));
  const fill = () => element.open && element.children.length === 1 && element.append(drawEntry(entry));
  element.addEventListener("toggle", fill);
  fill();
  rows.set(entry.number, { text, element });
  return element;
}

function drawLog() {
  const oldest = entries.length ? entries[0].number : Infinity;
  for (const number of rows.keys()) if (number < oldest) rows.delete(number);
  for (const it of document.querySelectorAll("[data-filter]")) {
    it.setAttribute("aria-pressed", it.dataset.filter === filter);
    const count = entries.filter(FILTERS[it.dataset.filter]).length;
    it.textContent = `${it.textContent.replace(/ \d+$/, "")} ${count}`;
  }
  const shown = entries.filter(FILTERS[filter]).slice(-SHOWN_REQUESTS).reverse().map(drawRow);
  const log = byId("log");
  for (const it of [...log.children]) if (!shown.includes(it)) it.remove();
  // Elements that stay in place keep their selection and scroll position.
  shown.forEach((it, at) => log.children[at] !== it && log.insertBefore(it, log.children[at] ?? null));
  byId("log-empty").hidden = shown.length > 0;
}

/** Read the entries that are new or may have changed. */
async function readJournal() {
  // The entry before them is read again: its absence shows that the journal was cleared or has dropped it.
  const at = entries.findIndex(FILTERS.open);
  const last = entries.at(at === -1 ? -1 : at - 1);
  if (at !== 0 && last !== undefined) {
    const { entries: read } = await call("GET", `journal?since=${last.number - 1}`);
    if (read[0]?.number === last.number) {
      entries = [...entries.filter((it) => it.number < last.number), ...read].slice(-KEPT_REQUESTS);
      return;
    }
  }
  ({ entries } = await call("GET", "journal"));
}

async function refresh() {
  try {
    // First and alone, since it may be refused for lack of the token.
    const clock = await call("GET", "clock");
    const [state, { snapshots }, { faults }] = await Promise.all([
      call("GET", "state"), call("GET", "snapshots"), call("GET", "faults"), readJournal(),
    ]);
    if (!byId("preset").options.length) {
      const { presets } = await call("GET", "faults/presets");
      byId("preset").append(...presets.map(({ name, ...rest }) => create("option", { value: name, title: compact(rest), textContent: name })));
      showPreset();
    }
    drawClock(clock);
    draw("snapshots", snapshots, drawSnapshots);
    draw("fault-list", faults, drawFaults);
    draw("tenants", state.tenants, drawTenants);
    drawLog();
    if (byId("content").hidden || byId("message").dataset.lost) say("");
    delete byId("message").dataset.lost;
    byId("login").hidden = true;
    byId("content").hidden = false;
  } catch (error) {
    if (error.status === 403) {
      say(token === null ? "" : error.message, true);
      token = null;
      byId("content").hidden = true;
      byId("login").hidden = false;
      return false;
    }
    byId("message").dataset.lost = "yes";
    say(error instanceof TypeError ? "The emulator does not answer." : error.message, true);
  }
  return true;
}

async function act(done, method, path, body) {
  try {
    await call(method, path, body);
    say(done[0].toUpperCase() + done.slice(1));
  } catch (error) {
    say(error.message, true);
  }
  await refresh();
}

const advance = (body, text) => act(text, "POST", "clock/advance", body);
const showPreset = () => { byId("preset-text").textContent = byId("preset").selectedOptions[0].title; };
const on = (id, type, action) => byId(id).addEventListener(type, (event) => { event.preventDefault(); action(); });

for (const it of document.querySelectorAll("[data-seconds]")) {
  it.addEventListener("click", () => advance({ seconds: Number(it.dataset.seconds) }, `advanced by ${it.textContent.slice(1)}`));
}
for (const it of document.querySelectorAll("[data-filter]")) {
  it.addEventListener("click", () => { filter = it.dataset.filter; drawLog(); });
}
on("idle", "click", () => advance({ until: { idle: true } }, "advanced until idle"));
on("advance", "submit", () => advance({ seconds: byId("seconds").valueAsNumber }, `advanced by ${byId("seconds").value} s`));
on("snapshot", "submit", () => {
  const name = byId("snapshot-name").value;
  act(`saved ${name}`, "PUT", `snapshots/${name}`);
});
on("reset", "click", () => {
  if (confirm("Return state, clock, faults, stubs and journal to the start?")) act("reset", "POST", "reset");
});
on("preset", "change", showPreset);
on("add-fault", "submit", () => act(`added ${byId("preset").value}`, "POST", "faults", { preset: byId("preset").value }));
on("login", "submit", () => {
  token = byId("token").value;
  byId("token").value = "";
  poll();
});

async function poll() {
  const start = performance.now();
  if (document.hidden || (await refresh())) {
    // A state with many media files takes long to export; the page must not keep the emulator busy.
    setTimeout(poll, Math.max(POLL_MILLISECONDS, 20 * (performance.now() - start)));
  }
}

poll();
