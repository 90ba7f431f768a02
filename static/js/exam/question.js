/** Draws one question. Text from the server becomes text nodes, never markup. */

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

/** @param {{number: number, type: string, stem: string, points: number}} item */
export function drawStem(legend, how, item, total, hasWeights) {
  legend.textContent = "";
  legend.append(element("span", "vh", `Câu ${item.number} trong ${total}. `));
  appendText(legend, item.stem);
  how.textContent = "Chọn ";
  if (item.type === "multiple") how.append(element("b", "", "tất cả"), " đáp án đúng");
  else how.append("một đáp án");
  if (hasWeights) how.append(` (${item.points} điểm)`);
}

/** Puts the choices of a question into `list`. @param {(letters: string[]) => void} onChange */
export function drawChoices(list, item, onChange) {
  list.textContent = "";
  const takesSeveral = item.type === "multiple";
  const inputs = [];
  item.choices.forEach((choice) => {
    const label = element("label", takesSeveral ? "choice choice--many" : "choice");
    const input = element("input");
    input.type = takesSeveral ? "checkbox" : "radio";
    input.name = `q${item.number}`;
    input.value = choice.key;
    const key = element("span", "key", choice.key.toUpperCase());
    const text = element("span");
    appendText(text, choice.text);
    label.append(input, key, text, element("span", "tag"));
    inputs.push(input);
    list.append(label);
  });
  list.onchange = () => onChange(inputs.filter((i) => i.checked).map((i) => i.value));
}

/**
 * Shows which choices are ticked and where they are: `held` says in a word why the server does
 * not have them yet, "" that it has.
 */
export function paintChoices(list, letters, held, isOff) {
  list.querySelectorAll(".choice").forEach((label) => {
    const input = label.querySelector("input");
    const isOn = letters.includes(input.value);
    input.checked = isOn;
    input.disabled = isOff;
    label.classList.toggle("is-on", isOn);
    label.classList.toggle("is-saved", isOn && !held);
    label.classList.toggle("is-unsaved", isOn && Boolean(held));
    label.classList.toggle("is-off", isOff);
    paintTag(label.querySelector(".tag"), isOn ? held || "Đã lưu" : "", held ? "i-sync" : "i-tick");
  });
}

function paintTag(tag, word, mark) {
  if (tag.textContent === word) return;
  tag.textContent = "";
  if (word) tag.append(icon(mark), word);
}
