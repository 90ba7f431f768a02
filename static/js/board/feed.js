// Brings the newest board to the page. The socket is the hint, HTTP the truth: while the socket
// works HTTP is asked rarely, to heal what the socket lost; while it does not, every 8 seconds.

import { keepPolling } from "./poll.js";
import { keepSocket } from "./socket.js";

const HEALING_MS = 30000;
const FALLBACK_MS = 8000;
const NOT_SENT_MS = 8000; // parts of a board that the feed does not send
const SPREAD = 0.12;
const CATCH_UP_MS = 3000;
const HIDDEN_FOR_MS = 60000;

const spread = (ms) => ms * (1 + (Math.random() * 2 - 1) * SPREAD);

/**
 * Follow the board of `section` (data-url, data-socket, data-version). `onBoard` gets each newer
 * board; `onState` one of "live", "polling", "offline", "gone", "hidden".
 */
export function follow(section, { onBoard, onState }) {
  const { url, socket: socketPath } = section.dataset;
  const isSent = socketPath !== "";
  let version = Number(section.dataset.version);
  let socketWorks = false;
  let heardVersion = 0;
  let sleepTimer = 0;

  /** Whether the board is news; a part that is not sent has no version of its own. */
  function take(board) {
    if (board.version < version || (isSent && board.version === version)) return false;
    version = board.version;
    onBoard(board);
    return true;
  }

  function over(why) {
    poll.stop();
    if (socket) socket.stop();
    onState(why);
  }

  function hear(text) {
    const board = JSON.parse(text);
    heardVersion = board.version;
    if (!socketWorks) {
      socketWorks = true;
      poll.wait(spread(HEALING_MS));
    }
    take(board);
    onState("live");
  }

  function fallBack() {
    const worked = socketWorks;
    socketWorks = false;
    if (worked) poll.wait(Math.random() * 2000); // many lose the socket in the same moment
  }

  /** HTTP knew more than the socket said: if it stays so, the socket is deaf. */
  function checkHearing(board) {
    if (!take(board) || !socketWorks) return;
    setTimeout(() => socketWorks && heardVersion < board.version && socket.restart(), CATCH_UP_MS);
  }

  function pace() {
    if (!isSent) return spread(NOT_SENT_MS);
    return spread(socketWorks ? HEALING_MS : FALLBACK_MS);
  }

  const poll = keepPolling(url, {
    pace,
    etag: isSent ? `"${version}"` : "",
    onBoard: checkHearing,
    onAnswer: (answered) => socketWorks || onState(answered ? "polling" : "offline"),
    onGone: over,
  });
  const socket = isSent && keepSocket(socketPath, { onText: hear, onDown: fallBack, onGone: over });

  function hangUp() {
    if (socket) socket.stop();
    socketWorks = false;
  }

  function wake() {
    clearTimeout(sleepTimer);
    if (socket) socket.open();
    poll.ask();
  }

  function fallAsleep() {
    poll.rest();
    // Boards forgotten in background tabs should not cost the server a socket each.
    sleepTimer = setTimeout(hangUp, HIDDEN_FOR_MS);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? fallAsleep() : wake()));
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  window.addEventListener("offline", () => onState("offline"));
  window.addEventListener("online", () => {
    hangUp(); // a socket of the old network may look open for minutes
    wake();
  });
  if (document.hidden) return;
  if (socket) socket.open();
  poll.wait(pace());
}
