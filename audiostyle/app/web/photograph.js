// Photographs in the style of others, or painted by a network.

import { makeChoice, makeSlider, percent } from "/web/controls.js";
import { make, makeButton } from "/web/elements.js";
import { Runner } from "/web/runner.js";
import { Slot } from "/web/slot.js";

const BY_STYLE = "like a picture of mine";

export function buildPhotograph(state) {
  const runner = new Runner();
  const content = new Slot("picture", "A photograph", "picture", state.upload_bytes, check);
  const style = new Slot("picture", "One with the look that it is to have", "style", state.upload_bytes, check);
  const look = makeChoice("Look", [{ name: BY_STYLE, about: "" }, ...state.networks.map((name) => ({ name, about: "painted by a network, without a picture" }))]);
  const method = makeChoice("Method", state.pictures);
  const strength = makeSlider("Strength", { min: 0, max: 1, step: 0.05, value: 1, show: percent });
  const button = makeButton("Stylize", run, { className: "primary", disabled: true });
  const result = make("div", { className: "pictures", hidden: true });
  look.select.addEventListener("change", check);

  function check() {
    const byStyle = look.select.value === BY_STYLE;
    method.element.hidden = style.element.hidden = !byStyle;
    button.disabled = !content.upload || (byStyle && !style.upload);
  }

  async function run() {
    const byStyle = look.select.value === BY_STYLE;
    const name = byStyle ? method.select.value : look.select.value;
    const how = byStyle ? { styles: [style.upload.id], method: name } : { network: name };
    const job = await runner.run({ kind: "picture", content: content.upload.id, strength: strength.input.valueAsNumber, ...how }, name);
    if (job) show(job);
  }

  function show(job) {
    const at = (file) => `/results/${job.id}/${file}`;
    const before = make("img", { src: at(job.result.before), alt: "Before", draggable: false });
    const after = make("img", { src: at(job.result.after), alt: "After", draggable: false });
    const share = make("input", { type: "range", min: 0, max: 100, value: 50, ariaLabel: "Before and after" });
    const frame = make("div", { className: "compare" }, after, before);
    const cut = () => before.style.setProperty("clip-path", `inset(0 ${100 - share.value}% 0 0)`);
    share.addEventListener("input", cut);
    cut();
    result.hidden = false;
    result.replaceChildren(
      frame, make("div", { className: "row ends" }, make("span", {}, "before"), share, make("span", {}, "after")),
      make("p", { className: "hint" }, `${job.label}, ${job.result.about}, ${job.result.elapsed.toFixed(1)} s`),
      make("ul", { className: "remarks" }, ...job.remarks.map((text) => make("li", {}, text))),
      make("div", { className: "row" }, make("a", { className: "button", download: "", href: `${at(job.result.download)}?as=file` }, "Download the picture")));
  }

  check();
  return [
    make("p", { className: "lead" }, "Give a photograph the look of another, or have it painted."),
    make("div", { className: "slots" }, content.element, style.element),
    make("div", { className: "options" }, look.element, method.element, strength.element),
    make("div", { className: "row" }, button),
    runner.element,
    result,
  ];
}
