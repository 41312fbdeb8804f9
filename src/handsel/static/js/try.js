// The forms of /api/docs: each asks its operation as the person who is signed in, and shows the answer. Nothing is kept.

const token = document.getElementById("main").dataset.csrf;

function address(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = field.value.trim();
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value) query.append(field.name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function body(form) {
  const field = form.elements.namedItem("body");
  if (!field) return undefined;
  if (!("dry" in form.dataset)) return field.value;
  return JSON.stringify({ ...JSON.parse(field.value), dryRun: true });
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const method = form.dataset.method;
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = token;
  const sent = body(form);
  if (sent !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address(form), { method, headers, body: sent, cache: "no-store" });
  return [`${answer.status} ${answer.statusText}`, readable(await answer.text())];
}

async function show(form) {
  const button = form.querySelector("button");
  const status = form.querySelector("[data-status]");
  const answer = form.querySelector("[data-answer]");
  button.setAttribute("aria-busy", "true");
  let words;
  let text = "";
  try {
    [words, text] = await send(form);
  } catch (error) {
    words = error instanceof SyntaxError ? "The body is not JSON." : "The server cannot be reached.";
  }
  status.textContent = words;
  answer.textContent = text;
  answer.hidden = text === "";
  button.removeAttribute("aria-busy");
}

for (const details of document.querySelectorAll("[data-trying]")) {
  const form = details.querySelector("form");
  details.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.querySelector("[aria-busy]")) show(form);
  });
}
