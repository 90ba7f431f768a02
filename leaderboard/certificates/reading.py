"""The certificate a line of a published table gives right to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.access import Visitor
from contest.entries import rulings_of
from contest.errors import Forbidden, NotFound
from contest.models import ResultRow
from contest.phases import VIETNAM
from contest.results.prizegiving import latest_table
from contest.rulings import DROP
from contest.visibility import Names, is_final
from leaderboard.certificates.words import Certificate


@dataclass(frozen=True, slots=True)
class Issued:
    """A line and the one that replaced it, if a correction changed what the certificate says."""

    row: ResultRow
    newer: ResultRow | None
    is_superseded: bool


def issued(*, code: str, number: str, visitor: Visitor, now: datetime) -> Issued:
    """The line of this receipt in the table in force, or in the one of this number.

    Anybody with the receipt may look where the table names people in full, otherwise only its
    owner. Raises ``NotFound`` where nothing is published under the receipt or its person has
    no name any more, ``Forbidden`` for the names of others.
    """
    rows = ResultRow.objects.select_related(
        "entry__user", "attempt__entry__round__contest", "result__round__contest"
    ).filter(receipt=code)
    listed = list(rows.order_by("result__number"))
    if not listed or not is_final(listed[0].result.round.visibility, now):
        raise NotFound("Chưa có kết quả chính thức ứng với mã này.")
    row = _asked(listed, number)
    user = row.entry.user
    if user is None or user.erased_at is not None or not row.name:
        raise NotFound("Người dự thi đã xóa thông tin nên không còn giấy chứng nhận.")
    names_it = row.result.round.names_shown == Names.FULL and not user.is_name_hidden
    if visitor.pk != user.pk and not (names_it and row.name == user.full_name):
        raise Forbidden("Chỉ người dự thi xem được giấy chứng nhận này. Hãy đăng nhập.")
    in_force = latest_table(row.result.round)
    if in_force is None or in_force.pk == row.result_id:
        return Issued(row, None, is_superseded=False)
    newer = in_force.rows.filter(entry=row.entry).first()
    return Issued(row, newer, newer is None or _says(newer) != _says(row))


def _asked(listed: list[ResultRow], number: str) -> ResultRow:
    if not number:
        return listed[-1]
    for row in listed:
        if str(row.result.number) == number:
            return row
    raise NotFound("Không có bản kết quả này.")


def _says(row: ResultRow) -> tuple[object, ...]:
    return (row.points, row.elapsed_ms, row.rank, row.prize)


def certificate_of(found: Issued, verify_url: str) -> Certificate:
    """The certificate of a line; ``verify_url`` is what its QR code opens."""
    row, round = found.row, found.row.result.round
    contest, user = round.contest, found.row.entry.user
    assert user is not None  # ``issued`` sees to it
    has_divisions = row.division_id is not None
    return Certificate(
        issuer=(contest.issuer_parent, contest.issuer),
        full_name=user.full_name,
        unit=row.unit_name,
        contest_title=contest.title,
        round_number=round.number,
        round_title=round.title,
        kind="prize" if row.prize else "participation",
        prize=row.prize,
        points=row.points,
        total_points=_reachable(row),
        elapsed_ms=row.elapsed_ms,
        rank=(row.division_rank if has_divisions else row.rank) if row.prize else None,
        date=row.result.made_at.astimezone(VIETNAM).date(),
        place=contest.place,
        code=row.receipt,
        verify_url=verify_url,
        superseded=found.is_superseded,
        superseded_by=found.newer.receipt if found.is_superseded and found.newer else "",
    )


def _reachable(row: ResultRow) -> int:
    """The points a right answer to everything would have brought in the table of the row."""
    round = row.result.round
    verdicts = rulings_of(round, at=row.result.made_at).verdicts
    dropped = {version for version, verdict in verdicts.items() if verdict.void == DROP}
    asked: int = sum(item["p"] for item in row.attempt.paper if item["v"] not in dropped)
    return asked + round.essay_points
