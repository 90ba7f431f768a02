// The organisers' monitor: figures, the sentence over them, bars by minute, units.

import { follow } from "./live/follow.js";

const HEALING_MS = 30000;
const FALLBACK_MS = 5000;
const VIETNAM_MS = 7 * 3600000;
// One drawing for wide and narrow pages: units of the viewBox, not pixels.
const BOX = { width: 600, height: 150, left: 62, right: 596, top: 16, bottom: 122 };
const URGENT = ["overdue", "outside_hours"];

const box = document.getElementById("monitor");
const field = (name) => box.querySelector(`[data-f="${name}"]`);
const charts = box.querySelectorAll(".chart");

/** "12.846" */
const figure = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ".");

/** Parts of an ISO 8601 moment in Vietnam. */
const local = (iso, from, to) =>
  new Date(Date.parse(iso) + VIETNAM_MS).toISOString().slice(from, to);

function say(name, text) {
  const where = field(name);
  if (where.textContent !== text) where.textContent = text;
}

function drawGlance({ is_fine: isFine, head, more }) {
  field("health").classList.toggle("is-warn", !isFine);
  field("health").firstElementChild.className = `i ${isFine ? "i-tick" : "i-warn"}`;
  say("head", head);
  say("more", more);
}

// -- Bars -----------------------------------------------------------------------------------

function shape(tag, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

/** The next number above that divides well: 4, 10, 20, 40, 100, … */
function ceiling(most) {
  for (let size = 1; ; size *= 10) {
    const found = [2, 4, 10].find((part) => part * size >= most);
    if (found) return found * size;
  }
}

function drawBars(figureBox, name, counts, from) {
  const top = ceiling(Math.max(...counts));
  const minute = (place) => local(new Date(Date.parse(from) + place * 60000).toISOString(), 11, 16);
  const said = `${name}, từ ${minute(0)} đến ${minute(counts.length - 1)}: nhiều nhất ${figure(Math.max(...counts))}, phút này ${figure(counts[counts.length - 1])}`;
  const svg = shape("svg", {
    viewBox: `0 0 ${BOX.width} ${BOX.height}`,
    role: "img",
    "aria-label": said,
  });
  const level = (count) => BOX.bottom - ((BOX.bottom - BOX.top) * count) / top;
  for (const count of [0, top / 2, top]) {
    const y = level(count);
    svg.append(shape("path", { class: "grid-line", d: `M${BOX.left} ${y}H${BOX.right}` }));
    svg.append(shape("text", { x: BOX.left - 8, y: y + 4, "text-anchor": "end" }, figure(count)));
  }
  const step = (BOX.right - BOX.left) / counts.length;
  counts.forEach((count, place) => {
    const isRunning = place === counts.length - 1;
    const bar = {
      class: isRunning ? "bar-mark is-running" : "bar-mark",
      x: (BOX.left + place * step + 1.5).toFixed(1),
      y: level(count).toFixed(1),
      width: (step - 3).toFixed(1),
      height: (BOX.bottom - level(count)).toFixed(1),
    };
    svg.append(shape("rect", bar));
  });
  const places = [0, Math.floor(counts.length / 2), counts.length - 1];
  ["start", "middle", "end"].forEach((anchor, at) => {
    const x = [BOX.left, (BOX.left + BOX.right) / 2, BOX.right][at];
    svg.append(shape("text", { x, y: BOX.height - 6, "text-anchor": anchor }, minute(places[at])));
  });
  const old = figureBox.querySelector("svg");
  if (old) old.replaceWith(svg);
  else figureBox.append(svg);
}

// -- Units and problems -----------------------------------------------------------------------

function cell(tag, text, look) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (look) made.className = look;
  if (tag === "th") made.scope = "row";
  return made;
}

function drawUnits({ total, rows }) {
  say("units-total", figure(total));
  field("no-units").hidden = rows.length > 0;
  field("units").textContent = "";
  for (const row of rows) {
    const line = document.createElement("tr");
    const counts = [row.answering, row.silent, row.finished];
    line.append(cell("th", row.unit), ...counts.map((count) => cell("td", figure(count), "n")));
    field("units").append(line);
  }
}

function drawProblems(problems) {
  box.querySelectorAll("[data-problem]").forEach((line) => {
    const count = problems[line.dataset.problem];
    line.lastElementChild.textContent = figure(count);
    line.classList.toggle("is-high", count > 0 && URGENT.includes(line.dataset.problem));
  });
  const closed = problems.last_closed_at;
  const text = closed && `${local(closed, 11, 19)}, ${local(closed, 8, 10)}/${local(closed, 5, 7)}`;
  say("last-closed", text || "Chưa có");
}

// -- All of it --------------------------------------------------------------------------------

let at = "";

function draw(figures) {
  const { people, minutes } = figures;
  drawGlance(figures.glance);
  for (const name of ["answering", "silent", "started", "finished"]) say(name, figure(people[name]));
  for (const name of ["starts", "finishes"]) say(name, figure(minutes[name][minutes[name].length - 1]));
  drawBars(charts[0], "Vào thi mỗi phút", minutes.starts, minutes.from);
  drawBars(charts[1], "Nộp bài mỗi phút", minutes.finishes, minutes.from);
  drawUnits(figures.units);
  drawProblems(figures.problems);
  at = local(figures.at, 11, 19);
}

const STATES = {
  live: ["ok", "i-sync", () => `Trực tiếp, số liệu lúc ${at}`],
  polling: ["ok", "i-sync", () => `Tự cập nhật vài giây một lần, số liệu lúc ${at}`],
  offline: ["wait", "i-off", () => `Mất kết nối. Đây là số liệu lúc ${at}`],
  gone: ["fail", "i-warn", () => "Không xem được vòng thi này nữa."],
};

function show(state) {
  const [tone, icon, words] = STATES[state];
  field("line").className = `saveline live ${tone}`;
  field("line").firstElementChild.className = `i ${icon}`;
  say("state", words());
}

draw(JSON.parse(document.getElementById("figures").textContent));
follow(
  {
    url: box.dataset.url,
    path: box.dataset.socket,
    healingMs: HEALING_MS,
    fallbackMs: FALLBACK_MS,
  },
  { onNews: draw, onState: show },
);
