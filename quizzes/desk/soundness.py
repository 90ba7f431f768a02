"""Whether a version may go to competitors: its faults, and who had a hand in it."""

from __future__ import annotations

import re
from dataclasses import replace

from quizzes.banks import FIELD_NAMES
from quizzes.checks import TO_FINISH, folded, question_reasons
from quizzes.models import Passage, QuestionVersion, VersionEvent
from quizzes.quotes import is_quoted_from
from quizzes.records import record_of

_FILE_NAMES = re.compile(rf" \((?:{'|'.join(FIELD_NAMES)})\)")
HANDS = (VersionEvent.Action.CREATED, VersionEvent.Action.EDITED)


def official_text(version: QuestionVersion) -> str:
    """The text in force of the version's clause; "" while none is loaded."""
    passage = Passage.objects.filter(clause_id=version.clause_id, is_current=True).first()
    return passage.text if passage else ""


def version_faults(version: QuestionVersion) -> list[str]:
    """What is wrong with a version as it stands, checked as bank files are."""
    programme = version.question.programme
    listed = set(programme.clauses.values_list("code", flat=True))
    record = record_of(version)
    record = replace(record, answer=tuple(key for key in record.answer if key))
    # The names of fields in a file mean nothing to somebody at the desk.
    reasons = [_FILE_NAMES.sub("", r) for r in question_reasons(record, programme.code, listed)]
    reasons += _text_reasons(version) + _repeated_stem(version)
    if TO_FINISH in version.explanation:
        reasons.append("lời giải thích còn phần người soạn phải bổ sung")
    return reasons


def _text_reasons(version: QuestionVersion) -> list[str]:
    """Whether the official text, once loaded, still has the clause and the words quoted."""
    text, clause = official_text(version), version.clause
    if text:
        quoted = not version.quote or is_quoted_from(version.quote, text)
        return [] if quoted else [f"trích dẫn không có nguyên văn trong mục {clause.code}"]
    loaded = Passage.objects.filter(clause__programme_id=clause.programme_id, is_current=True)
    if loaded.exists():
        return [f"mục {clause.code} không còn trong văn bản gốc đang dùng; hãy chọn mục khác"]
    return []


def _repeated_stem(version: QuestionVersion) -> list[str]:
    stem = folded(version.stem)
    approved = QuestionVersion.objects.filter(status=QuestionVersion.Status.APPROVED)
    others = approved.exclude(question=version.question_id)
    said = others.values_list("question__code", "stem")
    same = [code for code, text in said if stem and folded(text) == stem]
    return [f"câu dẫn trùng với câu {code}" for code in same[:1]]


def writers(version: QuestionVersion) -> set[int]:
    """Ids of the people who had a hand in the words of a version, whichever version of the
    question they first stood in: copying one's own words to a new draft changes no author."""
    same_words = VersionEvent.objects.filter(
        version__question=version.question_id,
        version__content_hash=version.content_hash,
        action__in=HANDS,
        actor__isnull=False,
    )
    own = version.events.filter(action__in=HANDS, actor__isnull=False)
    return {pk for events in (same_words, own) for pk in events.values_list("actor_id", flat=True)}
