// Versions of a sound to be heard and seen: the switch, the spectrogram, the notes, the downloads.

import { getNotes } from "/web/api.js";
import { formatTime, make, makeButton } from "/web/elements.js";
import { Player } from "/web/player.js";
import { drawRoll } from "/web/roll.js";

export class Listening {
  /** @param {Record<string, string>} formats suffix → name of what can be downloaded. */
  constructor(formats) {
    this.versions = []; // {name, url, spectrogram, roll, midi, about}
    this.player = new Player(() => this.update());
    this.switches = make("div", { className: "switches", role: "group", ariaLabel: "Version" });
    this.playButton = makeButton("▶ Play", () => this.player.toggle(), { className: "primary play" });
    this.clock = make("span", { className: "clock" });
    this.picture = make("img", { className: "spectrogram", alt: "Spectrogram", draggable: false });
    this.canvas = make("canvas", { className: "roll", role: "img", ariaLabel: "Notes" });
    this.heads = [make("i", { className: "head" }), make("i", { className: "head" })];
    this.views = make("div", { className: "views" }, this.makeView("Spectrogram", this.picture, this.heads[0]),
      (this.rollView = this.makeView("Notes, with the bends of their pitch", this.canvas, this.heads[1])));
    this.about = make("p", { className: "hint about" });
    this.remarks = make("ul", { className: "remarks" });
    this.format = make("select", { ariaLabel: "Format" }, ...Object.entries(formats).map(([value, name]) => make("option", { value }, name)));
    this.download = make("a", { className: "button", download: "" }, "Download the sound");
    this.midi = make("a", { className: "button quiet", download: "" }, "Download the notes (MIDI)");
    this.format.addEventListener("change", () => this.update());
    this.element = make("div", { className: "listening", hidden: true },
      this.switches, make("div", { className: "row" }, this.playButton, this.clock), this.views, this.about, this.remarks,
      make("div", { className: "row" }, this.download, this.format, this.midi));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  makeView(caption, content, head) {
    const frame = make("div", { className: "frame", tabIndex: 0, role: "slider", ariaLabel: `${caption}: position` }, content, head);
    const move = (event) => {
      const box = frame.getBoundingClientRect();
      this.player.seek(((event.clientX - box.left) / box.width) * this.player.length);
    };
    frame.addEventListener("pointerdown", move);
    frame.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
      if (step) this.player.seek(this.player.position + step);
    });
    return make("figure", {}, make("figcaption", {}, caption), frame);
  }

  press(event) {
    if (this.element.offsetParent === null || /^(INPUT|SELECT|BUTTON|A|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === " ") {
      event.preventDefault();
      this.player.toggle();
    } else if (/^[1-9]$/.test(event.key) && this.versions[event.key - 1]) {
      this.player.choose(event.key - 1);
    }
  }

  clear() {
    this.player.pause();
    this.versions = [];
    this.player.setVersions([], 0);
    this.element.hidden = true;
  }

  /** Add what a job has made; a version of the same name is replaced, and the new one is heard. */
  async add(job) {
    const { result } = job;
    const at = (name) => `/results/${job.id}/${name}`;
    const roll = result.notes ? await getNotes(at(result.notes)) : null;
    const made = result.versions.map((one) => ({
      name: one.name, url: at(one.sound), spectrogram: at(one.spectrogram), roll,
      midi: result.midi ? at(result.midi) : null, about: one.name === "original" ? "" : result.about, remarks: job.remarks,
    }));
    const [original, ...others] = made;
    if (!this.versions.length) this.versions = [original];
    for (const one of others) {
      const place = this.versions.findIndex((version) => version.name === one.name);
      if (place < 0) this.versions.push(one);
      else this.versions[place] = one;
    }
    this.element.hidden = false;
    const current = this.versions.indexOf(others[0]);
    this.player.setVersions(this.versions, current);
    this.switches.replaceChildren(...this.versions.map((version, n) => makeButton(version.name, () => this.player.choose(n), { "data-version": version.name })));
    this.update();
    this.draw();
    this.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  get version() {
    return this.versions[this.player.current];
  }

  update() {
    const version = this.version;
    if (!version) return;
    [...this.switches.children].forEach((button, n) => button.setAttribute("aria-pressed", String(n === this.player.current)));
    this.playButton.textContent = this.player.playing ? "❚❚ Pause" : "▶ Play";
    this.clock.textContent = `${formatTime(this.player.position)} / ${formatTime(this.player.length)}`;
    if (this.picture.getAttribute("src") !== version.spectrogram) this.picture.src = version.spectrogram;
    const share = this.player.length ? this.player.position / this.player.length : 0;
    for (const head of this.heads) head.style.left = `${100 * share}%`;
    this.about.textContent = version.about;
    this.remarks.replaceChildren(...version.remarks.map((text) => make("li", {}, text)));
    this.download.href = `${version.url}?as=${this.format.value}`;
    this.rollView.hidden = !version.roll;
    this.midi.hidden = !version.midi;
    if (version.midi) this.midi.href = `${version.midi}?as=mid`;
    if (this.player.playing && !this.frame) this.frame = requestAnimationFrame(() => this.animate());
    if (this.drawn !== `${version.url} ${this.player.length}`) this.draw();
  }

  animate() {
    this.frame = null;
    this.update();
  }

  draw() {
    const version = this.version;
    if (!version?.roll || this.element.hidden || !this.player.length) return;
    this.drawn = `${version.url} ${this.player.length}`;
    drawRoll(this.canvas, version.roll, this.player.length);
  }
}
