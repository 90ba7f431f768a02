"""What a text is made of before any file format: paragraphs, lists and tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contest.dossier.tables import Column, Kind, Row, plain_text, shown


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``ordered`` when its order means something."""

    texts: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """A line over a table when several follow each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``widths`` are shares of the line, ``numeric`` columns are aligned right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: tuple[bool, ...]


Block = str | Items | Caption | Grid


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a section."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section with a Roman number."""

    title: str
    parts: tuple[Part, ...]


def listed(texts: Iterable[str], nothing: str) -> Block:
    """The texts as a list, or the sentence that says there are none."""
    items = tuple(plain_text(text) for text in texts)
    return Items(items) if items else nothing


def grid(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> Grid:
    return Grid(
        tuple(column.heading for column in columns),
        tuple(tuple(shown(column.kind, column.value(row)) for column in columns) for row in rows),
        tuple(column.width for column in columns),
        tuple(column.kind not in (Kind.TEXT, Kind.MOMENT) for column in columns),
    )
