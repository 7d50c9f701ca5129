// Songs on other instruments: a file, then a press on an instrument; what was made stays beside the original.

import { makeSlider, percent } from "/web/controls.js";
import { make, makeButton } from "/web/elements.js";
import { Listening } from "/web/listening.js";
import { Runner } from "/web/runner.js";
import { Slot } from "/web/slot.js";

const FIRST = "piano"; // what a song is translated to as soon as it is there

export function buildSong(state) {
  const runner = new Runner();
  const listening = new Listening(state.formats);
  const slot = new Slot("sound", "A song", "sound", state.upload_bytes, () => {
    listening.clear();
    translate(state.domains.some(({ name }) => name === FIRST) ? FIRST : state.domains[0].name);
  });
  const strength = makeSlider("Strength", { min: 0, max: 1, step: 0.05, value: 1, show: percent });
  const expression = makeSlider("Expression", { min: 0, max: 1, step: 0.05, value: 1, show: percent });
  const transpose = makeSlider("Transpose", { min: -24, max: 24, step: 1, value: 0, show: (n) => `${n > 0 ? "+" : ""}${n} semitones` });
  const drums = make("input", { type: "checkbox" });
  const instruments = state.domains.map(({ name, about }) =>
    makeButton("", () => translate(name), { className: "instrument", title: about, "data-domain": name, disabled: true }));
  instruments.forEach((button, n) => button.append(make("strong", {}, state.domains[n].name), make("span", {}, state.domains[n].about)));

  async function translate(domain) {
    if (!slot.upload) return;
    const content = slot.upload.id;
    for (const button of instruments) {
      button.disabled = false;
      button.setAttribute("aria-pressed", String(button.dataset.domain === domain));
    }
    const job = await runner.run({
      kind: "translate", content, domain, strength: strength.input.valueAsNumber, keep_drums: drums.checked,
      expression: expression.input.valueAsNumber, transpose: transpose.input.valueAsNumber,
    }, domain);
    if (!job || slot.upload.id !== content) return;
    const isFirst = !listening.versions.length;
    await listening.add(job);
    // Who has just chosen a song waits to hear it; a browser lets it sound where the page was pressed before.
    if (isFirst && navigator.userActivation?.hasBeenActive) listening.player.play();
  }

  return [
    make("p", { className: "lead" }, "Play a song on another instrument: its notes stay, what plays them changes."),
    slot.element,
    make("div", { className: "instruments", role: "group", ariaLabel: "Instruments" }, ...instruments),
    make("details", {}, make("summary", {}, "More options"),
      make("div", { className: "options" }, strength.element, expression.element, transpose.element,
        make("label", { className: "check" }, drums, " Keep the drums of the recording")),
      make("p", { className: "hint" }, "They count from the next press on an instrument on.")),
    runner.element,
    listening.element,
  ];
}
