// The versions of a trial, to be heard or seen, whatever is asked about them.

import { formatTime, make, makeButton } from "./elements.js";
import { makePicture } from "./pictures.js";
import { Player, drawWave } from "./player.js";

const CONTEXT = { source: "Original", reference: "Reference" };

/**
 * Sounds with one button each, the waveform and the position.
 *
 * `state` is the trial, `names` what its versions are called.  `onHeard()` is called when a version was played for
 * the first time.  Returns { element, plays(), allHeard(), select(n), toggle(), stop(), playing() }.
 */
export async function makeSounds(state, names, onHeard) {
  const further = Object.keys(CONTEXT).filter((kind) => state[kind]);
  const keys = [...state.stimuli, ...further.map((kind) => state[kind])];
  const labels = [...names, ...further.map((kind) => CONTEXT[kind])];
  const clock = make("p", { className: "clock" });
  const canvas = make("canvas", { tabIndex: 0, role: "slider", "aria-label": "position" });
  const toggle = makeButton("Play", () => player.toggle(), { className: "toggle" });
  const listeners = [];
  const player = new Player(() => refresh());
  await player.load(keys);
  const buttons = labels.map((label, n) => makeButton(`▶\u00a0${label}`, () => player.play(n), { ariaPressed: "false" }));
  let frame = 0;

  function refresh() {
    buttons.forEach((button, n) => {
      button.ariaPressed = String(player.playing && n === player.current);
      button.classList.toggle("heard", player.plays[n] > 0 && n < names.length);
    });
    toggle.textContent = player.playing ? "Pause" : "Play";
    for (const listen of listeners) listen();
    onHeard();
    draw();
  }

  function draw() {
    cancelAnimationFrame(frame);
    if (!canvas.isConnected) return;
    drawWave(canvas, player);
    clock.textContent = `${formatTime(player.position)} / ${formatTime(player.length)}`;
    canvas.setAttribute("aria-valuetext", clock.textContent);
    if (player.playing) frame = requestAnimationFrame(draw);
  }

  const seekTo = (event) => player.seek((event.offsetX / canvas.clientWidth) * player.length);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    seekTo(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && seekTo(event));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    player.seek(player.position + step);
  });
  const element = make(
    "section",
    { ariaLabel: "versions" },
    make("div", { className: "listen" }, ...buttons),
    canvas,
    make("div", { className: "row" }, toggle, clock),
  );
  requestAnimationFrame(draw);
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    element,
    buttons,
    plays: () => player.plays.slice(0, names.length),
    allHeard: () => player.plays.slice(0, names.length).every((count) => count > 0),
    select: (n) => n < keys.length && player.play(n),
    toggle: () => player.toggle(),
    stop: () => player.pause(),
    current: () => (player.playing ? player.current : -1),
    onChange: (listen) => listeners.push(listen),
    sampleRate: () => player.buffers[0]?.sampleRate ?? null,
  };
}

/** Pictures beside each other; the same interface as sounds. */
export function makePictures(state, names, onSeen) {
  const seen = state.stimuli.map(() => 0);
  const figures = state.stimuli.map((key, n) =>
    makePicture(key, names[n], () => {
      seen[n] += 1;
      onSeen();
    }),
  );
  const further = Object.keys(CONTEXT).filter((kind) => state[kind]);
  const context = further.map((kind) => makePicture(state[kind], CONTEXT[kind], () => {}));
  const element = make("section", { ariaLabel: "versions" });
  if (context.length) element.append(make("div", { className: "pictures context" }, ...context));
  element.append(make("div", { className: `pictures${figures.length === 2 ? " two" : ""}` }, ...figures));
  return {
    element,
    buttons: figures.map((figure) => figure.querySelector("button")),
    plays: () => seen.map((count) => Math.min(count, 1)),
    allHeard: () => seen.every((count) => count > 0),
    select: (n) => figures[n]?.querySelector("button").click(),
    toggle: () => {},
    stop: () => {},
    current: () => -1,
    onChange: () => {},
    sampleRate: () => null,
  };
}

/** Return the versions of a trial in its medium. */
export async function makeMaterial(state, names, onChange) {
  return state.medium === "sound" ? makeSounds(state, names, onChange) : makePictures(state, names, onChange);
}
