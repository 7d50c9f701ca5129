// Answers by buttons: two versions with ties, or one of several.

import { make, makeButton } from "./elements.js";
import { makeMaterial } from "./material.js";

const KEYS = { ArrowLeft: "first", ArrowRight: "second", ArrowDown: "tie", "?": "cannot-tell", c: "cannot-tell" };

/** Two versions: one is preferred, both are alike, or the listener cannot tell. */
export function showPairs(state, place, submit) {
  const answers = [
    ["first", "A"],
    ["second", "B"],
    ["tie", "Both alike"],
    ["cannot-tell", "Cannot tell"],
  ];
  const help = ["A, B: ", key("1"), " ", key("2"), "; answers: ", key("←"), " ", key("→"), " ", key("↓"), " ", key("C")];
  return show(state, place, submit, ["A", "B"], answers, (event) => KEYS[event.key], help);
}

/** Several versions, of which one is picked. */
export function showChoice(state, place, submit) {
  const names = state.stimuli.map((_, n) => String.fromCharCode(65 + n));
  const answers = names.map((name, n) => [n, name]);
  const choose = (event) => (event.shiftKey && /^Digit[1-9]$/.test(event.code) ? Number(event.code[5]) - 1 : undefined);
  const help = ["versions: ", key("1"), " to ", key(String(names.length)), "; pick with ", key("Shift"), " and its number"];
  return show(state, place, submit, names, answers, choose, help);
}

async function show(state, place, submit, names, answers, chooseBy, help) {
  let chosen;
  const verb = state.medium === "sound" ? "Play" : "Wait for";
  const hint = make("p", { className: "hint" }, `${verb} every version, then answer.`);
  const next = makeButton("Next", () => send(), { className: "primary next", disabled: true });
  const buttons = answers.map(([value, text]) =>
    makeButton(text, () => choose(value), { ariaPressed: "false", className: "answer" }),
  );
  const material = await makeMaterial(state, names, () => refresh());

  function choose(value) {
    if (!answers.some(([known]) => known === value)) return;
    chosen = value;
    refresh();
  }

  function refresh() {
    buttons.forEach((button, n) => (button.ariaPressed = String(answers[n][0] === chosen)));
    next.disabled = chosen === undefined || !material.allHeard();
    hint.hidden = material.allHeard();
  }

  function send() {
    if (next.disabled) return;
    next.disabled = true;
    material.stop();
    submit({ choice: chosen }, material);
  }

  place.append(
    material.element,
    make("p", { className: "hint" }, "Your answer"),
    make("div", { className: "answers", role: "group", "aria-label": "your answer" }, ...buttons),
    hint,
    make("div", { className: "row end" }, next),
    make("details", {}, make("summary", {}, "Keyboard"), make("p", {}, ...help, "; ", key("Space"), " pauses; ", key("Enter"), " goes on")),
  );
  refresh();
  return (event) => {
    const value = chooseBy(event);
    if (value !== undefined) choose(value);
    else if (!event.shiftKey && /^[1-9]$/.test(event.key)) material.select(Number(event.key) - 1);
    else if (event.key === " " && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") material.toggle();
    else if (event.key === "Enter" && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") send();
    else return;
    event.preventDefault();
  };
}

function key(name) {
  return make("kbd", {}, name);
}
