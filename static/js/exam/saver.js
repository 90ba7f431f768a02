/**
 * Keeps the server in step with the queue: one request at a time, a short pause so that several
 * taps leave together, patience when the network or the server does not answer.
 *
 * @typedef {"" | "offline" | "busy" | "signed_out" | "not_yours"} Trouble
 * @typedef {{
 *   changed: () => void,                     something to show changed
 *   stamped: (reply: any) => void,           an answer of the server with its time
 *   elsewhere: (dropped: string[]) => void,  another device saved; its answers were adopted
 *   refused: (dropped: string[]) => void,    the server found these answers invalid
 *   closed: (lost: string[]) => void,        the attempt is over; these changes came too late
 *   ousted: () => void,                      another tab of this device has the attempt now
 * }} Report
 */

import * as queues from "./queue.js";

const PAUSE_MS = 400;
const BACK_OFF_MS = [1000, 2000, 4000, 8000];
const BUSY_MS = 8000;
const SIGN_IN_MS = 15000;

/** Up to a quarter more, so that a hall of phones does not come back in one instant. */
const spread = (ms) => ms * (1 + Math.random() / 4);

/** @param {Report} report */
export function createSaver({ queue, shelf, transport, report }) {
  let timer = 0;
  let tries = 0;
  let stopped = false;
  let sending = false;
  let savedMark = null;
  let retryMark = 0;
  /** @type {Trouble} */
  let trouble = "";
  let waiters = [];

  function changed() {
    report.changed();
    const told = waiters;
    waiters = [];
    told.forEach((tell) => tell());
  }

  function keep(next) {
    queue = next;
    shelf.saveQueue(queue);
  }

  function schedule(ms, action = push) {
    clearTimeout(timer);
    retryMark = trouble ? performance.now() + ms : 0;
    timer = setTimeout(() => action(), ms);
  }

  /** After a failure: the save again, or without one to make, a look whether things improved. */
  function tryLater(kind) {
    schedule(wait(kind), queues.unsent(queue).length ? push : look);
  }

  /** Another tab may have taken the attempt while this one slept. */
  function isOusted() {
    if (!shelf.isOwner()) report.ousted();
    return stopped || !shelf.isOwner();
  }

  async function push(keepalive = false) {
    if (stopped || sending || isOusted()) return;
    clearTimeout(timer);
    timer = 0;
    keep(queues.depart(queue));
    if (!queue.flight) return;
    sending = true;
    changed();
    const reply = await transport.save(queue.flight, keepalive);
    sending = false;
    if (!stopped) settle(reply);
  }

  function settle(reply) {
    if (hear(reply)) {
      if (reply.kind === "ok") accept(queues.taken(queue, reply.body.rev, reply.body.answers));
      if (reply.kind === "stale") adopt(reply.body);
      if (reply.kind === "closed") return end(reply.body.answers);
      if (reply.kind === "invalid") decline(reply.body.error.fields || {});
      if (queues.unsent(queue).length) schedule(0);
      else savedMark = reply.gotMark;
    } else tryLater(reply.kind);
    changed();
  }

  /** Asks the server how the attempt stands: after sleep, and when the network is back. */
  async function look() {
    if (stopped || isOusted()) return;
    clearTimeout(timer);
    timer = 0;
    const reply = await transport.load();
    if (stopped) return;
    if (hear(reply)) {
      if (reply.body.state === "finished") return end(reply.body.answers);
      const isBehind = reply.body.rev > queue.rev && !sending && !queue.flight;
      if (isBehind) adopt(reply.body);
      push();
    } else tryLater(reply.kind);
    changed();
  }

  /** Notes how the server is; true when it gave a real answer. */
  function hear(reply) {
    const isTrouble = ["offline", "busy", "signed_out", "not_yours"].includes(reply.kind);
    trouble = isTrouble ? reply.kind : "";
    if (isTrouble) return false;
    tries = 0;
    if (reply.body.server_time) report.stamped(reply);
    return true;
  }

  function wait(kind) {
    if (kind === "busy") return spread(BUSY_MS);
    if (kind !== "offline") return SIGN_IN_MS;
    const step = Math.min(tries, BACK_OFF_MS.length - 1);
    tries += 1;
    return spread(BACK_OFF_MS[step]);
  }

  function accept({ queue: next, dropped }) {
    const isElsewhere = next.rev > queue.flight.rev;
    keep(next);
    if (isElsewhere) report.elsewhere(dropped);
  }

  function adopt({ rev, answers }) {
    const { queue: next, dropped } = queues.overtaken(queue, rev, answers);
    keep(next);
    report.elsewhere(dropped);
  }

  function decline(fields) {
    const { queue: next, dropped } = queues.refused(queue, Object.keys(fields));
    keep(next);
    report.refused(dropped);
  }

  function end(answers) {
    stopped = true;
    clearTimeout(timer);
    report.closed(queues.notTaken(queue, answers));
  }

  return {
    queue: () => queue,
    put(number, letters) {
      if (isOusted()) return changed();
      keep(queues.put(queue, number, letters));
      if (!trouble || !timer) schedule(PAUSE_MS);
      changed();
    },
    /** Sends what waits at once, unless a retry is pending anyway. */
    flush: (keepalive = false) => !trouble && push(keepalive),
    /** Sends at once, whatever went wrong before. */
    push,
    /** The page is being left: what is on its way goes again in a form that outlives the page. */
    leaveSafely() {
      if (stopped || isOusted()) return;
      keep(queues.depart(queue));
      if (queue.flight) transport.save(queue.flight, true);
    },
    look,
    /** The browser says the network is gone. */
    lost() {
      if (stopped) return;
      trouble = "offline";
      if (!sending) tryLater(trouble);
      changed();
    },
    /** Asks the server to close the attempt; only sensible with nothing unsent. */
    async finish(prediction) {
      const reply = await transport.finish({ rev: queue.rev, answers: {}, prediction });
      if (hear(reply)) {
        if (reply.kind === "ok") stopped = true;
        if (reply.kind === "stale") {
          adopt(reply.body);
          schedule(0);
        }
      } else retryMark = performance.now() + wait(reply.kind);
      changed();
      return reply;
    },
    /** Resolves at the next change of anything. */
    nextChange: () => new Promise((resolve) => waiters.push(resolve)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    /** Goes on with what this device holds now, after another tab had the attempt. */
    resume() {
      stopped = false;
      queue = shelf.loadQueue() || queue;
    },
    status: () => ({ trouble, savedMark, retryMark, stopped }),
  };
}
