"""The dossier of a published result, read from the database.

Everything stands as on the day of the result: the settings as its version of the rules has them,
decisions made by then, the names it was published with (less of people who are gone or whose
name was hidden since).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from contest.dossier.awarded import by_list, prize_lists, prize_rows, ties, unit_rows
from contest.dossier.content import (
    Dossier,
    Draw,
    Figures,
    Issuer,
    MerkleRoot,
    PaperLine,
    PaperPlan,
    Prediction,
    ResultKind,
    ResultRow,
    ResultVersion,
    RoundWindow,
    ScoreBands,
    Signatory,
    Signatures,
)
from contest.dossier.decided import Decided, rules_in_force
from contest.drafts import settings_of
from contest.forms.words import hours_in_words
from contest.models import Contest, RoundResult, RulesVersion, UnitResultRow
from contest.models import ResultRow as StoredRow
from contest.ordering import PREDICTION
from contest.papers import seed_commitment
from contest.payloads import PREDICTION_QUESTIONS
from contest.results.figures import FULL, HIGH, LOW, MIDDLE
from contest.results.reading import published_name
from contest.results.sealing import secret_public
from contest.rules.outcome import ASKED, key_in_words
from contest.rules.reading import rules_of
from quizzes.models import Programme, QuestionVersion

BODY, SYMBOL = "Ban Tổ chức", "BTC"
_CHUNK = 2_000
_COUNTED_ON = "Tính trên "


@dataclass(frozen=True, slots=True)
class Paperwork:
    """What only people know: the document's number and day, who signs, who receives it."""

    number: str = ""
    dated: date | None = None
    head: str = ""
    secretary: str = ""
    members: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    archive: str = BODY


def dossier_of(result: RoundResult, paperwork: Paperwork, now: datetime | None = None) -> Dossier:
    """Everything the documents of a final result or a correction say.

    Raises ``ValueError`` for a result that only seals the attempts.
    """
    if result.kind == RoundResult.Kind.CLOSE:
        raise ValueError("only a ranked table has a dossier")
    contest, heading = result.round.contest, result.figures["heading"]
    settings, divisions = settings_by(result), _divisions(contest)
    decided, rows = Decided(result), prize_rows(result)
    lists, units = by_list(rows, settings["prizes"]), _units(result)
    return Dossier(
        contest_title=heading["contest"],
        round_number=heading["number"],
        round_title=heading["title"],
        issuer=Issuer(contest.issuer_parent, contest.issuer or BODY, SYMBOL),
        place=contest.place,
        number=paperwork.number,
        dated=paperwork.dated,
        rules=rules_in_force(result),
        window=_window(result, decided),
        papers=_papers(settings, divisions),
        time_limit_s=settings["time_limit_s"],
        attempts_allowed=settings["attempts_allowed"],
        figures=_figures(result.figures),
        ranking_keys=_ranking_keys(result),
        divisions=tuple(divisions.values()),
        prediction=_prediction(result),
        draw=_draw(result, now or timezone.now()),
        disqualifications=decided.disqualifications(),
        questions=decided.questions(),
        incidents=decided.incidents(),
        appeals=decided.appeals(),
        rows=lambda: _rows(result),
        ties=ties(lists),
        prizes=prize_lists(lists, divisions, units, settings["prizes"]),
        units=unit_rows(units),
        version=_version(result),
        roots=_roots(result),
        signatures=_signatures(paperwork),
        recipients=paperwork.recipients,
        archive=paperwork.archive,
    )


# -- What was competed in ------------------------------------------------------------------------


def settings_by(result: RoundResult) -> Mapping[str, Any]:
    """The round's settings as the version of its rules has them by which it was decided."""
    versions = RulesVersion.objects.filter(round=result.round, number=result.rules_number)
    version = versions.first()
    return version.settings if version else settings_of(result.round)


def _divisions(contest: Contest) -> dict[str, str]:
    """Names by code, in their order."""
    return dict(contest.divisions.order_by("position").values_list("code", "name"))


def _window(result: RoundResult, decided: Decided) -> RoundWindow:
    heading = result.figures["heading"]
    return RoundWindow(
        opens_at=datetime.fromisoformat(heading["opens_at"]),
        closes_at=datetime.fromisoformat(heading["closes_at"]),
        hours=hours_in_words(result.round),
        extensions=decided.extensions(),
        outages=decided.outages(),
    )


def _papers(settings: Mapping[str, Any], divisions: Mapping[str, str]) -> tuple[PaperPlan, ...]:
    lines = settings["lines"]
    titles = dict(
        Programme.objects.filter(code__in=[line["programme"] for line in lines]).values_list(
            "code", "short_title"
        )
    )
    plans: dict[str, list[PaperLine]] = {}
    for line in lines:
        code = line["programme"]
        level = line["difficulty"] and str(QuestionVersion.Difficulty(line["difficulty"]).label)
        plans.setdefault(line["division"], []).append(
            PaperLine(code, titles.get(code, ""), line["count"], line["points"], level)
        )
    essay = settings["essay_points"] if settings["essay_prompt"] else 0
    return tuple(
        PaperPlan(tuple(of), divisions.get(division, ""), essay) for division, of in plans.items()
    )


def _figures(stored: Mapping[str, Any]) -> Figures:
    bands = stored["bands"]
    return Figures(
        entrants=stored["entrants"],
        attempts=stored["attempts"],
        perfect=stored["perfect"],
        units=stored["units"],
        bands=ScoreBands(bands[FULL], bands[HIGH], bands[MIDDLE], bands[LOW]),
    )


def _ranking_keys(result: RoundResult) -> tuple[str, ...]:
    rules, asked = rules_of(result.round), result.truth is not None
    return tuple(
        key_in_words(key, rules) for key in result.ranking_keys if key != PREDICTION or asked
    )


def _prediction(result: RoundResult) -> Prediction | None:
    """None too where nobody was left to count on."""
    target = result.prediction_target
    if not target or result.truth is None:
        return None
    return Prediction(
        question=PREDICTION_QUESTIONS[result.round.PredictionTarget(target)],
        target=ASKED[target],
        truth=result.truth,
        counted_on=result.truth_set.removeprefix(_COUNTED_ON),
    )


def _draw(result: RoundResult, now: datetime) -> Draw:
    round = result.round
    return Draw(seed_commitment(round.secret), round.secret if secret_public(round, now) else "")


# -- Results -------------------------------------------------------------------------------------


def _rows(result: RoundResult) -> Iterator[ResultRow]:
    """The full table, best first, read along."""
    stored = StoredRow.objects.filter(result=result).select_related("entry__user", "division")
    for row in stored.order_by("position").iterator(chunk_size=_CHUNK):
        yield ResultRow(
            rank=row.rank,
            name=published_name(row),
            unit=row.unit_name,
            points=row.points,
            correct=row.correct,
            elapsed_ms=row.elapsed_ms,
            submitted_at=row.submitted_at,
            division=row.division.name if row.division else "",
            division_rank=row.division_rank if row.division else None,
            prediction=row.prediction,
            distance=row.distance,
            prize=row.prize,
            receipt=row.receipt,
        )


def _units(result: RoundResult) -> list[UnitResultRow]:
    return list(result.unit_rows.select_related("unit").order_by("position"))


def _version(result: RoundResult) -> ResultVersion:
    return ResultVersion(
        number=result.number,
        kind=ResultKind(result.kind),
        signed_off_by=result.signed_by_name or result.made_by_name or BODY,
        signed_off_at=result.made_at,
        reason=result.reason,
    )


def _roots(result: RoundResult) -> tuple[MerkleRoot, ...]:
    """Of this result and everything published of the round before it."""
    published = result.round.results.filter(number__lte=result.number).order_by("number")
    return tuple(
        MerkleRoot(f"{each.get_kind_display()}, bản {each.number:02d}", each.leaves, each.root)
        for each in published
    )


def _signatures(paperwork: Paperwork) -> Signatures:
    return Signatures(
        BODY,
        Signatory("Trưởng Ban", paperwork.head),
        Signatory("Thư ký", paperwork.secretary),
        tuple(Signatory("Ủy viên", name) for name in paperwork.members),
    )
