// What a generation would do is shown as its dates are chosen. Without this a button asks for it.

const WAIT = 350; // milliseconds after the last key
let waiting;
let asking;

// Fields stay where they are, since somebody may be typing in one: only what is wrong with them comes and goes.
function mark(field, there) {
  const error = field.parentElement.querySelector(".error");
  const { parentElement } = there;
  error?.remove();
  field.parentElement.append(...parentElement.querySelectorAll(".error"));
  if (there.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (field.form.elements.kind.value !== "own") field.value = there.value;
}

async function show(form) {
  asking?.abort();
  asking = new AbortController();
  const address = new URL(location.href);
  address.search = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (answer.redirected || !(answer.ok || answer.status === 422)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["total", "slots"]) {
      const part = document.getElementById(id);
      part.replaceChildren(...page.getElementById(id).childNodes);
      window.htmx?.process(part);
    }
    for (const name of ["from_date", "to_date"]) {
      mark(form.elements[name], page.querySelector(`[data-dry-run] [name="${name}"]`));
    }
    history.replaceState(history.state, "", address);
  } catch {
    // The page stays as it was; what is generated is what it shows.
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-dry-run]");
  if (!form) return;
  clearTimeout(waiting);
  if (target.type === "date") form.elements.kind.value = "own";
  waiting = setTimeout(show, WAIT, form);
});
