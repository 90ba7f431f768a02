// The board on a projector: fewer rows, a slower beat, a countdown on the server's clock.

import { timeLeft, timeOfDay } from "./cells.js";
import { follow } from "./feed.js";
import { boardView, paced, say, sayKind, sayStanding, show } from "./view.js";

const FRAME_MS = 2000;
const ROWS = 8;
const REFRESH_MS = 10000;

const TROUBLE = {
  live: "",
  polling: "",
  offline: " (đang mất kết nối)",
  gone: " (bảng không còn được công bố)",
  hidden: " (bảng hiện chưa mở)",
};

const section = document.getElementById("board");
const footer = document.querySelector("footer");
const countdown = document.getElementById("countdown");
const [label, clock] = countdown.children;
const view = boardView(section, { most: ROWS, long: Number(section.dataset.long) });

const draw = paced(FRAME_MS, (board) => {
  view.draw(board);
  show(section, "empty", board.rows.length === 0);
  sayStanding(footer, board.provisional);
  sayKind(board);
  say(footer, "updated", timeOfDay(board.updated_at));
});

follow(section, { onBoard: draw, onState: (state) => say(footer, "trouble", TROUBLE[state]) });

// -- Countdown: the server's time at load, plus what has passed here since ---------------------

let loadedAt = performance.now();

function tick() {
  const { now, opens, closes } = countdown.dataset;
  const serverNow = Number(now) + (performance.now() - loadedAt);
  const [words, time] =
    serverNow < Number(opens)
      ? ["Mở sau", timeLeft(Number(opens) - serverNow)]
      : serverNow < Number(closes)
        ? ["Còn", timeLeft(Number(closes) - serverNow)]
        : ["Vòng thi", "Đã đóng"];
  if (label.textContent !== words) label.textContent = words;
  if (clock.textContent !== time) clock.textContent = time;
}

setInterval(tick, 1000);
tick();

// -- Figures and a moved closing time: read from a fresh copy of this very page ----------------

async function refresh() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const figures = fresh.querySelectorAll("[data-figure]");
  document.querySelectorAll("[data-figure]").forEach((figure, at) => {
    if (figures[at]) figure.textContent = figures[at].textContent;
  });
  const moved = fresh.getElementById("countdown");
  if (moved) Object.assign(countdown.dataset, moved.dataset);
  loadedAt = performance.now();
  tick();
}

setInterval(() => document.hidden || refresh(), REFRESH_MS);

// -- A projector must not go dark in the middle of a contest -----------------------------------

async function stayAwake() {
  if (document.hidden || !navigator.wakeLock) return;
  await navigator.wakeLock.request("screen").catch(() => null); // refused on low battery
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();
