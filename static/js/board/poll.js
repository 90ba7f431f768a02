// Asks for the board now and then; an unchanged one costs the server an empty answer.

const PATIENCE_MS = 8000;
const NOT_MODIFIED = 304;
// What ends the questions, and how the page says so: hidden from this visitor, or no such board.
const ENDS = { 403: "hidden", 404: "gone" };

/**
 * Ask `url` again and again while the page is visible. `pace` gives the milliseconds to wait
 * after an answer; `etag` is that of the text the page holds, "" when unknown. `onBoard` gets a
 * changed board, `onAnswer` is told true or false for every question, `onGone` ends it and is told
 * "hidden" or "gone".
 */
export function keepPolling(url, { pace, etag, onBoard, onAnswer, onGone }) {
  let timer = 0;
  let asking = false;
  let stopped = false;

  function wait(ms) {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(ask, ms);
  }

  async function ask() {
    if (asking || stopped || document.hidden) return;
    clearTimeout(timer);
    asking = true;
    const begun = performance.now();
    const answered = await question().catch(() => false);
    asking = false;
    if (stopped) return;
    onAnswer(answered);
    // Counted from the question, so that a slow network does not make the board older still.
    wait(Math.max(1000, pace() - (performance.now() - begun)));
  }

  async function question() {
    const patience = new AbortController();
    const bell = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(url, {
        headers: etag ? { "If-None-Match": etag } : {},
        cache: "no-store", // the browser's own cache would turn 304 into a full answer
        signal: patience.signal,
      });
      if (ENDS[answer.status]) {
        stop();
        onGone(ENDS[answer.status]);
        return true;
      }
      if (answer.status === NOT_MODIFIED) return true;
      if (!answer.ok) return false;
      const board = await answer.json();
      etag = answer.headers.get("ETag") || "";
      onBoard(board);
      return true;
    } finally {
      clearTimeout(bell);
    }
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
  }

  return {
    /** Ask at once. */
    ask,
    /** Ask in so many milliseconds instead of when it was planned. */
    wait,
    /** Ask nothing until `ask` or `wait`. */
    rest: () => clearTimeout(timer),
    stop,
  };
}
