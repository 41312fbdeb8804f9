// While a schedule is filled in, the panel beside the form says what it means. Without this a button asks for it.

const WAIT = 350; // milliseconds after the last key
let waiting;
let asking;

// Who has come to a button of the panel by keys stays on it.
function put(panel, text) {
  const held = panel.contains(document.activeElement) ? document.activeElement.name : "";
  panel.innerHTML = text;
  if (held) panel.querySelector(`button[name="${held}"]`)?.focus();
}

async function show(form) {
  asking?.abort();
  asking = new AbortController();
  const sent = new URLSearchParams(new FormData(form));
  sent.set("live", "yes");
  try {
    const answer = await fetch(location.href, { method: "POST", body: sent, signal: asking.signal });
    if (answer.ok && !answer.redirected) put(form.querySelector("#preview"), await answer.text());
  } catch {
    // The panel stays as it was, and saving asks to look at what has changed since.
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-preview]");
  clearTimeout(waiting);
  if (form) waiting = setTimeout(show, WAIT, form);
});
