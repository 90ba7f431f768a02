/** Matching: the choices stand once, lettered; under them each prompt with a button per letter. */

import { appendText, element, paintState } from "./question.js";

/** @typedef {import("./question.js").Item} Item @typedef {import("./question.js").Desk} Desk */

/** What to do. @param {Item} _item */
export const howTo = (_item) => ["Chọn cho mỗi vế một chữ cái; mỗi chữ cái dùng một lần"];

/** @param {Item} item @param {string[]} letters one for each prompt in turn, "" for none yet */
export const isComplete = (item, letters) => letters.filter(Boolean).length === item.prompts.length;

/**
 * The letters after a tap on `key` at the prompt numbered `place` from 0: it moves there, or away
 * where it was. Gaps at the end are left out, as the server does.
 */
export function paired(letters, place, key) {
  const next = letters.map((letter) => (letter === key ? "" : letter));
  while (next.length <= place) next.push("");
  if (letters[place] !== key) next[place] = key;
  while (next.length && !next[next.length - 1]) next.pop();
  return next;
}

/** @param {Item} item @param {Desk} desk */
export function draw(box, item, desk) {
  const list = element("ul", "lettered");
  item.choices.forEach((choice) => {
    const line = element("li");
    line.append(element("b", "", choice.key.toUpperCase()), textOf(choice));
    list.append(line);
  });
  box.append(list, ...item.prompts.map((_prompt, place) => pair(item, place, desk)));
}

function textOf({ text }) {
  const made = element("span");
  appendText(made, text);
  return made;
}

function pair(item, place, desk) {
  const made = element("div", "pair");
  const prompt = element("p");
  prompt.id = `prompt-${place + 1}`;
  prompt.append(element("span", "vh", `Vế ${place + 1}: `));
  appendText(prompt, item.prompts[place]);
  const row = element("div", "letters");
  item.choices.forEach((choice) => row.append(letterButton(choice, place, desk)));
  made.setAttribute("role", "group");
  made.setAttribute("aria-labelledby", prompt.id);
  made.append(prompt, row, element("p", "mate"), element("span", "tag"));
  return made;
}

function letterButton(choice, place, desk) {
  const button = element("button", "key", choice.key.toUpperCase());
  button.type = "button";
  button.value = choice.key;
  button.addEventListener("click", () => {
    const before = desk.letters();
    const next = paired(before, place, choice.key);
    desk.change(next);
    desk.say(news(choice, place, before.indexOf(choice.key), next));
  });
  return button;
}

/** What a tap did. @param {number} was the place where the letter stood before, -1 for nowhere */
function news({ key, text }, place, was, letters) {
  const letter = key.toUpperCase();
  if (letters[place] !== key) return `Đã bỏ ghép vế ${place + 1}.`;
  if (was >= 0) return `Đã chuyển ${letter} từ vế ${was + 1} sang vế ${place + 1}: ${text}.`;
  return `Đã ghép vế ${place + 1} với ${letter}: ${text}.`;
}

/** See `paint` of choices.js. @param {Item} item */
export function paint(box, item, letters, held, isOff) {
  box.querySelectorAll(".pair").forEach((part, place) => {
    const mine = letters[place] || "";
    const chosen = item.choices.find((choice) => choice.key === mine);
    part.querySelectorAll("button").forEach((button, index) => {
      paintLetter(button, item.choices[index], place, letters.indexOf(button.value));
      button.disabled = isOff;
    });
    const mate = part.querySelector(".mate");
    mate.textContent = "";
    appendText(mate, chosen ? chosen.text : "Chưa ghép");
    paintState(part, Boolean(chosen), held, isOff);
  });
}

/** @param {number} at the place where the letter stands, -1 for nowhere */
function paintLetter(button, choice, place, at) {
  const isElsewhere = at >= 0 && at !== place;
  const where = isElsewhere ? ` (đang ghép với vế ${at + 1})` : "";
  button.setAttribute("aria-label", `${choice.key.toUpperCase()}: ${choice.text}${where}`);
  button.setAttribute("aria-pressed", String(at === place));
  button.classList.toggle("is-used", isElsewhere);
}
