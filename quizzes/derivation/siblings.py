"""Wrong choices for a question on one clause: what other clauses list in the same way. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.text import fold
from quizzes.derivation.enumerations import Item, enumerations, mottoes, phrases, roles
from quizzes.derivation.wordkinds import NOUN, first_word, kind_of, pairs, words

LISTED, ROLE, MOTTO, PHRASE = "listed", "role", "motto", "phrase"
# Of a wrong choice's neighbouring words, so many may stand in the clause asked about.
_MOST_SHARED = 0.34


@dataclass(frozen=True, slots=True)
class Sibling:
    """A phrase of some clause, with what comparing it needs."""

    text: str
    clause: str
    sort: str
    plain: str
    kind: str
    head: str
    pairs: frozenset[tuple[str, str]]

    @property
    def document(self) -> str:
        return document_of(self.clause)


def document_of(clause: str) -> str:
    """ "03-CTr/TU" of "03-CTr/TU:4"."""
    return clause.partition(":")[0]


def are_related(one: str, other: str) -> bool:
    """Whether the clauses are the same or one holds the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def lot(seed: str, *parts: object) -> str:
    """A number that looks like chance and is always the same: what things are sorted by."""
    return hashlib.sha256(":".join(map(str, (seed, *parts))).encode()).hexdigest()


def siblings(texts: Mapping[str, str]) -> list[Sibling]:
    """Everything any clause lists, calls something, puts in quotation marks or says briefly."""
    found: dict[tuple[str, str], Sibling] = {}
    for clause, text in texts.items():
        sorts: list[tuple[str, Iterable[Item]]] = [
            (LISTED, [item for one in enumerations(text) for item in one.items]),
            (ROLE, roles(text)),
            (MOTTO, mottoes(text)),
            (PHRASE, phrases(text)),
        ]
        for sort, items in sorts:
            for item in items:
                key = (sort, plain := fold(item.text))
                if key not in found:
                    found[key] = _sibling(item, clause, sort, plain)
    return list(found.values())


def _sibling(item: Item, clause: str, sort: str, plain: str) -> Sibling:
    head, shared = first_word(item.text), frozenset(pairs(item.text))
    return Sibling(item.text, clause, sort, plain, item.kind, head, shared)


def strangers(clause: str, texts: Mapping[str, str], pool: Iterable[Sibling]) -> list[Sibling]:
    """Those of the pool that are wrong for the clause: what it says nowhere and, coming from
    another document, its own document says nowhere, in no other wording either."""
    document, own = document_of(clause), fold(texts[clause])
    whole = fold(" ".join(t for code, t in texts.items() if document_of(code) == document))
    said = pairs(texts[clause])
    return [
        s
        for s in pool
        if not are_related(s.clause, clause)
        and not s.text.startswith("“")
        and s.plain not in (own if s.document == document else whole)
        and len(s.pairs & said) <= _MOST_SHARED * max(len(s.pairs), 1)
    ]


def wrong_choices(
    right: Sequence[str],
    sorts: Sequence[str],
    clause: str,
    wrong: Iterable[Sibling],
    seed: str,
    count: int,
) -> list[str]:
    """The best phrases to stand beside the ``right`` ones, at most ``count`` of those that are
    ``wrong`` for the clause: of their kind and length, of another document rather than of the
    same, beginning alike rather than not; equals in the seed's order."""
    kinds, heads = {kind_of(text) for text in right}, {first_word(text) for text in right}
    taken = [fold(text) for text in right]
    fitting = [
        s
        for s in wrong
        if s.sort in sorts
        and s.kind in kinds
        and all(_are_as_long(s.text, r) for r in right)
        and (s.head in heads or not _is_bare_name(s))
        and not any(s.plain in other or other in s.plain for other in taken)
    ]
    document = document_of(clause)
    fitting.sort(
        key=lambda s: (
            s.document == document,
            sorts.index(s.sort),
            s.head not in heads,
            lot(seed, clause, s.text),
        )
    )
    return [s.text for s in _unlike(fitting, count)]


def _is_bare_name(sibling: Sibling) -> bool:
    """Whether it is a short thing: "phẩm chất đạo đức" among harbours and roads gives itself
    away, so such things stand only beside what begins alike."""
    return sibling.sort == LISTED and sibling.kind == NOUN and len(words(sibling.text)) <= 5


def _are_as_long(one: str, other: str) -> bool:
    """Within about a third; three letters are no difference."""
    return abs(len(one) - len(other)) <= max(3, len(other) * 0.36)


def _unlike(fitting: Iterable[Sibling], count: int) -> list[Sibling]:
    """The first ``count`` of which none says nearly what one before it says."""
    kept: list[Sibling] = []
    for s in fitting:
        if len(kept) == count:
            break
        if all(2 * len(s.pairs & k.pairs) <= min(len(s.pairs), len(k.pairs)) for k in kept):
            kept.append(s)
    return kept
