// The ceremony: a key, an arrow or a tap asks the server for the next step. Where it has got to
// is the server's business, so a lost answer is simply asked for again.

import { flip } from "./flip.js";

const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " "];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];
const PATIENCE_MS = 8000;

const form = document.getElementById("steps");
const [back, next] = form.querySelectorAll("button");
const trouble = document.getElementById("trouble");
let asking = false;

const scene = () => document.getElementById("scene");

/** Rows that were there move to their place, the one just made known enters. */
function settle(fresh) {
  const list = scene().querySelector("ol");
  const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const wanted = fresh.querySelector("ol");
  list.hidden = wanted.hidden;
  flip(list, () =>
    list.replaceChildren(...[...wanted.children].map((row) => known.get(row.dataset.key) || row)),
  );
}

function show(fresh) {
  const { step, last, beat } = fresh.dataset;
  settle(fresh);
  scene().querySelector(".rv-now").replaceWith(fresh.querySelector(".rv-now"));
  Object.assign(scene().dataset, { step, last, beat });
  form.elements.at.value = step;
  form.querySelector('[data-f="step"]').textContent = step;
  form.querySelector('[data-f="last"]').textContent = last;
  back.disabled = Number(step) <= 1;
  next.disabled = Number(step) >= Number(last);
}

async function ask(deed) {
  const patience = new AbortController();
  const bell = setTimeout(() => patience.abort(), PATIENCE_MS);
  const body = new FormData(form);
  body.set("deed", deed);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      signal: patience.signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("scene");
    // Published elsewhere, or signed out: the server has a page that says so.
    if (!fresh) return location.reload();
    trouble.textContent = trouble.dataset.usual;
    return show(fresh);
  } finally {
    clearTimeout(bell);
  }
}

async function go(deed) {
  if (asking || (deed === "back" ? back : next).disabled) return;
  asking = true;
  await ask(deed).catch(() => {
    trouble.textContent = "Chưa nối được tới máy chủ. Hãy bấm lại.";
  });
  asking = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(event.submitter && event.submitter.value === "back" ? "back" : "next");
});

document.addEventListener("keydown", (event) => {
  const onControl = event.target.closest("a, button, input");
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === " " && onControl && !form.contains(onControl)) return;
  const deed = FORWARD.includes(event.key) ? "next" : BACK.includes(event.key) ? "back" : "";
  if (!deed) return;
  event.preventDefault();
  go(deed);
});

document.querySelector("main").addEventListener("click", (event) => {
  if (!event.target.closest("a, button, form")) go("next");
});

async function stayAwake() {
  if (document.hidden || !navigator.wakeLock) return;
  await navigator.wakeLock.request("screen").catch(() => null); // refused on low battery
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();
