// The texture of one recording on another.

import { makeChoice, makeSlider, percent } from "/web/controls.js";
import { make, makeButton } from "/web/elements.js";
import { Listening } from "/web/listening.js";
import { Runner } from "/web/runner.js";
import { Slot } from "/web/slot.js";

export function buildTexture(state) {
  const runner = new Runner();
  const listening = new Listening(state.formats);
  const check = () => (button.disabled = !(content.upload && style.upload));
  const content = new Slot("sound", "A recording", "sound", state.upload_bytes, () => {
    listening.clear();
    check();
  });
  const style = new Slot("sound", "One that it is to sound like", "", state.upload_bytes, check);
  const method = makeChoice("Method", state.transfers);
  const strength = makeSlider("Strength", { min: 0, max: 1, step: 0.05, value: 1, show: percent });
  const button = makeButton("Transfer", run, { className: "primary", disabled: true });

  async function run() {
    const name = method.select.value;
    listening.clear();
    const job = await runner.run({
      kind: "transfer", content: content.upload.id, styles: [style.upload.id], method: name, strength: strength.input.valueAsNumber,
    }, name);
    if (job) await listening.add(job);
  }

  return [
    make("p", { className: "lead" }, "Give a recording the color and grain of another: rain, a choir, a radio."),
    make("div", { className: "slots" }, content.element, style.element),
    make("div", { className: "options" }, method.element, strength.element),
    make("div", { className: "row" }, button),
    runner.element,
    listening.element,
  ];
}
