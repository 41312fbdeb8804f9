// Shows every two seconds how far an export is, or documents that are being made, as long as that is under way. Without
// a script there is a link.

const EVERY = 2_000; // milliseconds
const main = document.getElementById("main");

function look() {
  if (!main.querySelector("[data-under-way]")) return;
  const shown = { target: main, select: "#main > *", swap: "innerHTML" };
  const asked = document.hidden ? Promise.resolve() : htmx.ajax("GET", location.pathname, shown);
  asked.catch(() => {}).then(() => setTimeout(look, EVERY));
}

setTimeout(look, EVERY);
