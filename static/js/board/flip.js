// Rows move to their new place instead of blinking: where they were, where they are, and the
// difference undone by a transform that then runs out.

const MOST_ROWS = 30;
const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Whether anybody would see a movement, and wants to. */
export function mayMove() {
  return !document.hidden && !stillness.matches;
}

function settle(row) {
  row.classList.remove("is-moving", "is-new");
  row.style.transform = "";
}

/**
 * Run `change`, which reorders, adds or removes children of `list`, and animate what came of it.
 * The very same elements must stand for the same rows before and after.
 */
export function flip(list, change) {
  if (!mayMove()) {
    change();
    return;
  }
  const before = new Map();
  for (const row of [...list.children].slice(0, MOST_ROWS)) {
    before.set(row, row.getBoundingClientRect().top); // on the way from an earlier change, too
  }
  before.forEach((top, row) => settle(row));
  change();
  const rows = [...list.children].slice(0, MOST_ROWS);
  const moved = rows
    .filter((row) => before.has(row))
    .map((row) => [row, before.get(row) - row.getBoundingClientRect().top])
    .filter(([, distance]) => Math.abs(distance) >= 1);
  for (const [row, distance] of moved) row.style.transform = `translateY(${distance}px)`;
  if (before.size) rows.filter((row) => !before.has(row)).forEach(enter);
  requestAnimationFrame(() => moved.forEach(([row]) => run(row)));
}

function run(row) {
  row.getBoundingClientRect(); // the start must be drawn, or there is nothing to move from
  row.classList.add("is-moving");
  row.style.transform = "";
  row.addEventListener("transitionend", () => settle(row), { once: true });
}

function enter(row) {
  row.classList.add("is-new");
  row.addEventListener("animationend", () => settle(row), { once: true });
}
