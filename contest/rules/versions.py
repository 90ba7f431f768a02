"""The published versions of a round's rules: the first at publication, an amendment each time
something everybody was told changes afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from contest.conduct.decisions import locked
from contest.drafts import settings_of
from contest.models import Round, RulesVersion
from contest.rules.reading import rules_of
from contest.rules.text import Article, articles


def current_articles(round: Round) -> list[Article]:
    """The thể lệ as the settings say it now."""
    return articles(rules_of(round))


def articles_of(version: RulesVersion) -> list[Article]:
    """The thể lệ as that version wrote it down."""
    return [Article.from_json(stored) for stored in version.articles]


def articles_in_force(round: Round) -> list[Article]:
    """The thể lệ everybody can read: as last written down, before publication as set now."""
    last = last_version(round)
    return articles_of(last) if last else current_articles(round)


def amendments(round: Round) -> QuerySet[RulesVersion]:
    """The versions that changed something after publication, newest first."""
    return round.rules_versions.filter(number__gt=1).order_by("-number")


def last_version(round: Round) -> RulesVersion | None:
    """The version in force, None before publication."""
    return round.rules_versions.order_by("number").last()


@transaction.atomic
def write_version(
    *, round: Round, actor: User | None, reason: str, now: datetime, changes: Sequence[str] = ()
) -> RulesVersion | None:
    """Write down the rules as they are now, if they say something new.

    ``changes`` are the sentences of the amendment; without any they are derived from the
    difference to the version before. None when nothing anybody can read has changed.
    """
    locked(round)  # numbers are given one at a time
    before = last_version(round)
    said = current_articles(round)
    if before is not None:
        changes = list(changes) or difference(articles_of(before), said)
        if not changes:
            return None
    return RulesVersion.objects.create(
        round=round,
        number=before.number + 1 if before else 1,
        at=now,
        by=actor,
        reason=reason,
        settings=settings_of(round),
        articles=[article.to_json() for article in said],
        changes=list(changes),
    )


def difference(old: Sequence[Article], new: Sequence[Article]) -> list[str]:
    """What an amendment says: each điều that reads differently, with what is gone and added.

    Empty only when both read the same, but for the numbers of điều that others moved.
    """
    before = {article.title: article for article in old}
    after = {article.title for article in new}
    sentences = []
    for number, article in enumerate(new, start=1):
        known = before.get(article.title)
        if known is None:
            said = " ".join((*article.sentences, *article.items))
            sentences.append(f"Bổ sung Điều {number} ({article.title}): {said}")
        elif known != article:
            sentences.append(f"Điều {number} ({article.title}): {_changed(known, article)}.")
    return sentences + [
        f"Bãi bỏ Điều {number} ({article.title})."
        for number, article in enumerate(old, start=1)
        if article.title not in after
    ]


def _changed(old: Article, new: Article) -> str:
    """What is new in a điều, in the words of the old and the new text."""
    gone, added = _beyond(new, old), _beyond(old, new)
    if gone and added:
        return f"thay “{gone}” bằng “{added}”"
    if gone:
        return f"bỏ “{gone}”"
    if added:
        return f"bổ sung “{added}”"
    # The same sentences in another order, such as that of ranking keys.
    return f"sắp xếp lại thành “{' '.join((*new.sentences, *new.items))}”"


def _beyond(known: Article, article: Article) -> str:
    """What the article says beyond what is known, in its order."""
    left = Counter((*known.sentences, *known.items))
    found = []
    for text in (*article.sentences, *article.items):
        if left[text]:
            left[text] -= 1
        else:
            found.append(text)
    return " ".join(found)
