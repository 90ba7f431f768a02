"""Deciding about people: cancelling a result, hiding a name, merging accounts; and undoing each.

Attempts are never touched: what counts is computed again from them and the decisions in force,
so taking a decision back gives exactly the board before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from accounts.access import holds_duty
from accounts.models import User
from contest.conduct import decisions
from contest.conduct.decisions import decide, locked, recompute, require_not_final
from contest.conduct.times import recompute_times, with_kept
from contest.entries import decisions_in_force
from contest.errors import ContestError, RoundIsFinal
from contest.models import Contest, Decision, Entry, Round

# -- Cancelling a result -------------------------------------------------------------------------


@transaction.atomic
def disqualify(*, entry: Entry, actor: User, reason: str, now: datetime) -> Decision:
    """Take the person's result in this round off every board; their attempts are kept.

    Raises ``ContestError`` when it is cancelled already, or ``RoundIsFinal``.
    """
    round = locked(entry.round)
    require_not_final(round)
    if decisions_in_force(round).filter(kind=Decision.Kind.DISQUALIFY, entry=entry).exists():
        raise ContestError("Kết quả của người này trong vòng thi đã bị hủy trước đó.")
    entry.refresh_from_db()
    decision = decide(
        actor=actor,
        kind=Decision.Kind.DISQUALIFY,
        reason=reason,
        now=now,
        contest=round.contest,
        round=round,
        entry=entry,
        before={"entry": entry.pk, "points": entry.points, "rank_key": entry.rank_key},
        after={"entry": entry.pk, "rank_key": ""},
    )
    recompute(round, with_kept(round, [entry.pk]))
    return decision


@transaction.atomic
def take_back_disqualification(
    *, decision: Decision, actor: User, reason: str, now: datetime
) -> Decision:
    """The result counts again as it would without the decision. Raises ``RoundIsFinal``."""
    if decision.round is None or decision.entry_id is None:
        raise ContestError("Quyết định này không thuộc một vòng thi.")
    round = locked(decision.round)
    require_not_final(round)
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    recompute(round, with_kept(round, [decision.entry_id]))
    return taken_back


# -- Hiding a name -------------------------------------------------------------------------------


@transaction.atomic
def hide_name(*, user: User, actor: User, reason: str, now: datetime) -> Decision:
    """Show a phrase instead of the person's name wherever everybody can read it, at once.

    The decision keeps the name as it was. Raises ``ContestError`` when it is hidden already.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if user.is_name_hidden:
        raise ContestError("Tên của người này đang được ẩn rồi.")
    decision = decide(
        actor=actor,
        kind=Decision.Kind.HIDE_NAME,
        reason=reason,
        now=now,
        contest=None,
        user=user,
        before={"user": user.pk, "is_name_hidden": False},
        after={"user": user.pk, "is_name_hidden": True},
    )
    # The name as it was stands on the decision, from where it can be erased one day; the audit,
    # whose records are sealed, knows people by number only.
    decision.data = {"name": user.full_name}
    decision.save(update_fields=["data"])
    _write_hidden(user)
    return decision


@transaction.atomic
def take_back_hidden_name(
    *, decision: Decision, actor: User, reason: str, now: datetime
) -> Decision:
    """Show the person's present name again."""
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    if taken_back.user is not None:  # the account may be gone since
        _write_hidden(taken_back.user)
    return taken_back


def _write_hidden(user: User) -> None:
    in_force = Decision.objects.filter(kind=Decision.Kind.HIDE_NAME, user=user, undone_at=None)
    User.objects.filter(pk=user.pk).update(is_name_hidden=in_force.exists())


# -- Merging accounts ----------------------------------------------------------------------------


@transaction.atomic
def merge_accounts(
    *, contest: Contest, kept: User, merged: User, actor: User, reason: str, now: datetime
) -> Decision:
    """Let the attempts of ``merged`` in the contest's rounds count for ``kept``: one person.

    Of all attempts of both the first ones count, as many as a round allows. The merged account
    cannot sign in any more and is signed out everywhere. Raises ``ContestError`` (the same
    account, people on duty, locked or merged before, a loop) or ``RoundIsFinal``.
    """
    pair = User.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, merged.pk])
    users = {user.pk: user for user in pair.order_by("pk")}
    kept, merged = users[kept.pk], users[merged.pk]
    _require_mergeable(contest, kept, merged)
    rounds = _rounds_touched(contest, merged)
    decision = decide(
        actor=actor,
        kind=Decision.Kind.MERGE,
        reason=reason,
        now=now,
        contest=contest,
        user=merged,
        data={"kept": kept.pk, "merged": merged.pk},
        before={"kept": kept.pk, "merged": merged.pk, "is_active": True},
        after={"is_active": False},
    )
    User.objects.filter(pk=merged.pk).update(is_active=False)
    _end_sessions(merged, now)
    for round in rounds:
        Entry.objects.get_or_create(user=kept, round=round)
    _count_anew(rounds, [kept.pk, merged.pk], now)
    return decision


@transaction.atomic
def take_back_merge(*, decision: Decision, actor: User, reason: str, now: datetime) -> Decision:
    """Two accounts again, each with its own attempts. Raises ``RoundIsFinal``."""
    contest, data = decision.contest, decision.data
    if contest is None:
        raise ContestError("Quyết định này không thuộc một cuộc thi.")
    rounds = _rounds_touched(contest, data["merged"])
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    if not _merges().filter(data__merged=data["merged"]).exists():
        User.objects.filter(pk=data["merged"], erased_at=None).update(is_active=True)
    _count_anew(rounds, [data["kept"], data["merged"]], now)
    return taken_back


def _require_mergeable(contest: Contest, kept: User, merged: User) -> None:
    if kept.pk == merged.pk:
        raise ContestError("Hai tài khoản phải khác nhau: bạn đang chọn cùng một tài khoản.")
    _require_competitor(kept)
    _require_competitor(merged)
    into = {d.data["merged"]: d.data["kept"] for d in _merges().filter(contest=contest)}
    if merged.pk in into:
        raise ContestError(f"Tài khoản {merged.username} đã được gộp trước đó.")
    if _leads_to(into, kept.pk, merged.pk):
        raise ContestError(
            f"Tài khoản {kept.username} đã được gộp vào {merged.username}; "
            "hãy thu hồi lần gộp ấy trước."
        )
    if kept.pk in into or not kept.is_active:
        raise ContestError(
            f"Tài khoản giữ lại ({kept.username}) đang bị khóa hoặc đã gộp vào tài khoản khác; "
            "hãy chọn tài khoản đang dùng được."
        )
    if not merged.is_active and not _merges().filter(data__merged=merged.pk).exists():
        raise ContestError(
            f"Tài khoản {merged.username} đang bị khóa; hãy mở khóa trước khi gộp, để việc gộp "
            "thu hồi được."
        )


def _require_competitor(user: User) -> None:
    if holds_duty(user):
        raise ContestError(f"{user} đang làm nhiệm vụ của cuộc thi nên không gộp được.")
    if user.erased_at is not None:
        raise ContestError("Một trong hai tài khoản đã xóa thông tin nên không gộp được.")


def _merges() -> QuerySet[Decision]:
    return Decision.objects.filter(kind=Decision.Kind.MERGE, undone_at=None)


def _leads_to(into: dict[int, int], start: int, goal: int) -> bool:
    """Whether following merges from one account ends at, or passes, the other."""
    seen = {start}
    while (start := into.get(start, start)) not in seen:
        seen.add(start)
    return goal in seen


def _rounds_touched(contest: Contest, merged: User | int) -> list[Round]:
    """The rounds where the merged account has an entry, held; ``RoundIsFinal`` for a final one."""
    rounds = Round.objects.filter(entries__user=merged, contest=contest).order_by("pk")
    held = [locked(round) for round in rounds]
    for round in held:
        if round.finalised_at is not None and round.reopened_at is None:
            raise RoundIsFinal(
                f"Vòng {round.number} đã có kết quả chính thức, trong đó có tài khoản bị gộp. "
                "Hãy mở bản đính chính của vòng ấy trước."
            )
    return held


def _count_anew(rounds: Iterable[Round], users: list[int], now: datetime) -> None:
    for round in rounds:
        recompute_times(round, now)
        own = list(round.entries.filter(user__in=users).values_list("pk", flat=True))
        recompute(round, with_kept(round, own))


def _end_sessions(user: User, now: datetime) -> None:
    """Sign the person out on every device; sessions name their person inside only."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            store(session.session_key).delete()
