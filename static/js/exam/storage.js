/**
 * What this device remembers of an attempt: its queue, and where the person was.
 *
 * One tab at a time works on an attempt: the newest. Opening it there takes ownership, and a
 * tab that lost it neither writes nor sends until the person takes it back. So there is one
 * queue per attempt; a closed tab's queue is simply found by the next, and a stale tab cannot
 * send another's. Ownership is asked for before every write and send, because a sleeping tab
 * hears of the change late.
 *
 * Where the browser allows no storage everything lives in memory and each tab owns itself; then
 * the server's numbering of saves tells two tabs apart, as it does for two devices.
 *
 * @typedef {{at: number, flags: number[], prediction: string}} Place
 */

const PREFIX = "exam.";

/** The browser's storage, or null where it is blocked or full. */
function storage() {
  try {
    localStorage.setItem(PREFIX + "probe", "1");
    localStorage.removeItem(PREFIX + "probe");
    return localStorage;
  } catch (fault) {
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (fault) {
    return null;
  }
}

/** Whether a stored value has the shape of a queue (storage may hold anything). */
function isQueue(value) {
  const isObject = (part) => part !== null && typeof part === "object";
  return (
    isObject(value) &&
    Number.isInteger(value.rev) &&
    isObject(value.saved) &&
    isObject(value.waiting) &&
    (value.flight === null || (isObject(value.flight) && isObject(value.flight.answers)))
  );
}

/** The shelf of one attempt. */
export function openShelf(attemptId) {
  const store = storage();
  const key = PREFIX + attemptId;
  const keys = {
    queue: key,
    place: key + ".place",
    essay: key + ".essay",
    owner: key + ".owner",
  };
  const me = Math.random().toString(36).slice(2); // one per loaded page

  function write(name, value) {
    try {
      if (store) store.setItem(name, value);
    } catch (fault) {
      // Full: the page goes on from memory, and the server still gets every answer.
    }
  }

  const shelf = {
    claim: () => write(keys.owner, me),
    isOwner() {
      const owner = store && store.getItem(keys.owner);
      return !owner || owner === me;
    },
    /** @param {() => void} callback called when another tab takes the attempt */
    onTaken(callback) {
      addEventListener("storage", (event) => {
        if (event.key === keys.owner && !shelf.isOwner()) callback();
      });
    },
    loadQueue() {
      const value = store && parsed(store.getItem(keys.queue));
      return isQueue(value) ? value : null;
    },
    saveQueue: (queue) => shelf.isOwner() && write(keys.queue, JSON.stringify(queue)),
    /** @returns {Place} */
    loadPlace() {
      const value = (store && parsed(store.getItem(keys.place))) || {};
      return {
        at: Number.isInteger(value.at) ? value.at : 1,
        flags: Array.isArray(value.flags) ? value.flags : [],
        prediction: typeof value.prediction === "string" ? value.prediction : "",
      };
    },
    savePlace: (place) => write(keys.place, JSON.stringify(place)),
    /** @returns {string | null} the essay as typed here, null when nothing was */
    loadEssay: () => (store ? store.getItem(keys.essay) : null),
    saveEssay: (text) => shelf.isOwner() && write(keys.essay, text),
    clear() {
      if (store) Object.values(keys).forEach((name) => store.removeItem(name));
    },
  };
  return shelf;
}
