"""Candidate questions from a clause's official text. Pure; the only chance is the seed.

A candidate is a suggestion: a person chooses it, explains it and hands it in for review.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest

from accounts.text import fold
from quizzes.banks import CHOICE_KEYS, GAP, TRUE_FALSE_CHOICES, BankQuestion
from quizzes.checks import TO_FINISH, question_reasons
from quizzes.derivation.enumerations import (
    Enumeration,
    Item,
    enumerations,
    mottoes,
    opening,
    phrases,
    roles,
)
from quizzes.derivation.excerpts import quote_around
from quizzes.derivation.matching import matches
from quizzes.derivation.siblings import (
    LISTED,
    MOTTO,
    PHRASE,
    ROLE,
    Sibling,
    document_of,
    lot,
    siblings,
    strangers,
    wrong_choices,
)
from quizzes.derivation.stems import NOT, Ask, Titles, ask, gap_stem, lowered, raised
from quizzes.derivation.wordkinds import pairs, words
from quizzes.quotes import is_quoted_from

_CHOICES, _MOST_WORDS_TOLD, _LEAST_WORDS_ASKED = 4, 14, 3
_DIFFICULTY = {
    "true_false": "easy",
    "fill": "easy",
    "single": "medium",
    "match": "medium",
    "multiple": "hard",
}
Signature = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A clause with everything questions on it are made from."""

    clause: str
    texts: Mapping[str, str]
    titles: Titles
    seed: str
    pool: Sequence[Sibling]
    strangers: Sequence[Sibling]
    found: dict[tuple[object, ...], list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.texts[self.clause]

    @property
    def according_to(self) -> str:
        return self.titles.according_to(document_of(self.clause))

    @property
    def name(self) -> str:
        return self.titles.document(document_of(self.clause))

    def wrong(self, count: int, right: Sequence[str], *sorts: str) -> list[str]:
        """Wrong choices; kept, because each kind of question asks for the same ones again."""
        key = (count, tuple(right), sorts)
        if key not in self.found:
            self.found[key] = wrong_choices(
                right, sorts, self.clause, self.strangers, self.seed, count
            )
        return self.found[key]

    def shuffled(self, texts: Sequence[str], *about: str) -> list[str]:
        return sorted(texts, key=lambda text: lot(self.seed, *about, text))


def signature(question: BankQuestion) -> Signature:
    """What makes two questions the same: stem, prompts and choices, without marks and order."""
    said = [*question.prompts, *(text for _, text in question.choices)]
    return (fold(question.stem), *sorted(map(fold, said)))


def candidates(
    clause: str,
    texts: Mapping[str, str],
    titles: Titles,
    seed: str,
    limit: int,
    known: Collection[Signature] = (),
) -> list[BankQuestion]:
    """At most ``limit`` sound questions on a clause, every kind of question in turn.

    ``texts`` is ``{clause code: official text}`` of all documents; a clause without a text has no
    candidates. The same arguments always give the same list. ``known`` are not offered again.
    """
    if not texts.get(clause):
        return []
    pool = siblings(texts)
    source = Source(clause, texts, titles, seed, pool, strangers(clause, texts, pool))
    makers: list[Callable[[Source], Iterator[BankQuestion]]] = [
        _single,
        _gaps,
        _statements,
        _multiple,
        _matches,
    ]
    taken = set(known)
    kinds: list[list[BankQuestion]] = []
    for make in makers:
        kinds.append([])
        for question in sorted(make(source), key=lambda q: lot(seed, *signature(q), *q.answer)):
            if signature(question) not in taken and _is_sound(question, source):
                taken.add(signature(question))
                kinds[-1].append(question)
    in_turn = chain.from_iterable(zip_longest(*kinds))
    return [question for question in in_turn if question][:limit]


def _is_sound(question: BankQuestion, source: Source) -> bool:
    coded = replace(question, id=question.clause)  # it gets its code when somebody keeps it
    faults = question_reasons(coded, document_of(question.clause), {question.clause})
    return not faults and is_quoted_from(question.quote, source.text) and not _gives_away(question)


def _gives_away(question: BankQuestion) -> bool:
    """Whether the stem says most of a choice that belongs, as the title of a clause may."""
    if question.type not in ("single", "multiple") or NOT in question.stem:
        return False
    said = pairs(question.stem)
    right = [pairs(text) for key, text in question.choices if key in question.answer]
    return any(2 * len(said & one) >= len(one) for one in right)


# -- The kinds of question -----------------------------------------------------------------------


def _lists(source: Source) -> list[tuple[Ask, Enumeration]]:
    """The clause's lists with how to ask about them; what it says briefly, if it lists nothing."""
    found = [_askable(one) for one in enumerations(source.text)]
    found = [one for one in found if one.items]
    if not found:
        first = opening(source.text)
        said = phrases(source.text) or ([first] if first else [])
        found = [Enumeration("", tuple(said))]
    return [(ask(one.lead, source.clause, source.titles), one) for one in found]


def _askable(one: Enumeration) -> Enumeration:
    """Without items too short to ask for: every document says "năng lực" somewhere."""
    long = (item for item in one.items if len(words(item.text)) >= _LEAST_WORDS_ASKED)
    return Enumeration(one.lead, tuple(item for item in long if item.text[0] != "“"))


def _single(source: Source) -> Iterator[BankQuestion]:
    """Which belongs (three siblings are wrong), which does not (one sibling is right)."""
    for asking, one in _lists(source):
        for item in one.items:
            wrong = source.wrong(_CHOICES - 1, [item.text], LISTED, PHRASE)
            choices = [item.text, *wrong]
            yield from _chosen(source, "single", asking.belongs(), choices, [item.text], [item])
        for items in _groups(one, _CHOICES - 1):
            told = [item.text for item in items]
            for odd in source.wrong(1, told, LISTED, PHRASE):
                stem = asking.not_belongs()
                yield from _chosen(source, "single", stem, [*told, odd], [odd], items)


def _multiple(source: Source) -> Iterator[BankQuestion]:
    """Two or three that belong among four."""
    for asking, one in _lists(source):
        for count in (2, 3):
            for items in _groups(one, count):
                right = [item.text for item in items]
                wrong = source.wrong(_CHOICES - count, right, LISTED, PHRASE)
                stem = asking.belongs(count)
                yield from _chosen(source, "multiple", stem, [*right, *wrong], right, items)


def _groups(one: Enumeration, size: int) -> Iterator[list[Item]]:
    """Neighbours in a list that a single quote can hold."""
    for place in range(len(one.items) - size + 1 if size else 0):
        items = list(one.items[place : place + size])
        if len({item.kind for item in items}) == 1:
            yield items


def _chosen(
    source: Source,
    type: str,
    stem: str,
    choices: Sequence[str],
    right: Sequence[str],
    quoted: Sequence[Item],
) -> Iterator[BankQuestion]:
    """The question, if there are choices enough."""
    if len(choices) != _CHOICES:
        return
    order = source.shuffled(choices, stem, *right)
    keyed = tuple(zip(CHOICE_KEYS, map(raised, order), strict=False))
    answer = tuple(CHOICE_KEYS[order.index(text)] for text in sorted(right, key=order.index))
    quote = quote_around(source.text, quoted[0].start, quoted[-1].end)
    yield _question(source, type, stem, keyed, answer, quote)


def _statements(source: Source) -> Iterator[BankQuestion]:
    """A list told as it is, and with one element swapped for a sibling."""
    for asking, one in _lists(source):
        for items in _groups(one, min(2, len(one.items))):
            told = [item.text for item in items]
            if max(len(words(text)) for text in told) > _MOST_WORDS_TOLD:
                continue
            quote = quote_around(source.text, items[0].start, items[-1].end)
            stem = asking.holds(told)
            yield _question(source, "true_false", stem, TRUE_FALSE_CHOICES, ("a",), quote)
            for odd in source.wrong(1, told[-1:], LISTED, PHRASE):
                stem = asking.holds([*told[:-1], odd])
                yield _question(source, "true_false", stem, TRUE_FALSE_CHOICES, ("b",), quote)


def _gaps(source: Source) -> Iterator[BankQuestion]:
    """The clause's own words with one phrase left out: what a thing is, a motto, a thing said."""
    asked: list[tuple[str, Sequence[Item]]] = [
        (ROLE, roles(source.text)),
        (MOTTO, mottoes(source.text)),
        (LISTED, [item for one in enumerations(source.text) for item in one.items]),
        (PHRASE, phrases(source.text)),
    ]
    done: set[str] = set()
    for sort, items in asked:
        for item in items:
            sorts = (LISTED, PHRASE) if sort in (LISTED, PHRASE) else (sort,)
            size = len(words(item.text))
            fits = _LEAST_WORDS_ASKED <= size <= 9 and fold(item.text) not in done
            wrong = source.wrong(_CHOICES - 1, [item.text], *sorts) if fits else []
            if len(wrong) == _CHOICES - 1 and (gap := _gap(source, item)):
                done.add(fold(item.text))
                stem, quote = gap
                keyed, answer = _keyed(source, stem, item.text, wrong)
                yield _question(source, "fill", stem, keyed, answer, quote)


def _keyed(
    source: Source, stem: str, right: str, wrong: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The choices for a gap, all written as the right one begins, and the key of that."""
    order = source.shuffled([right, *wrong], stem)
    written = raised if right[:1].isupper() else lowered
    keyed = tuple(zip(CHOICE_KEYS, map(written, order), strict=False))
    return keyed, (CHOICE_KEYS[order.index(right)],)


def _gap(source: Source, item: Item) -> tuple[str, str] | None:
    """(stem, quote): the words around the item, with a gap in its place and as they stand."""
    quote = quote_around(source.text, item.start, item.end)
    start = source.text.find(quote)
    before = source.text[start : item.start].strip()
    after = source.text[item.end : start + len(quote)].strip()
    is_told_twice = fold(item.text) in fold(before + " " + after)
    if start < 0 or is_told_twice or GAP in quote or len(words(before + " " + after)) < 6:
        return None
    if before and not before[0].isupper():
        before = f"… {before}"
    if after and after[-1:] not in ".…”":
        after = f"{after.rstrip(' ,;:')} …"
    return gap_stem(source.according_to, before, after), quote


def _matches(source: Source) -> Iterator[BankQuestion]:
    for pairing in matches(source.clause, source.texts, source.titles, source.pool, source.seed):
        order = source.shuffled(pairing.choices, pairing.stem)
        keyed = tuple(zip(CHOICE_KEYS, order, strict=False))
        answer = tuple(CHOICE_KEYS[order.index(choice)] for choice in pairing.choices)
        quote = quote_around(source.text, pairing.start, pairing.end)
        yield _question(source, "match", pairing.stem, keyed, answer, quote, pairing.prompts)


def _question(
    source: Source,
    type: str,
    stem: str,
    choices: tuple[tuple[str, str], ...],
    answer: tuple[str, ...],
    quote: str,
    prompts: tuple[str, ...] = (),
) -> BankQuestion:
    place = source.titles.clauses.get(source.clause, source.clause)
    explanation = f"Mục “{place}” của {source.name} nêu: “{quote}”. {TO_FINISH}"
    return BankQuestion(
        id="",
        type=type,
        difficulty=_DIFFICULTY[type],
        clause=source.clause,
        stem=stem,
        choices=choices,
        answer=answer,
        quote=quote,
        explanation=explanation,
        prompts=prompts,
    )
