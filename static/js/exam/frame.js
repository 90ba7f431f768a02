/** Draws what surrounds the question: answer sheet, timer, save line. */

import { countdown, inWords, timeOfDay, urgency } from "./clock.js";
import { element } from "./question.js";
import * as words from "./words.js";

/** One button per question; drawn once, painted on every change. */
export function drawStrip(nav, total, onPick) {
  for (let number = 1; number <= total; number += 1) {
    const button = element("button", "", String(number));
    button.type = "button";
    button.addEventListener("click", () => onPick(number));
    nav.append(button);
  }
}

/** @param {import("./words.js").Cell[]} cells */
export function paintStrip(nav, cells, current) {
  Array.from(nav.children).forEach((button, index) => {
    const cell = cells[index];
    button.classList.toggle("did", cell.isAnswered && !cell.isHeld);
    button.classList.toggle("part", cell.isBegun);
    button.classList.toggle("held", cell.isHeld);
    button.classList.toggle("flag", cell.isFlagged);
    button.setAttribute("aria-label", words.cellLabel(index + 1, cell));
    if (index + 1 === current) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  });
}

/**
 * @param {HTMLElement} timer with the figures in its last element
 * @param {boolean} isPaused the round stands still: nothing is counted
 */
export function paintTimer(timer, ms, isPaused) {
  const shown = isPaused ? "Tạm dừng" : countdown(ms);
  const text = timer.lastElementChild;
  if (text.textContent === shown) return;
  text.textContent = shown;
  const look = isPaused ? "" : urgency(ms);
  timer.classList.toggle("is-soon", look === "is-soon");
  timer.classList.toggle("is-last", look === "is-last");
  const rest = `còn ${inWords(ms)}`;
  if (isPaused) timer.setAttribute("aria-label", "Tạm dừng, thời gian sẽ được bù");
  else timer.setAttribute("aria-label", look ? `Sắp hết giờ, ${rest}` : words.capital(rest));
}

/**
 * The line that says where the answers are.
 * @param {{trouble: string, unsent: number, retrySeconds: number,
 *   saved: number, savedMs: number | null}} state
 */
export function paintSaveLine(line, state) {
  const [look, mark, text] = saveLine(state);
  line.box.className = `saveline ${look}`;
  line.mark.className = `i ${mark}`;
  if (line.text.textContent !== text) line.text.textContent = text;
  line.retry.hidden = !(state.trouble && state.unsent);
}

function saveLine({ trouble, unsent, retrySeconds, saved, savedMs }) {
  if (!unsent && savedMs !== null) return ["ok", "i-tick", `Đã lưu lúc ${timeOfDay(savedMs)}`];
  if (!unsent && saved) return ["ok", "i-tick", `${saved} câu đã lưu`];
  if (!unsent) return ["", "i-tick", "Câu trả lời được lưu ngay khi chọn"];
  if (!trouble) return ["", "i-sync", "Đang lưu…"];
  if (trouble === "busy") return ["wait", "i-sync", words.busy(retrySeconds)];
  if (trouble === "offline" && retrySeconds > 0) {
    return ["wait", "i-sync", `${unsent} câu chưa gửi, thử lại sau ${retrySeconds} giây`];
  }
  if (trouble === "offline") {
    return ["wait", "i-sync", "Đang giữ trên máy này, sẽ tự gửi khi có mạng"];
  }
  return ["fail", "i-warn", `${unsent} câu đang giữ trên máy này`];
}

/**
 * The bars stand over the page: what a key brought the focus to must not be behind them. Never
 * after a touch: moving the page under a finger makes it let go of something else.
 */
export function keepInView() {
  const target = document.activeElement;
  if (!target.closest("main")) return;
  const box = (target.closest(".choice") || target).getBoundingClientRect();
  const top = document.querySelector(".exam-top").getBoundingClientRect().bottom;
  const foot = document.querySelector(".exam-bot").getBoundingClientRect().top;
  if (box.top < top) scrollBy(0, box.top - top - 8);
  else if (box.bottom > foot) scrollBy(0, Math.min(box.bottom - foot + 8, box.top - top - 8));
}
