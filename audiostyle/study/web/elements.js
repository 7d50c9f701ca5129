// Small helpers for building the page.  Text is always set as text, so nothing in it can be markup.

/** Make an element: `make("p", { className: "hint" }, "text", child, …)`. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make a button that calls `act`. */
export function makeButton(text, act, properties = {}) {
  const button = make("button", { type: "button", ...properties }, text);
  button.addEventListener("click", act);
  return button;
}

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

export function formatTime(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
