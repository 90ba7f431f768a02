// Draws rows by cloning the server's own row, so that there is one markup. Text only goes in as
// text: names come from people.

import { cellsOf } from "./cells.js";
import { flip } from "./flip.js";

/** Set the text of the element that carries `data-f`; whether that changed anything. */
export function say(parent, name, text) {
  const field = parent.querySelector(`[data-f="${name}"]`);
  if (!field || field.textContent === text) return false;
  field.textContent = text;
  return true;
}

/** Show or hide the element that carries `data-f`. */
export function show(parent, name, isShown) {
  const field = parent.querySelector(`[data-f="${name}"]`);
  if (field) field.hidden = !isShown;
}

/** "↑2", with words for those who hear the page. */
function sayMove(row, places) {
  const mark = row.querySelector('[data-f="move"]');
  mark.hidden = places === 0;
  mark.className = `mv ${places > 0 ? "up" : "down"}`;
  mark.textContent = "";
  if (places === 0) return;
  const icon = document.createElement("span");
  icon.className = `i i-${places > 0 ? "up" : "down"}`;
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.className = "vh";
  words.textContent = places > 0 ? " bậc lên" : " bậc xuống";
  mark.append(icon, String(Math.abs(places)), words);
}

/** Make `rows` the children of `list`, touching only those that are not in their place. */
function place(list, rows) {
  const kept = new Set(rows);
  for (const row of [...list.children]) if (!kept.has(row)) row.remove();
  rows.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] || null);
  });
}

function fill(row, cells, long) {
  const texts = ["rank", "name", "note", "score", "sign", "detail"];
  const changed = texts.filter((name) => say(row, name, cells[name])).length > 0;
  row.querySelector('[data-f="place"]').classList.toggle("rank--top", cells.isTop);
  const title = row.querySelector('[data-f="title"]');
  if (title) title.classList.toggle("nm--long", [...cells.name].length > long);
  const bar = row.querySelector('[data-f="bar"]');
  if (bar) {
    bar.hidden = cells.bar === "";
    bar.value = Number(cells.bar);
  }
  row.dataset.key = cells.key;
  row.dataset.rank = cells.rank;
  return changed;
}

/**
 * The list of a board. `most`: rows it has room for. `long`: letters of a name from which it is
 * set smaller (projector only).
 */
export function boardView(section, { most, long = Infinity }) {
  const list = section.querySelector("ol");
  const blank = section.querySelector("template").content.firstElementChild;
  let mine = section.dataset.mine || "";

  const rowByKey = () => new Map([...list.children].map((row) => [row.dataset.key, row]));

  function markMine() {
    for (const row of list.children) {
      const isMine = mine !== "" && row.dataset.key === mine;
      row.classList.toggle("brow--me", isMine);
      show(row, "mine", isMine);
    }
  }

  /** Show the board's rows; whether anything that can be read has changed. */
  function draw(board) {
    const known = rowByKey();
    const cells = cellsOf(board).slice(0, most);
    let changed = cells.length !== list.children.length;
    flip(list, () => {
      const rows = cells.map((cell) => {
        const old = known.get(cell.key);
        const row = old || blank.cloneNode(true);
        const before = old ? Number(old.dataset.rank.replace(/\./g, "")) : cell.place;
        changed = fill(row, cell, long) || changed;
        sayMove(row, before - cell.place);
        return row;
      });
      changed = changed || rows.some((row, at) => row !== list.children[at]);
      place(list, rows);
      markMine();
    });
    list.hidden = cells.length === 0;
    return changed;
  }

  return {
    draw,
    /** Which row is the visitor's own from now on. */
    setMine(key) {
      mine = key;
      markMine();
    },
    /** The visitor's own row, or undefined while it is on another part of the board. */
    ownRow: () => (mine === "" ? undefined : rowByKey().get(mine)),
  };
}

/** Whether the result is provisional or final, in words. */
export function sayStanding(parent, isProvisional) {
  show(parent, "provisional", isProvisional);
  show(parent, "final", !isProvisional);
}

/** Whether the board stands still, or is the final table of a number: notes.html, screen.html. */
export function sayKind(board) {
  const frozen = document.querySelector("[data-board-frozen]");
  if (frozen) frozen.hidden = board.frozen_at === null;
  const final = document.querySelector("[data-board-result]");
  if (!final) return;
  final.hidden = board.result === null;
  say(final, "result", board.result === null ? "" : String(board.result));
}

/**
 * At most one drawing in `ms`: calls in between wait, and only the last of them is drawn.
 */
export function paced(ms, draw) {
  let waiting = null;
  let timer = 0;

  function turn() {
    timer = 0;
    if (!waiting) return;
    const latest = waiting;
    waiting = null;
    timer = setTimeout(turn, ms);
    draw(latest);
  }

  return (board) => {
    waiting = board;
    if (!timer) turn();
  };
}
