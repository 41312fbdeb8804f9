// Shows what needs a passkey only where the browser knows passkeys, and says at the form when there came none.

const show = (name) => document.querySelectorAll(`[data-passkey${name}]`).forEach((part) => (part.hidden = false));

document.querySelectorAll("[data-passkey-without]").forEach((part) => (part.hidden = true));
show(window.PublicKeyCredential ? "" : "-unknown");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show("-trouble");
});
