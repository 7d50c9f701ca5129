// The page: three jobs behind three tabs, built from what the server says it can do.

import { getState } from "/web/api.js";
import { buildPhotograph } from "/web/photograph.js";
import { buildSong } from "/web/song.js";
import { buildTexture } from "/web/texture.js";

const ALIVE = 240_000; // milliseconds: files stay while the page is open
const tabs = [...document.querySelectorAll("[role=tab]")];
const banner = document.getElementById("banner");

function choose(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
  window.dispatchEvent(new Event("resize"));
}

tabs.forEach((tab, n) => {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = tabs[(n + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
});
window.addEventListener("dragover", (event) => event.preventDefault()); // beside a slot, a file would replace the page
window.addEventListener("drop", (event) => event.preventDefault());

try {
  const state = await getState();
  document.getElementById("song").replaceChildren(...buildSong(state));
  document.getElementById("texture").replaceChildren(...buildTexture(state));
  document.getElementById("photograph").replaceChildren(...buildPhotograph(state));
  document.body.dataset.ready = "yes";
  setInterval(() => getState().catch(() => {}), ALIVE);
} catch (error) {
  banner.hidden = false;
  banner.textContent = error.message;
}
