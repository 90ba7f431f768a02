/** The editor of a question: shows what the chosen type needs, and the question as on the phone. */

import { preview } from "./preview.js";

const KEYS = ["a", "b", "c", "d", "e"];
const texts = JSON.parse(document.getElementById("texts").textContent);
const form = document.querySelector("[data-question]");
const box = document.querySelector("[data-preview]");
const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
const several = () => ["multiple"].includes(value("type"));

/** What the form says, as an item of a paper. Unwritten choices of the middle stay as dashes. */
function item() {
  const type = value("type");
  const written = KEYS.map((key) => ({ key, text: value(`choice_${key}`) }));
  const last = written.reduce((most, choice, place) => (choice.text ? place + 1 : most), 0);
  const isSequence = ["order", "match"].includes(type);
  const choices = written.slice(0, isSequence ? Math.max(last, 3) : 4).map(({ key, text }) => ({ key, text: text || "…" }));
  const prompts = [1, 2, 3, 4, 5].map((n) => value(`prompt_${n}`)).filter(Boolean);
  return {
    number: 1,
    type,
    stem: value("stem") || "…",
    points: 1,
    programme: "",
    prompts: type === "match" ? prompts : [],
    choices: type === "true_false" ? [{ key: "a", text: "Đúng" }, { key: "b", text: "Sai" }] : choices,
  };
}

function showParts() {
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(value("type"));
  }
}

/** The official text of the chosen clause, to write from and to quote. */
function showOfficial() {
  const text = texts[value("clause")];
  document.querySelector("[data-official]").hidden = !text;
  document.querySelector("[data-official-text]").textContent = text || "";
}

/** Where one answer is right, ticking one unticks the others. */
function keepOne(ticked) {
  if (several()) return;
  for (const box of form.querySelectorAll("[name=right]")) {
    if (box !== ticked) box.checked = false;
  }
}

function refresh() {
  showParts();
  showOfficial();
  preview(box, item());
}

// Trying the preview must not draw it anew: the keyboard would lose its place.
form.addEventListener("input", (event) => box.contains(event.target) || refresh());
form.addEventListener("change", (event) => {
  if (event.target.name === "right" && event.target.checked) keepOne(event.target);
});
refresh();
