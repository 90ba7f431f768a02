// The editor of a round and the settings of a contest: rows that are added and removed, the order
// of ranking, figures, a search for units. Without this script the pages have spare empty rows
// with a box to remove each, the buttons are sent, and the server does the same.

const number = new Intl.NumberFormat("vi-VN");
const WEEKDAYS = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];

/** "08:00 thứ Hai, 09/03/2026" for what a date and time picker holds ("2026-03-09T08:00"). */
function inWords(value) {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(value) || [];
  if (!year) return "";
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${clock} ${weekday}, ${day}/${month}/${year}`;
}

/** The rows of one formset of Django's: `word` names a row ("Dòng"), `first` its first field, and
    a row is blank while none of `needed` is filled. */
class Rows {
  constructor(form, name, { word, first, needed }) {
    Object.assign(this, { form, name, word, first, needed });
    this.list = form.querySelector(`[data-rows="${name}"]`);
    this.blank = form.querySelector(`[data-blank="${name}"]`);
    this.adder = form.querySelector(`[data-add="${name}"]`);
    this.total = form.querySelector(`[name="${name}-TOTAL_FORMS"]`);
    this.most = Number(form.querySelector(`[name="${name}-MAX_NUM_FORMS"]`).value);
    this.names = new RegExp(`${name}-(\\d+|__prefix__)-`, "g");
    this.adder.addEventListener("click", () => {
      const row = this.add();
      if (row) this.field(row, first).focus();
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("[data-line]"));
    });
    // The spare rows are for pages without script; one blank row is enough to start from.
    for (const row of this.all().slice(1)) {
      if (this.isBlank(row) && !row.querySelector(".errorlist")) row.remove();
    }
    this.renumber();
  }

  all() {
    return [...this.list.querySelectorAll("[data-line]")];
  }

  field(row, name) {
    return row.querySelector(`[name$="-${name}"]`);
  }

  isBlank(row) {
    return this.needed.every((name) => !this.field(row, name).value);
  }

  /** Gives every row its place in names, ids and labels, as Django expects them. */
  renumber() {
    this.all().forEach((row, place) => {
      row.querySelector("[data-line-no]").textContent = `${this.word} ${place + 1}`;
      for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const attribute of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(this.names, `${this.name}-${place}-`));
        }
      }
      const remove = row.querySelector("[data-remove]");
      remove.setAttribute("aria-label", `Bỏ ${this.word.toLowerCase()} ${place + 1}`);
      remove.hidden = false;
      row.querySelector("[data-remove-box]").hidden = true;
    });
    this.total.value = this.all().length;
    this.adder.disabled = this.all().length >= this.most;
  }

  add() {
    if (this.all().length >= this.most) return null;
    this.list.append(this.blank.content.cloneNode(true));
    this.renumber();
    return this.all().pop();
  }

  remove(row) {
    const place = this.all().indexOf(row);
    row.remove();
    if (!this.all().length) this.add();
    this.renumber();
    this.form.dispatchEvent(new Event("change"));
    this.field(this.all()[Math.min(place, this.all().length - 1)], this.first).focus();
  }
}

/** The paper: how many questions there are, and dividing evenly. */
function paper(form) {
  const pools = JSON.parse(form.dataset.pools);
  const evenOver = JSON.parse(form.dataset.evenOver);
  const rows = new Rows(form, "lines", { word: "Dòng", first: "programme", needed: ["programme", "count"] });

  /** Says beside the line how many questions there are, and whether they suffice. */
  function compare(line) {
    const note = line.querySelector("[data-available]");
    const programme = rows.field(line, "programme").value;
    const wanted = Number(rows.field(line, "count").value);
    const size = pools[`${programme}:${rows.field(line, "difficulty").value}`] || 0;
    note.classList.toggle("why", Boolean(programme) && wanted > size);
    if (!programme) note.textContent = "";
    else if (wanted > size) note.textContent = `Ngân hàng chỉ có ${number.format(size)} câu đã duyệt, còn thiếu ${number.format(wanted - size)} câu.`;
    else note.textContent = `Ngân hàng có ${number.format(size)} câu đã duyệt.`;
  }

  /** "20 câu, 20 điểm", for each division that has lines of its own. */
  function count() {
    const papers = new Map();
    for (const line of rows.all()) {
      compare(line);
      const division = rows.field(line, "division");
      const of = division ? division.selectedOptions[0].textContent : "";
      const sum = papers.get(of) || { questions: 0, points: 0 };
      const times = Number(rows.field(line, "count").value) || 0;
      sum.questions += times;
      sum.points += times * (Number(rows.field(line, "points").value) || 0);
      if (times || papers.size === 0) papers.set(of, sum);
    }
    const filled = [...papers].filter(([, sum]) => sum.questions);
    form.querySelector("[data-total]").textContent =
      filled
        .map(([of, sum]) => `${filled.length > 1 ? `${of}: ` : ""}${number.format(sum.questions)} câu, ${number.format(sum.points)} điểm`)
        .join("; ") || "0 câu";
  }

  /** Fills one line per programme, none for dispatches; the first take what does not divide. */
  function divide(questions) {
    if (!rows.all().every((line) => rows.isBlank(line)) && !confirm("Thay các dòng đang có bằng đề chia đều?")) return;
    rows.all().forEach((line) => line.remove());
    evenOver.forEach((programme, place) => {
      const share = Math.floor(questions / evenOver.length) + (place < questions % evenOver.length ? 1 : 0);
      const line = share ? rows.add() : null;
      if (!line) return;
      rows.field(line, "programme").value = programme;
      rows.field(line, "count").value = share;
    });
    if (!rows.all().length) rows.add();
    count();
  }

  for (const event of ["input", "change"]) form.addEventListener(event, count);
  form.querySelector("[data-even]").addEventListener("click", (event) => divide(Number(event.currentTarget.dataset.even)));
  count();
}

/** The order of ranking: its buttons work here instead of being sent. */
function ranking(form) {
  const lists = [...form.querySelectorAll("[data-ranks] select")];
  const put = (keys) => lists.forEach((list, place) => { list.value = keys[place] || ""; });
  const asks = () => Boolean(form.querySelector("[name=prediction]:checked")?.value);

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-family], [name=rank_move]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.family) {
      put(JSON.parse(button.dataset.family).filter((key) => key !== "prediction" || asks()));
      lists[0].focus();
      return;
    }
    const [way, place] = button.value.split("-");
    const here = lists[place - 1];
    const there = lists[place - 1 + (way === "up" ? -1 : 1)];
    [here.value, there.value] = [there.value, here.value];
    there.focus();
  });

  // A question about a prediction and its place in the order come and go together.
  for (const choice of form.querySelectorAll("[name=prediction]")) {
    choice.addEventListener("change", () => {
      const keys = lists.map((list) => list.value).filter((key) => key && key !== "prediction");
      if (!asks()) put(keys);
      else if (!lists.some((list) => list.value === "prediction") && keys.length) put([keys[0], "prediction", ...keys.slice(1)]);
    });
  }
}

/** Wires the editor. */
function edit(form) {
  paper(form);
  ranking(form);
  new Rows(form, "prizes", { word: "Giải", first: "name", needed: ["name", "worth"] });

  // The picker follows the browser's own language and may show 03/09 for 9 March: say it in words.
  const sayWindow = () => {
    const [opens, closes] = ["opens_at", "closes_at"].map((name) => inWords(form.querySelector(`[name=${name}]`).value));
    form.querySelector("[data-in-words]").textContent = opens && closes ? `Mở từ ${opens} đến ${closes}.` : "";
  };
  for (const event of ["input", "change"]) form.addEventListener(event, sayWindow);
  sayWindow();

  // Attempts and "without limit" exclude each other.
  const unlimited = form.querySelector("[name=unlimited]");
  const attempts = form.querySelector("[name=attempts]");
  const exclude = () => {
    attempts.disabled = unlimited.checked;
  };
  unlimited.addEventListener("change", exclude);
  exclude();
}

/** A search beside a list of units: what is found can be added to the list as a line. */
function units(root) {
  const list = root.querySelector("textarea");
  const find = root.querySelector("[data-find]");
  const found = root.querySelector("[data-found]");
  const hits = root.querySelector("[data-hits]");
  let asked = 0;
  let timer = 0;

  function add(unit) {
    const lines = list.value.split("\n").filter((line) => line.trim());
    const isThere = lines.some((line) => line.split(" ")[0] === unit.code);
    if (!isThere) list.value = [...lines, `${unit.code} ${unit.name}`].join("\n");
    found.textContent = isThere ? `${unit.name} đã có trong danh sách.` : `Đã thêm ${unit.name}.`;
    hits.replaceChildren();
    find.value = "";
    find.focus();
  }

  function button(unit) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "btn btn--small";
    choice.textContent = unit.name;
    choice.addEventListener("click", () => add(unit));
    return choice;
  }

  async function ask() {
    const turn = ++asked;
    const query = find.value.trim();
    if (!query) return;
    try {
      const response = await fetch(`${root.dataset.units}?q=${encodeURIComponent(query)}`);
      const answer = response.ok ? await response.json() : [];
      if (turn !== asked) return;
      found.textContent = answer.length ? "Chọn đơn vị để thêm:" : "Không tìm thấy đơn vị nào.";
      hits.replaceChildren(...answer.map(button));
    } catch {
      found.textContent = "Không tìm được lúc này; hãy ghi mã hoặc tên đơn vị.";
    }
  }

  find.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

const editor = document.querySelector("[data-editor]");
if (editor) edit(editor);
document.querySelectorAll("[data-units]").forEach(units);
document.querySelectorAll("[data-helpers]").forEach((row) => {
  row.hidden = false;
});
document.querySelector("#problems")?.focus();
