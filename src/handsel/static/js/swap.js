// What htmx swaps behaves like a page that was opened: its address, its focus, what is read aloud, what went wrong.

const main = document.getElementById("main");
const said = document.getElementById("said");
const trouble = document.getElementById("trouble");
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";

let asked = ""; // the page that was there when the swap began
let after = []; // what could have the focus next, the best first
let ticked = []; // boxes, which stay ticked where nothing was pressed

function key(control) {
  const { tagName, id, name, value } = control;
  return [tagName, id, name, value, control.getAttribute("href") ?? control.getAttribute("formaction")].join("|");
}

function remember(event) {
  const had = document.activeElement;
  const controls = [...document.querySelectorAll(CONTROLS)];
  const place = controls.indexOf(had);
  asked = location.pathname;
  after = had === document.body || place < 0 ? [] : controls.slice(place).map(key);
  const boxes = event.detail.requestConfig.verb === "get" ? main.querySelectorAll(":checked[type=checkbox]") : [];
  ticked = [...boxes].map(key);
}

// The same control, else the next one of the old page that is still there.
function focus() {
  if (after.length === 0 || (document.activeElement && document.activeElement !== document.body)) return;
  const there = new Map([...document.querySelectorAll(CONTROLS)].map((control) => [key(control), control]));
  const next = there.get(after.find((one) => there.has(one)));
  (next ?? main).focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history, requestConfig, pathInfo } = event.detail;
  const here = location.pathname + location.search;
  const sent = new URL(pathInfo.finalRequestPath, location);
  // A press that was answered without leading anywhere has no address: the one of the page before it stays.
  if (requestConfig.verb === "post" && history.path === sent.pathname + sent.search) history.path = here;
  if (history.path === here) history.type = "replace";
});

document.addEventListener("htmx:beforeSwap", remember);

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== main) return;
  for (const box of ticked.length ? main.querySelectorAll("[type=checkbox]") : []) {
    box.checked ||= location.pathname === asked && ticked.includes(key(box));
  }
  const wrong = main.querySelector("[aria-invalid=true]");
  if (wrong) {
    wrong.focus();
  } else if (location.pathname !== asked || main.querySelector(":scope > .centre")) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  } else {
    focus();
    main.querySelector(".alert")?.scrollIntoView({ block: "nearest" });
  }
  const toast = [...main.querySelectorAll(".toast > :is(p, span)")].map((line) => line.textContent);
  said.textContent = toast.join(" ") || (location.pathname === asked ? "" : document.title);
});

// Of what nobody pressed there is nothing to say: a page that refreshes itself tries again.
function tell(event, reason) {
  if (!main.contains(event.detail.requestConfig.elt)) return;
  const line = document.createElement("p");
  line.textContent = trouble.dataset[reason];
  trouble.replaceChildren(line);
}

document.addEventListener("htmx:beforeRequest", () => trouble.replaceChildren());
document.addEventListener("htmx:sendError", (event) => tell(event, "offline"));
document.addEventListener("htmx:timeout", (event) => tell(event, "late"));
document.addEventListener("htmx:responseError", (event) =>
  tell(event, { 429: "busy", 503: "unavailable" }[event.detail.xhr.status] ?? "broken"),
);
