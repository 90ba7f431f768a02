/**
 * What the server has, what is on its way to it, and what waits. Pure: no clock, no network,
 * no page; every function returns a new queue.
 *
 * A save carries the number `rev`, one above the last the server told us. A save that was not
 * answered leaves again unchanged under the same number, so the server recognises it; changes
 * made meanwhile wait and leave together under the next number.
 *
 * @typedef {Object<string, string[]>} Answers  question number -> letters as shown, settled:
 *   sorted, or in the order that answers, "" for a place left empty but none at the end
 * @typedef {{rev: number, answers: Answers}} Save
 * @typedef {{rev: number, saved: Answers, flight: Save | null, waiting: Answers}} Queue
 * @typedef {{queue: Queue, dropped: string[]}} Settled  dropped: numbers whose change was given up
 */

const same = (a, b) => a.join() === b.join();
const byNumber = (a, b) => Number(a) - Number(b);

/** @returns {Queue} a queue with nothing to send */
export function fresh(rev, answers) {
  return { rev, saved: answers, flight: null, waiting: {} };
}

/** Everything the server has not confirmed. @returns {Answers} */
function unsentAnswers(queue) {
  return { ...(queue.flight ? queue.flight.answers : {}), ...queue.waiting };
}

/** Numbers of questions with an unconfirmed change, ascending. @returns {string[]} */
export function unsent(queue) {
  return Object.keys(unsentAnswers(queue)).sort(byNumber);
}

/** The letters to show for a question. @returns {string[]} */
export function shown(queue, number) {
  return unsentAnswers(queue)[number] || queue.saved[number] || [];
}

/** Records an answer. @returns {Queue} */
export function put(queue, number, letters) {
  const { [number]: _replaced, ...waiting } = queue.waiting;
  const inFlight = queue.flight && queue.flight.answers[number];
  const serverWillHave = inFlight || queue.saved[number] || [];
  if (!same(letters, serverWillHave)) waiting[number] = letters;
  return { ...queue, waiting };
}

/** The queue with its next save under way; `flight` stays null when there is nothing to send. */
export function depart(queue) {
  if (queue.flight || !Object.keys(queue.waiting).length) return queue;
  return { ...queue, flight: { rev: queue.rev + 1, answers: queue.waiting }, waiting: {} };
}

/**
 * The save under way was taken; `rev` and `answers` are the server's state after it. A higher
 * `rev` than ours means it was taken earlier and another device has saved since.
 * @returns {Settled}
 */
export function taken(queue, rev, answers) {
  const base = { ...queue.saved, ...queue.flight.answers };
  if (rev > queue.flight.rev) return reconcile(queue.waiting, base, rev, answers);
  return { queue: { rev, saved: answers, flight: null, waiting: queue.waiting }, dropped: [] };
}

/** The server moved on without us: its state is adopted. @returns {Settled} */
export function overtaken(queue, rev, answers) {
  return reconcile(unsentAnswers(queue), queue.saved, rev, answers);
}

/**
 * The rule between two devices: a question the other one answered differently since we last
 * knew is theirs, and so is every answer we had blanked; a question they did not touch stays
 * ours and leaves again.
 */
function reconcile(mine, base, rev, theirs) {
  const waiting = {};
  const dropped = [];
  for (const number of Object.keys(mine).sort(byNumber)) {
    const stored = theirs[number] || [];
    if (same(mine[number], stored)) continue;
    const untouched = same(stored, base[number] || []);
    if (untouched && mine[number].length) waiting[number] = mine[number];
    else dropped.push(number);
  }
  return { queue: { rev, saved: theirs, flight: null, waiting }, dropped };
}

/**
 * The server found the save under way invalid: the questions it named are given up (all of
 * them when it named none we sent), the others wait again.
 * @returns {Settled}
 */
export function refused(queue, named) {
  const sent = Object.keys(queue.flight.answers);
  const faulty = sent.filter((number) => named.includes(number));
  const dropped = (faulty.length ? faulty : sent).sort(byNumber);
  const waiting = unsentAnswers(queue);
  for (const number of dropped) if (!queue.waiting[number]) delete waiting[number];
  return { queue: { ...queue, flight: null, waiting }, dropped };
}

/** Numbers whose change did not make it into the final answers. @returns {string[]} */
export function notTaken(queue, answers) {
  const mine = unsentAnswers(queue);
  return unsent(queue).filter((number) => !same(mine[number], answers[number] || []));
}

/**
 * The queue this device kept, brought together with the state a page was loaded with. A save
 * under way stays as it is: sent again, the server either recognises or refuses it.
 * @returns {Settled}
 */
export function restore(kept, rev, answers) {
  if (!kept) return { queue: fresh(rev, answers), dropped: [] };
  const mayStillCount = kept.flight && rev >= kept.rev;
  if (mayStillCount || rev === kept.rev) return { queue: kept, dropped: [] };
  return overtaken(kept, rev, answers);
}
