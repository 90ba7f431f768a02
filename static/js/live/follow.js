// Keeps a page in step with one text of the server. The socket is the hint, HTTP the truth: while
// the socket works HTTP is asked rarely, to heal what the socket lost; while it does not, often.

import { keepPolling } from "../board/poll.js";
import { keepSocket } from "../board/socket.js";

const SPREAD = 0.12;
const CATCH_UP_MS = 3000;
const HIDDEN_FOR_MS = 60000;

const spread = (ms) => ms * (1 + (Math.random() * 2 - 1) * SPREAD);

/**
 * Follow the text at `url`, which the socket at `path` sends too. `onNews` gets each newer one,
 * parsed, and for how many milliseconds this page had not heard from the server before it;
 * `onState` one of "live", "polling", "offline", "gone".
 */
export function follow({ url, path, healingMs, fallbackMs }, { onNews, onState = () => {} }) {
  let version = 0;
  let heardVersion = 0;
  let socketWorks = false;
  let contactMark = performance.now();
  let sleepTimer = 0;

  function take(news) {
    const silentMs = performance.now() - contactMark;
    contactMark = performance.now();
    if (news.version <= version) return false;
    version = news.version;
    onNews(news, silentMs);
    return true;
  }

  function hear(text) {
    const news = JSON.parse(text);
    heardVersion = news.version;
    if (!socketWorks) {
      socketWorks = true;
      poll.wait(spread(healingMs));
    }
    take(news);
    onState("live");
  }

  function fallBack() {
    const worked = socketWorks;
    socketWorks = false;
    if (worked) poll.wait(Math.random() * 2000); // many lose the socket in the same moment
  }

  function over() {
    poll.stop();
    socket.stop();
    onState("gone");
  }

  /** HTTP knew more than the socket said: if it stays so, the socket is deaf. */
  function check(news) {
    if (!take(news) || !socketWorks) return;
    setTimeout(() => socketWorks && heardVersion < news.version && socket.restart(), CATCH_UP_MS);
  }

  const poll = keepPolling(url, {
    pace: () => spread(socketWorks ? healingMs : fallbackMs),
    etag: "",
    onBoard: check,
    onAnswer(answered) {
      if (answered) contactMark = performance.now();
      if (!socketWorks) onState(answered ? "polling" : "offline");
    },
    onGone: over,
  });
  const socket = keepSocket(path, { onText: hear, onDown: fallBack, onGone: over });

  function hangUp() {
    socket.stop();
    socketWorks = false;
  }

  function wake() {
    clearTimeout(sleepTimer);
    socket.open();
    poll.ask();
  }

  function fallAsleep() {
    poll.rest();
    // Pages forgotten in background tabs should not cost the server a socket each.
    sleepTimer = setTimeout(hangUp, HIDDEN_FOR_MS);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? fallAsleep() : wake()));
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("offline", () => onState("offline"));
  addEventListener("online", () => {
    hangUp(); // a socket of the old network may look open for minutes
    wake();
  });
  if (document.hidden) return;
  socket.open();
  // Only when the socket has said nothing by then: most pages never ask at their start.
  poll.wait(spread(fallbackMs / 3));
}
