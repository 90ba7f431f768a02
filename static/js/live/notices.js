// The notices of a round on any of its pages: follows them, and tells what they mean for whoever
// has the page open. One text goes to everybody; what is personal is asked for, spread in time.

import { follow } from "./follow.js";

const HEALING_MS = 60000;
const FALLBACK_MS = 15000;
// The server names whom a decision concerns for two minutes; whoever was away longer asks anyway.
const NAMED_FOR_MS = 100000;
const SPREAD_MS = 3000;

/** Waits so long that a thousand pages do not ask in the same instant. */
export const patiently = () => new Promise((go) => setTimeout(go, Math.random() * SPREAD_MS));

/**
 * @param {{round: number, rev?: number, attempt?: number, closesAt?: string, isPaused: boolean}} page
 *   what the page was made with
 * @param {{
 *   announced: (list: {id: number, text: string, at: string}[]) => void,
 *   moved: (closesAt: string, isPaused: boolean) => void,  times of everybody, or of this attempt
 *   answered: (isNamed: boolean) => void,  a question was answered; whether this attempt is named
 * }} report
 */
export function followNotices(page, report) {
  let { rev, closesAt, isPaused } = page;
  let answeredAt = null;

  function onNews(notices, silentMs) {
    const { attempts, ...now } = notices.recheck;
    const isNamed = attempts !== null && attempts.includes(page.attempt);
    const concerns = attempts === null || isNamed || silentMs > NAMED_FOR_MS;
    const isDecided = rev !== undefined && now.rev !== rev && concerns;
    const isMoved = closesAt !== undefined && Date.parse(closesAt) !== Date.parse(notices.closes_at);
    const isTurned = notices.paused !== isPaused;
    const isAnswered = now.answered_at !== answeredAt;
    if (rev !== undefined) rev = now.rev;
    closesAt = notices.closes_at;
    isPaused = notices.paused;
    answeredAt = now.answered_at;
    report.announced(notices.announcements);
    if (isDecided || isMoved || isTurned) report.moved(closesAt, isPaused);
    if (isAnswered) report.answered(isNamed);
  }

  follow(
    {
      url: `/api/v1/rounds/${page.round}/notices`,
      path: `/ws/rounds/${page.round}/notices/`,
      healingMs: HEALING_MS,
      fallbackMs: FALLBACK_MS,
    },
    { onNews },
  );
}
