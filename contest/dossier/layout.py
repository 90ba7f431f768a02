"""How an official document looks, read from a profile file. Pure.

The rules of layout differ by who issues the document and change with every new guideline, so
they are data: one YAML file in ``profiles/`` for each kind of issuer. Sizes are in points,
distances in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from accounts.yaml_files import SafeLoader

PAPER_MM = (210.0, 297.0)
RULE = "rule"  # the value of ``under_body`` that asks for a drawn line instead of signs

_FOLDER = Path(__file__).resolve().parent / "profiles"
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Margins:
    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A line at the top right; ``rule_mm`` is the length of the line drawn under it, 0 for none."""

    text: str
    size: float
    rule_mm: float


@dataclass(frozen=True, slots=True)
class Profile:
    """The layout of one kind of issuer.

    ``label``, ``basis`` and ``note`` tell people what it is for, which guideline it follows and
    how far it has been checked against it. Patterns take ``{number}`` and ``{symbol}``
    (``number``), ``{roman}`` and ``{title}`` (``section``), ``{body}`` (``on_behalf``),
    ``{archive}`` (``archive``).
    """

    name: str
    label: str
    basis: str
    note: str
    font: str
    margins_mm: Margins
    issuer_mm: float
    title_lines: tuple[TitleLine, ...]
    parent_size: float
    body_size: float
    under_body: str
    number: str
    number_size: float
    date_size: float
    kind_size: float
    subject_size: float
    under_subject: str
    text_size: float
    line_pt: float
    before_pt: float
    indent_mm: float
    table_size: float
    section: str
    ending: str
    on_behalf: str
    is_signer_title_bold: bool
    is_recipients_underlined: bool
    recipients_size: float
    archive: str
    page_number_size: float

    @property
    def text_mm(self) -> float:
        """The width between the margins."""
        return PAPER_MM[0] - self.margins_mm.left - self.margins_mm.right


def profile_names() -> tuple[str, ...]:
    """The profiles there are, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def profile_named(name: str) -> Profile:
    """The profile of that name. Raises ``KeyError`` when there is none and ``ValueError`` when
    its file lacks a setting or has one nobody knows."""
    if name not in profile_names():
        raise KeyError(name)
    read = yaml.load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=SafeLoader)
    data = {
        **read,
        "name": name,
        "margins_mm": _record(Margins, read.get("margins_mm", {})),
        "title_lines": tuple(_record(TitleLine, line) for line in read.get("title_lines", ())),
    }
    return _record(Profile, data)


def _record(kind: type[_Record], data: dict[str, Any]) -> _Record:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if wrong := known ^ set(data):
        raise ValueError(f"{kind.__name__}: missing or unknown: {', '.join(sorted(wrong))}")
    return kind(**data)
