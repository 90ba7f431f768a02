/** Draws a question as the exam page would, with the exam page's own code. */

import { kindOf } from "../exam/kinds.js";
import { drawStem, paintGap } from "../exam/question.js";

/** @param {HTMLElement} box the element with data-preview @param {object} item as on a paper */
export function preview(box, item) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const kind = kindOf(item);
  let letters = [];
  const paint = () => {
    kind.paint(part("choices"), item, letters, "", false);
    paintGap(part("stem"), item, letters);
  };
  const change = (chosen) => {
    letters = chosen;
    paint();
  };
  box.hidden = false;
  drawStem(part("stem"), item, 1);
  part("how").textContent = "";
  part("how").append(...kind.howTo(item));
  part("choices").textContent = "";
  kind.draw(part("choices"), item, { letters: () => letters, change, say: () => {} });
  paint();
}
