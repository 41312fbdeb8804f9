// One press and this browser is told of what is new, one more and it is not. Says how it stands and what is in the way.

const part = document.querySelector("[data-push-key]");
const key = part.dataset.pushKey;
const begin = part.querySelector("[data-push-begin]");
const end = part.querySelector("form[data-push=on]");
const PATIENCE = 15_000; // milliseconds, for the browser to reach its push service

const isApple =
  /iPhone|iPad/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);

function show(...states) {
  for (const one of part.querySelectorAll("[data-push]")) one.hidden = !states.includes(one.dataset.push);
}

function base64url(bytes) {
  const letters = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// What the browser has been given to be rung by, where our key can ring there.
async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration();
  const found = await registration?.pushManager.getSubscription();
  const theirs = found?.options?.applicationServerKey;
  return found && (!theirs || base64url(theirs) === key) ? found : null;
}

async function look() {
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) show(isApple ? "apple" : "unknown");
  else if (Notification.permission === "denied") show("blocked");
  else show(end && (await subscription()) ? "on" : "off");
}

async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old && !(await subscription())) await old.unsubscribe(); // of a key that is not ours any more
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));

begin.addEventListener("click", async () => {
  begin.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return await look();
    const { endpoint, keys } = (await Promise.race([subscribe(), late()])).toJSON();
    const form = begin.form;
    Object.assign(form.elements.endpoint, { value: endpoint });
    Object.assign(form.elements.p256dh, { value: keys.p256dh });
    Object.assign(form.elements.auth, { value: keys.auth });
    form.requestSubmit();
  } catch {
    show("off", "failed");
  } finally {
    begin.disabled = false;
  }
});

// The book forgets the browser in any case; that the browser forgets too is tidy.
end?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await Promise.race([subscription().then((found) => found?.unsubscribe()), late()]).catch(() => {});
  end.submit();
});

look();
document.addEventListener("visibilitychange", () => document.hidden || look()); // back from the browser's settings
