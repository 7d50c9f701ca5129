// A place for a file: it can be dropped, chosen, or be the example.

import { takeExample, upload } from "/web/api.js";
import { percent } from "/web/controls.js";
import { formatTime, make, makeButton } from "/web/elements.js";

const ACCEPTED = { sound: "audio/*,video/*,.flac,.ogg,.opus,.aiff,.aif,.m4a,.w64", picture: "image/*,.tif,.tiff" };

export class Slot {
  /**
   * @param {"sound"|"picture"} kind of file.
   * @param {string} title what it is for.
   * @param {string} example name of the example, or "" for none.
   * @param {number} most bytes of a file.
   * @param {(upload: object) => void} onFile is called when a file has arrived.
   */
  constructor(kind, title, example, most, onFile) {
    Object.assign(this, { kind, most, onFile, upload: null });
    this.input = make("input", { type: "file", accept: ACCEPTED[kind], className: "visually-hidden" });
    this.input.addEventListener("change", () => this.input.files[0] && this.send(this.input.files[0]));
    this.status = make("span", { className: "hint", role: "status" }, "Drop a file here, or press to choose one");
    this.preview = make("img", { className: "preview", alt: "", hidden: true });
    this.area = make("label", { className: "drop" }, this.input, this.preview, make("strong", {}, title), this.status);
    for (const name of ["dragenter", "dragover"]) this.area.addEventListener(name, (event) => this.hover(event, true));
    for (const name of ["dragleave", "drop"]) this.area.addEventListener(name, (event) => this.hover(event, false));
    this.area.addEventListener("drop", (event) => event.dataTransfer.files[0] && this.send(event.dataTransfer.files[0]));
    const button = example ? makeButton("Use the example", () => this.run(takeExample(example)), { className: "quiet" }) : null;
    this.element = make("div", { className: "slot" }, this.area, button);
  }

  hover(event, over) {
    event.preventDefault();
    this.area.classList.toggle("over", over);
  }

  send(file) {
    this.input.value = "";
    if (file.size > this.most) return this.fail(`${file.name} has ${Math.ceil(file.size / 1e6)} MB; at most ${Math.floor(this.most / 1e6)} MB are taken.`);
    this.status.textContent = `Sending ${file.name} …`;
    this.run(upload(file, this.kind, (share) => {
      this.status.textContent = share < 1 ? `Sending ${file.name}: ${percent(share)}` : `Looking at ${file.name} …`;
    }), file);
  }

  async run(arriving, file = null) {
    this.area.classList.remove("bad");
    try {
      const found = await arriving;
      this.show(found, file);
      this.onFile(found);
    } catch (error) {
      this.fail(error.message);
    }
  }

  show(found, file) {
    this.upload = found;
    this.area.classList.add("full");
    const size = found.kind === "picture" ? `${found.width} × ${found.height} pixels` : found.seconds ? formatTime(found.seconds) : "";
    this.status.textContent = [found.name, size].filter(Boolean).join(", ");
    if (this.kind !== "picture") return;
    if (this.preview.src) URL.revokeObjectURL(this.preview.src);
    this.preview.hidden = !file;
    if (file) this.preview.src = URL.createObjectURL(file);
    this.preview.onerror = () => (this.preview.hidden = true); // a format that this browser does not show
  }

  fail(message) {
    this.area.classList.add("bad");
    this.status.textContent = message;
  }
}
