// Sliders and choices, each with what it stands at.

import { make } from "/web/elements.js";

/** Make a slider with its value beside its name. */
export function makeSlider(name, { min, max, step, value, show }) {
  const input = make("input", { type: "range", min, max, step, value });
  const output = make("output", {}, show(Number(value)));
  input.addEventListener("input", () => (output.textContent = show(input.valueAsNumber)));
  return { element: make("label", { className: "slider" }, make("span", {}, name, " ", output), input), input };
}

/** Make a choice: `entries` are `[{ name, about }]`. */
export function makeChoice(name, entries) {
  const select = make("select", {}, ...entries.map((entry) => make("option", { value: entry.name }, entry.name)));
  const about = make("span", { className: "hint" });
  const explain = () => (about.textContent = entries.find((entry) => entry.name === select.value)?.about ?? "");
  select.addEventListener("change", explain);
  explain();
  return { element: make("label", { className: "choice" }, make("span", {}, name), select, about), select };
}

export const percent = (value) => `${Math.round(value * 100)} %`;
