// A pressed button says that it is working, and cannot be pressed twice.

const WAIT = 300; // milliseconds: what is answered sooner needs no words
const pressed = new Map();

function hold(form, button) {
  const words = setTimeout(() => {
    if (button) {
      pressed.get(form).face = [...button.childNodes];
      button.replaceChildren(document.body.dataset.wait);
    }
  }, WAIT);
  pressed.set(form, { button, words });
  button?.setAttribute("aria-busy", "true");
}

function release(form) {
  const { button, words, face } = pressed.get(form);
  clearTimeout(words);
  if (face) button.replaceChildren(...face);
  button?.removeAttribute("aria-busy");
  pressed.delete(form);
}

function releaseAll() {
  for (const form of pressed.keys()) release(form);
}

// Before htmx and everybody else hears of it.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (pressed.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (form.method === "post") {
      hold(form, event.submitter);
    }
  },
  true,
);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt;
  if (pressed.has(form)) release(form);
});

// A hand that taps twice taps once: by the second tap something else may have come under the finger.
const AGAIN = 700; // milliseconds
const NEAR = 24; // pixels
let tap = null;

document.addEventListener(
  "click",
  (event) => {
    if (event.detail === 0) return; // pressed by a key, or by a script
    const isNear = tap && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < NEAR;
    if (isNear && tap.hasSwapped && event.timeStamp - tap.at < AGAIN) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else {
      tap = { x: event.clientX, y: event.clientY, at: event.timeStamp, hasSwapped: false };
    }
  },
  true,
);

document.addEventListener("htmx:afterSwap", () => {
  if (tap) tap.hasSwapped = true;
});
document.addEventListener(
  "input",
  () => {
    tap = null;
  },
  true,
); // who fills something in has seen what came

// Gone back to: the browser shows the page as it was left, with the button pressed.
window.addEventListener("pageshow", (event) => event.persisted && releaseAll());
