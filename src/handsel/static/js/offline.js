// The page that stands in for one that cannot be reached, at that one's address.

const button = document.querySelector("[data-again]");
const opened = new URL(document.baseURI).pathname.startsWith("/offline/");

function again() {
  if (opened) location.assign("/");
  else if (button.dataset.again === "back") history.back();
  else location.reload();
}

button.addEventListener("click", again);

// The network may have come back before this page could hear of it, and a server that was away makes no event at all.
if (button.dataset.again === "reload" && !opened) {
  addEventListener("online", again);
  setInterval(() => {
    if (!document.hidden) fetch(location.href, { method: "HEAD", cache: "no-store" }).then(again, () => {});
  }, 3000);
}
