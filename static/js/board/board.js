// The board on a phone or a desk: rows, the line that says how fresh they are, the own place.

import { number, timeOfDay } from "./cells.js";
import { follow } from "./feed.js";
import { watchMyPlace } from "./me.js";
import { boardView, paced, say, sayKind, sayStanding, show } from "./view.js";

const FRAME_MS = 1000;
const ROWS = 20;
const ANNOUNCE_MS = 30000;
const SAID_MS = 3000;

const STATES = {
  live: ["ok", "i-sync", (time) => `Trực tiếp, cập nhật lúc ${time}`],
  polling: ["ok", "i-sync", (time) => `Tự cập nhật vài giây một lần, mới nhất lúc ${time}`],
  offline: [
    "wait",
    "i-off",
    (time) => `Đây là bảng lúc ${time}. Đang mất kết nối, trang sẽ tự cập nhật khi có mạng.`,
  ],
  still: ["wait", "i-lock", () => "Bảng đang dừng, sẽ tự cập nhật khi kết quả được công bố."],
  gone: ["fail", "i-warn", () => "Bảng này không còn được công bố nên đã ngừng cập nhật."],
  hidden: [
    "wait",
    "i-lock",
    () => "Bảng xếp hạng hiện chưa mở nên đã ngừng cập nhật. Tải lại trang để biết khi nào mở.",
  ],
};

const section = document.getElementById("board");
const line = section.querySelector(".live");
const said = section.querySelector('[role="status"]');
const pager = section.querySelector(".pagination");
const frozen = document.querySelector("[data-board-frozen]");
const pin = document.querySelector(".pin");
const offset = Number(section.dataset.offset);
const view = boardView(section, { most: ROWS });
const me = pin && watchMyPlace(section.dataset.me, pin, view, Number(section.dataset.questions));

let updatedAt = section.dataset.updated;
let state = "";
let announcedAt = -ANNOUNCE_MS;

function sayState() {
  if (!STATES[state]) return;
  const isStill = frozen && !frozen.hidden && (state === "live" || state === "polling");
  const [tone, icon, words] = STATES[isStill ? "still" : state];
  line.className = `saveline live ${tone}`;
  line.firstElementChild.className = `i ${icon}`;
  line.lastElementChild.textContent = words(updatedAt);
}

/** Those who hear the page learn that it changed, not each change. */
function announce() {
  if (performance.now() - announcedAt < ANNOUNCE_MS) return;
  announcedAt = performance.now();
  said.textContent = "Bảng vừa cập nhật";
  setTimeout(() => (said.textContent = ""), SAID_MS);
}

function sayPart(board) {
  const last = offset + board.rows.length;
  const hasMore = last < board.total;
  const range = `${number(offset + 1)}–${number(last)} trong ${number(board.total)}`;
  say(section, "total", number(board.total));
  say(pager, "range", range);
  show(pager, "range", board.rows.length > 0);
  show(pager, "more", hasMore);
  pager.hidden = offset === 0 && !hasMore;
  show(section, "empty", board.rows.length === 0);
}

// Several divisions do not fit side by side on a phone.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

const draw = paced(FRAME_MS, (board) => {
  if (view.draw(board)) announce();
  sayPart(board);
  sayStanding(document.querySelector("[data-board-standing]"), board.provisional);
  document.querySelector("[data-board-provisional]").hidden = !board.provisional;
  sayKind(board);
  updatedAt = timeOfDay(board.updated_at);
  sayState();
  if (me) me.drawn();
});

follow(section, {
  onBoard(board) {
    draw(board);
    if (me) me.changed();
  },
  onState(next) {
    state = next;
    sayState();
  },
});
