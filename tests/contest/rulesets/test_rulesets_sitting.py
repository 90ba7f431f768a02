"""Sitting a round of each rule set: its paper, its window, its attempts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.errors import AttemptsUsed, Incomplete, OutsideHours, RoundNotOpen
from contest.models import Attempt, Entry, Round
from contest.payloads import attempt_payload
from quizzes.models import QuestionVersion
from tests.contest.rulesets import bodies, propaganda
from tests.contest.rulesets.crowd import competitors, hold, refusal, sit
from tests.contest.rulesets.settings import WEEK, RuleSet, vn
from tests.factories import right_answers, stored

Make = Callable[[], RuleSet]
JUST, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)

# Rule set; questions by (document, difficulty) and points of each; prediction; opens, closes and
# minutes; attempts allowed; tries as (right answers, seconds) and which of them counts.
SITTINGS: list[tuple[Make, dict[tuple[str, str], int], int, str, str, str, int,
                     int | None, list[tuple[int, int]], int]] = [
    (propaganda.vcnet_2020, {("TG-90", "easy"): 10}, 1, "perfect",
     "04/05/2020 10:00", "11/05/2020 09:00", 30, None,
     [(9, 5), (10, 90), (10, 20)], 2),  # right and earliest, not fastest
    (propaganda.vcnet_2019, {("D-90", "easy"): 5}, 1, "perfect",
     "05/08/2019 10:00", "12/08/2019 09:00", 15, None,
     [(5, 90), (4, 5), (5, 20)], 1),
    (propaganda.lang_son, {("LS-90", "easy"): 15}, 10, "attempts",
     "22/05/2023 08:00", "29/05/2023 00:00", 20, None,
     [(14, 20), (15, 90), (15, 60)], 2),
    (propaganda.quang_ninh, {("QN-60", "easy"): 9}, 1, "entrants",
     "30/06/2023 10:00", "31/07/2023 09:00", 15, None,
     [(8, 20), (9, 90), (9, 20)], 2),
    (propaganda.phu_yen, {("NQ-XIII", "easy"): 35}, 1, "entrants",
     "05/07/2021 08:00", "12/07/2021 00:00", 30, 1, [(35, 90)], 1),
    (propaganda.quang_nam_vo_chi_cong, {("VCC", "easy"): 9}, 1, "attempts",
     "04/07/2022 08:00", "11/07/2022 00:00", 15, None,
     [(9, 90), (9, 20)], 1),
    (propaganda.quang_nam_lhtn, {("LHTN", "easy"): 4}, 1, "",
     "03/10/2022 08:00", "10/10/2022 00:00", 15, None,
     [(4, 90), (4, 20), (4, 20)], 2),  # the fastest, of two the earlier
    (propaganda.dak_po, {("DP", "easy"): 4}, 1, "",
     "01/03/2021 09:00", "14/03/2021 15:00", 15, 10,
     [(1, 60), (2, 50), (4, 90), (3, 20), (4, 80), (4, 80), (0, 5), (4, 85), (2, 10), (3, 10)], 5),
    (propaganda.dai_hoi_dang, {("DH", "easy"): 6, ("DH", "medium"): 3, ("DH-TW", "easy"): 1},
     1, "entrants", "17/11/2025 08:00", "24/11/2025 00:00", 10, 7,
     [(9, 30), (10, 50), (10, 40), (10, 40), (8, 1), (10, 45), (10, 41)], 3),
    (propaganda.bau_cu, {("BC", "easy"): 10}, 1, "entrants",
     "09/02/2026 08:00", "16/02/2026 00:00", 10, 7,
     [(9, 9), (8, 8), (7, 7), (6, 6), (5, 5), (4, 4), (10, 300)], 7),
    (bodies.binh_tan, {("BT", "easy"): 20}, 1, "",
     "07/10/2019 08:00", "14/10/2019 00:00", 10, 1, [(20, 90)], 1),
    (bodies.bo_tu_phap, {("BTP", "easy"): 20}, 1, "",
     "15/04/2021 08:00", "15/05/2021 00:00", 20, 3,
     [(20, 100), (19, 50), (20, 99)], 3),
    (bodies.hoa_binh, {("CCHC", "easy"): 10}, 1, "perfect",
     "04/09/2023 08:00", "18/09/2023 00:00", 15, 2,
     [(10, 90), (10, 20)], 1),
    (bodies.tong_lien_doan, {("CD-XIII", "easy"): 20}, 1, "",
     "11/09/2023 08:00", "18/09/2023 00:00", 20, 2,
     [(19, 90), (20, 300)], 2),
    (bodies.ldld_hcm, {("CDTP", "easy"): 20}, 1, "entrants",
     "25/08/2025 00:00", "30/08/2025 00:00", 20, 1, [(20, 90)], 1),
    (bodies.gia_lai, {("PL-HS", "easy"): 20}, 1, "",
     "10/11/2025 08:00", "20/11/2025 00:00", 15, 1, [(20, 90)], 1),
    (bodies.hue, {("HUE-CB", "easy"): 15}, 1, "perfect",
     "22/09/2025 08:00", "29/09/2025 00:00", 15, 1, [(15, 90)], 1),
    (bodies.nghe_an, {("NA", "easy"): 5}, 1, "",
     "17/11/2025 07:30", "28/11/2025 17:30", 20, 1, [(5, 90)], 1),
    (bodies.percent_form, {("BM", "easy"): 24}, 1, "percent",
     "06/04/2026 08:00", "13/04/2026 00:00", 30, 2, [(24, 90), (24, 30)], 1),
]  # fmt: skip
ASKED = {"": "", "perfect": "bao nhiêu người trả lời đúng tất cả", "attempts": "bao nhiêu lượt",
         "entrants": "bao nhiêu người tham gia", "percent": "bao nhiêu phần trăm"}  # fmt: skip
NAMES = [row[0].__name__ for row in SITTINGS]


@pytest.mark.parametrize(
    ("rules", "drawn", "points", "target"), [row[:4] for row in SITTINGS], ids=NAMES
)
def test_the_paper_follows_the_plan(
    rules: Make, drawn: dict[tuple[str, str], int], points: int, target: str, ha: User
) -> None:
    made = rules()
    [round] = hold(ha, made)
    attempts = [
        start_attempt(user=user, round=round, now=round.opens_at)[0]
        for user in competitors(made, "an binh")
    ]
    papers = [attempt.paper for attempt in attempts]
    for paper in papers:
        versions = QuestionVersion.objects.filter(pk__in=[item["v"] for item in paper])
        of = versions.values_list("question__programme__code", "difficulty")
        assert Counter(of) == drawn
        assert {item["p"] for item in paper} == {points}
        assert all(sorted(item["c"]) == ["a", "b", "c", "d"] for item in paper)
    assert papers[0] != papers[1]
    asked = attempt_payload(attempts[0], round.opens_at)["prediction_question"] or ""
    assert ASKED[target] in asked
    assert bool(asked) == bool(target)


@pytest.mark.parametrize(
    ("rules", "opens", "closes", "minutes"),
    [(row[0], *row[4:7]) for row in SITTINGS], ids=NAMES,
)  # fmt: skip
def test_the_window_holds_to_the_millisecond(
    rules: Make, opens: str, closes: str, minutes: int, ha: User
) -> None:
    made = rules()
    [round] = hold(ha, made)
    early, late = competitors(made, "early late")
    assert isinstance(refusal(early, round, vn(opens) - JUST), RoundNotOpen)
    attempt, _ = start_attempt(user=early, round=round, now=vn(opens))
    assert attempt.deadline == vn(opens) + minutes * MINUTE
    # Cut short: what is left of the round, and five seconds for the way of the last answer.
    last, _ = start_attempt(user=late, round=round, now=vn(closes) - JUST)
    assert last.deadline == vn(closes)
    everything = right_answers(last.paper)
    arrived = vn(closes) + timedelta(seconds=5) - JUST
    done = save_answers(attempt=last, rev=1, answers=everything, now=arrived)
    done = finish_attempt(attempt=done, rev=1, answers={}, prediction=None, now=arrived + JUST)
    assert (done.points, done.submitted_at) == (made.rounds[0].lines[0].points * done.total,
                                                vn(closes))  # fmt: skip
    assert isinstance(refusal(early, round, vn(closes)), RoundNotOpen)


@pytest.mark.parametrize(
    ("rules", "allowed", "tries", "counted"), [(row[0], *row[7:]) for row in SITTINGS], ids=NAMES
)
def test_of_several_attempts_the_stated_one_counts(
    rules: Make, allowed: int | None, tries: list[tuple[int, int]], counted: int, ha: User
) -> None:
    made = rules()
    [round] = hold(ha, made)
    [user] = competitors(made, "an")
    for turn, (right, took_s) in enumerate(tries):
        sit(user, round, right, round.opens_at + 10 * turn * MINUTE, took_s=took_s, predicts=turn)
    entry = Entry.objects.select_related("counted").get(user=user)
    assert entry.counted is not None
    assert entry.counted.number == counted
    again = refusal(user, round, round.opens_at + 10 * len(tries) * MINUTE)
    if allowed is None:
        assert again is None
    else:
        assert len(tries) == allowed
        assert isinstance(again, AttemptsUsed)
        assert f"{allowed} lượt" in again.message


def vn_of(round: Round) -> object:
    return round.opens_at


def test_vcnet_2020_has_sixteen_weeks_with_an_hour_between(ha: User, yen: User) -> None:
    made = propaganda.vcnet_2020()
    assert [draft.opens_at for draft in made.rounds] == [
        vn("04/05/2020 10:00") + turn * WEEK for turn in range(16)
    ]
    assert made.rounds[-1].closes_at == vn("24/08/2020 09:00")
    first, second = hold(ha, made, upto=2)
    yen.birth_date = vn("01/01/1990 00:00").date()
    yen.save()
    between = vn("11/05/2020 09:30")
    assert isinstance(refusal(yen, first, between), RoundNotOpen)
    assert isinstance(refusal(yen, second, between), RoundNotOpen)
    assert refusal(yen, second, vn("11/05/2020 10:00")) is None


def test_rounds_lie_weeks_or_months_apart(db: None) -> None:
    spread = propaganda.quang_nam_vo_chi_cong().rounds
    days = [f"{draft.opens_at:%d/%m}" for draft in spread]
    assert days == ["04/07", "01/08", "29/08", "26/09"]
    fortnights = propaganda.dak_po().rounds
    assert len(fortnights) == 8
    assert fortnights[-1].closes_at == vn("20/06/2021 15:00")
    months = propaganda.quang_ninh().rounds
    assert [f"{draft.closes_at:%d/%m %H:%M}" for draft in months] == [
        "31/07 09:00", "31/08 09:00", "30/09 09:00",
    ]  # fmt: skip
    halves = bodies.ldld_hcm().rounds
    assert halves[-1].closes_at == vn("04/09/2025 00:00")  # 24:00 on 3 September


def test_nghe_an_works_in_office_hours_of_weekdays_only(ha: User) -> None:
    made = bodies.nghe_an()
    [round] = hold(ha, made)
    an, binh = competitors(made, "an binh")
    refused = [
        "18/11/2025 07:29:59",  # Tuesday, before work
        "21/11/2025 17:30",  # Friday, after work
        "22/11/2025 09:00",  # Saturday
        "23/11/2025 09:00",
    ]
    for moment in refused:
        why = refusal(an, round, vn(moment))
        assert isinstance(why, OutsideHours), moment
    assert "07:30 thứ Hai, 24/11/2025" in why.message
    # 17:20 on a Friday: ten of the twenty minutes are left, and nobody goes on on Monday.
    short, _ = start_attempt(user=an, round=round, now=vn("21/11/2025 17:20"))
    assert short.deadline == vn("21/11/2025 17:30")
    full, _ = start_attempt(user=binh, round=round, now=vn("24/11/2025 07:30"))
    assert full.deadline == vn("24/11/2025 07:50")


def test_quang_ninh_takes_a_paper_with_all_ten_answers_only(ha: User) -> None:
    made = propaganda.quang_ninh()
    [round] = hold(ha, made)
    an, binh = competitors(made, "an binh")
    attempt, _ = start_attempt(user=an, round=round, now=round.opens_at)
    later = round.opens_at + MINUTE
    eight = right_answers(attempt.paper, 8)
    with pytest.raises(Incomplete) as refused:
        finish_attempt(attempt=attempt, rev=1, answers=eight, prediction=None, now=later)
    assert set(refused.value.fields) == {"9", "prediction"}
    nine = right_answers(attempt.paper)
    with pytest.raises(Incomplete) as refused:
        finish_attempt(attempt=attempt, rev=1, answers=nine, prediction=None, now=later)
    assert set(refused.value.fields) == {"prediction"}
    done = finish_attempt(attempt=attempt, rev=1, answers=nine, prediction=Decimal(7), now=later)
    assert (done.state, done.is_complete) == (Attempt.State.FINISHED, True)
    # Time runs out with one answer missing: handed in, but it does not count.
    attempt, _ = start_attempt(user=binh, round=round, now=round.opens_at)
    save_answers(attempt=attempt, rev=1, answers=right_answers(attempt.paper, 8), now=later)
    over = round.opens_at + 16 * MINUTE
    done = finish_attempt(
        attempt=stored(attempt), rev=2, answers={}, prediction=Decimal(7), now=over
    )
    assert (done.closed_by, done.is_complete) == (Attempt.ClosedBy.DEADLINE, False)
    assert Entry.objects.get(user=binh).rank_key == ""


def test_hue_draws_from_the_bank_of_the_division(ha: User, yen: User) -> None:
    made = bodies.hue()
    [round] = hold(ha, made)
    [official] = competitors(made, "an")
    yen.birth_date = vn("01/01/2000 00:00").date()
    yen.save()
    for user, division, code in ((official, "can-bo", "HUE-CB"), (yen, "nguoi-dan", "HUE-ND")):
        attempt, _ = start_attempt(user=user, round=round, now=round.opens_at)
        ids = [item["v"] for item in attempt.paper]
        of = QuestionVersion.objects.filter(pk__in=ids).values_list("question__programme__code")
        assert attempt.division is not None
        assert attempt.division.code == division
        assert (len(ids), set(of)) == (15, {(code,)})


def test_tong_lien_doan_lets_answers_change_until_the_end(ha: User) -> None:
    made = bodies.tong_lien_doan()
    [round] = hold(ha, made)
    [an] = competitors(made, "an")
    attempt, _ = start_attempt(user=an, round=round, now=round.opens_at)
    at = round.opens_at + MINUTE
    first = right_answers(attempt.paper)
    changed = {"1": ["a"] if first["1"] != ["a"] else ["b"]}
    save_answers(attempt=attempt, rev=1, answers=first | changed, now=at)
    save_answers(attempt=attempt, rev=2, answers={"1": first["1"]}, now=at + MINUTE)
    done = finish_attempt(attempt=attempt, rev=3, answers={}, prediction=None, now=at + 2 * MINUTE)
    assert done.points == 20
