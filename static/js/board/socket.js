// Keeps one socket open: opens it again with growing pauses, and counts it as working only once
// it has said something, because a proxy may accept a socket and then pass nothing on.

const SILENCE_MS = 8000;
const LONGEST_PAUSE_S = 15;
const RESTART_SPREAD_MS = 5000;
const CLOSE_BAD_REQUEST = 4400;
const ENDS = { 4403: "hidden", 4404: "gone" };
const CLOSE_RESTARTING = 4012;

/** Milliseconds until the next try, spread so that a thousand pages do not knock together. */
function pause(code, tries) {
  if (code === CLOSE_RESTARTING) return Math.random() * RESTART_SPREAD_MS;
  return Math.min(LONGEST_PAUSE_S, 2 ** tries) * 1000 * (0.7 + Math.random() * 0.6);
}

/**
 * Open `path` on this host. `onText` gets every frame, `onDown` is told when the socket is lost
 * or fails, `onGone` when the server says that the board is "hidden" from this visitor, or "gone".
 */
export function keepSocket(path, { onText, onDown, onGone }) {
  const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`;
  let socket = null;
  let tries = 0;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    timer = 0;
    let mine;
    try {
      mine = new WebSocket(url);
    } catch (refused) {
      lost(0); // some in-app browsers throw instead of failing later
      return;
    }
    socket = mine;
    timer = setTimeout(() => mine === socket && restart(), SILENCE_MS);
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      clearTimeout(timer);
      tries = 0;
      onText(event.data);
    };
    mine.onclose = (event) => mine === socket && lost(event.code);
  }

  function lost(code) {
    clearTimeout(timer);
    socket = null;
    if (ENDS[code]) {
      onGone(ENDS[code]);
      return;
    }
    onDown();
    if (code === CLOSE_BAD_REQUEST) return;
    timer = setTimeout(open, pause(code, tries));
    tries += 1;
  }

  /** Give this socket up, although it looks open, and try another. */
  function restart() {
    const old = socket;
    lost(0);
    if (old) old.close();
  }

  function stop() {
    const old = socket;
    clearTimeout(timer);
    timer = 0;
    socket = null;
    if (old) old.close();
  }

  return {
    /** Open now unless it is open or opening. */
    open() {
      if (socket === null) open();
    },
    restart,
    stop,
  };
}
