// The visitor's own place: asked for at load and after changes, and kept at the foot of the
// screen while the own row is out of sight.

import { number, personCells } from "./cells.js";
import { say } from "./view.js";

const SELDOM_MS = 15000;
const SPREAD_MS = 5000;
const NOT_FOR_ME = [401, 403]; // signed out, or the board is hidden

/**
 * Watch the place at `url` and show it in `pin`; `view` is the list and learns which row is one's
 * own. Call `changed` for every new board and `drawn` once it is on the page.
 */
export function watchMyPlace(url, pin, view, questions) {
  let timer = 0;
  let isDue = false;
  let isKnown = false;
  let observed = null;

  const sight = new IntersectionObserver(
    (entries) => hide(entries[entries.length - 1].isIntersecting),
    { threshold: 0.5 },
  );

  function hide(isHidden) {
    pin.hidden = isHidden || !isKnown;
    // What stands last on the page must not end under the pin, nor focus go there.
    const room = pin.hidden ? "" : `${pin.offsetHeight}px`;
    document.body.style.paddingBottom = room;
    document.documentElement.style.scrollPaddingBottom = room;
  }

  function drawn() {
    const row = view.ownRow() || null;
    if (row !== observed) {
      sight.disconnect();
      if (row) sight.observe(row);
      observed = row;
    }
    if (!row) hide(false);
  }

  async function ask() {
    timer = 0;
    isDue = document.hidden;
    if (isDue) return;
    const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
    if (answer && NOT_FOR_ME.includes(answer.status)) timer = -1; // never ask again
    if (!answer || !answer.ok) return;
    const place = await answer.json();
    isKnown = place.row !== null;
    if (isKnown) {
      const cells = personCells(place.row, questions);
      ["rank", "name", "score", "detail"].forEach((name) => say(pin, name, cells[name]));
      say(pin, "total", number(place.total));
      if (place.division) say(pin, "scope", `, ${place.division}`);
      view.setMine(cells.key);
    }
    drawn();
  }

  document.addEventListener("visibilitychange", () => isDue && ask());
  ask();

  return {
    /** Ask again, but seldom, and not all visitors in the same moment. */
    changed() {
      if (!timer) timer = setTimeout(ask, SELDOM_MS + Math.random() * SPREAD_MS);
    },
    drawn,
  };
}
