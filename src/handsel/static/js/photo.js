// Photos are made smaller before they are sent, where the browser can: a phone's ten megabytes become one, and the
// receipt is read as well. What cannot be drawn here is sent as it is, and made smaller by the server.

const longestSide = 2400;
const worthwhile = 1_000_000;

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: blob.type }) : file;
}

// By the page, since a form that is refused comes back with another field.
document.addEventListener("change", async ({ target: input }) => {
  const [file] = input.matches("input[type=file][data-smaller]") ? input.files : [];
  if (!file?.type.startsWith("image/") || file.size < worthwhile) {
    return;
  }
  const chosen = new DataTransfer();
  chosen.items.add(await smaller(file).catch(() => file));
  if (input.files[0] === file) {
    input.files = chosen.files;
  }
});
