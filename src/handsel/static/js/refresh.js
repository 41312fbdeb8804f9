// Today and Home ask every half minute whether something has changed, and show it where it disturbs nobody.

const EVERY = 30_000; // milliseconds
const main = document.getElementById("main");
const news = document.getElementById("news");
let timer;

// The tag of the page that stands; none where a page does not refresh itself.
function tag() {
  return main.querySelector("[data-live]")?.dataset.live;
}

function wait() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, EVERY);
}

async function look() {
  clearTimeout(timer);
  if (tag() && !document.hidden && news.hidden && !document.querySelector("[aria-busy]")) await ask(tag());
  wait();
}

function ask(seen) {
  const headers = seen ? { "If-None-Match": seen } : {};
  const asked = { source: news, target: main, select: "#main > *", selectOOB: "#rail", headers };
  return htmx.ajax("GET", location.pathname + location.search, asked).catch(() => {});
}

// Somebody is at work here: has ticked or typed, opened or chosen something, or stands on what would go.
function disturbs() {
  const fields = [...main.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const filled = fields.some((one) =>
    one.options
      ? [...one.options].some((option) => option.selected !== option.defaultSelected)
      : one.checked !== one.defaultChecked || one.value !== one.defaultValue,
  );
  return (
    filled ||
    main.querySelector("details[open], [aria-busy]") !== null ||
    (main.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) ||
    (!getSelection().isCollapsed && main.contains(getSelection().anchorNode))
  );
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig.elt !== news) {
    news.hidden = true; // what was pressed brings the whole page
  } else if (xhr.status !== 200) {
    event.detail.shouldSwap = event.detail.isError = false; // nothing was pressed, so there is nothing to complain of
  } else if (requestConfig.headers["If-None-Match"] && disturbs()) {
    event.detail.shouldSwap = false;
    news.hidden = false;
  } else {
    news.hidden = true;
  }
});

news.querySelector("button").addEventListener("click", () => ask(""));
document.addEventListener("visibilitychange", look);
window.addEventListener("pageshow", (event) => event.persisted && look());
window.addEventListener("online", look);
wait();
