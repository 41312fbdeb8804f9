// The page that stands in for one that cannot be reached, at that one's address.

const button = document.querySelector("[data-again]");
const opened = new URL(document.baseURI).pathname.startsWith("/offline/");

function again() {
  if (opened) location.assign("/");
  else if (button.dataset.again === "back") history.back();
  else location.reload();
}

button.addEventListener("click", again);
if (button.dataset.again === "reload" && !opened) addEventListener("online", again);
