// The infinite scale: versions are dragged sideways on a strip that has no ends and scrolls.

import { make, makeButton } from "./elements.js";
import { makeMaterial } from "./material.js";

const EDGE = 40; // pixels at both sides, in which dragging scrolls
const SPEED = 9; // pixels a frame
const STEP = 10; // units of an arrow key
const DRAFT = "audiostyle-draft";

/** Show a page of the scale. */
export async function showScale(state, place, submit) {
  const names = state.stimuli.map((_, n) => String(n + 1));
  const pictured = state.medium === "picture";
  const lane = pictured ? 64 : 48;
  const view = { camera: 0, zoom: 1 }; // position in the middle, pixels a unit
  const draft = JSON.parse(localStorage.getItem(DRAFT) || "null");
  const same = draft && draft.study === state.study && draft.trial === state.trial && draft.stimuli === String(state.stimuli);
  const positions = same ? draft.positions : names.map(() => null);
  const hint = make("p", { className: "hint" });
  const mixed = state.mixed ? make("p", { className: "hint" }, "On this page there are versions of different originals.") : null;
  const next = makeButton("Next", () => send(), { className: "primary next", disabled: true });
  const strip = make("div", { className: `strip${pictured ? " pictured" : ""}`, role: "group", "aria-label": "strip" });
  strip.style.height = `${lane * names.length + 16}px`;
  const material = await makeMaterial(state, names, () => refresh());
  const tiles = names.map((name, n) => makeTile(name, n));
  strip.append(...tiles);

  function makeTile(name, n) {
    const tile = make("button", { type: "button", className: "tile" }, pictured ? "" : name);
    if (pictured) tile.append(make("img", { src: `/media/${state.stimuli[n]}`, alt: name, draggable: false }));
    tile.style.top = `${8 + n * lane}px`;
    tile.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      move(n, (positions[n] ?? view.camera) + (way * STEP * (event.shiftKey ? 5 : 1)) / view.zoom);
      follow(n);
    });
    tile.addEventListener("pointerdown", (event) => startDrag(event, n));
    tile.addEventListener("click", (event) => event.detail === 0 && material.select(n)); // by keyboard
    return tile;
  }

  function startDrag(event, n) {
    event.preventDefault();
    event.stopPropagation();
    const tile = tiles[n];
    tile.focus();
    tile.setPointerCapture(event.pointerId);
    if (!pictured) material.select(n);
    const box = strip.getBoundingClientRect();
    const grip = event.clientX - (tile.getBoundingClientRect().left + tile.offsetWidth / 2);
    let x = event.clientX;
    let dragged = false;
    let frame = 0;
    const put = () => move(n, view.camera + (x - grip - box.left - box.width / 2) / view.zoom);
    const scroll = () => {
      const over = x > box.right - EDGE ? 1 : x < box.left + EDGE ? -1 : 0;
      if (over && dragged) {
        view.camera += (over * SPEED) / view.zoom;
        put();
      }
      frame = requestAnimationFrame(scroll);
    };
    const onMove = (moved) => {
      x = moved.clientX;
      if (dragged || Math.abs(x - event.clientX) > 3) {
        dragged = true;
        put();
      }
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      tile.removeEventListener("pointermove", onMove);
      tile.removeEventListener("pointerup", stop);
      tile.removeEventListener("pointercancel", stop);
    };
    tile.addEventListener("pointermove", onMove);
    tile.addEventListener("pointerup", stop);
    tile.addEventListener("pointercancel", stop);
    frame = requestAnimationFrame(scroll);
  }

  function move(n, position) {
    positions[n] = Math.round(position * 100) / 100;
    localStorage.setItem(
      DRAFT,
      JSON.stringify({ study: state.study, trial: state.trial, stimuli: String(state.stimuli), positions }),
    );
    refresh();
  }

  /** Scroll until a tile is in sight. */
  function follow(n) {
    const room = strip.clientWidth / 2 - EDGE;
    const off = (positions[n] - view.camera) * view.zoom;
    if (Math.abs(off) > room) view.camera += (off - Math.sign(off) * room) / view.zoom;
    refresh();
  }

  function showAll() {
    const placed = positions.filter((position) => position !== null);
    if (!placed.length) return;
    const [low, high] = [Math.min(...placed), Math.max(...placed)];
    view.camera = (low + high) / 2;
    view.zoom = Math.min(1, Math.max(0.01, (strip.clientWidth - 120) / Math.max(high - low, 1)));
    refresh();
  }

  function pan(pixels) {
    view.camera += pixels / view.zoom;
    refresh();
  }

  function refresh() {
    const middle = strip.clientWidth / 2;
    tiles.forEach((tile, n) => {
      const at = middle + ((positions[n] ?? view.camera) - view.camera) * view.zoom - tile.offsetWidth / 2;
      tile.style.transform = `translateX(${at}px)`;
      tile.classList.toggle("waiting", positions[n] === null);
      tile.classList.toggle("playing", material.current() === n);
      tile.ariaLabel = `version ${names[n]}, ${positions[n] === null ? "not placed yet" : `at ${Math.round(positions[n])}`}`;
    });
    strip.style.backgroundPositionX = `${middle - view.camera * view.zoom}px`;
    strip.style.backgroundSize = `${Math.max(20, 100 * view.zoom)}px 100%`;
    const open = positions.filter((position) => position === null).length;
    const unheard = !material.allHeard();
    next.disabled = open > 0 || unheard;
    hint.textContent = open
      ? `Drag each number sideways, so that distances show how much versions differ. ${open} to place.`
      : unheard
        ? "Play every version before you go on."
        : "Distances count, not places: the strip has no ends. Move what you like, then go on.";
  }

  function send() {
    if (next.disabled) return;
    next.disabled = true;
    material.stop();
    localStorage.removeItem(DRAFT);
    submit({ positions }, material);
  }

  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    let before = event.clientX;
    const onMove = (moved) => {
      pan(before - moved.clientX);
      before = moved.clientX;
    };
    const stop = () => strip.removeEventListener("pointermove", onMove);
    strip.addEventListener("pointermove", onMove);
    strip.addEventListener("pointerup", stop, { once: true });
    strip.addEventListener("pointercancel", stop, { once: true });
  });
  strip.addEventListener("wheel", (event) => {
    event.preventDefault();
    pan(event.deltaX || event.deltaY);
  });
  material.onChange(refresh);
  if (mixed) place.append(mixed);
  place.append(
    material.element,
    make("div", { className: "ends" }, make("span", {}, `◀ ${state.less}`), make("span", {}, `${state.more} ▶`)),
    strip,
    make(
      "div",
      { className: "row" },
      makeButton("◀", () => pan(-200), { ariaLabel: "scroll left" }),
      makeButton("▶", () => pan(200), { ariaLabel: "scroll right" }),
      makeButton("Show all", showAll),
    ),
    hint,
    make("div", { className: "row end" }, next),
    make(
      "details",
      {},
      make("summary", {}, "Keyboard"),
      make("p", {}, "Tab to a number; arrows move it, with Shift farther; Enter plays it; ", make("kbd", {}, "1"), " to ", make("kbd", {}, "9"), " play, ", make("kbd", {}, "Space"), " pauses"),
    ),
  );
  new ResizeObserver(refresh).observe(strip);
  if (same) showAll();
  refresh();
  return (event) => {
    if (/^[1-9]$/.test(event.key)) material.select(Number(event.key) - 1);
    else if (event.key === " " && event.target.tagName !== "BUTTON" && event.target.tagName !== "SUMMARY") material.toggle();
    else return;
    event.preventDefault();
  };
}
