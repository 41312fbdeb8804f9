// Keeps what every page is made of, and a page for when there is no network. Whatever somebody signed in gets to see
// is never kept: nothing is put into the cache but the list below, fetched as nobody.

const CACHE = "handsel-{{ version }}";
const FILES = new Set({{ files|safe }});
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
