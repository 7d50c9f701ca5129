// Small helpers for building the page.  Text is always set as text, so nothing in it can be markup.

/** Make an element: `make("p", { className: "hint" }, "text", child, …)`. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
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

export function formatTime(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const percent = (value) => `${Math.round(value * 100)} %`;
