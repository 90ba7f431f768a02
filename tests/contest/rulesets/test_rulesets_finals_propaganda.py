"""Final tables of the propaganda boards' rule sets, worked out by hand."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta

from accounts.models import User
from contest.errors import NotEligible
from contest.rules.contests import exclude_person
from tests.contest.results.sitting import table
from tests.contest.rulesets import propaganda
from tests.contest.rulesets.crowd import (
    competitors,
    crowd,
    final,
    hold,
    of_rounds,
    office,
    placed,
    refusal,
    sit,
    sit_all,
    unit_table,
)
from tests.contest.rulesets.settings import questions

MINUTE = timedelta(minutes=1)


def test_vcnet_2020_all_right_then_prediction_then_earliest(ha: User) -> None:
    made = propaganda.vcnet_2020()
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung em giang")
    sheet = [
        (10, 20, 60, 4),  # off by 1
        (10, 10, 60, 5),  # exact
        (10, 5, 60, 3),  # off by 2, though earlier than all who predicted
        (10, 20, 60, 6),  # off by 1, at the same instant as an
        (10, 0, 60, None),
        (9, 0, 5, 5),  # exact and fast, but not all right
    ]
    sit_all(round, people, sheet)
    sit(ha, round, 10, round.opens_at, predicts=5)  # works for the contest: practises
    result = final(ha, round)
    assert result.truth == 5  # all but giang
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (2, "an", "Giải Nhì"),
        (2, "dung", "Giải Nhì"),
        (4, "chi", "Giải Ba"),
        (5, "em", "Giải Ba"),
        (6, "giang", "Giải Ba"),
    ]


def test_vcnet_2020_admits_from_fourteen_on_the_opening_day(ha: User) -> None:
    made = propaganda.vcnet_2020()
    [round] = hold(ha, made)
    unit = office("truong")
    [just] = crowd(unit, "just", birth_date=date(2006, 5, 4))
    [not_yet] = crowd(unit, "notyet", birth_date=date(2006, 5, 5))
    assert refusal(just, round, round.opens_at) is None
    # 14 a day after the opening: not even then.
    assert isinstance(refusal(not_yet, round, round.opens_at + timedelta(days=2)), NotEligible)


def test_vcnet_2019_counts_the_first_all_right_attempt_with_its_prediction(ha: User) -> None:
    made = propaganda.vcnet_2019()
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung")
    # Three all right. an and binh: exact, at the same instant. chi: off by 1 in the attempt that
    # counts, exact in the later one. dung: four right.
    sheet = [(5, 60, 30, 3), (5, 60, 30, 3), (5, 30, 30, 2), (4, 0, 30, 3)]
    sit_all(round, people, sheet)
    sit(people[2], round, 5, round.opens_at + 50 * MINUTE, predicts=3)
    result = final(ha, round)
    assert (result.truth, result.figures["attempts"]) == (3, 5)
    assert placed(result) == [
        (1, "an", "Giải Nhất"),
        (1, "binh", "Giải Nhất"),
        (3, "chi", "Giải Nhì"),
        (4, "dung", ""),
    ]
    notes = [row.prize_note for row in table(result)]
    assert notes[0] == notes[1] != "" == notes[2]


def test_lang_son_150_points_then_attempts_predicted_then_drawn(ha: User) -> None:
    made = propaganda.lang_son()
    [round] = hold(ha, made)
    an, binh, _, dung = people = competitors(made, "an binh chi dung")
    [child] = crowd(office("thcs"), "em", birth_date=date(2011, 5, 22))  # 12 that very day
    [younger] = crowd(office("tieu-hoc"), "giang", birth_date=date(2011, 5, 23))
    assert isinstance(refusal(younger, round, round.opens_at), NotEligible)
    # Seven attempts of five people. an, binh, em: exact; chi: off by 2; dung: 140 points.
    sheet = [(15, 0, 60, 7), (15, 9, 90, 7), (15, 0, 9, 5), (14, 0, 9, 7), (15, 30, 30, 7)]
    sit_all(round, [*people, child], sheet)
    sit(binh, round, 3, round.opens_at + 60 * MINUTE)
    sit(dung, round, 0, round.opens_at + 60 * MINUTE)
    result = final(ha, round)

    def lot(user: User) -> str:
        entry = round.entries.get(user=user)
        return hmac.new(
            round.secret.encode(), f"lottery:{entry.pk}".encode(), hashlib.sha256
        ).hexdigest()

    drawn = sorted([an, binh, child], key=lot)
    assert (result.truth, result.figures["entrants"]) == (7, 5)
    assert placed(result) == [
        (1, drawn[0].username, "Giải Nhất"),
        (2, drawn[1].username, "Giải Nhì"),
        (3, drawn[2].username, "Giải Nhì"),
        (4, "chi", "Giải Ba"),
        (5, "dung", "Giải Ba"),
    ]
    assert [row.points for row in table(result)] == [150, 150, 150, 150, 140]
    assert next(row.name for row in table(result) if row.entry.user == child) == "N. T. Em"


def test_quang_ninh_leaves_out_whoever_did_not_answer_everything(ha: User) -> None:
    made = propaganda.quang_ninh()
    [round] = hold(ha, made)
    an, binh, chi, dung, em = competitors(made, "an binh chi dung em")
    # Four people: an exact, binh and chi off by 1, chi earlier; dung eight right.
    sheet = [(9, 30, 60, 4), (9, 20, 60, 5), (9, 10, 60, 3), (8, 0, 60, 4)]
    sit_all(round, [an, binh, chi, dung], sheet)
    assert refusal(em, round, round.opens_at) is None  # and never hands in
    result = final(ha, round)
    assert result.truth == 4
    assert placed(result) == [
        (1, "an", "Giải Nhất"),
        (2, "chi", "Giải Nhì"),
        (3, "binh", "Giải Nhì"),
        (4, "dung", "Giải Ba"),
    ]


def test_phu_yen_score_then_time_taken_then_prediction(ha: User) -> None:
    made = of_rounds(propaganda.phu_yen(), lines=questions("PY", 3))
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung em giang")
    sheet = [
        (3, 9, 300, 99),  # off by 93
        (3, 8, 300, 6),  # exact
        (3, 7, 299, None),  # a second faster than all
        (2, 0, 10, 6),
        (3, 0, 300, 4),  # off by 2
        (3, 5, 300, 8),  # off by 2 as well: when they handed in does not matter
    ]
    sit_all(round, people, sheet)
    result = final(ha, round)
    assert result.truth == 6
    assert placed(result) == [
        (1, "chi", "Giải Nhất"),
        (2, "binh", "Giải Nhì"),
        (3, "em", "Giải Nhì"),
        (3, "giang", "Giải Nhì"),
        (5, "an", ""),
        (6, "dung", ""),
    ]


def test_quang_nam_by_attempts_predicted_and_a_prize_for_a_district(ha: User) -> None:
    made = propaganda.quang_nam_vo_chi_cong()
    [round] = hold(ha, made)
    hien, phuoc = office("dong-giang", 90), office("tien-phuoc", 900)
    people = [*crowd(hien, "an binh"), *crowd(phuoc, "chi dung em")]
    # Six attempts: chi twice. an off by 1, binh exact, chi off by 3, dung nothing; em eight right.
    sheet = [(9, 0, 60, 5), (9, 9, 60, 6), (9, 0, 60, 9), (9, 0, 9, None), (8, 0, 9, 6)]
    sit_all(round, people, sheet)
    sit(people[2], round, 9, round.opens_at + 60 * MINUTE, predicts=6)
    result = final(ha, round)
    assert result.truth == 6
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (2, "an", "Giải Nhì"),
        (3, "chi", "Giải Ba"),
        (4, "dung", "Giải Khuyến khích"),
        (5, "em", "Giải Khuyến khích"),
    ]
    # By the number of people, whatever the share of all members.
    assert unit_table(result) == [
        (1, "dong-giang", 2, 90, ""),
        (2, "tien-phuoc", 3, 900, "Giải tập thể Nhất"),
    ]


def test_quang_nam_lhtn_ranks_units_by_count_and_by_rate(ha: User) -> None:
    made = propaganda.quang_nam_lhtn()
    [round] = hold(ha, made)
    people = [
        *crowd(office("a", 40), "a1 a2 a3 a4"),  # most people, 10 %
        *crowd(office("b", 10), "b1 b2 b3"),  # as many as c, 30 %
        *crowd(office("c", 12), "c1 c2 c3"),  # 25 %
        *crowd(office("d", 2), "d1"),  # 50 %
        *crowd(office("e"), "e1 e2"),  # declared nothing: no rate
    ]
    sit_all(round, people, [(4, place, 60, None) for place in range(len(people))])
    sit(people[-1], round, 4, round.opens_at + 60 * MINUTE)  # a second attempt, no second person
    result = final(ha, round)
    # Places 2 and 3 of the count are shared: both get the better prize, nobody the third.
    assert unit_table(result) == [
        (1, "d", 1, 2, "Giải tỷ lệ Nhất"),
        (2, "b", 3, 10, "Giải số lượng Nhì; Giải tỷ lệ Nhì"),
        (3, "c", 3, 12, "Giải số lượng Nhì; Giải tỷ lệ Ba"),
        (4, "a", 4, 40, "Giải số lượng Nhất"),
        (5, "e", 2, None, ""),
    ]


def test_dak_po_leaves_out_the_whole_propaganda_board(ha: User) -> None:
    board = office("ban-tuyen-giao")
    made = propaganda.dak_po()
    [round] = hold(ha, made)
    people = competitors(made, "an binh chi dung")
    staff = [*crowd(board, "x"), *crowd(office("phong-khoa-giao", parent=board), "y")]
    # an and binh equal in points and time, binh earlier; chi as long, a minute later than an.
    sheet = [(4, 9, 60, None), (4, 8, 60, None), (4, 10, 60, None), (3, 0, 5, None)]
    sit_all(round, people, sheet)
    sit_all(round, [*staff, ha], [(4, 0, 1, None)] * 3)
    result = final(ha, round)
    assert placed(result) == [
        (1, "binh", "Giải Nhất"),
        (2, "an", "Giải Nhì"),
        (3, "chi", "Giải Nhì"),
        (4, "dung", "Giải Ba"),
    ]
    assert result.figures["entrants"] == 4
    assert [row[1] for row in unit_table(result)] == ["noi-thi"]


def test_dai_hoi_dang_leaves_out_the_groups_of_experts(ha: User) -> None:
    made = propaganda.dai_hoi_dang()
    [round] = hold(ha, made)
    *people, expert = competitors(made, "an binh chi dung em")
    exclude_person(actor=ha, contest=round.contest, user=expert, role="Tổ Chuyên gia")
    # Four people. an and chi exact, chi slower; dung off by 1; binh nine right.
    sheet = [(10, 9, 60, 4), (9, 0, 20, 4), (10, 0, 61, 4), (10, 0, 20, 3)]
    sit_all(round, [*people, expert], [*sheet, (10, 0, 1, 4)])
    result = final(ha, round)
    assert result.truth == 4
    assert placed(result) == [
        (1, "an", "Giải Nhất"),
        (2, "chi", "Giải Nhì"),
        (3, "dung", "Giải Nhì"),
        (4, "binh", ""),
    ]


def test_bau_cu_has_26_prizes_for_26_places(ha: User) -> None:
    made = of_rounds(propaganda.bau_cu(), lines=questions("BC-NHO", 1))
    [round] = hold(ha, made)
    people = competitors(made, " ".join(f"p{n:02d}" for n in range(1, 29)))
    # All right and nothing predicted: as they hand in, p16 and p17 at the same instant.
    minutes = [*range(1, 17), *range(16, 28)]
    sit_all(round, people, [(1, minute, 60, None) for minute in minutes])
    prizes = [(rank, prize) for rank, _, prize in placed(final(ha, round))]
    assert prizes[0] == (1, "Giải Nhất")
    assert prizes[1:3] == [(2, "Giải Nhì"), (3, "Giải Nhì")]
    assert {prize for _, prize in prizes[3:6]} == {"Giải Ba"}
    # Places 16 and 17 are one: both get what the first of them gets.
    assert {prize for _, prize in prizes[6:17]} == {"Giải Khuyến khích"}
    assert [rank for rank, _ in prizes[14:18]] == [15, 16, 16, 18]
    assert {prize for _, prize in prizes[17:26]} == {"Giải Nỗ lực đáng ghi nhận"}
    assert prizes[26:] == [(27, ""), (28, "")]
