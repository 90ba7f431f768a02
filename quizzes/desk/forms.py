"""What an author types: a question in its parts. Shape only; a draft may be unfinished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.fields import CleanText
from quizzes.banks import CHOICE_KEYS, SEQUENCES, TRUE_FALSE_CHOICES, BankQuestion, settled_answer
from quizzes.models import Programme, QuestionVersion

Type = QuestionVersion.Type
PLACES = range(1, len(CHOICE_KEYS) + 1)
CHOICES, LEAST_IN_SEQUENCE = 4, 3
LONGEST_NOTE = 2000
_KEYS = [(key, key.upper()) for key in CHOICE_KEYS]


def clause_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every clause below its programme, for a select."""
    programmes = Programme.objects.prefetch_related("clauses")
    return [
        (str(programme), [(c.code, f"{c.code}: {c.title}") for c in programme.clauses.all()])
        for programme in programmes
    ]


def _select(label: str, choices: Any, missing: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={"required": missing, "invalid_choice": missing},
        widget=forms.Select(attrs={"class": "input"}),
        **options,
    )


def _text(label: str, longest: int, rows: int = 0, help_text: str = "") -> CleanText:
    widget = forms.Textarea if rows else forms.TextInput
    attrs: dict[str, Any] = {"class": "input"} | ({"rows": rows} if rows else {})
    return CleanText(
        label=label,
        max_length=longest,
        required=False,
        help_text=help_text,
        widget=widget(attrs=attrs),
    )


class QuestionForm(forms.Form):
    """One form for every type; what a type does not use is not read."""

    clause = _select("Mục của văn bản", (), "Hãy chọn mục mà câu hỏi dựa vào.")
    type = _select("Loại câu hỏi", Type.choices, "Hãy chọn loại câu hỏi.")
    difficulty = _select(
        "Độ khó",
        QuestionVersion.Difficulty.choices,
        "Hãy chọn độ khó.",
        help_text="Dễ: một ý của một mục. Trung bình: phân biệt trong mục. Khó: giữa các mục, "
        "văn bản, hoặc tình huống.",
    )
    stem = _text("Câu dẫn", 1000, 3, "Câu điền cụm từ: đặt […] đúng một lần ở chỗ trống.")
    truth = forms.ChoiceField(
        label="Câu dẫn đúng hay sai?",
        required=False,
        choices=TRUE_FALSE_CHOICES,
        widget=forms.RadioSelect,
    )
    right = forms.MultipleChoiceField(
        label="Đáp án đúng", required=False, choices=_KEYS, widget=forms.CheckboxSelectMultiple
    )
    quote = _text(
        "Trích dẫn", 500, 2, "Nguyên văn trong mục đã chọn, tối đa 25 từ, chứng minh đáp án."
    )
    explanation = _text(
        "Lời giải thích", 1500, 3, "Vì sao đáp án đúng và phương án dễ nhầm nhất thì sai."
    )
    rev = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "Chọn mục"), *clause_choices()]  # type: ignore[attr-defined]
        places = [("", "–"), *((str(place), str(place)) for place in PLACES)]
        for key in CHOICE_KEYS:
            self.fields[f"choice_{key}"] = _text(f"Phương án {key.upper()}", 500)
            self.fields[f"place_{key}"] = self._small(f"Thứ tự của phương án {key.upper()}", places)
        for place in PLACES:
            self.fields[f"prompt_{place}"] = _text(f"Vế {place}", 300)
            keys = [("", "–"), *_KEYS]
            self.fields[f"pair_{place}"] = self._small(f"Phương án ghép với vế {place}", keys)

    @staticmethod
    def _small(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
        select = forms.Select(attrs={"class": "input", "aria-label": label})
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=select)

    @property
    def choice_rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField, bool]]:
        """(key, text, place in order, whether ticked as right) of each choice."""
        ticked = set(map(str, self["right"].value() or []))
        return [
            (key, self[f"choice_{key}"], self[f"place_{key}"], key in ticked) for key in CHOICE_KEYS
        ]

    @property
    def prompt_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(left side, key of the choice that belongs to it) of each prompt."""
        return [(self[f"prompt_{place}"], self[f"pair_{place}"]) for place in PLACES]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("type") == Type.ORDER:
            self._check_once("place_{}", CHOICE_KEYS, "Mỗi số thứ tự chỉ dùng cho một phương án.")
        if data.get("type") == Type.MATCH:
            self._check_once("pair_{}", PLACES, "Mỗi phương án chỉ ghép với một vế.")
        return data

    def _check_once(self, name: str, of: Any, message: str) -> None:
        names = [name.format(part) for part in of]
        counts = Counter(self.cleaned_data.get(field) for field in names)
        for field in names:
            value = self.cleaned_data.get(field)
            if value and counts[value] > 1:
                self.add_error(field, message)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """``(id of the field, message)`` of everything to correct, for the list on top."""
        return [
            (self[name].id_for_label if name in self.fields else "", str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]

    def record(self) -> BankQuestion:
        """The valid form as a bank would say it; the id is left to the desk."""
        data = self.cleaned_data
        kind = data["type"]
        prompts = [data[f"prompt_{n}"] for n in PLACES if data[f"prompt_{n}"]]
        return BankQuestion(
            id="",
            type=kind,
            difficulty=data["difficulty"],
            clause=data["clause"],
            stem=data["stem"],
            choices=_choices(data),
            answer=settled_answer(kind, _answer(data)),
            quote=data["quote"],
            explanation=data["explanation"],
            prompts=tuple(prompts) if kind == Type.MATCH else (),
        )


class DeedForm(forms.Form):
    """What comes with a button of a version's page: which wording it showed, and a note."""

    rev = forms.IntegerField(
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Trang gửi lên thiếu dữ liệu; hãy làm lại ở trang này."
        )
    )
    note = _text("Lời nhắn", LONGEST_NOTE)


def _choices(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The choices: of a sequence up to the last one written, never fewer than it needs."""
    if data["type"] == Type.TRUE_FALSE:
        return TRUE_FALSE_CHOICES
    texts = [data[f"choice_{key}"] for key in CHOICE_KEYS]
    size = CHOICES
    if data["type"] in SEQUENCES:
        written = max((place for place, text in enumerate(texts, start=1) if text), default=0)
        size = max(written, LEAST_IN_SEQUENCE)
    return tuple(zip(CHOICE_KEYS, texts, strict=True))[:size]


def _answer(data: Mapping[str, Any]) -> list[str]:
    keys = [key for key, _ in _choices(data)]
    if data["type"] == Type.TRUE_FALSE:
        return [data["truth"]] if data["truth"] else []
    if data["type"] == Type.ORDER:
        placed = [key for key in keys if data[f"place_{key}"]]
        return sorted(placed, key=lambda key: int(data[f"place_{key}"]))
    if data["type"] == Type.MATCH:
        # A prompt without its pair yet keeps its place, lest the next pair moves to it.
        return [data[f"pair_{n}"] for n in PLACES if data[f"prompt_{n}"]]
    return [key for key in keys if key in data["right"]]


def initial_of(record: BankQuestion, rev: int) -> dict[str, Any]:
    """The form's fields that say what the record says."""
    initial: dict[str, Any] = {
        "clause": record.clause,
        "type": record.type,
        "difficulty": record.difficulty,
        "stem": record.stem,
        "quote": record.quote,
        "explanation": record.explanation,
        "rev": rev,
    }
    if record.type == Type.TRUE_FALSE:
        return initial | {"truth": next(iter(record.answer), "")}
    initial |= {f"choice_{key}": text for key, text in record.choices}
    initial |= {f"prompt_{n}": text for n, text in enumerate(record.prompts, start=1)}
    if record.type == Type.ORDER:
        return initial | {f"place_{key}": n for n, key in enumerate(record.answer, start=1)}
    if record.type == Type.MATCH:
        return initial | {f"pair_{n}": key for n, key in enumerate(record.answer, start=1)}
    return initial | {"right": list(record.answer)}
