"""What an organiser sets for a whole contest: who may enter, who works for it, how it is signed.

Once a round is published, conditions and divisions stand: people rely on them. What may still
change is told in a new version of the rules of every round it touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from accounts.text import fold
from contest.audit import record
from contest.conduct.decisions import require_reason
from contest.drafts import RoundDraft
from contest.eligibility import Eligibility
from contest.errors import ContestError
from contest.events import round_changed
from contest.models import Contest, Division, Exclusion, Round
from contest.rounds import create_contest, create_round
from contest.rules.versions import write_version

STANDS = (
    "Đã có vòng thi được công bố nên {what} không đổi được nữa: người dự thi đã căn cứ vào đó. "
    "Muốn áp dụng điều kiện khác, hãy nhân bản thành cuộc thi mới."
)


@dataclass(frozen=True, slots=True)
class ContestDraft:
    """The settings of a contest, named as on ``Contest``; ``who`` may enter at all."""

    title: str
    summary: str = ""
    issuer_parent: str = ""
    issuer: str = ""
    place: str = "Cao Bằng"
    profile: str = Contest.Profile.PARTY
    one_prize_per_person: bool = False
    has_table: bool = False
    who: Eligibility = field(default_factory=Eligibility)
    excluded_units: Sequence[str] = ()


_COLUMNS = [f.name for f in fields(ContestDraft) if f.name not in ("who", "excluded_units")]


def contest_draft_of(contest: Contest) -> ContestDraft:
    """The contest's settings as a draft: to show, to clone, to change some of them."""
    return ContestDraft(
        **{name: getattr(contest, name) for name in _COLUMNS},
        who=contest.who,
        excluded_units=tuple(contest.excluded_units),
    )


def is_public(contest: Contest) -> bool:
    """Whether a round is published, so that conditions and divisions stand."""
    return contest.rounds.filter(published_at__isnull=False).exists()


@transaction.atomic
def create_contest_like(
    *, actor: User, draft: ContestDraft, divisions: Sequence[Division] = ()
) -> Contest:
    """A new contest with these settings. ``divisions`` are unsaved and become the contest's own,
    so that lines and prizes may already refer to them."""
    contest = create_contest(actor=actor, title=draft.title, summary=draft.summary)
    _apply(contest, draft)
    for position, division in enumerate(divisions, start=1):
        division.contest, division.position = contest, position
        division.save(force_insert=True)
    _record(actor, "update_contest", contest, before={}, after=_plain(contest))
    return contest


@transaction.atomic
def open_contest(
    *, actor: User, contest: ContestDraft, divisions: Sequence[Division], round: RoundDraft
) -> Round:
    """A new contest with its first, unpublished round; both or neither. The round may refer to
    ``divisions``, which are not saved yet."""
    opened = create_contest_like(actor=actor, draft=contest, divisions=divisions)
    return create_round(actor=actor, contest=opened, draft=round)


@transaction.atomic
def update_contest(
    *, actor: User, contest: Contest, draft: ContestDraft, reason: str = "", now: datetime
) -> Contest:
    """Change the settings. Once a round is published a reason is asked, conditions are refused,
    and the rules of each round without a final result say what is new."""
    contest = _locked(contest)
    before, public = contest_draft_of(contest), is_public(contest)
    if before == draft:
        return contest
    said = require_reason(reason) if public else reason.strip()
    if public and before.who != draft.who:
        raise ContestError(STANDS.format(what="đối tượng dự thi"))
    if before.has_table and not draft.has_table:
        _require_no_round_from_table(contest)
    was = _plain(contest)
    _apply(contest, draft)
    # Rounds are held before the audit, in the order in which decisions hold them.
    _tell(contest, actor, said, now)
    _record(actor, "update_contest", contest, before=was, after=_plain(contest), reason=said)
    return contest


def _locked(contest: Contest) -> Contest:
    """The contest as it is now, held until the transaction ends."""
    return Contest.objects.select_for_update().get(pk=contest.pk)


def _apply(contest: Contest, draft: ContestDraft) -> None:
    for name in _COLUMNS:
        setattr(contest, name, getattr(draft, name))
    contest.eligibility = draft.who.to_json()
    contest.excluded_units = list(draft.excluded_units)
    contest.save()


def _plain(contest: Contest) -> dict[str, Any]:
    settings = asdict(contest_draft_of(contest))
    return {**settings, "who": contest.eligibility, "excluded_units": contest.excluded_units}


def _require_no_round_from_table(contest: Contest) -> None:
    taken = contest.rounds.filter(admits_from=Round.AdmitsFrom.TABLE).first()
    if taken is not None:
        raise ContestError(
            f"Vòng {taken.number} lấy người từ bảng tổng hợp nên không tắt được bảng này."
        )


def _tell(contest: Contest, actor: User, reason: str, now: datetime) -> None:
    """New versions of the rules where something people can read has changed."""
    for round in contest.rounds.filter(published_at__isnull=False, finalised_at=None):
        if write_version(round=round, actor=actor, reason=reason, now=now):
            round_changed(round.pk)


def _record(actor: User, action: str, contest: Contest, **more: Any) -> None:
    record(actor=actor, action=action, subject=f"contest:{contest.pk}", **more)


# -- Divisions -----------------------------------------------------------------------------------


def require_divisions_open(contest: Contest) -> None:
    """``ContestError`` once people rely on the divisions, or an attempt was made in one."""
    if is_public(contest):
        raise ContestError(STANDS.format(what="các bảng"))
    if contest.divisions.filter(attempts__isnull=False).exists():
        raise ContestError("Đã có bài thi thuộc một bảng nên các bảng không đổi được nữa.")


@transaction.atomic
def add_division(*, actor: User, contest: Contest, name: str, who: Eligibility) -> Division:
    """A further division, behind the others."""
    contest = _locked(contest)
    require_divisions_open(contest)
    _require_new_name(contest, name)
    last = contest.divisions.order_by("position").last()
    division = Division.objects.create(
        contest=contest,
        position=last.position + 1 if last else 1,
        code=_free_code(contest, name),
        name=name,
        eligibility=who.to_json(),
    )
    _record(actor, "add_division", contest, after=_said(division))
    return division


@transaction.atomic
def change_division(*, actor: User, division: Division, name: str, who: Eligibility) -> Division:
    """Another name or other conditions; its code stays."""
    contest = _locked(division.contest)
    require_divisions_open(contest)
    _require_new_name(contest, name, division.pk)
    before = _said(division)
    division.name, division.eligibility = name, who.to_json()
    division.save(update_fields=["name", "eligibility"])
    _record(actor, "change_division", contest, before=before, after=_said(division))
    return division


@transaction.atomic
def move_division(*, actor: User, division: Division, step: int) -> None:
    """One place up (-1) or down (1); at either end nothing happens."""
    contest = _locked(division.contest)
    require_divisions_open(contest)
    order = list(contest.divisions.order_by("position"))
    place = order.index(division)
    if not 0 <= place + step < len(order):
        return
    before = [each.name for each in order]
    order.insert(place + step, order.pop(place))
    _number(order)
    after = [each.name for each in order]
    _record(actor, "move_division", contest, before={"order": before}, after={"order": after})


@transaction.atomic
def remove_division(*, actor: User, division: Division) -> None:
    """Take an unused division away; the others close up."""
    contest = _locked(division.contest)
    require_divisions_open(contest)
    for what, rows in (("cấu trúc đề", division.lines), ("giải thưởng", division.prizes)):
        used = rows.select_related("round").first()
        if used is not None:
            raise ContestError(
                f"{division.name} đang dùng ở {what} của vòng {used.round.number}; "
                "hãy bỏ ở đó trước rồi bỏ bảng."
            )
    before = _said(division)
    division.delete()
    _number(list(contest.divisions.order_by("position")))
    _record(actor, "remove_division", contest, before=before)


def _number(order: Sequence[Division]) -> None:
    """Positions from 1, by way of free ones: two divisions never share one."""
    beyond = max((division.position for division in order), default=0)
    for start in (beyond, 0):
        for position, division in enumerate(order, start=start + 1):
            division.position = position
            division.save(update_fields=["position"])


def _require_new_name(contest: Contest, name: str, but: int | None = None) -> None:
    others = contest.divisions.values_list("pk", "name")
    if fold(name) in {fold(other) for pk, other in others if pk != but}:
        raise ContestError("Cuộc thi đã có bảng tên này; hãy đặt tên khác.")


def _free_code(contest: Contest, name: str) -> str:
    base = slugify(fold(name))[:34] or "bang"
    taken = set(contest.divisions.values_list("code", flat=True))
    code, tries = base, 1
    while code in taken:
        tries += 1
        code = f"{base}-{tries}"
    return code


def _said(division: Division) -> dict[str, Any]:
    return {"code": division.code, "name": division.name, "eligibility": division.eligibility}


# -- People who work for the contest -------------------------------------------------------------


@transaction.atomic
def exclude_person(*, actor: User, contest: Contest, user: User, role: str) -> Exclusion:
    """Attempts the person starts from now on never rank; again with another role corrects it."""
    contest = _locked(contest)
    before = Exclusion.objects.filter(contest=contest, user=user).first()
    exclusion, _ = Exclusion.objects.update_or_create(
        contest=contest, user=user, defaults={"role": role}
    )
    _record(
        actor,
        "exclude_person",
        contest,
        reason=role,
        before={"user": user.pk, "role": before.role} if before else {},
        after={"user": user.pk, "role": role},
    )
    return exclusion


@transaction.atomic
def readmit_person(*, actor: User, exclusion: Exclusion, reason: str) -> None:
    """Attempts the person starts from now on rank again."""
    said = require_reason(reason)
    was = {"user": exclusion.user_id, "role": exclusion.role}
    contest = _locked(exclusion.contest)
    exclusion.delete()
    _record(actor, "readmit_person", contest, reason=said, before=was)
