"use strict";

// Everything that comes from a request is put in as text, never as markup: a client under test
// may send anything.

const MOST_SHOWN = 300;
const RETRY_MILLISECONDS = 1000;

const byId = (id) => document.getElementById(id);

let gateway = null;
let run = null;
let next = null;
let shown = 0;
let openedByPage = null;

/** Makes an element with a class, text and children; nothing of it is parsed. */
function make(name, { className, text, children = [], data = {} } = {}) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = visible(String(text));
  for (const [key, value] of Object.entries(data)) element.dataset[key] = value;
  element.append(...children.filter(Boolean));
  return element;
}

/** Writes characters out that would be invisible, or would turn the text around them. */
function visible(text) {
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  return text.replace(hidden, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function setConnection(state, text) {
  const status = byId("connection");
  if (status.dataset.state === state) return;
  status.dataset.state = state;
  status.textContent = text;
}

function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
}

function showGateway() {
  document.title = "Mock gateway: " + gateway.name;
  byId("title").textContent = visible("Mock of " + gateway.title);
  const facts = [
    ["Token URL", gateway.tokenUrl],
    ["Audience", gateway.audience],
    ["Issuer", gateway.issuer],
    ["Gateway", gateway.name + ", environment " + gateway.environment],
    ["Clients", gateway.clients.slice(0, 8).join(", ") || "none registered"],
    ["Faults", gateway.faults],
    ...gateway.mounts.map((mount) => ["At " + mount.path, mount.title + ", " + mount.tokenUrl]),
  ];
  byId("facts").replaceChildren(
    ...facts
      .filter(([name, value]) => value && !(name === "Audience" && value === gateway.tokenUrl))
      .map(([name, value]) =>
        make("div", {
          className: name === "Faults" || value === "none registered" ? "warn" : "",
          children: [make("dt", { text: name }), make("dd", { text: value })],
        }),
      ),
  );
  showStart();
}

function showStart() {
  const client = gateway.clients[0];
  const words = [
    "tokenring get-token",
    "--gateway " + shellWord(gateway.name),
    "--env " + shellWord(gateway.environment),
    "--client-id " + shellWord(client ?? "CLIENT_ID"),
    "--private-key KEY.pem",
    "--token-url " + shellWord(gateway.tokenUrl),
  ];
  if (gateway.issuer && new URL(gateway.tokenUrl).origin === originOf(gateway.issuer)) {
    words.push("--issuer " + shellWord(gateway.issuer));
  }
  byId("start-command").textContent = visible(words.join(" \\\n  "));
  byId("start-curl").textContent = visible("curl -d '' " + shellWord(gateway.tokenUrl));
  byId("start-client").textContent = client
    ? ""
    : "No client is registered, so every assertion will be refused: start the gateway with " +
      "--client CLIENT_ID=FILE.";
}

function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

function outcomeOf(event) {
  if (event.status >= 400) return "refused";
  return event.status === 200 ? "granted" : "other";
}

function timeElement(milliseconds) {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return make("span", { text: "?" });
  const element = make("time", { text: date.toISOString().slice(11, 23) });
  element.dateTime = date.toISOString();
  element.title = date.toISOString().replace("T", " ").replace("Z", " UTC");
  return element;
}

function requestItem(event) {
  const outcome = outcomeOf(event);
  const said = event.kind === "token" && outcome === "granted" ? "access token issued" : "";
  const words = event.refusal?.words ?? (event.kind === "other" && event.note ? event.note : said);
  const line = [
    timeElement(event.time),
    make("span", { className: "status", text: event.status }),
    make("span", {
      className: "path",
      text: event.method + " " + event.path + queryOf(event.calledUrl),
      children: [event.clientId ? make("span", { className: "client", text: "  " + event.clientId }) : null],
    }),
    make("span", {
      className: "words",
      text: words,
      children: [
        event.refusal && !event.refusal.hasKnownWords ? make("span", { className: "tag", text: "words not known" }) : null,
        event.fault ? make("span", { className: "tag", text: "fault: " + event.fault }) : null,
      ],
    }),
  ];
  const inside = event.judgements.length || event.header || event.answer || event.note;
  const content = inside
    ? make("details", { children: [make("summary", { children: line }), insideOf(event)] })
    : make("div", { className: "line", children: line });
  const item = make("li", {
    children: [content],
    data: { number: event.number, outcome, kind: event.kind },
  });
  item.searchText = [event.method, event.path, event.status, event.clientId, event.refusal?.rule, words, event.fault]
    .filter(Boolean)
    .join(" ")
    .toLowerCase();
  return item;
}

/** The names in the query, which is a part of the URL that some gateways want as audience. */
function queryOf(url) {
  const start = url ? url.indexOf("?") : -1;
  return start < 0 ? "" : url.slice(start);
}

/** The rules of the gateway that judged the request: of several, each has its own. */
function rulesFor(event) {
  const mount = gateway.mounts.find((each) => each.path === event.mount);
  return (mount ?? gateway).rules;
}

function insideOf(event) {
  const rules = rulesFor(event);
  const broken = event.refusal ? rules[event.refusal.rule] : null;
  const parts = [];
  if (broken) {
    parts.push(
      make("div", {
        className: "broken-rule wide",
        children: [
          make("p", { children: [make("strong", { text: event.refusal.rule }), document.createTextNode(": "), make("span", { text: broken.cause })] }),
          event.found !== null ? differenceOf(event) : null,
          make("p", { text: broken.remedy }),
        ],
      }),
    );
  }
  if (event.note) parts.push(make("p", { className: "note wide", text: event.note }));
  if (event.calledUrl) parts.push(termsOf("called wide", [["URL called", event.calledUrl]]));
  const about = broken?.about;
  if (event.header) parts.push(membersOf("JOSE header", event.header, about, event.time));
  if (event.claims) parts.push(membersOf("Claims", event.claims, about, event.time));
  if (event.judgements.length) parts.push(rulesOf(event.judgements, rules));
  if (event.answer) {
    const answer = make("section", { className: "wide", children: [make("h3", { text: "Answer" }), make("pre", { text: indented(event.answer) })] });
    answer.lastChild.tabIndex = 0;
    parts.push(answer);
  }
  return make("div", { className: "inside", children: parts });
}

function differenceOf(event) {
  return termsOf("difference", [["Found", event.found], ["Wanted", event.wanted]]);
}

function termsOf(className, terms) {
  const children = terms.map(([name, value]) =>
    make("div", { children: [make("dt", { text: name }), make("dd", { text: value })] }),
  );
  return make("dl", { className, children });
}

function membersOf(title, members, about, time) {
  const rows = Object.entries(members).map(([name, value]) => {
    const cell = make("td", { text: typeof value === "string" ? value : JSON.stringify(value) });
    if (typeof value === "string") cell.textContent = visible(JSON.stringify(value));
    const when = ["exp", "iat", "nbf"].includes(name) ? whenOf(Number(value), time) : null;
    if (when) cell.append(make("span", { className: "when", text: when }));
    const head = make("th", { text: name });
    head.scope = "row";
    return make("tr", { className: name === about ? "at-fault" : "", children: [head, cell] });
  });
  const table = make("table", { className: "members", children: [make("tbody", { children: rows })] });
  table.setAttribute("aria-label", title);
  return make("section", { children: [make("h3", { text: title }), table] });
}

/** When a date is, and how far from the request: the reason of many a refusal. */
function whenOf(seconds, arrival) {
  const date = new Date(seconds * 1000);
  if (!Number.isFinite(seconds) || Number.isNaN(date.getTime())) return null;
  const distance = Math.round(seconds - arrival / 1000);
  const side = distance < 0 ? "before" : "after";
  return date.toISOString().replace("T", " ").replace(".000Z", " UTC") + ", " + Math.abs(distance) + " s " + side + " arrival";
}

function rulesOf(judgements, rules) {
  const counts = { held: 0, broken: 0, "not reached": 0 };
  const items = judgements.map(([rule, verdict]) => {
    counts[verdict] += 1;
    const item = make("li", { text: rule, data: { rule, verdict }, children: [make("span", { className: "visually-hidden", text: ", " + verdict })] });
    const words = rules[rule];
    if (words) item.title = visible(words.cause);
    return item;
  });
  const summary = Object.entries(counts).filter(([, count]) => count > 0).map(([verdict, count]) => count + " " + verdict);
  return make("section", {
    className: "wide",
    children: [make("h3", { text: "Rules in order: " + summary.join(", ") }), make("ol", { className: "rules", children: items })],
  });
}

function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function add(event) {
  const list = byId("requests");
  const item = requestItem(event);
  const details = item.querySelector("details");
  if (event.kind === "token" && details) {
    // The latest is open, unless a person has taken over.
    if (openedByPage?.open && !openedByPage.touched) openedByPage.open = false;
    details.open = true;
    openedByPage = details;
    details.querySelector("summary").addEventListener("click", () => {
      details.touched = true;
    });
  }
  item.hidden = !matches(item);
  list.prepend(item);
  while (list.children.length > MOST_SHOWN) list.lastChild.remove();
}

function matches(item) {
  const text = byId("filter").value.trim().toLowerCase();
  const wanted = byId("outcome").value;
  const fits = wanted === "all" || item.dataset.outcome === wanted || item.dataset.kind === wanted;
  return fits && item.searchText.includes(text);
}

function refresh() {
  const items = [...byId("requests").children];
  for (const item of items) item.hidden = !matches(item);
  const visibleItems = items.filter((item) => !item.hidden).length;
  byId("controls").hidden = shown === 0;
  byId("start").hidden = shown > 0 || !gateway;
  byId("count").textContent = visibleItems === items.length
    ? items.length + (items.length === 1 ? " request" : " requests")
    : visibleItems + " of " + items.length;
}

function reset() {
  gateway = null;
  next = null;
  shown = 0;
  byId("requests").replaceChildren();
}

function take(news) {
  if (run !== null && news.run !== run) reset();
  const isFirst = gateway === null;
  run = news.run;
  if (news.gateway) {
    gateway = news.gateway;
    showGateway();
  }
  // A gateway that was started anew has to introduce itself before it is shown anything of.
  if (isFirst && !news.gateway) return;
  next = news.next;
  for (const event of news.events) {
    shown += 1;
    add(event);
  }
  refresh();
}

async function follow() {
  for (;;) {
    try {
      const query = next === null ? "" : "?after=" + next;
      const response = await fetch("/-/events" + query, { cache: "no-store" });
      if (!response.ok) throw new Error("status " + response.status);
      take(await response.json());
      setConnection("live", "Live");
    } catch {
      setConnection("lost", "The gateway does not answer; trying again");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

byId("filter").addEventListener("input", refresh);
byId("outcome").addEventListener("change", refresh);
byId("controls").addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", () => {
  byId("requests").replaceChildren();
  refresh();
  byId("filter").focus();
});
follow();
