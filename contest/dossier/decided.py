"""What was decided about a round until a result was published, for its dossier. Reads only.

A document of an older version says what was in force on its day, whatever followed. People are
named where the document has to say whose result was cancelled, and as the round names them.
Whoever was cleared again, given time, merged or hidden is "một người dự thi": the paper goes to
many hands, and who it was stands in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.ages import age_on
from contest import wording
from contest.dossier.content import RulesVersion as RulesInForce
from contest.dossier.decisions import (
    Amendment,
    Appeals,
    Disqualification,
    Extension,
    Incident,
    Outage,
    QuestionDecision,
    Ruling,
    Undone,
)
from contest.models import Appeal, Decision, Entry, RoundResult, RulesVersion
from contest.names import shown_name
from contest.phases import VIETNAM
from contest.regrading.decided import VERDICT_NAMES
from contest.rulings import span_of
from quizzes.models import QuestionVersion

SOMEBODY = "một người dự thi"
UNKNOWN = "Ban Tổ chức"


class Decided:
    """Decisions about the round of a result that were made by the time of the result."""

    def __init__(self, result: RoundResult) -> None:
        self._result, self._until = result, result.made_at
        self._by_kind: dict[str, list[Decision]] = {}
        for decision in self._made():
            self._by_kind.setdefault(decision.kind, []).append(decision)

    def _made(self) -> QuerySet[Decision]:
        round = self._result.round
        people = round.entries.values("user")
        about = Q(round=round) | Q(round=None, contest=round.contest_id, user__in=people)
        hidden = Q(kind=Decision.Kind.HIDE_NAME, user__in=people)
        return (
            Decision.objects.filter(about | hidden, made_at__lte=self._until)
            .select_related("entry__user")
            .order_by("made_at", "pk")
        )

    def _of(self, *kinds: Decision.Kind) -> Iterable[Decision]:
        found = [decision for kind in kinds for decision in self._by_kind.get(kind, [])]
        return sorted(found, key=lambda decision: (decision.made_at, decision.pk))

    def _is_undone(self, decision: Decision) -> bool:
        return decision.undone_at is not None and decision.undone_at <= self._until

    def _ruling(self, decision: Decision) -> Ruling:
        undone = None
        if decision.undone_at is not None and self._is_undone(decision):
            undone = Undone(
                decision.undone_at, decision.undone_by_name or UNKNOWN, decision.undo_reason
            )
        by = decision.made_by_name or UNKNOWN
        return Ruling(by, decision.made_at, decision.reason, undone)

    # -- Time --

    def extensions(self) -> tuple[Extension, ...]:
        return tuple(
            Extension(
                datetime.fromisoformat(decision.data["from"]),
                datetime.fromisoformat(decision.data["to"]),
                self._ruling(decision),
            )
            for decision in self._of(Decision.Kind.EXTEND)
        )

    def outages(self) -> tuple[Outage, ...]:
        """Those that have ended; one that goes on has given nothing back yet."""
        spans = [(span_of(d.data), self._ruling(d)) for d in self._of(Decision.Kind.OUTAGE)]
        return tuple(
            Outage(span.starts, span.ends, ruling)
            for span, ruling in spans
            if span.ends is not None
        )

    # -- People --

    def disqualifications(self) -> tuple[Disqualification, ...]:
        return tuple(
            self._disqualification(decision, decision.entry)
            for decision in self._of(Decision.Kind.DISQUALIFY)
            if decision.entry is not None
        )

    def _disqualification(self, decision: Decision, entry: Entry) -> Disqualification:
        ruling = self._ruling(decision)
        if ruling.undone is not None:
            return Disqualification(SOMEBODY.capitalize(), "", ruling)
        last = entry.attempts.select_related("unit").order_by("number").last()
        return Disqualification(self._name(entry), last.unit.name if last else "", ruling)

    def _name(self, entry: Entry) -> str:
        user, day = entry.user, self._until.astimezone(VIETNAM).date()
        born = user.birth_date if user else None
        return shown_name(
            None if user is None or user.erased_at else user.full_name or user.username,
            self._result.round.names_shown,
            entry=entry.pk,
            is_hidden=user is not None and user.is_name_hidden,
            age=None if born is None else age_on(born, day),
        )

    def incidents(self) -> tuple[Incident, ...]:
        kinds = (Decision.Kind.EXTRA_TIME, Decision.Kind.MERGE, Decision.Kind.HIDE_NAME)
        return tuple(
            Incident(decision.made_at, _happened(decision), self._ruling(decision))
            for decision in self._of(*kinds)
        )

    # -- Questions --

    def questions(self) -> tuple[QuestionDecision, ...]:
        decisions = list(self._of(Decision.Kind.REGRADE))
        versions = QuestionVersion.objects.select_related("question", "clause").in_bulk(
            [int(decision.data["version"]) for decision in decisions]
        )
        return tuple(
            _question(d, versions[int(d.data["version"])], self._ruling(d)) for d in decisions
        )

    def appeals(self) -> Appeals:
        made = Appeal.objects.filter(round=self._result.round, made_at__lte=self._until)
        answered = made.filter(decided_at__lte=self._until)
        return Appeals(
            made.count(),
            answered.filter(status=Appeal.Status.ACCEPTED).count(),
            answered.filter(status=Appeal.Status.REJECTED).count(),
        )


def _happened(decision: Decision) -> str:
    if decision.kind == Decision.Kind.EXTRA_TIME:
        return f"Thêm {wording.minutes(decision.data['seconds'])} làm bài cho {SOMEBODY}"
    if decision.kind == Decision.Kind.MERGE:
        return f"Gộp hai tài khoản của {SOMEBODY}, kết quả tính như của một người"
    return f"Ẩn tên của {SOMEBODY} ở mọi nơi công khai"


def _question(decision: Decision, version: QuestionVersion, ruling: Ruling) -> QuestionDecision:
    people = decision.score_changes.order_by().values("attempt__entry").distinct().count()
    said = VERDICT_NAMES[decision.data["verdict"]]
    texts = {choice["key"]: choice["text"] for choice in version.choices}
    more = [
        " – ".join(texts.get(key, key) for key in keys)
        for keys in decision.data.get("accepted") or []
    ]
    if more:
        said = f"{said}: {'; '.join(f'“{answer}”' for answer in more)}"
    clause = version.clause.code
    return QuestionDecision(version.question.code, clause, said, people, ruling)


def rules_in_force(result: RoundResult) -> RulesInForce:
    """The version of the rules a result was made by, and how it came to be.

    A round without a written version (made before there were any) has its publication's day.
    """
    round = result.round
    versions = list(
        RulesVersion.objects.filter(round=round, number__lte=result.rules_number)
        .select_related("by")
        .order_by("number")
    )
    day = versions[-1].at if versions else round.published_at or result.made_at
    amendments = tuple(_amendment(version) for version in versions if version.number > 1)
    return RulesInForce(result.rules_number, day.astimezone(VIETNAM).date(), amendments)


def _amendment(version: RulesVersion) -> Amendment:
    by = str(version.by) if version.by and not version.by.erased_at else UNKNOWN
    reason = version.reason or "Cập nhật thể lệ theo thông số của vòng thi"
    return Amendment(version.number, " ".join(version.changes), Ruling(by, version.at, reason))
