/** The exam page: wires the question, the queue, the clock and the answer sheet together. */

import { createBanner } from "./banner.js";
import * as clock from "./clock.js";
import { drawStrip, keepInView, paintSaveLine, paintStrip, paintTimer } from "./frame.js";
import { createEssay } from "./essay.js";
import { handIn, pause } from "./handin.js";
import { kindOf } from "./kinds.js";
import { drawStem, element, paintGap } from "./question.js";
import * as queues from "./queue.js";
import { createSaver } from "./saver.js";
import { closeDialog, createSheet, openDialog } from "./sheet.js";
import { openShelf } from "./storage.js";
import { createTransport } from "./transport.js";
import * as words from "./words.js";

// When a round closes, everybody's time is up at once; the server waits longer than this.
const SPREAD_MS = 2000;

const REVIEW = "Xem lại và nộp bài";

const byId = (id) => document.getElementById(id);
const attempt = JSON.parse(byId("attempt").textContent);
const page = byId("question");
const total = attempt.paper.length;
const hasWeights = new Set(attempt.paper.map((item) => item.points)).size > 1;

const shelf = openShelf(attempt.id);
shelf.claim();
const place = shelf.loadPlace();
place.at = Math.min(Math.max(1, place.at), total);
const restored = queues.restore(shelf.loadQueue(), attempt.rev, attempt.answers);

let sync = firstSync();
let left = clock.remaining(sync, performance.now());
let isOver = false;
let isPaused = false;
let isHandingIn = false;
let order = 0; // number of the hand-in under way; raising it calls that one off

const transport = createTransport(page.dataset.api);
const saver = createSaver({
  queue: restored.queue,
  shelf,
  transport,
  report: { changed: paint, stamped, elsewhere, refused, closed, ousted },
});
const essay = attempt.essay_prompt
  ? createEssay(byId("essay"), { text: attempt.essay, shelf, transport, isOver: () => isOver })
  : null;
const banner = createBanner(byId("banner"), { login: page.dataset.login, say });
const sheet = createSheet(byId("sheet"), {
  total,
  prediction: place.prediction,
  onPick: go,
  onHandIn: handInNow,
  onCancel: callOff,
  onPrediction(text) {
    place.prediction = text;
    shelf.savePlace(place);
  },
});

/** The page was stamped when the server began to answer: that is when its first byte left. */
function firstSync() {
  const journey = performance.getEntriesByType("navigation")[0];
  const got = (journey && journey.responseStart) || performance.now();
  const sent = (journey && journey.requestStart) || got;
  const [serverMs, deadlineMs] = [attempt.server_time, attempt.deadline].map(clock.moment);
  return clock.readStamp(serverMs, deadlineMs, sent, got);
}

// -- Showing ------------------------------------------------------------------------------

const lettersOf = (number) => queues.shown(saver.queue(), String(number));

const cells = () => {
  const held = new Set(queues.unsent(saver.queue()));
  return attempt.paper.map((item) => {
    const letters = lettersOf(item.number);
    const isAnswered = kindOf(item).isComplete(item, letters);
    const isHeld = letters.length > 0 && held.has(String(item.number));
    const isFlagged = place.flags.includes(item.number);
    return { isAnswered, isBegun: letters.length > 0 && !isAnswered, isHeld, isFlagged };
  });
};

function drawQuestion() {
  const item = attempt.paper[place.at - 1];
  drawStem(byId("stem"), item, total);
  byId("how").textContent = "";
  byId("how").append(...kindOf(item).howTo(item), hasWeights ? ` (${item.points} điểm)` : "");
  byId("choices").textContent = "";
  const letters = () => lettersOf(item.number);
  kindOf(item).draw(byId("choices"), item, { letters, change: choose, say });
  byId("number").textContent = `Câu ${place.at}`;
  byId("number").append(element("span", "dim", ` / ${total}`));
  document.title = `Câu ${place.at} trong ${total} – ${page.dataset.round}`;
  byId("back").disabled = place.at === 1;
  const next = place.at < total ? "Câu sau" : "Câu tự luận";
  byId("next-text").textContent = place.at === total && !essay ? REVIEW : next;
  paint();
}

function paint() {
  const unsent = queues.unsent(saver.queue());
  const all = cells();
  const saved = all.filter((cell) => cell.isAnswered && !cell.isHeld).length;
  const { trouble } = saver.status();
  if (total) paintQuestion(unsent, trouble);
  paintStrip(byId("strip"), all, place.at);
  sheet.paint(all, place.at, unsent.length);
  if (isHandingIn) sheet.tell(words.waiting(trouble));
  byId("over-news").textContent = `${words.offlineHead(saved, unsent.length)} ${words.waiting(trouble)}`;
  paintLine(unsent.length, saved);
  banner.show({ trouble, saved, held: unsent.length });
}

function paintQuestion(unsent, trouble) {
  const item = attempt.paper[place.at - 1];
  const letters = lettersOf(place.at);
  const held = unsent.includes(String(place.at)) ? words.onItsWay(trouble) : "";
  kindOf(item).paint(byId("choices"), item, letters, held, isOver);
  paintGap(byId("stem"), item, letters);
  byId("clear").hidden = !letters.length || item.type === "multiple";
  byId("clear").disabled = isOver;
  byId("flag").setAttribute("aria-pressed", String(place.flags.includes(place.at)));
}

function paintLine(unsent, saved) {
  const { trouble, savedMark, retryMark } = saver.status();
  const line = { box: byId("save"), mark: byId("save-mark"), text: byId("save-text"), retry: byId("retry") };
  const savedMs = savedMark === null ? null : clock.serverNow(sync, savedMark);
  const retrySeconds = Math.max(0, Math.ceil((retryMark - performance.now()) / 1000));
  paintSaveLine(line, { trouble, unsent, retrySeconds, saved, savedMs });
}

/** For people who listen; the same words twice are heard twice. */
function say(text) {
  document.querySelectorAll("[data-say]").forEach((region) => {
    region.textContent = "";
    setTimeout(() => (region.textContent = text), 50);
  });
}

// -- Answering ----------------------------------------------------------------------------

function choose(letters) {
  if (!isOver) saver.put(String(place.at), letters);
}

function go(number) {
  if (number > total && essay && page.hidden === false) return showEssay();
  if (number > total) return openSheet();
  if (essay) leaveEssay();
  place.at = number;
  shelf.savePlace(place);
  saver.flush();
  drawQuestion();
  scrollTo(0, 0);
  byId("stem").focus({ preventScroll: true });
}

function showEssay() {
  saver.flush();
  page.hidden = true;
  essay.show(true);
  byId("number").textContent = "Câu tự luận";
  document.title = `Câu tự luận – ${page.dataset.round}`;
  byId("back").disabled = !total;
  byId("next-text").textContent = REVIEW;
  scrollTo(0, 0);
}

function leaveEssay() {
  if (!page.hidden) return;
  page.hidden = false;
  essay.show(false);
}

function toggleFlag() {
  const isFlagged = place.flags.includes(place.at);
  place.flags = isFlagged ? place.flags.filter((n) => n !== place.at) : [...place.flags, place.at];
  shelf.savePlace(place);
  paint();
}

// -- Time ---------------------------------------------------------------------------------

function stamped({ body, sentMark, gotMark }) {
  const deadlineMs = body.deadline ? clock.moment(body.deadline) : sync.deadlineMs;
  const fresh = clock.readStamp(clock.moment(body.server_time), deadlineMs, sentMark, gotMark);
  sync = clock.agree(sync, fresh, gotMark - sentMark);
  tick();
}

function tick() {
  const before = left;
  left = clock.remaining(sync, performance.now());
  paintTimer(byId("timer"), left, isPaused);
  paintTimer(sheet.timer, left, isPaused);
  const minutes = isPaused ? 0 : clock.announcement(before, left);
  const all = cells();
  if (minutes) say(words.timeLeft(minutes, all.filter((cell) => !cell.isAnswered).length, total));
  paintLine(queues.unsent(saver.queue()).length, all.filter((c) => c.isAnswered && !c.isHeld).length);
  if (left <= 0 && !isOver && !isPaused && !saver.status().stopped) timeUp();
}

/** The organisers stopped the round or let it go on; the deadline is asked for apart. */
function setPaused(now) {
  isPaused = now;
  tick();
}

/** Input stops; what is held goes out; the clock is compared once more; then hand in. */
async function timeUp() {
  isOver = true;
  sheet.close();
  openDialog(byId("over"));
  say("Hết giờ. Đang nộp bài.");
  paint();
  if (essay) await essay.send();
  await (queues.unsent(saver.queue()).length ? saver.push() : saver.look());
  if (clock.remaining(sync, performance.now()) > 1000) return goOn();
  const prediction = Number.isNaN(sheet.asks.read(place.prediction)) ? "" : place.prediction;
  order += 1;
  const mine = order;
  await pause(Math.random() * SPREAD_MS);
  if (clock.remaining(sync, performance.now()) > 1000) return goOn(); // moved at the last moment
  const isPatient = (kind) => !["ok", "invalid"].includes(kind);
  const reply = await handIn({ saver, prediction, isWanted: () => order === mine, isPatient });
  if (reply) leave();
}

/** The deadline was moved, or this device's clock ran fast. */
function goOn() {
  isOver = false;
  closeDialog(byId("over"));
  paint();
}

// -- Handing in ---------------------------------------------------------------------------

function openSheet() {
  saver.flush();
  paint();
  sheet.open();
  if (essay && essay.isEmpty()) sheet.tell("Bài tự luận còn để trống.");
}

async function handInNow(prediction) {
  order += 1;
  const mine = order;
  isHandingIn = true;
  sheet.busy(true);
  const isWanted = () => order === mine;
  const isPatient = (kind) => kind === "offline" || kind === "busy";
  if (essay && !(await essay.send())) {
    isHandingIn = false;
    sheet.busy(false);
    return sheet.tell("Bài tự luận chưa gửi được. Hãy kiểm tra mạng rồi bấm “Nộp bài” lần nữa.");
  }
  const reply = await handIn({ saver, prediction, isWanted, isPatient });
  if (!reply || !isWanted()) return;
  if (reply.kind === "ok") return leave();
  isHandingIn = false;
  sheet.busy(false);
  if (reply.kind === "invalid") {
    const { message, fields = {} } = reply.body.error;
    if (fields.prediction) sheet.blame(fields.prediction);
    if (Object.keys(fields).some((name) => name !== "prediction")) sheet.tell(message);
  } else sheet.tell(words.waiting(reply.kind));
}

function callOff() {
  order += 1;
  isHandingIn = false;
}

/** To the result, which the server shows under the same address. */
function leave() {
  shelf.clear();
  location.replace(location.pathname);
}

// -- What the server and other tabs report ---------------------------------------------------

function elsewhere(dropped) {
  if (sheet.isOpen()) sheet.close();
  banner.notify("i-sync", words.elsewhere(dropped));
}

function refused(dropped) {
  banner.notify("i-warn", words.refusedAnswers(dropped));
}

function closed(lost) {
  closeDialog(byId("sheet"));
  closeDialog(byId("over"));
  if (!lost.length) return leave();
  byId("lost-text").textContent = words.tooLate(lost);
  openDialog(byId("lost"));
}

function ousted() {
  saver.stop();
  callOff();
  closeDialog(byId("sheet"));
  openDialog(byId("ousted"));
}

function takeOver() {
  shelf.claim();
  saver.resume();
  closeDialog(byId("ousted"));
  if (total) drawQuestion();
  saver.look();
}

// -- Start --------------------------------------------------------------------------------

function wire() {
  const on = (id, act) => byId(id).addEventListener("click", act);
  on("back", () => go(page.hidden ? total : place.at - 1));
  on("next", () => go(page.hidden ? total + 1 : place.at + 1));
  on("flag", toggleFlag);
  on("clear", () => {
    choose([]);
    byId("choices").querySelector("input, button").focus();
  });
  on("retry", () => saver.push());
  on("take-over", takeOver);
  on("to-result", leave);
  addEventListener("keyup", keepInView);
  page.addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["over", "lost", "ousted"]) {
    byId(id).addEventListener("cancel", (event) => event.preventDefault());
  }
  shelf.onTaken(ousted);
  addEventListener("online", () => saver.look());
  addEventListener("offline", () => saver.lost());
  addEventListener("pagehide", () => saver.leaveSafely());
  addEventListener("pageshow", (event) => event.persisted && saver.look());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saver.flush(true);
    else saver.look();
  });
}

/** What static/js/live/exam.js needs to pass on what the organisers decide and say. */
export const live = { attempt, transport, stamped, setPaused, say, look: () => saver.look() };

wire();
drawStrip(byId("strip"), total, go);
if (total) drawQuestion();
document.querySelectorAll("[data-when=ready]").forEach((part) => (part.hidden = false));
byId("loading").hidden = true;
if (!total) showEssay(); // an essay alone
tick();
setInterval(tick, 500);
if (page.dataset.moved) banner.notify("i-sync", words.MOVED_HERE);
if (restored.dropped.length) elsewhere(restored.dropped);
// No finger is about to tap yet: below the banner the question is read from its beginning.
if (page.dataset.moved || restored.dropped.length) scrollTo(0, 0);
saver.push();
