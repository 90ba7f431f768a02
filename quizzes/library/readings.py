"""Reading for everybody: the documents, their clauses, and search over both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from accounts.text import fold
from quizzes.library.finding import excerpt, has_words
from quizzes.models import Clause, Passage, Programme

MOST_WORDS, MOST_HITS = 12, 40


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause as the library shows it; ``text`` is official, "" while none is loaded."""

    clause: Clause
    text: str

    @property
    def programme(self) -> Programme:
        return self.clause.programme

    @property
    def place(self) -> str:
        """ "3.ii" of ``31-KH/TU:3.ii``."""
        return self.clause.code.partition(":")[2]

    @property
    def name(self) -> str:
        """ "Mục 3" or "Mục 3, ý (ii)"."""
        number, dot, item = self.place.partition(".")
        return f"Mục {number}, ý ({item})" if dot else f"Mục {number}"

    @property
    def address(self) -> str:
        """Where it is read."""
        return reverse("quizzes:clause", args=[self.programme.slug, self.place])

    @property
    def is_item(self) -> bool:
        return "." in self.place


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that has the words, and where: (piece, whether it is a hit) in turn."""

    reading: Reading
    pieces: Sequence[tuple[str, bool]]


def programme_at(slug: str) -> Programme | None:
    """The programme of an address, whatever its case, or None."""
    wanted = slug.casefold()
    return next((p for p in Programme.objects.all() if p.slug.casefold() == wanted), None)


def readings(programme: Programme | None = None) -> list[Reading]:
    """The clauses of one programme or of all, in order, with the text in force."""
    current = Prefetch("passages", Passage.objects.filter(is_current=True), to_attr="current")
    clauses = Clause.objects.select_related("programme").prefetch_related(current)
    if programme is not None:
        clauses = clauses.filter(programme=programme)
    ordered = clauses.order_by("programme__position", "position")
    return [Reading(c, "".join(passage.text for passage in c.current)) for c in ordered]


def neighbours(shown: Sequence[Reading], reading: Reading) -> tuple[Reading | None, Reading | None]:
    """The clauses before and after one of a programme."""
    at = shown.index(reading)
    before = shown[at - 1] if at else None
    return before, shown[at + 1] if at + 1 < len(shown) else None


def search(query: str) -> list[Hit]:
    """Clauses that have every word of the query in title, note, official text or the name of
    their document; those with the words side by side first, then those with them in the title."""
    words = re.findall(r"\w+", fold(query))[:MOST_WORDS]
    if not words:
        return []
    phrase = " ".join(words)
    hits: list[tuple[tuple[bool, bool], Hit]] = []
    for reading in readings():
        clause = reading.clause
        head = f"{reading.programme.code} {reading.programme.short_title} {clause.title}"
        body = reading.text or clause.note
        all_ = f"{head} {clause.note} {reading.text}"
        if has_words(all_, words):
            shown = next((t for t in (body, clause.note) if has_words(t, words)), body)
            hit = Hit(reading, excerpt(shown, words))
            place = (not has_words(all_, [phrase]), not has_words(clause.title, words))
            hits.append((place, hit))
    return [hit for _, hit in sorted(hits, key=lambda pair: pair[0])][:MOST_HITS]
