/**
 * Draws the question and what its kinds of answer share: `choices.js`, `sequence.js` and
 * `pairs.js`. Text from the server becomes text nodes, never markup.
 *
 * @typedef {{number: number, type: string, stem: string, points: number, prompts: string[],
 *   choices: {key: string, text: string}[]}} Item
 * @typedef {{letters: () => string[], change: (letters: string[]) => void,
 *   say: (text: string) => void}} Desk  the answer as it stands, how to change it, how to speak
 */

import { aroundDocumentNumbers } from "./words.js";

/** @param {string} tag @param {string} [className] @param {string} [text] */
export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function icon(name) {
  const made = element("span", `i ${name}`);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** Appends text in which document numbers never break across lines. */
export function appendText(parent, text) {
  aroundDocumentNumbers(text).forEach((piece, index) => {
    if (piece) parent.append(index % 2 ? element("span", "docref", piece) : piece);
  });
}

const GAP = "[…]";

/** @param {Item} item */
export function drawStem(legend, item, total) {
  legend.textContent = "";
  legend.append(element("span", "vh", `Câu ${item.number} trong ${total}. `));
  item.stem.split(GAP).forEach((part, index) => {
    if (index) legend.append(element("span", "slot"));
    appendText(legend, part);
  });
}

/** Shows the chosen phrase in the gap of the stem, if it has one. @param {Item} item */
export function paintGap(legend, item, letters) {
  const slot = legend.querySelector(".slot");
  if (!slot) return;
  const chosen = item.choices.find((choice) => letters.includes(choice.key));
  slot.classList.toggle("is-filled", Boolean(chosen));
  slot.textContent = "";
  slot.append(chosen ? chosen.text : element("span", "vh", "chỗ trống"));
}

/** Shows whether a part of the answer is given and where it is, as `paint` of a kind was told. */
export function paintState(part, isOn, held, isOff) {
  part.classList.toggle("is-on", isOn);
  part.classList.toggle("is-saved", isOn && !held);
  part.classList.toggle("is-unsaved", isOn && Boolean(held));
  part.classList.toggle("is-off", isOff);
  paintTag(part.querySelector(".tag"), isOn ? held || "Đã lưu" : "", held ? "i-sync" : "i-tick");
}

function paintTag(tag, word, mark) {
  if (tag.textContent === word) return;
  tag.textContent = "";
  if (word) tag.append(icon(mark), word);
}
