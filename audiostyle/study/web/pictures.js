// Pictures, and one of them on the whole screen.

import { make, makeButton } from "./elements.js";

/** Make a picture that fills the screen when it is pressed. */
export function makePicture(key, caption, onSeen, size = {}) {
  const image = make("img", { src: `/media/${key}`, alt: caption, draggable: false, ...size });
  image.addEventListener("load", onSeen);
  image.addEventListener("error", () => setTimeout(() => (image.src = `/media/${key}?${Date.now()}`), 1500), { once: false });
  const button = makeButton("", () => enlarge(image.src, caption), { ariaLabel: `${caption}: enlarge` });
  button.append(image);
  return make("figure", {}, button, make("figcaption", {}, caption));
}

export function enlarge(source, caption) {
  const dialog = make("dialog", { ariaLabel: caption }, make("img", { src: source, alt: caption }));
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
