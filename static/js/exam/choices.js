/** Ticking: one choice, or several. Letters are given sorted, as they stand in the list. */

import { appendText, element, paintState } from "./question.js";

/** @typedef {import("./question.js").Item} Item @typedef {import("./question.js").Desk} Desk */

/** What to do, in words and elements. @param {Item} item */
export function howTo(item) {
  if (item.type === "fill") return ["Chọn cụm từ điền vào chỗ trống"];
  if (item.type !== "multiple") return ["Chọn một đáp án"];
  return ["Chọn ", element("b", "", "tất cả"), " đáp án đúng"];
}

/** @param {Item} _item @param {string[]} letters */
export const isComplete = (_item, letters) => letters.length > 0;

/** @param {Item} item @param {Desk} desk */
export function draw(list, item, desk) {
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
    input.addEventListener("change", () => {
      desk.change(inputs.filter((i) => i.checked).map((i) => i.value));
    });
    inputs.push(input);
    list.append(label);
  });
}

/**
 * Shows which choices are ticked and where they are: `held` says in a word why the server does
 * not have them yet, "" that it has.
 * @param {Item} _item
 */
export function paint(list, _item, letters, held, isOff) {
  Array.from(list.children).forEach((label) => {
    const input = label.querySelector("input");
    input.checked = letters.includes(input.value);
    input.disabled = isOff;
    paintState(label, input.checked, held, isOff);
  });
}
