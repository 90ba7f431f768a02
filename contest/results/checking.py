"""Recomputing one attempt from scratch: its paper, score, receipt and place in what was published.

Nothing stored is believed: every step computes a value again and compares it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contest.drawing import draw_paper
from contest.entries import rulings_of
from contest.marking import score_paper
from contest.models import Attempt, ResultRow, Round, RoundResult
from contest.papers import attempt_seed
from contest.proofs import leaf_hash, row_data, verify_inclusion
from contest.results.files import close_proof, final_proof, final_row
from contest.results.prizegiving import latest_table
from contest.results.rescoring import receipt_again
from contest.scoring import Result
from contest.visibility import is_final, is_frozen, result_visible

_CODE = re.compile(r"[A-Z2-7]{16}")


class Status(StrEnum):
    PASSED = "ĐẠT"
    FAILED = "KHÔNG ĐẠT"
    SKIPPED = "CHƯA KIỂM"


@dataclass(frozen=True, slots=True)
class Step:
    """A check by name, how it ended, and a sentence about it."""

    name: str
    status: Status
    says: str

    @property
    def failed(self) -> bool:
        return self.status == Status.FAILED


@dataclass(frozen=True, slots=True)
class Verified:
    """An attempt with its steps. ``at_hand_in``: recomputed by the published key; ``now``: with
    the decisions in force; ``row``: its line of the ranked table in force, if it has one."""

    attempt: Attempt
    at_hand_in: Result
    now: Result
    steps: list[Step]
    row: ResultRow | None
    seal: RoundResult | None

    @property
    def holds(self) -> bool:
        return not any(step.failed for step in self.steps)


def settled_code(typed: str) -> str:
    """A receipt as it is printed, from however it was typed; "" when it is none."""
    letters = re.sub(r"[\s\-–]", "", typed).upper()
    if not _CODE.fullmatch(letters):
        return ""
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def attempt_of(code: str) -> Attempt | None:
    """The finished attempt a receipt was given for. A receipt that a published table has is
    found even when the attempt no longer says so."""
    attempts = Attempt.objects.select_related("entry__round__contest", "division")
    found = attempts.filter(receipt=code, state=Attempt.State.FINISHED).first()
    if found is None:
        row = ResultRow.objects.filter(receipt=code).order_by("-result").first()
        found = attempts.filter(pk=row.attempt_id).first() if row else None
    return found


def may_show(round: Round, now: datetime) -> bool:
    """Whether a receipt may tell its result to whoever has it: shown, and boards not frozen."""
    return result_visible(round.visibility, now) and not is_frozen(round.visibility, now)


def verify_attempt(attempt: Attempt, code: str, now: datetime) -> Verified:
    """Compute everything about the attempt again; ``code`` is the receipt it is asked by."""
    round = attempt.entry.round
    at_hand_in = score_paper(attempt.paper, attempt.answers)
    ruled = score_paper(attempt.paper, attempt.answers, rulings_of(round))
    seal = _seal(round)
    row = _row(attempt) if is_final(round.visibility, now) else None
    steps = [
        _draw(attempt),
        _score(attempt, at_hand_in, code),
        _decisions(attempt, ruled),
        _closed(attempt, seal),
        *([_table(row)] if row else []),
        *([_line(row, attempt, ruled, code)] if row else []),
    ]
    return Verified(attempt, at_hand_in, ruled, steps, row, seal)


def _seal(round: Round) -> RoundResult | None:
    return round.results.filter(kind=RoundResult.Kind.CLOSE).order_by("-number").first()


def _row(attempt: Attempt) -> ResultRow | None:
    table = latest_table(attempt.entry.round)
    if table is None:
        return None
    rows = table.rows.select_related("result__round", "entry__user", "division")
    return rows.filter(attempt=attempt).first()


def _step(name: str, holds: bool, good: str, bad: str) -> Step:
    return Step(name, Status.PASSED if holds else Status.FAILED, good if holds else bad)


def _draw(attempt: Attempt) -> Step:
    round = attempt.entry.round
    seed = attempt_seed(round.secret, attempt.entry_id, attempt.number)
    return _step(
        "Bốc đề",
        draw_paper(round, seed, attempt.division_id) == attempt.paper,
        "Bốc lại từ mã bí mật của vòng thi được đúng đề đã làm: cùng câu, cùng thứ tự.",
        "Đề bốc lại từ mã bí mật của vòng thi khác với đề đang lưu.",
    )


def _score(attempt: Attempt, result: Result, code: str) -> Step:
    again = receipt_again(attempt, result)
    return _step(
        "Biên nhận",
        again == code,
        f"Chấm lại theo đáp án gốc được {result.points} điểm, đúng {result.correct}/"
        f"{result.total} câu; biên nhận tính lại từ kết quả ấy là {again}, khớp.",
        f"Biên nhận tính lại từ đề, câu trả lời và kết quả chấm là {again}, khác mã này.",
    )


def _decisions(attempt: Attempt, result: Result) -> Step:
    stored = (attempt.points, attempt.correct, attempt.is_perfect)
    return _step(
        "Điểm sau các quyết định",
        stored == (result.points, result.correct, result.is_perfect),
        f"Chấm lại theo các quyết định đang có hiệu lực được {result.points} điểm, đúng "
        f"{result.correct}/{result.total} câu, như đang lưu.",
        f"Chấm lại theo các quyết định đang có hiệu lực được {result.points} điểm, nhưng đang "
        f"lưu {attempt.points} điểm.",
    )


def _closed(attempt: Attempt, seal: RoundResult | None) -> Step:
    name = "Có trong bản chốt bài thi"
    if seal is None:
        return Step(name, Status.SKIPPED, "Vòng thi chưa chốt bài thi.")
    if not attempt.is_ranked:
        return Step(name, Status.SKIPPED, "Bài của người làm nhiệm vụ không thuộc bản chốt.")
    found = close_proof(seal, attempt.pk)
    holds = found is not None and verify_inclusion(row_data(found[0]), found[1], seal.root)
    return _step(
        name,
        holds,
        f"Lượt thi này dẫn tới đúng mã gốc đã công bố khi vòng thi đóng, trong {seal.leaves} "
        "lượt thi.",
        "Lượt thi này không dẫn tới mã gốc đã công bố khi vòng thi đóng.",
    )


def _table(row: ResultRow) -> Step:
    data = row_data(final_row(row, row.result.figures))
    holds = leaf_hash(data) == row.leaf and verify_inclusion(
        data, final_proof(row), row.result.root
    )
    return _step(
        "Dòng trong bảng kết quả",
        holds,
        f"Dòng này dẫn tới đúng mã gốc của bảng kết quả đã công bố ({row.result.leaves} dòng).",
        "Dòng này không dẫn tới mã gốc của bảng kết quả đã công bố: bảng đã bị sửa.",
    )


def _line(row: ResultRow, attempt: Attempt, result: Result, code: str) -> Step:
    """Whether the published line says what the attempt brings with the decisions in force."""
    name = "Nội dung của dòng"
    points = result.points + (attempt.essay_points or 0)
    right = (points, result.correct, result.is_perfect, attempt.prediction, code)
    says = (row.points, row.correct, row.is_perfect, row.prediction, row.receipt)
    if says != right and attempt.entry.round.reopened_at is not None:
        return Step(name, Status.SKIPPED, "Một bản đính chính của vòng thi đang được lập.")
    return _step(
        name,
        says == right,
        f"Bảng kết quả ghi {row.points} điểm, đúng như chấm lại.",
        f"Bảng kết quả ghi {row.points} điểm, chấm lại được {points} điểm.",
    )
