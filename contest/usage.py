"""Which clauses the published rounds ask about."""

from __future__ import annotations

from contest.access import visible_rounds
from contest.models import Round
from quizzes.models import QuestionVersion


def rounds_by_clause() -> dict[str, list[Round]]:
    """``{clause code: published rounds whose pools hold a question of it}``, oldest round first.

    Told by the pools frozen at publication, so a later change of the bank changes nothing. How
    often a question was drawn is not counted: that would read every paper there is.
    """
    clause_of = dict(QuestionVersion.objects.values_list("id", "clause__code"))
    used: dict[str, list[Round]] = {}
    for round in visible_rounds().order_by("opens_at", "id"):
        ids = {version_id for pool in round.pools for version_id in pool}
        for code in {clause_of[version_id] for version_id in ids if version_id in clause_of}:
            used.setdefault(code, []).append(round)
    return used
