// Keeps what every page is made of, and a page for when there is no network. Whatever somebody signed in gets to see
// is never kept: nothing is put into the cache but the list below, fetched as nobody.

const CACHE = "handsel-{{ version }}";
const FILES = new Set(JSON.parse("{{ files|escapejs }}"));
const UNREACHED = "{{ unreached }}";
const UNSENT = "{{ unsent }}";

self.addEventListener("install", (event) => {
  const asNobody = (address) => new Request(address, { credentials: "omit", cache: "reload" });
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([...FILES, UNREACHED, UNSENT].map(asNobody)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("handsel-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin === self.location.origin && FILES.has(address.pathname)) {
    event.respondWith(kept(address.pathname).then((found) => found ?? fetch(request)));
  } else if (request.mode === "navigate") {
    const instead = request.method === "GET" ? UNREACHED : UNSENT;
    event.respondWith(fetch(request).catch(async () => (await kept(instead)) ?? Response.error()));
  }
});

function kept(address) {
  // By address alone: who asks, and in which language, makes no difference to what is kept.
  return caches.open(CACHE).then((cache) => cache.match(address, { ignoreVary: true }));
}

// What is pushed here was closed by the book for this browser alone; should it be nothing that can be read, something
// has to be shown all the same.

const PUSH_KEY = "{{ push_key }}";
const ADD_DEVICE = "{{ add_device }}";

self.addEventListener("push", (event) => {
  const { title, body, to, tag, language, presses = [] } = said(event.data);
  const actions = presses.map(({ words }, number) => ({ action: String(number), title: words }));
  const looks = { body, tag, lang: language, icon: "{{ icon }}", actions, data: { to, presses } };
  event.waitUntil(self.registration.showNotification(title ?? "Handsel", looks));
});

function said(data) {
  try {
    return data.json() ?? {};
  } catch {
    return {};
  }
}

self.addEventListener("notificationclick", (event) => {
  const { to, presses } = event.notification.data ?? {};
  event.waitUntil(tapped(event.notification, ours(to), presses?.[event.action]));
});

// A press that did not arrive leaves the notification to be pressed again. What came of it, and Undo, stand on the page.
async function tapped(notification, address, press) {
  if (!press || (await arrived(press))) notification.close();
  return press ? self.clients.openWindow(address) : open(address);
}

async function arrived({ address, fields }) {
  const headers = { "X-CSRFToken": await sign() };
  const body = new URLSearchParams(fields);
  try {
    await fetch(ours(address), { method: "POST", body, headers, redirect: "manual" });
    return true;
  } catch {
    return false;
  }
}

// Only a page knows the sign against forged forms, but for its cookie.
async function sign() {
  return (await self.cookieStore?.get("{{ sign }}"))?.value ?? "";
}

function ours(to) {
  const address = new URL(typeof to === "string" ? to : "/", self.location.origin);
  return address.origin === self.location.origin ? address.href : new URL("/", self.location.origin).href;
}

// A window that shows it comes to the front. Another one is left alone: something may be half typed there.
async function open(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}

// The browser was given another address to be rung at.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew()));

async function renew() {
  const options = { userVisibleOnly: true, applicationServerKey: PUSH_KEY };
  const { endpoint, keys } = (await self.registration.pushManager.subscribe(options)).toJSON();
  const body = new URLSearchParams({ endpoint, ...keys, quietly: "1" });
  await fetch(ADD_DEVICE, { method: "POST", body, headers: { "X-CSRFToken": await sign() } });
}
