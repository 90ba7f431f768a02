// The unit field as a combobox with a list (ARIA APG, "list autocomplete with manual selection").
// The page works without it: the text is sent and the server answers with radio buttons.

const WAIT = 150; // ms of silence before asking
const KEPT = 40; // answers remembered on this page

/** Lower-case letters without marks, one for one, so that places in the text stay the same. */
function fold(text) {
  return Array.from(text.normalize("NFC"), (letter) => {
    const plain = letter.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace("đ", "d");
    return plain.length === letter.length ? plain : letter;
  }).join("");
}

/** The text as nodes, with the beginnings of words that were typed underlined. */
function withHits(text, query) {
  const composed = text.normalize("NFC");
  const words = fold(query).match(/[\p{L}\p{N}]+/gu) ?? [];
  const nodes = [];
  for (const part of composed.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? []) {
    const folded = fold(part);
    const hit = words.filter((word) => folded.startsWith(word)).sort((a, b) => b.length - a.length)[0];
    if (hit) {
      const mark = document.createElement("span");
      mark.className = "hit";
      mark.textContent = part.slice(0, hit.length);
      nodes.push(mark, part.slice(hit.length));
    } else {
      nodes.push(part);
    }
  }
  return nodes;
}

class UnitPicker {
  constructor(root) {
    this.url = root.dataset.unitPicker;
    this.input = root.querySelector("input[name=unit]");
    this.list = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[data-unit-status]");
    this.chosenFor = root.querySelector("input[name=unit_for]");
    this.radios = root.querySelector("[data-unit-matches]");
    this.code = root.querySelector("input[type=hidden][name=unit_code]");
    this.units = [];
    this.active = -1;
    this.answers = new Map();
    this.describe();
    this.listen();
  }

  describe() {
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // Keep the focus in the field while an option is pressed, or the list closes under the finger.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  typed() {
    this.forget();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), WAIT);
  }

  /** A choice does not outlive the text it was made for. */
  forget() {
    this.radios?.remove();
    this.radios = null;
    if (!this.code) {
      this.code = document.createElement("input");
      this.code.type = "hidden";
      this.code.name = "unit_code";
      this.input.after(this.code);
    }
    this.code.value = "";
    this.chosenFor.value = "";
  }

  async search() {
    const query = this.input.value.trim();
    this.asked = query;
    if (!query) {
      this.show([], "");
      return;
    }
    try {
      const units = await this.ask(query);
      if (this.asked === query) this.show(units, query);
    } catch {
      if (this.asked !== query) return;
      this.show([], "");
      this.status.textContent = "Chưa tải được danh sách. Cứ gõ tên đơn vị rồi gửi, trang sau sẽ cho chọn.";
    }
  }

  async ask(query) {
    const known = this.answers.get(query);
    if (known) return known;
    const response = await fetch(`${this.url}?q=${encodeURIComponent(query)}`);
    if (!response.ok) throw new Error(response.status);
    const units = await response.json();
    if (this.answers.size >= KEPT) this.answers.clear();
    this.answers.set(query, units);
    return units;
  }

  show(units, query) {
    this.units = units;
    this.list.replaceChildren(...units.map((unit, index) => this.option(unit, index, query)));
    this.mark(-1);
    this.open(units.length > 0 && document.activeElement === this.input);
    if (units.length) {
      this.status.textContent = `Tìm thấy ${units.length} đơn vị, chọn bằng phím mũi tên hoặc chạm.`;
    } else {
      this.status.textContent = query
        ? `Không thấy “${query}”. Thử gõ tên xã cũ, hoặc báo Ban Tổ chức bổ sung.`
        : "";
    }
  }

  option(unit, index, query) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `${this.list.id}_${index}`;
    option.dataset.index = index;
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("b");
    name.append(...(unit.matched ? [unit.name] : withHits(unit.name, query)));
    option.append(name);
    if (unit.note) {
      const note = document.createElement("small");
      note.append(...(unit.matched ? withHits(unit.note, query) : [unit.note]));
      option.append(note);
    }
    return option;
  }

  open(wanted) {
    this.list.hidden = !wanted;
    this.input.setAttribute("aria-expanded", String(wanted));
    if (!wanted) this.mark(-1);
  }

  close() {
    this.open(false);
  }

  mark(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(index) {
    const unit = this.units[index];
    if (!unit) return;
    this.forget();
    this.input.value = unit.name;
    this.code.value = unit.code;
    this.chosenFor.value = unit.name;
    this.asked = unit.name;
    clearTimeout(this.timer);
    this.close();
    this.status.textContent = `Đã chọn: ${unit.name}.`;
    const field = this.input.closest(".field--bad");
    field?.classList.remove("field--bad");
    field?.querySelector(".why")?.remove();
    this.input.removeAttribute("aria-invalid");
  }

  key(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    const last = this.units.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (last < 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      const edge = step > 0 ? 0 : last;
      const next = this.active + step;
      this.open(true);
      this.mark(this.active < 0 || next < 0 || next > last ? edge : next);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault(); // choose; a second Enter sends the form
      this.choose(this.active);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    }
  }
}

for (const root of document.querySelectorAll("[data-unit-picker]")) new UnitPicker(root);
