"""Final tables of ministries', unions', cities' and schools' rule sets, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Unit, User
from contest.conduct.people import disqualify, merge_accounts
from contest.errors import ContestError, NotEligible
from contest.essays import mark_essay
from contest.predictions import read_prediction
from contest.results.refusals import CannotFinalise
from contest.rules.contests import exclude_person
from tests.contest.results.sitting import table
from tests.contest.rulesets import bodies
from tests.contest.rulesets.crowd import (
    competitors,
    crowd,
    final,
    hold,
    of_rounds,
    office,
    placed,
    placed_within,
    refusal,
    sit,
    sit_all,
    unit_table,
)
from tests.contest.rulesets.settings import RuleSet, people_prizes, vn
from tests.factories import stored

MINUTE = timedelta(minutes=1)


def test_binh_tan_gives_the_week_to_the_five_best_and_fastest(ha: User) -> None:
    made = bodies.binh_tan()
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung em giang hoa")
    sheet = [
        (20, 9, 46, None),
        (20, 8, 46, None),  # as fast as an, a minute earlier
        (20, 30, 45, None),
        (20, 9, 46, None),  # an's equal in everything
        (19, 0, 20, None),
        (18, 0, 20, None),
        (20, 0, 30, None),  # gave wrong information
    ]
    last = sit_all(round, people, sheet)[-1]
    disqualify(entry=last.entry, actor=ha, reason="Khai sai đơn vị", now=round.closes_at)
    assert placed(final(ha, round)) == [
        (1, "chi", "Giải tuần"),
        (2, "binh", "Giải tuần"),
        (3, "an", "Giải tuần"),
        (3, "dung", "Giải tuần"),
        (5, "em", "Giải tuần"),
        (6, "giang", ""),
    ]


def test_bo_tu_phap_counts_the_best_of_three_and_shares_places(ha: User) -> None:
    made = bodies.bo_tu_phap()
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung")
    # binh reaches an's 20 in 100 s on a later day; chi a second more; dung 19.
    sheet = [(20, 0, 100, None), (12, 0, 50, None), (20, 5, 101, None), (19, 0, 5, None)]
    sit_all(round, people, sheet)
    sit(people[1], round, 20, round.opens_at + timedelta(days=9), took_s=100)
    sit(people[1], round, 20, round.opens_at + timedelta(days=10), took_s=300)
    result = final(ha, round)
    assert placed(result) == [
        (1, "an", "Giải Nhất"),
        (1, "binh", "Giải Nhất"),
        (3, "chi", "Giải Nhì"),
        (4, "dung", "Giải Nhì"),
    ]
    assert (result.figures["entrants"], result.figures["attempts"]) == (4, 6)
    assert result.truth is None


def test_hoa_binh_is_for_officials_and_leaves_out_helpers(ha: User, yen: User) -> None:
    made = bodies.hoa_binh()
    [round] = hold(ha, made)
    *people, helper = competitors(made, "an binh chi dung em giang")
    exclude_person(actor=ha, contest=round.contest, user=helper, role="Người giúp việc")
    assert isinstance(refusal(yen, round, round.opens_at), NotEligible)  # of a commune
    # Three all right: binh exact, an and chi off by 1, chi earlier; dung nine right, em none.
    sheet = [(10, 30, 9, 4), (10, 40, 9, 3), (10, 20, 99, 2), (9, 0, 9, 3), (0, 0, 9, 3)]
    sit_all(round, [*people, helper], [*sheet, (10, 0, 1, 3)])
    result = final(ha, round)
    assert result.truth == 3
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (2, "chi", "Giải Nhì"),
        (3, "an", "Giải Nhì"),
        (4, "dung", ""),
        (5, "em", ""),
    ]


def test_tong_lien_doan_adds_the_essay_to_the_questions(ha: User, yen: User) -> None:
    made = bodies.tong_lien_doan()
    [round] = hold(ha, made)
    an, binh, chi, dung, em = competitors(made, "an binh chi dung em")
    assert isinstance(refusal(yen, round, round.opens_at), NotEligible)  # no union member
    opens, later = round.opens_at, round.opens_at + 60 * MINUTE
    marks = [
        (sit(an, round, 20, opens, took_s=50, essay="Lần đầu"), 2),  # 22
        (sit(an, round, 18, later, took_s=100, essay="Lần sau"), 5),  # 23 in 100 s: counts
        (sit(binh, round, 20, opens, took_s=90, essay="Bài của Bình"), 3),  # 23 in 90 s
        (sit(chi, round, 19, opens, took_s=90, essay="Bài của Chi"), 4),  # binh's equal
        (sit(em, round, 12, opens, took_s=9, essay="Bài của Em"), 5),  # 17
    ]
    sit(dung, round, 20, opens, took_s=9)  # 20, no essay
    over = round.closes_at + MINUTE
    with pytest.raises(CannotFinalise):
        final(ha, round)
    with pytest.raises(ContestError):
        mark_essay(actor=ha, attempt=stored(marks[0][0]), points=6, reason="", now=over)
    for attempt, points in marks:
        mark_essay(actor=ha, attempt=stored(attempt), points=points, reason="", now=over)
    result = final(ha, round)
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (1, "chi", "Giải Nhất"),
        (3, "an", "Giải Nhì"),
        (4, "dung", ""),
        (5, "em", ""),
    ]
    assert [row.points for row in table(result)] == [23, 23, 23, 20, 17]
    # The questions alone say whether all answers were right.
    assert [row.is_perfect for row in table(result)] == [True, False, False, True, False]


def fewer_unit_prizes(made: RuleSet, count: int) -> RuleSet:
    """So few that not every unit gets one."""
    prizes = [replace(p, count=count) if p.measure else p for p in made.rounds[0].prizes]
    return of_rounds(made, prizes=prizes)


def test_ldld_hcm_ranks_four_groups_apart_and_one_account_a_person(ha: User, yen: User) -> None:
    units = {n: office(f"cdcs-{n}", parent=office(f"khoi-{n}")) for n in range(1, 5)}
    [round] = hold(ha, fewer_unit_prizes(bodies.ldld_hcm(), 2))
    ones, twos = crowd(units[1], "an binh chi"), crowd(units[2], "dung em em2")
    [giang], [hoa] = crowd(units[3], "giang"), crowd(units[4], "hoa")
    assert isinstance(refusal(yen, round, round.opens_at), NotEligible)  # of no group
    sheet = [(20, 9, 60, 5), (20, 8, 60, 9), (20, 7, 60, 9)]  # off by 2, 2, 2: binh before an
    sit_all(round, ones, sheet)
    sit_all(round, twos, [(20, 9, 60, 7), (18, 0, 60, 7), (20, 20, 60, 7)])
    sit_all(round, [giang, hoa], [(3, 0, 60, None), (20, 0, 60, 1)])
    over = round.closes_at + MINUTE
    merge_accounts(contest=round.contest, kept=twos[1], merged=twos[2], actor=ha,
                   reason="Một người hai tài khoản", now=over)  # fmt: skip
    result = final(ha, round)
    assert result.truth == 7  # people of all groups, em once
    assert placed_within(result, "bang-1") == [
        (1, "chi", "Giải Nhất"),
        (2, "binh", "Giải Nhì"),
        (3, "an", "Giải Nhì"),
    ]
    # Of em's two accounts the first attempt counts, because everybody has one.
    assert placed_within(result, "bang-2") == [(1, "dung", "Giải Nhất"), (2, "em", "Giải Nhì")]
    assert placed_within(result, "bang-3") == [(1, "giang", "Giải Nhất")]
    assert placed_within(result, "bang-4") == [(1, "hoa", "Giải Nhất")]
    em = next(row for row in table(result) if row.entry.user == twos[1])
    assert (em.points, em.prediction) == (18, 7)
    # The two largest; three and two people, em counted once.
    prizes = {code: (people, prize) for _, code, people, _, prize in unit_table(result)}
    assert prizes == {
        "cdcs-1": (3, "Giải tập thể"),
        "cdcs-2": (2, "Giải tập thể"),
        "cdcs-3": (1, ""),
        "cdcs-4": (1, ""),
    }


def test_gia_lai_score_then_time_and_schools_by_people_and_by_winners(ha: User, yen: User) -> None:
    made = bodies.gia_lai()
    units = [prize for prize in made.rounds[0].prizes if prize.measure]
    [round] = hold(ha, of_rounds(made, prizes=[*people_prizes((1, ""), (2, "")), *units]))
    larger = crowd(office("thpt-a", kind="school"), "an binh chi dung")
    smaller = crowd(office("thpt-b", kind="school"), "em giang hoa", birth_date=date(2010, 1, 1))
    assert isinstance(refusal(yen, round, round.opens_at), NotEligible)  # of no school
    sit_all(round, larger, [(20, 0, 100, None), (19, 0, 50, None), (10, 0, 10, None),
                            (5, 0, 5, None)])  # fmt: skip
    # em equals an on another day; giang a second slower.
    sit_all(round, smaller, [(20, 3_000, 100, None), (20, 0, 101, None), (1, 0, 1, None)])
    result = final(ha, round)
    assert placed(result)[:5] == [
        (1, "an", "Giải Nhất"),
        (1, "em", "Giải Nhất"),
        (3, "giang", "Giải Nhì"),
        (4, "binh", ""),
        (5, "chi", ""),
    ]
    # Four people against three; one winner against two.
    assert {code: prize for _, code, _, _, prize in unit_table(result)} == {
        "thpt-a": "Tập thể đông người dự thi Nhất",
        "thpt-b": "Tập thể nhiều giải Nhất",
    }
    # Pupils of 15 are named in short.
    assert [row.name for row in table(result)[:2]] == ["Nông Thị An", "N. T. Em"]


@pytest.fixture
def offices(db: None) -> dict[str, Unit]:
    """Huế's units by code, with blocks and members: two of administration, one each else."""
    root = office("khoi-co-quan")
    blocks = {"hc1": ("Hành chính", 10), "hc2": ("Hành chính", 4),
              "sn1": ("Sự nghiệp", 8), "xa1": ("Cấp xã", 5)}  # fmt: skip
    return {
        code: office(code, members, parent=root, block=block)
        for code, (block, members) in blocks.items()
    }


def test_hue_ranks_officials_and_citizens_apart_and_units_in_blocks(
    ha: User, offices: dict[str, Unit]
) -> None:
    [round] = hold(ha, bodies.hue())
    village = office("lang", 4, kind="commune", block="Cấp xã")
    officials = [
        *crowd(offices["hc1"], "an binh chi"),
        *crowd(offices["hc2"], "dung em"),
        *crowd(offices["sn1"], "giang"),
        *crowd(offices["xa1"], "hoa"),
    ]
    citizens = crowd(village, "kim lan", birth_date=date(2007, 9, 22))  # 18 that very day
    [minor] = crowd(office("thcs"), "mai", birth_date=date(2007, 9, 23))
    assert isinstance(refusal(minor, round, round.opens_at), NotEligible)
    # Five of all are all right. an and binh: off by 1 at the same instant, dung: later; giang: no
    # prediction; chi, hoa and em: 12, 10 and 3 right.
    sheet = [(15, 1, 60, 4), (15, 1, 60, 6), (12, 0, 60, 5), (15, 9, 60, 4), (3, 0, 60, 5),
             (15, 0, 60, None), (10, 0, 60, 5)]  # fmt: skip
    sit_all(round, officials, sheet)
    sit_all(round, citizens, [(15, 0, 60, 5), (14, 0, 60, 5)])
    result = final(ha, round)
    assert result.truth == 5
    assert placed_within(result, "can-bo") == [
        (1, "an", "Giải Nhất"),
        (1, "binh", "Giải Nhất"),
        (3, "dung", "Giải Nhì"),
        (4, "giang", "Giải Ba"),
        (5, "chi", "Giải Ba"),
        (6, "hoa", "Giải Ba"),
        (7, "em", ""),
    ]
    assert placed_within(result, "nguoi-dan") == [
        (1, "kim", "Giải Nhất"),
        (2, "lan", "Giải Nhì"),
    ]
    both = "Tập thể tỷ lệ cao; Tập thể chất lượng cao"
    # Administration: 2 of 4 against 3 of 10; 14 points on average against 9. The village has
    # the rate of hc2 and more points than xa1, but its people are no officials.
    prizes = {code: prize for _, code, _, _, prize in unit_table(result)}
    assert prizes == {
        "hc1": "Tập thể chất lượng cao",
        "hc2": "Tập thể tỷ lệ cao",
        "sn1": both,
        "xa1": both,
        "lang": "",
    }


def test_nghe_an_for_named_posts_in_office_hours(ha: User, yen: User) -> None:
    made = bodies.nghe_an()
    [round] = hold(ha, made)
    an, binh, chi, dung = competitors(made, "an binh chi dung")
    assert isinstance(refusal(yen, round, round.opens_at), NotEligible)
    friday, monday = vn("21/11/2025 17:29"), vn("24/11/2025 07:30")
    sit(an, round, 5, monday, took_s=59)
    sit(binh, round, 5, friday, took_s=59)  # a second before the office closes: earlier than an
    sit(chi, round, 5, monday, took_s=59)
    late = sit(dung, round, 5, friday, took_s=64)  # on its way when the office closed
    assert late.submitted_at == vn("21/11/2025 17:30")
    result = final(ha, round)
    assert placed(result) == [(1, "binh", ""), (2, "an", ""), (2, "chi", ""), (4, "dung", "")]


def test_percent_form_asks_for_the_share_of_people_all_right(ha: User) -> None:
    """The form's own example is "87,65432"."""
    made = bodies.percent_form()
    [round] = hold(ha, made)
    target = round.prediction_target
    assert read_prediction("87,65432", target) == Decimal("87.65432")
    with pytest.raises(ValueError, match="năm chữ số"):
        read_prediction("87,654321", target)
    people = competitors(made, "an binh chi dung em giang hoa")
    # Five of seven: 71,42857 (71,428571... rounded).
    texts = ["71,42856", "71,42857", "71.42858", "87,65432", "", "71,42857", "71,42857"]
    for minute, (user, text) in enumerate(zip(people, texts, strict=True)):
        right = 24 if minute < 5 else 23
        at = round.opens_at + minute * MINUTE
        sit(user, round, right, at, predicts=read_prediction(text, target))
    sit(people[0], round, 3, round.opens_at + timedelta(days=1))  # an attempt more, no person
    result = final(ha, round)
    assert result.truth == Decimal("71.42857")
    # binh exact; an and chi off by a hundred-thousandth, an earlier; giang and hoa 23 right.
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (2, "an", "Giải Nhì"),
        (3, "chi", "Giải Nhì"),
        (4, "dung", ""),
        (5, "em", ""),
        (6, "giang", ""),
        (7, "hoa", ""),
    ]
