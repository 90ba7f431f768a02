// The exam page hears what the organisers decide and say while somebody works: moved times,
// pauses, announcements, answers. It comes after the exam itself, which runs without it.

import { keepingStill } from "../exam/banner.js";
import { live } from "../exam/exam.js";
import { element, icon } from "../exam/question.js";
import { createTransport } from "../exam/transport.js";
import { followNotices, patiently } from "./notices.js";

const RETRY_MS = 8000;
const QUIET_MS = 20000;
const SHORT = 140;
const PAUSED = "Tạm dừng, thời gian sẽ được bù.";

const { attempt, transport } = live;
const bar = document.getElementById("notices");
const opener = document.getElementById("talk-open");
const questions = createTransport(`/api/v1/rounds/${attempt.round}/inquiries`);
const KEY = `exam.talk.${attempt.round}`;

let isPaused = bar.dataset.paused === "1";
let announcements = [];
let own = { inquiries: [], left: 1 };
let talk = null; // the dialog, once loaded
let isAsked = false;
let isLooking = false;
let heard = ""; // what the bar said last: a screen reader hears it once
const kept = load();

/** `seen`: what was dismissed; `open`: own questions that wait, for after a reload. */
function load() {
  try {
    const { seen, open } = JSON.parse(localStorage.getItem(KEY));
    return { seen: Array.isArray(seen) ? seen : [], open: Number(open) || 0 };
  } catch (fault) {
    return { seen: [], open: 0 };
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch (fault) {
    // Without storage a dismissed announcement comes back with the next load.
  }
}

// -- Time -----------------------------------------------------------------------------------

async function lookAtClock() {
  isAsked = true;
  if (isLooking) return;
  isLooking = true;
  await patiently();
  isAsked = false;
  const reply = await transport.clock();
  isLooking = false;
  if (isAsked) lookAtClock(); // decided again while the answer was on its way
  if (reply.kind !== "ok") return setTimeout(lookAtClock, RETRY_MS);
  setPaused(reply.body.paused);
  live.stamped(reply);
  if (reply.body.state === "finished") live.look();
}

function setPaused(now) {
  isPaused = now;
  live.setPaused(now);
  drawBar();
}

// -- The bar over the exam ------------------------------------------------------------------

/** What is new since the attempt began and was not dismissed, newest first. */
function news() {
  const isNew = (at) => Date.parse(at) >= Date.parse(attempt.started_at);
  const told = announcements
    .filter((each) => isNew(each.at))
    .map(({ id, text, at }) => ({ key: `a${id}`, head: "Thông báo của Ban Tổ chức", text, at }));
  const answers = own.inquiries
    .filter((each) => each.answered_at && isNew(each.answered_at))
    .map(({ id, answer, answered_at: at }) => {
      return { key: `q${id} ${at}`, head: "Ban Tổ chức trả lời bạn", text: answer, at };
    });
  return [...told, ...answers]
    .filter((each) => !kept.seen.includes(each.key))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function drawBar() {
  const [latest, ...others] = news();
  const state = `${isPaused} ${latest ? latest.key : ""} ${others.length}`;
  if (state === heard) return;
  heard = state;
  keepingStill(() => {
    bar.textContent = "";
    if (isPaused) bar.append(paused());
    if (latest) bar.append(drawn(latest, others.length));
  });
}

function paused() {
  const made = element("div", "conn");
  const text = element("span");
  text.append(element("b", "", PAUSED), "Bạn vẫn trả lời được, các câu vẫn được lưu.");
  made.append(icon("i-clock"), text);
  return made;
}

function drawn({ key, head, text, at }, others) {
  const made = element("div", "conn");
  const words = element("span");
  const isLong = text.length > SHORT;
  words.append(element("b", "", others ? `${head} (còn ${others} tin nữa)` : head));
  words.append(isLong ? shortened(text) : text);
  const buttons = element("span", "row");
  if (isLong) buttons.append(button("Đọc hết", openTalk));
  buttons.append(button("Đã hiểu", () => dismiss(key)));
  words.append(buttons);
  made.dataset.at = at;
  made.append(icon("i-flag"), words);
  return made;
}

/** The first words of a long text. */
const shortened = (text) => `${text.slice(0, SHORT).replace(/\s+\S*$/, "")}…`;

function button(text, press) {
  const made = element("button", "flagb", text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function dismiss(key) {
  kept.seen = [...kept.seen, key].slice(-50);
  keep();
  drawBar();
  const next = bar.querySelector("button");
  (next || document.getElementById("stem")).focus({ preventScroll: true });
}

// -- Announcements, and own questions -------------------------------------------------------

function announced(list) {
  announcements = list;
  if (talk) talk.showAnnouncements(list);
  opener.lastElementChild.textContent = list.length ? ` (${list.length})` : "";
  drawBar();
}

function hearOwn(reply) {
  own = reply;
  kept.open = own.inquiries.filter((each) => !each.answered_at).length;
  keep();
  if (talk) talk.showOwn(own);
  drawBar();
}

async function readOwn() {
  const reply = await questions.load();
  if (reply.kind === "ok") return hearOwn(reply.body);
  if (kept.open) setTimeout(readOwn, RETRY_MS);
}

async function answered(isNamed) {
  if (!kept.open && !isNamed) return;
  await patiently();
  readOwn();
}

async function loadTalk() {
  const { createTalk } = await import("./talk.js");
  if (talk) return;
  talk = createTalk(document.getElementById("talk"), { transport: questions, onOwn: hearOwn });
  talk.showAnnouncements(announcements);
}

async function openTalk() {
  try {
    await loadTalk();
  } catch (fault) {
    return live.say("Mất mạng nên chưa mở được. Hãy thử lại sau.");
  }
  talk.open();
  readOwn();
}

opener.addEventListener("click", openTalk);
setTimeout(() => loadTalk().catch(() => {}), QUIET_MS);
setPaused(isPaused);
followNotices(
  { round: attempt.round, attempt: attempt.id, rev: Number(bar.dataset.rev), isPaused },
  { announced, moved: lookAtClock, answered },
);
