// The lines of a paper: add, remove, divide evenly, count. Without this script the page has
// spare empty lines and a box "Bỏ dòng này" on each, and the server does the same counting.

const number = new Intl.NumberFormat("vi-VN");

/** Wires one form that carries a formset with the prefix "lines". */
function edit(form) {
  const pools = JSON.parse(form.dataset.pools);
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

  /** Fills one line per document; the first ones take what does not divide. */
  function divide(questions) {
    if (!lines().every(isBlank) && !confirm("Thay các dòng đang có bằng đề chia đều?")) return;
    const options = [...blank.content.querySelector("select").options];
    const programmes = options.map((option) => option.value).filter(Boolean);
    lines().forEach((line) => line.remove());
    programmes.forEach((programme, place) => {
      const share = Math.floor(questions / programmes.length) + (place < questions % programmes.length ? 1 : 0);
      const line = share ? add() : null;
      if (!line) return;
      field(line, "programme").value = programme;
      field(line, "count").value = share;
    });
    if (!lines().length) add();
    count();
  }

  form.addEventListener("input", count);
  form.addEventListener("change", count);
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
  const exclude = () => { attempts.disabled = unlimited.checked; };
  unlimited.addEventListener("change", exclude);
  exclude();

  form.querySelectorAll("[data-helpers]").forEach((row) => { row.hidden = false; });
  // The spare lines are for pages without script; one blank line is enough to start from.
  lines().slice(1).filter(isBlank).forEach((line) => {
    if (!line.querySelector(".errorlist")) line.remove();
  });
  renumber();
  count();
  form.querySelector("#problems")?.focus();
}

const editor = document.querySelector("[data-editor]");
if (editor) edit(editor);
