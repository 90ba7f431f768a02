/** Putting in order: each choice is a button, tapped one after the other. */

import { appendText, element, paintState } from "./question.js";

/** @typedef {import("./question.js").Item} Item @typedef {import("./question.js").Desk} Desk */

/** What to do. @param {Item} _item */
export const howTo = (_item) => ["Chạm lần lượt theo thứ tự đúng; chạm lại để bỏ ra"];

/** @param {Item} item @param {string[]} letters */
export const isComplete = (item, letters) => letters.length === item.choices.length;

/** The order after a tap: the choice comes last, or out, and later ones move up. */
export function tapped(letters, key) {
  return letters.includes(key) ? letters.filter((letter) => letter !== key) : [...letters, key];
}

/** @param {Item} item @param {Desk} desk */
export function draw(list, item, desk) {
  item.choices.forEach((choice) => {
    const button = element("button", "choice");
    button.type = "button";
    button.value = choice.key;
    const text = element("span");
    appendText(text, choice.text);
    button.append(element("span", "key"), text, element("span", "tag"));
    button.addEventListener("click", () => {
      const next = tapped(desk.letters(), choice.key);
      desk.change(next);
      desk.say(news(item, choice, next));
    });
    list.append(button);
  });
}

/** @param {Item} item @param {string[]} letters the order after the tap on the choice */
function news(item, choice, letters) {
  const place = letters.indexOf(choice.key) + 1;
  const rest = letters.length ? ` Còn ${letters.length} phương án đã xếp.` : "";
  if (!place) return `Đã bỏ ra: ${choice.text}.${rest}`;
  const end = isComplete(item, letters) ? " Đã xếp đủ." : "";
  return `Đã xếp thứ ${place}: ${choice.text}.${end}`;
}

/** See `paint` of choices.js. @param {Item} _item */
export function paint(list, _item, letters, held, isOff) {
  Array.from(list.children).forEach((button) => {
    const place = letters.indexOf(button.value) + 1;
    const key = button.querySelector(".key");
    key.textContent = "";
    key.append(element("span", "vh", place ? "Thứ " : "Chưa xếp: "), place ? `${place}` : "");
    button.setAttribute("aria-pressed", String(place > 0));
    button.disabled = isOff;
    paintState(button, place > 0, held, isOff);
  });
}
