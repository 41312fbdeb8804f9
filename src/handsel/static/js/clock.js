// Running times tick. Each says how long it was when the server made the page, so a wrong clock does no harm.

const MINUTE = 60_000; // milliseconds
const begun = new WeakMap();

function said(time, minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  time.dateTime = `PT${hours}H${rest}M`;
  const [first, second] = time.querySelectorAll("span");
  first.textContent = hours;
  second.textContent = rest;
}

function tick() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-seconds]")) {
    if (!begun.has(time)) begun.set(time, now - 1000 * time.dataset.seconds);
    const minutes = Math.floor((now - begun.get(time)) / MINUTE);
    said(time, minutes);
    const bar = document.querySelector(".hero-bar[data-minutes] :last-child");
    bar?.setAttribute("width", `${Math.min(100, Math.floor((100 * minutes) / bar.parentElement.dataset.minutes))}%`);
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
