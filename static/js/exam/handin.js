/** Handing in: first everything unsent, then the attempt is closed. Patient with the network. */

import { unsent } from "./queue.js";

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {{saver: any, prediction: string, isWanted: () => boolean, isPatient: (kind: string) => boolean}} order
 *   isPatient tells which troubles are waited out instead of being reported
 * @returns {Promise<any>} the server's answer, null when no longer wanted
 */
export async function handIn({ saver, prediction, isWanted, isPatient }) {
  saver.push();
  while (isWanted()) {
    if (unsent(saver.queue()).length) {
      await saver.nextChange();
      continue;
    }
    const reply = await saver.finish(prediction || null);
    if (!isPatient(reply.kind)) return reply;
    await pause(Math.max(500, saver.status().retryMark - performance.now()));
  }
  return null;
}
