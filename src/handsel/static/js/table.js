// Puts the file that somebody chooses into the field that is sent. Without a script the field is filled by pasting.

const chooser = document.querySelector("input[data-fills]");

if (chooser) {
  chooser.closest("[hidden]").hidden = false;
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    if (file) {
      document.getElementById(chooser.dataset.fills).value = await file.text();
    }
  });
}
