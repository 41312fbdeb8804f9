// Shows what needs a passkey only where the browser knows passkeys, and says at the form when there came none.

function setHidden(attribute, hidden) {
  for (const part of document.querySelectorAll(`[${attribute}]`)) part.hidden = hidden;
}

setHidden("data-passkey-without", true);
setHidden(window.PublicKeyCredential ? "data-passkey" : "data-passkey-unknown", false);

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  setHidden("data-passkey-trouble", false);
});
