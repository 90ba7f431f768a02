/**
 * The time left, by the server's clock alone. Pure: every function takes the moments it needs.
 *
 * A "mark" is a reading of `performance.now()`: it runs on evenly whatever the person or the
 * network does to the device's date. The date itself is never read.
 *
 * @typedef {{serverMs: number, deadlineMs: number, mark: number}} Sync  the server's time at a mark
 */

const VIETNAM_OFFSET_S = 7 * 3600; // one zone, no summer time
const MINUTE = 60000;

/** ISO 8601 -> ms */
export const moment = (text) => Date.parse(text);

/**
 * Reads a stamp of the server that arrived between two marks.
 * @param {number} serverMs
 * @param {number} deadlineMs
 * @param {number} sentMark when it was asked for
 * @param {number} gotMark when it arrived
 * @returns {Sync}
 */
export function readStamp(serverMs, deadlineMs, sentMark, gotMark) {
  return { serverMs, deadlineMs, mark: (sentMark + gotMark) / 2 };
}

/**
 * The better of what is known and a new stamp. The stamp of a slow answer is uncertain by half
 * its journey; within that the known one stays, so the display does not jump.
 * @param {Sync} known
 * @param {Sync} fresh
 * @param {number} journeyMs
 * @returns {Sync}
 */
export function agree(known, fresh, journeyMs) {
  const shift = Math.abs(serverNow(known, fresh.mark) - fresh.serverMs);
  if (fresh.deadlineMs === known.deadlineMs && shift <= journeyMs / 2 + 250) return known;
  return fresh;
}

/** The server's time in ms at a mark. */
export function serverNow(sync, mark) {
  return sync.serverMs + (mark - sync.mark);
}

/** Milliseconds until the deadline at a mark; negative after it. */
export function remaining(sync, mark) {
  return sync.deadlineMs - serverNow(sync, mark);
}

/** "09:42"; "1:05:00" from an hour up. A begun second counts whole, so 00:00 means over. */
export function countdown(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const pair = (n) => String(n).padStart(2, "0");
  const rest = `${pair(Math.floor(all / 60) % 60)}:${pair(all % 60)}`;
  return all < 3600 ? rest : `${Math.floor(all / 3600)}:${rest}`;
}

/** "9 phút 42 giây", for people who listen. */
export function inWords(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(all / 60);
  const seconds = all % 60;
  if (!minutes) return `${seconds} giây`;
  return seconds ? `${minutes} phút ${seconds} giây` : `${minutes} phút`;
}

/** "19:42:06" in Vietnam for a time of the server in ms. */
export function timeOfDay(ms) {
  const second = (Math.floor(ms / 1000) + VIETNAM_OFFSET_S) % 86400;
  const parts = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return parts.map((n) => String(n).padStart(2, "0")).join(":");
}

/** Whole minutes to announce when the time left fell past 5:00 or 1:00 since `before`, else 0. */
export function announcement(before, now) {
  const passed = [5, 1].some((m) => before > m * MINUTE && now <= m * MINUTE && now > 0);
  return passed ? Math.ceil(now / MINUTE) : 0;
}

/** The look of the timer: "", "is-soon" from 5:00, "is-last" from 1:00. */
export function urgency(ms) {
  if (ms <= MINUTE) return "is-last";
  return ms <= 5 * MINUTE ? "is-soon" : "";
}
