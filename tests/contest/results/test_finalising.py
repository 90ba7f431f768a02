"""Final tables worked out by hand, on the real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HeadCount, Unit, User
from contest.attempts import start_attempt
from contest.conduct.people import disqualify, merge_accounts
from contest.drafts import PrizeDraft
from contest.entries import refresh_entry
from contest.errors import ContestError, RoundIsFinal
from contest.essays import mark_essay
from contest.models import (
    Appeal,
    Attempt,
    AuditRecord,
    Division,
    Entry,
    Round,
    RoundResult,
)
from contest.ordering import (
    ELAPSED,
    LOTTERY,
    POINTS,
    PREDICTION,
    SUBMITTED_AT,
    lottery_lot,
)
from contest.papers import seed_commitment
from contest.results.counting import recount
from contest.results.finalising import finalise_round
from contest.results.refusals import CannotFinalise
from contest.rulings import NO_RULINGS
from tests.contest.results.sitting import OVER, file_of, order, person, sit, table, verified
from tests.factories import make_contest, make_round, right_answers

MINUTE = timedelta(minutes=1)


def final(ha: User, round: Round, noon: datetime) -> RoundResult:
    return finalise_round(actor=ha, round=round, now=noon + OVER)


@pytest.fixture
def five(commune: Unit, ward: Unit) -> dict[str, User]:
    names = ["Hoàng Thị An", "Lý Văn Bình", "Nông Thị Chi", "Bế Văn Dũng", "Đàm Thị Én"]
    people = [person(name, ward if place % 2 else commune) for place, name in enumerate(names)]
    return dict(zip("abcde", people, strict=True))


def sit_all(people: dict[str, User], round: Round, noon: datetime) -> None:
    """Five people, so the number of entrants is 5: distances are 0, 2, 2, 0 and none."""
    sit(people["a"], round, right=5, at=noon, took_s=90, predicts=5)
    sit(people["b"], round, right=5, at=noon + 3 * MINUTE, took_s=60, predicts=7)
    sit(people["c"], round, right=5, at=noon + MINUTE, took_s=80, predicts=3)
    sit(people["d"], round, right=4, at=noon, took_s=30, predicts=5)
    sit(people["e"], round, right=5, at=noon, took_s=20)


def test_points_then_prediction_then_earliest(
    ha: User, five: dict[str, User], noon: datetime, tmp_path: Path
) -> None:
    round = make_round(ha, noon, ranking_keys=[POINTS, PREDICTION, SUBMITTED_AT])
    sit_all(five, round, noon)
    result = final(ha, round, noon)
    assert order(result) == [(1, "an"), (2, "chi"), (3, "bình"), (4, "én"), (5, "dũng")]
    assert (result.kind, result.number, result.truth) == ("final", 2, Decimal(5))
    assert [row.why for row in table(result)] == [
        "Cùng 5 điểm; dự đoán lệch 0 so với 2.",
        "Cùng 5 điểm, dự đoán cùng lệch 2; nộp lúc 12:02:20 ngày 09/03/2026 so với 12:04:00 ngày "
        "09/03/2026.",
        "Cùng 5 điểm; có dự đoán, còn người kế tiếp không dự đoán.",
        "5 điểm so với 4 điểm.",
        "",
    ]
    assert [row.distance for row in table(result)] == [0, 2, 2, None, 0]
    noted = ["--root", result.root, "--commitment", seed_commitment(round.secret)]
    done = verified(file_of(result, noon + OVER), tmp_path, *noted)
    assert done.returncode == 0, done.stdout
    assert "0 chưa kiểm" in done.stdout


def test_points_then_elapsed_then_prediction_then_earliest(
    ha: User, five: dict[str, User], noon: datetime, tmp_path: Path
) -> None:
    keys = [POINTS, ELAPSED, PREDICTION, SUBMITTED_AT]
    round = make_round(ha, noon, ranking_keys=keys)
    sit(five["a"], round, right=5, at=noon, took_s=60, predicts=9)
    sit(five["b"], round, right=5, at=noon + MINUTE, took_s=60, predicts=6)
    sit(five["c"], round, right=5, at=noon + 2 * MINUTE, took_s=59, predicts=900)
    sit(five["d"], round, right=3, at=noon, took_s=10, predicts=5)
    sit(five["e"], round, right=5, at=noon + 3 * MINUTE, took_s=60, predicts=4)
    result = final(ha, round, noon)
    # b and e missed by 1 in the same time: b handed in earlier. a missed by 4.
    assert order(result) == [(1, "chi"), (2, "bình"), (3, "én"), (4, "an"), (5, "dũng")]
    assert table(result)[0].why == "Cùng 5 điểm; làm bài trong 00:59 so với 01:00."
    assert table(result)[2].why == (
        "Cùng 5 điểm, cùng làm bài trong 01:00; dự đoán lệch 1 so với 4."
    )
    assert verified(file_of(result, noon + OVER), tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("target", "truth"),
    [
        (Round.PredictionTarget.ENTRANTS, "5"),
        (Round.PredictionTarget.PERFECT, "4"),
        (Round.PredictionTarget.ATTEMPTS, "6"),
        (Round.PredictionTarget.PERCENT, "80"),
        (Round.PredictionTarget.NONE, None),
    ],
)
def test_the_truth_of_each_prediction(
    ha: User, five: dict[str, User], noon: datetime, target: str, truth: str | None, tmp_path: Path
) -> None:
    round = make_round(ha, noon, prediction_target=target)
    sit_all(five, round, noon)
    sit(five["d"], round, right=1, at=noon + 5 * MINUTE)
    result = final(ha, round, noon)
    assert result.truth == (None if truth is None else Decimal(truth))
    assert "5 người có tên trong bảng xếp hạng" in result.truth_set
    assert verified(file_of(result, noon + OVER), tmp_path).returncode == 0


def test_r2_the_truth_counts_without_the_disqualified(
    ha: User, five: dict[str, User], noon: datetime
) -> None:
    """R2: with one person less, other predictions are nearest; the audit has truth and root."""
    round = make_round(ha, noon, ranking_keys=[POINTS, PREDICTION, SUBMITTED_AT])
    sit(five["a"], round, right=5, at=noon, predicts=4)
    sit(five["b"], round, right=5, at=noon, predicts=5)
    for name in "cde":
        sit(five[name], round, right=2, at=noon)
    entry = Entry.objects.get(user=five["e"])
    disqualify(entry=entry, actor=ha, reason="Nhờ thi hộ.", now=noon + MINUTE)
    result = final(ha, round, noon)
    assert result.truth == 4
    assert order(result)[:2] == [(1, "an"), (2, "bình")]
    assert result.figures["disqualified"] == 1
    after = AuditRecord.objects.get(action="finalise_round").after
    assert (after["root"], Decimal(after["truth"])) == (result.root, Decimal(4))


def test_merged_accounts_stand_once(ha: User, five: dict[str, User], noon: datetime) -> None:
    round = make_round(ha, noon, prediction_target=Round.PredictionTarget.ATTEMPTS)
    sit(five["a"], round, right=3, at=noon)
    best = sit(five["b"], round, right=5, at=noon)
    sit(five["c"], round, right=4, at=noon)
    merge_accounts(
        contest=round.contest, kept=five["a"], merged=five["b"], actor=ha,
        reason="Một người hai tài khoản.", now=noon + MINUTE,
    )  # fmt: skip
    result = final(ha, round, noon)
    assert order(result) == [(1, "an"), (2, "chi")]
    assert table(result)[0].attempt_id == best.pk
    assert (result.truth, result.figures["attempts"]) == (3, 3)


def test_r3_a_worse_later_attempt_changes_nothing(
    ha: User, five: dict[str, User], noon: datetime
) -> None:
    """R3: the best attempt counts, the earlier one among equals."""
    round = make_round(ha, noon, attempts_allowed=3)
    first = sit(five["a"], round, right=4, at=noon)
    sit(five["a"], round, right=2, at=noon + 2 * MINUTE, took_s=5)
    sit(five["b"], round, right=4, at=noon + MINUTE, took_s=61)
    result = final(ha, round, noon)
    assert order(result) == [(1, "an"), (2, "bình")]
    assert table(result)[0].attempt_id == first.pk


def test_true_ties_share_a_rank_and_a_lottery_parts_them(
    ha: User, five: dict[str, User], noon: datetime, tmp_path: Path
) -> None:
    contest = make_contest(ha)
    results = []
    for keys in ([POINTS], [POINTS, LOTTERY]):
        round = make_round(ha, noon, contest=contest, ranking_keys=keys)
        for name, right in zip("abcd", (5, 4, 4, 1), strict=True):
            sit(five[name], round, right=right, at=noon)
        results.append(final(ha, round, noon))
    tied, drawn = results
    assert [rank for rank, _ in order(tied)] == [1, 2, 2, 4]
    assert [row.is_tied for row in table(tied)] == [False, True, True, False]
    assert table(tied)[1].why == "Bằng nhau ở mọi tiêu chí nên đồng hạng."
    assert [rank for rank, _ in order(drawn)] == [1, 2, 3, 4]
    rows = table(drawn)[1:3]
    lots = [lottery_lot(drawn.round.secret, row.entry_id) for row in rows]
    assert lots == sorted(lots) == [row.lottery for row in rows]
    for result in results:
        assert verified(file_of(result, noon + OVER), tmp_path).returncode == 0


def test_divisions_and_prizes(
    ha: User, five: dict[str, User], ward: Unit, noon: datetime, tmp_path: Path
) -> None:
    """Two divisions with a list each; bình and dũng belong to the ward."""
    contest = make_contest(ha)
    urban = Division.objects.create(
        contest=contest, position=1, code="phuong", name="Bảng phường",
        eligibility={"units": [ward.code]},
    )  # fmt: skip
    rural = Division.objects.create(contest=contest, position=2, code="xa", name="Bảng xã")
    prizes = [
        PrizeDraft("Giải Nhất", 1, division=urban),
        PrizeDraft("Giải Nhất", 1, division=rural),
        PrizeDraft("Giải Nhì", 1, division=rural),
        PrizeDraft("Tập thể", 1, measure="mean"),
    ]
    round = make_round(ha, noon, contest=contest, ranking_keys=[POINTS], prizes=prizes)
    for name, right in zip("abcde", (5, 4, 3, 2, 3), strict=True):
        sit(five[name], round, right=right, at=noon)
    result = final(ha, round, noon)
    rows = {row.entry.user.username: row for row in table(result) if row.entry.user}
    assert {n: (r.rank, r.division_rank) for n, r in rows.items()} == {
        "an": (1, 1), "bình": (2, 1), "chi": (3, 2), "én": (3, 2), "dũng": (5, 2),
    }  # fmt: skip
    assert {n: r.prize for n, r in rows.items()} == {
        "an": "Giải Nhất", "bình": "Giải Nhất", "chi": "Giải Nhì", "én": "Giải Nhì", "dũng": "",
    }  # fmt: skip
    assert "Cùng nhận giải này với 1 người khác" in rows["chi"].prize_note
    assert rows["an"].why == "5 điểm so với 3 điểm."  # the next in the same division
    units = list(result.unit_rows.order_by("position"))
    assert [(u.name, u.entrants, u.winners, u.prize) for u in units] == [
        ("Xã Trùng Khánh", 3, 3, "Tập thể"), ("Phường Thục Phán", 2, 1, ""),
    ]  # fmt: skip
    assert verified(file_of(result, noon + OVER), tmp_path).returncode == 0


def test_one_prize_per_person_in_a_contest(ha: User, five: dict[str, User], noon: datetime) -> None:
    contest = make_contest(ha)
    contest.one_prize_per_person = True
    contest.save()
    results = []
    for _ in range(2):
        round = make_round(ha, noon, contest=contest, prizes=[PrizeDraft("Giải Nhất", 1)])
        for name, right in zip("abc", (5, 4, 3), strict=True):
            sit(five[name], round, right=right, at=noon)
        results.append(final(ha, round, noon))
    assert [row.prize for row in table(results[0])] == ["Giải Nhất", "", ""]
    assert [row.prize for row in table(results[1])] == ["", "Giải Nhất", ""]
    assert "Đã nhận giải ở vòng 1" in table(results[1])[0].prize_note


def test_names_are_those_people_are_published_by(ha: User, commune: Unit, noon: datetime) -> None:
    """A minor stands in short, somebody hidden as hidden."""
    round = make_round(ha, noon)
    minor = person("Triệu Thị Mai", commune, birth_date=noon.date() - timedelta(days=15 * 365))
    hidden = person("Nông Văn Nam", commune)
    User.objects.filter(pk=hidden.pk).update(is_name_hidden=True)
    sit(minor, round, right=5, at=noon)
    sit(hidden, round, right=4, at=noon)
    assert [row.name for row in table(final(ha, round, noon))] == ["T. T. Mai", "(tên đã ẩn)"]


def test_making_a_result_asks_as_much_of_the_database_for_few_as_for_many(
    ha: User, commune: Unit, noon: datetime
) -> None:
    """Flat: no statement for each person."""
    counts = []
    for people in (3, 20):
        round = make_round(ha, noon)
        for number in range(people):
            user = person(f"Người p{people}-{number}", commune)
            sit(user, round, right=number % 6, at=noon, predicts=number)
        with CaptureQueriesContext(connection) as asked:
            final(ha, round, noon)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_figures_of_the_round(
    ha: User, five: dict[str, User], noon: datetime, commune: Unit
) -> None:
    HeadCount.objects.create(unit=commune, members=6)
    round = make_round(ha, noon)
    for name, right in zip("abcde", (5, 4, 3, 1, 0), strict=True):
        sit(five[name], round, right=right, at=noon)
    result = final(ha, round, noon)
    assert result.figures["bands"] == {"full": 1, "high": 1, "middle": 1, "low": 2}
    figures = {n: result.figures[n] for n in ("entrants", "attempts", "perfect", "units")}
    assert figures == {"entrants": 5, "attempts": 5, "perfect": 1, "units": 2}
    first = result.unit_rows.order_by("position")[0]
    assert (first.name, first.members, first.entrants) == ("Xã Trùng Khánh", 6, 3)


def test_the_flat_recount_is_what_single_entries_say(
    ha: User, five: dict[str, User], noon: datetime
) -> None:
    round = make_round(ha, noon)
    sit_all(five, round, noon)
    for entry in Entry.objects.filter(round=round):
        refresh_entry(entry, round)
    assert recount(round, NO_RULINGS).mended == 0
    Entry.objects.filter(user=five["d"]).update(points=5, rank_key="0")
    assert recount(round, NO_RULINGS).mended == 1
    assert Entry.objects.get(user=five["d"]).points == 4


# -- What is refused -----------------------------------------------------------------------------


def test_everything_that_is_missing_is_said(ha: User, yen: User, noon: datetime) -> None:
    round = make_round(ha, noon, essay_prompt="Viết cảm nhận.", essay_points=5)
    attempt = sit(yen, round, right=5, at=noon, essay="Bài viết.")
    Appeal.objects.create(
        round=round, entry=attempt.entry, attempt=attempt, version_id=attempt.paper[0]["v"],
        question_number=1, clause_code="03-CTr/TU:1", text="Sai đáp án.", made_at=noon,
    )  # fmt: skip
    with pytest.raises(CannotFinalise) as refusal:
        finalise_round(actor=ha, round=round, now=noon)
    said = " ".join(refusal.value.reasons)
    for part in ("chưa đóng", "còn có thể đến", "1 bài tự luận", "1 đơn phúc khảo"):
        assert part in said
    assert not RoundResult.objects.exists()
    mark_essay(actor=ha, attempt=attempt, points=3, reason="", now=noon)
    over = noon + OVER
    with pytest.raises(CannotFinalise, match="phúc khảo"):
        finalise_round(actor=ha, round=round, now=over)
    with pytest.raises(ContestError, match="lý do"):
        finalise_round(actor=ha, round=round, now=over, despite_appeals=True)
    reason = "Đơn gửi quá hạn."
    result = finalise_round(actor=ha, round=round, now=over, despite_appeals=True, reason=reason)
    assert table(result)[0].points == 8  # five questions and three for the essay
    assert result.reason == reason
    with pytest.raises(RoundIsFinal):
        finalise_round(actor=ha, round=round, now=over)


def test_overdue_attempts_are_closed_first(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    start_attempt(user=yen, round=round, now=noon)
    result = final(ha, round, noon)
    assert [row.points for row in table(result)] == [0]


def test_a_round_nobody_entered_can_be_final(
    ha: User, round: Round, noon: datetime, tmp_path: Path
) -> None:
    result = final(ha, round, noon)
    assert (result.leaves, result.truth) == (0, 0)
    assert verified(file_of(result, noon + OVER), tmp_path).returncode == 0


# -- Scores that were changed by force -----------------------------------------------------------


def test_a_stored_score_that_is_wrong_is_put_right(
    ha: User, yen: User, tai: User, round: Round, noon: datetime
) -> None:
    sit(yen, round, right=5, at=noon)
    attempt = sit(tai, round, right=1, at=noon)
    Attempt.objects.filter(pk=attempt.pk).update(points=50, correct=5, is_perfect=True)
    result = final(ha, round, noon)
    assert order(result) == [(1, "yen"), (2, "tai")]
    assert table(result)[1].points == 1
    assert AuditRecord.objects.get(action="finalise_round").after["mended"] == [attempt.pk]


def test_answers_that_do_not_fit_their_receipt_stop_the_result(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    attempt = sit(yen, round, right=1, at=noon)
    Attempt.objects.filter(pk=attempt.pk).update(answers=right_answers(attempt.paper))
    with pytest.raises(CannotFinalise, match=f"mã lượt {attempt.pk}"):
        final(ha, round, noon)
    assert not RoundResult.objects.exists()
    round.refresh_from_db()
    assert round.finalised_at is None


def test_prizes_for_perfect_papers_only_go_no_further_down(
    ha: User, yen: User, tai: User, opened: datetime
) -> None:
    round = make_round(
        ha, opened, prizes=[PrizeDraft("Giải Nhất", 1), PrizeDraft("Giải Nhì", 1)],
        prizes_need_perfect=True,
    )  # fmt: skip
    sit(yen, round, right=5, at=opened)
    sit(tai, round, right=4, at=opened)
    result = finalise_round(actor=ha, round=round, now=timezone.now())
    assert [row.prize for row in table(result)] == ["Giải Nhất", ""]
