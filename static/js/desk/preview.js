/** Draws a question as the exam page would, with the exam page's own code. */

import { drawChoices, drawStem, paintChoices } from "../exam/question.js";

/** @param {HTMLElement} box the element with data-preview @param {object} item as on a paper */
export function preview(box, item) {
  box.hidden = false;
  const part = (name) => box.querySelector(`[data-${name}]`);
  drawStem(part("stem"), part("how"), item, 1, false);
  drawChoices(part("choices"), item, (letters) => paintChoices(part("choices"), letters, "", false));
}
