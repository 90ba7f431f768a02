// The lines of a paper: add, remove, divide evenly, count. Without this script the page has
// spare empty lines and a box "Bỏ dòng này" on each, and the server does the same counting.

const number = new Intl.NumberFormat("vi-VN");
const WEEKDAYS = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];

/** "08:00 thứ Hai, 09/03/2026" for what a date and time picker holds ("2026-03-09T08:00"). */
function inWords(value) {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(value) || [];
  if (!year) return "";
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${clock} ${weekday}, ${day}/${month}/${year}`;
}

/** Wires one form that carries a formset with the prefix "lines". */
function edit(form) {
  const pools = JSON.parse(form.dataset.pools);
  const evenOver = JSON.parse(form.dataset.evenOver);
  const list = form.querySelector("#lines");
  const blank = form.querySelector("[data-blank]");
  const total = form.querySelector("[name=lines-TOTAL_FORMS]");
  const most = Number(form.querySelector("[name=lines-MAX_NUM_FORMS]").value);

  const lines = () => [...list.querySelectorAll("[data-line]")];
  const field = (line, name) => line.querySelector(`[name$="-${name}"]`);
  const isBlank = (line) => !field(line, "programme").value && !field(line, "count").value;

  /** Gives every line its place in names, ids and labels, as Django expects them. */
  function renumber() {
    lines().forEach((line, place) => {
      line.querySelector("[data-line-no]").textContent = `Dòng ${place + 1}`;
      for (const element of line.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const attribute of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/lines-(\d+|__prefix__)-/g, `lines-${place}-`));
        }
      }
      const remove = line.querySelector("[data-remove]");
      remove.setAttribute("aria-label", `Bỏ dòng ${place + 1}`);
      remove.hidden = false;
      line.querySelector("[data-remove-box]").hidden = true;
    });
    total.value = lines().length;
    form.querySelector("[data-add]").disabled = lines().length >= most;
  }

  function add() {
    if (lines().length >= most) return null;
    list.append(blank.content.cloneNode(true));
    renumber();
    return lines().pop();
  }

  function remove(line) {
    const place = lines().indexOf(line);
    line.remove();
    if (!lines().length) add();
    renumber();
    count();
    const next = lines()[Math.min(place, lines().length - 1)];
    field(next, "programme").focus();
  }

  /** Says beside the line how many questions there are, and whether they suffice. */
  function compare(line) {
    const note = line.querySelector("[data-available]");
    const programme = field(line, "programme").value;
    const wanted = Number(field(line, "count").value);
    if (!programme) {
      note.textContent = "";
      note.classList.remove("why");
      return;
    }
    const size = pools[`${programme}:${field(line, "difficulty").value}`] || 0;
    note.classList.toggle("why", wanted > size);
    note.textContent =
      wanted > size
        ? `Ngân hàng chỉ có ${number.format(size)} câu đã duyệt, còn thiếu ${number.format(wanted - size)} câu.`
        : `Ngân hàng có ${number.format(size)} câu đã duyệt.`;
  }

  function count() {
    let questions = 0;
    let points = 0;
    for (const line of lines()) {
      compare(line);
      const times = Number(field(line, "count").value) || 0;
      questions += times;
      points += times * (Number(field(line, "points").value) || 0);
    }
    form.querySelector("[data-total]").textContent =
      `${number.format(questions)} câu, ${number.format(points)} điểm`;
  }

  /** Fills one line per programme, none for dispatches; the first take what does not divide. */
  function divide(questions) {
    if (!lines().every(isBlank) && !confirm("Thay các dòng đang có bằng đề chia đều?")) return;
    lines().forEach((line) => line.remove());
    evenOver.forEach((programme, place) => {
      const share = Math.floor(questions / evenOver.length) + (place < questions % evenOver.length ? 1 : 0);
      const line = share ? add() : null;
      if (!line) return;
      field(line, "programme").value = programme;
      field(line, "count").value = share;
    });
    if (!lines().length) add();
    count();
  }

  // The picker follows the browser's own language and may show 03/09 for 9 March: say it in words.
  function sayWindow() {
    const [opens, closes] = ["opens_at", "closes_at"].map((name) =>
      inWords(form.querySelector(`[name=${name}]`).value),
    );
    form.querySelector("[data-in-words]").textContent =
      opens && closes ? `Mở từ ${opens} đến ${closes}.` : "";
  }

  for (const event of ["input", "change"]) {
    form.addEventListener(event, count);
    form.addEventListener(event, sayWindow);
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("remove" in button.dataset) remove(button.closest("[data-line]"));
    if ("add" in button.dataset) {
      const line = add();
      if (line) field(line, "programme").focus();
    }
    if ("even" in button.dataset) divide(Number(button.dataset.even));
  });

  // Attempts and "without limit" exclude each other.
  const unlimited = form.querySelector("[name=unlimited]");
  const attempts = form.querySelector("[name=attempts]");
  const exclude = () => {
    attempts.disabled = unlimited.checked;
  };
  unlimited.addEventListener("change", exclude);
  exclude();

  form.querySelectorAll("[data-helpers]").forEach((row) => {
    row.hidden = false;
  });
  // The spare lines are for pages without script; one blank line is enough to start from.
  lines().slice(1).filter(isBlank).forEach((line) => {
    if (!line.querySelector(".errorlist")) line.remove();
  });
  renumber();
  count();
  sayWindow();
  form.querySelector("#problems")?.focus();
}

const editor = document.querySelector("[data-editor]");
if (editor) edit(editor);
