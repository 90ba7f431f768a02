/** Draws a question as the exam page would, with the exam page's own code. */

import * as choices from "../exam/choices.js";
import * as pairs from "../exam/pairs.js";
import { drawStem, paintGap } from "../exam/question.js";
import * as sequence from "../exam/sequence.js";

const KINDS = { order: sequence, match: pairs };

/** @param {HTMLElement} box the element with data-preview @param {object} item as on a paper */
export function preview(box, item) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const kind = KINDS[item.type] || choices;
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
