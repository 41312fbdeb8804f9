// After Back a browser lays what was typed over the page fetched anew, whose hidden values are new. What the person had
// seen as they typed stands closed beside the history, and is told to the form again; so is the token of a form that
// may have been taken already.

const FIELDS = "input:not([type=hidden]), select, textarea";

function sign(form, name) {
  return form.querySelector(`input[type=hidden][name=${name}]`);
}

// Forms that have something to tell, each by a name that it has again when the page comes again.
function forms() {
  const told = [...document.querySelectorAll("form[method=post]")].filter(
    (form) => sign(form, "shown") || sign(form, "form_token"),
  );
  return told.map((form, place) => [`${place} ${form.getAttribute("action") ?? ""}`, form]);
}

function fields(form) {
  return [...form.querySelectorAll(FIELDS)].filter((field) => field.name && !field.disabled);
}

function usual(field) {
  if (field.options) {
    const options = [...field.options];
    const chosen = options.filter((option) => option.defaultSelected);
    return (chosen.length || field.multiple ? chosen : options.slice(0, 1)).map((option) => option.value).join("\n");
  }
  return field.type === "checkbox" || field.type === "radio" ? field.defaultChecked : field.defaultValue;
}

function now(field) {
  if (field.options) return [...field.selectedOptions].map((option) => option.value).join("\n");
  return field.type === "checkbox" || field.type === "radio" ? field.checked : field.value;
}

function filled(form) {
  return new Set(
    fields(form)
      .filter((field) => now(field) !== usual(field))
      .map((field) => field.name),
  );
}

function tell(form, seen) {
  for (const token of new Set(Object.values(seen))) {
    const names = Object.keys(seen).filter((name) => seen[name] === token);
    const value = [token, ...names].join(" ");
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value }));
  }
}

function remember(isAnew) {
  const before = history.state?.forms ?? {};
  const kept = {};
  for (const [name, form] of forms()) {
    const earlier = isAnew ? before[name] : undefined;
    const seen = {};
    if (earlier) {
      for (const field of filled(form)) seen[field] = earlier.seen[field] ?? earlier.shown;
    }
    if (earlier && Object.keys(seen).length) {
      if (earlier.shown) tell(form, seen);
      if (earlier.token) sign(form, "form_token").value = earlier.token;
    }
    kept[name] = { shown: sign(form, "shown")?.value, token: sign(form, "form_token")?.value, seen };
  }
  if (Object.keys(kept).length) history.replaceState({ ...history.state, forms: kept }, "");
}

window.addEventListener("pageshow", (event) => event.persisted || remember(true));

// A form that comes back refused holds what was typed as if it had always been there; a browser lays over the next page
// only what it takes for typed.
let stood = new Map();

function key(field) {
  return field.type === "checkbox" || field.type === "radio" ? `${field.name} ${field.value}` : field.name;
}

document.addEventListener("htmx:beforeSwap", () => {
  stood = new Map(
    forms().map(([name, form]) => [name, new Map(fields(form).map((field) => [key(field), usual(field)]))]),
  );
});

function lay(field, before) {
  const value = now(field);
  if (field.options) {
    for (const option of field.options) option.defaultSelected = option.value === before;
    for (const option of field.options) option.selected = value.split("\n").includes(option.value);
  } else if (typeof before === "boolean") {
    field.defaultChecked = before;
    field.checked = value;
  } else {
    field.defaultValue = before;
    field.value = value;
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "main") return;
  if (event.detail.xhr?.status >= 400) {
    for (const [name, form] of forms()) {
      for (const field of fields(form)) {
        const before = stood.get(name)?.get(key(field));
        if (before !== undefined && before !== usual(field)) lay(field, before);
      }
    }
  }
  remember(false);
});
