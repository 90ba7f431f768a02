// The visitor's own place: asked for at load and after changes, and kept at the foot of the
// screen while the own row is out of sight.

import { number, personCells } from "./cells.js";
import { say } from "./view.js";

const SELDOM_MS = 15000;
const SPREAD_MS = 4000;

/**
 * Watch the place at `url` and show it in `pin`; `view` is the list, told which row is one's own.
 * The result's `changed` and `drawn` are to be called when the board is new and when it is drawn.
 */
export function watchMyPlace(url, pin, view) {
  let timer = 0;
  let isKnown = false;
  let observed = null;
  let questions = 0;

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
    if (document.hidden) return;
    const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const place = await answer.json();
    isKnown = place.row !== null;
    if (isKnown) {
      const cells = personCells(place.row, questions);
      ["rank", "name", "score", "detail"].forEach((name) => say(pin, name, cells[name]));
      say(pin, "total", number(place.total));
      view.setMine(cells.key);
    }
    drawn();
  }

  return {
    /** The board is new: ask again, but seldom, and not all visitors in the same moment. */
    changed(board) {
      questions = board.questions;
      if (!timer) timer = setTimeout(ask, SELDOM_MS - Math.random() * SPREAD_MS);
    },
    drawn,
    ask(questionsNow) {
      questions = questionsNow;
      ask();
    },
  };
}
