// The page: consent, one trial after the other, and the end.

import { begin, getState, onTrouble, sendAnswer, sendComment, sendPending } from "./api.js";
import { showChoice, showPairs } from "./buttons.js";
import { make, makeButton } from "./elements.js";
import { showScale } from "./strip.js";

const DESIGNS = { pairs: showPairs, choice: showChoice, scale: showScale };
const main = document.getElementById("main");
let onKey = () => {};

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && event.target.tagName !== "TEXTAREA" && !document.querySelector("dialog")) onKey(event);
});
onTrouble((text) => {
  const banner = document.getElementById("banner");
  banner.textContent = text;
  banner.hidden = !text;
});

async function show(state) {
  onKey = () => {};
  document.title = state.title;
  document.getElementById("title").textContent = state.title;
  document.getElementById("footer").textContent = state.contact ? `Questions about the study: ${state.contact}` : "";
  const share = state.total ? state.done / state.total : 0;
  document.getElementById("filled").style.width = `${100 * share}%`;
  document.getElementById("progress").textContent = state.stage === "trial" ? `${state.done + 1} of ${state.total}` : "";
  main.replaceChildren();
  if (state.stage === "consent") showConsent(state);
  else if (state.stage === "done") showEnd(state);
  else await showTrial(state);
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function showConsent(state) {
  const agree = makeButton("I agree, begin", () => {
    agree.disabled = true;
    run(begin);
  }, { className: "primary begin" });
  main.append(
    make("h1", {}, state.question),
    make("p", { className: "consent" }, state.consent),
    state.medium === "sound" ? make("p", { className: "hint" }, "Use headphones, in a quiet place.") : null,
    make("div", { className: "row" }, agree),
  );
}

async function showTrial(state) {
  const heading = [make("h1", {}, state.question)];
  if (state.training) heading.unshift(make("p", { className: "note" }, "For practice: this answer does not count"));
  const loading = make("p", { className: "hint" }, "Loading …");
  main.append(...heading, loading);
  const began = performance.now();
  let shown = began;
  const place = document.createElement("div");
  const submit = (answer, material) =>
    run(() =>
      sendAnswer(state.study, {
        trial: state.trial,
        answer,
        milliseconds: Math.round(performance.now() - shown),
        plays: material.plays(),
        sample_rate: material.sampleRate(),
      }),
    );
  main.append(place);
  onKey = await DESIGNS[state.design](state, place, submit);
  loading.remove();
  shown = performance.now();
}

function showEnd(state) {
  const text = make("textarea", { maxLength: 2000, ariaLabel: "comment" });
  const sent = make("p", { className: "hint", role: "status" });
  const send = makeButton("Send", async () => {
    send.disabled = true;
    sent.textContent = (await sendComment(text.value)) ? "It is stored." : "It could not be stored.";
    send.disabled = false;
  });
  main.append(
    make("h1", {}, state.thanks),
    make("p", {}, "Is there anything that you want to say about it?"),
    text,
    make("div", { className: "row" }, send),
    sent,
  );
}

/** Do something that leads to the next state, and show that. */
async function run(step) {
  try {
    await show(await step());
  } catch (error) {
    main.replaceChildren(
      make("h1", {}, "Something went wrong"),
      make("p", {}, error.message),
      makeButton("Try again", () => location.reload(), { className: "primary" }),
    );
  }
}

run(async () => {
  const state = await getState();
  return (await sendPending(state.study)) ?? state;
});
