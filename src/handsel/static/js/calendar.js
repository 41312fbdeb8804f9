// The calendar by keys. Without it every place is a link or a button of its own.
//
// Arrows move between days and what is in them, Enter opens (it is a link). T, W and M go to today, the week and the
// month; who dictates or types elsewhere can switch them off. Nothing is taken from a field, nor with a modifier.

const calendar = document.querySelector(".calendar");
const REMEMBERED = "handsel-letter-keys";

const days = () => [...calendar.querySelectorAll("[data-day]")];
const inDay = (day) => [day, ...(day.closest(".week-day")?.querySelectorAll(".day-track a") ?? [])];
const minutes = (link) => {
  const [hours, rest] = (link.closest("[data-from]")?.dataset.from ?? "").split(":").map(Number);
  return hours * 60 + rest;
};

/** The link of the same time of day, else the last before it, else the day itself. */
function besides(link, day) {
  if (link.hasAttribute("data-day")) return day;
  const wanted = minutes(link);
  return (
    inDay(day)
      .slice(1)
      .findLast((other) => minutes(other) <= wanted) ??
    inDay(day)[1] ??
    day
  );
}

/** To the day next to the last one shown, where the page of the days before or after opens with the focus on it. */
function turn(step) {
  const link = calendar.querySelector(step < 0 ? "[rel=prev]" : "[rel=next]");
  if (!link) return;
  const edge = days()
    .at(step < 0 ? 0 : -1)
    .id.slice("day-".length);
  const [year, month, number] = edge.split("-").map(Number);
  const next = new Date(Date.UTC(year, month - 1, number + step)).toISOString().slice(0, 10);
  location.assign(`${link.href}#day-${next}`);
}

function move(key) {
  const all = days();
  const here = document.activeElement.closest(".week a, .month a");
  const step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  const isSideways = key === "ArrowLeft" || key === "ArrowRight";
  if (!here) {
    if (!isSideways) return false; // the page scrolls
    (calendar.querySelector("[data-today] [data-day]") ?? all[0]).focus();
    return true;
  }
  const day = here.closest(".week-day, td").querySelector("[data-day]");
  const number = all.indexOf(day);
  if (isSideways || calendar.dataset.view === "month") {
    const next = all[number + step * (isSideways ? 1 : 7)];
    if (next) besides(here, next).focus();
    else turn(step);
    return true;
  }
  const there = inDay(day);
  const next = there[there.indexOf(here) + step];
  next?.focus();
  return Boolean(next);
}

function isTyping(target) {
  return target.isContentEditable || Boolean(target.closest("input:not([type=checkbox]), select, textarea, summary"));
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (isTyping(event.target)) return;
  if (event.key.startsWith("Arrow")) {
    if (move(event.key)) event.preventDefault();
  } else if (letters.checked && !event.repeat) {
    calendar.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }
}

/** A press on free time begins the session at the half hour that was pressed, where hours have a height. */
function begin(event) {
  const gap = event.target.closest?.(".gap");
  if (!gap || !event.detail || !matchMedia("(hover: hover)").matches) return;
  const box = gap.getBoundingClientRect();
  const entry = gap.closest("[data-from]");
  const [first, last] = [entry.dataset.from, entry.dataset.to].map((time) => {
    const [hours, rest] = time.split(":").map(Number);
    return hours * 60 + rest;
  });
  if (getComputedStyle(entry.parentElement).display !== "grid") return;
  const pressed = first + ((last - first) * (event.clientY - box.top)) / box.height;
  const start = Math.max(first, Math.min(Math.floor(pressed / 30) * 30, last - 30));
  const said = (minute) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const address = new URL(gap.href);
  address.searchParams.set("from", said(start));
  address.searchParams.set("to", said(Math.min(start + 240, last)));
  gap.href = address;
}

/** Choosing a family with the pointer shows it at once; with the keys, Enter does, since every arrow is a choice. */
function showChosenFamily(form) {
  const select = form.querySelector("select");
  let byKey = false;
  select.addEventListener("pointerdown", () => {
    byKey = false;
  });
  select.addEventListener("keydown", (event) => {
    byKey = true;
    if (event.key === "Enter") form.requestSubmit();
  });
  select.addEventListener("change", () => {
    if (!byKey) form.requestSubmit();
  });
}

const letters = document.getElementById("letter-keys");
letters.checked = localStorage.getItem(REMEMBERED) !== "off";
letters.addEventListener("change", () => localStorage.setItem(REMEMBERED, letters.checked ? "on" : "off"));
document.addEventListener("keydown", onKey);
document.addEventListener("click", begin, { capture: true });
const filter = calendar.querySelector(".families-shown");
if (filter) showChosenFamily(filter);
