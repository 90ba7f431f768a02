"""Contests of ministries, unions, cities and schools, and two extras."""

from __future__ import annotations

from datetime import time, timedelta

from contest.drafts import LineDraft, PrizeDraft
from contest.eligibility import Eligibility
from contest.models import Division, Prize, Round
from contest.rules.contests import ContestDraft
from tests.contest.rulesets.settings import (
    FASTEST,
    FASTEST_THEN_EARLIEST,
    MINUTE,
    PREDICTED,
    RuleSet,
    bank,
    people_prizes,
    questions,
    rounds,
    unit_prizes,
)

Predicts = Round.PredictionTarget
OFFICES = ("party_body", "department", "front_body")
BLOCKS = ("Hành chính", "Sự nghiệp", "Cấp xã")  # of units, in Huế


def binh_tan() -> RuleSet:
    """20 of a bank in ten minutes, once a week; the five best and fastest."""
    return RuleSet(
        ContestDraft("Hội thi trực tuyến quận Bình Tân", profile="youth_union"),
        rounds(
            4, "07/10/2019 08:00", "14/10/2019 00:00",
            time_limit_s=10 * MINUTE,
            attempts_allowed=1,
            lines=questions("BT", 20, spare=8),
            ranking_keys=FASTEST_THEN_EARLIEST,
            prizes=[PrizeDraft("Giải tuần", 5)],
            extra_rules="Khai sai hoặc để trống thông tin thì kết quả không được công nhận.",
        ),
    )  # fmt: skip


def bo_tu_phap() -> RuleSet:
    """The ministry of justice 2021: one month, three attempts to improve."""
    with_paper = "kèm Giấy chứng nhận"
    return RuleSet(
        ContestDraft("Tìm hiểu pháp luật về bầu cử", issuer="Bộ Tư pháp", profile="state"),
        rounds(
            1, "15/04/2021 08:00", "15/05/2021 00:00",
            time_limit_s=20 * MINUTE,
            attempts_allowed=3,
            lines=questions("BTP", 20),
            ranking_keys=FASTEST,
            prizes=people_prizes((1, f"6.000.000 đồng {with_paper}"),
                                 (5, f"3.000.000 đồng {with_paper}"),
                                 (10, f"2.000.000 đồng {with_paper}"),
                                 (20, f"1.000.000 đồng {with_paper}")),
        ),
    )  # fmt: skip


def hoa_binh() -> RuleSet:
    """Officials only; ten of a bank and the number of people all right."""
    return RuleSet(
        ContestDraft(
            "Tìm hiểu cải cách hành chính tỉnh Hòa Bình",
            profile="state",
            who=Eligibility(kinds=OFFICES),
        ),
        rounds(
            2, "04/09/2023 08:00", "18/09/2023 00:00",
            time_limit_s=15 * MINUTE,
            attempts_allowed=2,
            lines=questions("CCHC", 10, spare=6),
            prediction_target=Predicts.PERFECT,
            ranking_keys=PREDICTED,
            prizes=people_prizes((1, ""), (2, "")),
        ),
    )  # fmt: skip


def tong_lien_doan() -> RuleSet:
    """The confederation of labour 2023: 20 questions and an essay of five points, twice."""
    return RuleSet(
        ContestDraft(
            "Niềm tin, kỳ vọng về Đại hội XIII Công đoàn Việt Nam",
            profile="trade_union",
            who=Eligibility(memberships=("trade_union_member",)),
        ),
        rounds(
            3, "11/09/2023 08:00", "18/09/2023 00:00",
            time_limit_s=20 * MINUTE,
            attempts_allowed=2,
            lines=questions("CD-XIII", 20),
            essay_prompt="Viết điều bạn kỳ vọng ở Đại hội.",
            essay_points=5,
            ranking_keys=FASTEST_THEN_EARLIEST,
            prizes=people_prizes((1, ""), (2, "")),
            extra_rules="Tác phẩm dự thi trên Facebook do Ban Giám khảo chấm riêng.",
        ),
    )  # fmt: skip


def ldld_hcm() -> RuleSet:
    """The city's trade unions 2025: four groups, and units with most people."""
    groups = [
        Division(code=f"bang-{n}", name=f"Bảng {n}", eligibility={"units": [f"khoi-{n}"]})
        for n in range(1, 5)
    ]
    return RuleSet(
        ContestDraft("Công đoàn TP.HCM đồng hành cùng đất nước", profile="trade_union"),
        rounds(
            2, "25/08/2025 00:00", "30/08/2025 00:00",
            every=timedelta(days=5),
            time_limit_s=20 * MINUTE,
            attempts_allowed=1,
            lines=questions("CDTP", 20),
            prediction_target=Predicts.ENTRANTS,
            ranking_keys=PREDICTED,
            prizes=[prize for group in groups
                    for prize in people_prizes((1, ""), (2, ""), division=group)]
            + [PrizeDraft("Giải tập thể", 30, measure=Prize.Measure.ENTRANTS)],
        ),
        groups,
    )  # fmt: skip


def gia_lai() -> RuleSet:
    """Pupils 2025: ten days, one attempt, score and then time; two lists of schools."""
    return RuleSet(
        ContestDraft(
            "Tìm hiểu pháp luật cho học sinh trung học phổ thông",
            profile="state",
            who=Eligibility(kinds=("school",)),
        ),
        rounds(
            1, "10/11/2025 08:00", "20/11/2025 00:00",
            time_limit_s=15 * MINUTE,
            attempts_allowed=1,
            lines=questions("PL-HS", 20),
            ranking_keys=FASTEST,
            prizes=[*people_prizes((1, ""), (3, ""), (10, ""), (15, "")),
                    *unit_prizes(Prize.Measure.ENTRANTS, "", name="Tập thể đông người dự thi"),
                    *unit_prizes(Prize.Measure.WINNERS, "", name="Tập thể nhiều giải")],
        ),
    )  # fmt: skip


def hue() -> RuleSet:
    """Two banks, officials and citizens; units by their rate and by quality."""
    officials = Division(code="can-bo", name="Cán bộ, công chức",
                         eligibility={"units": ["khoi-co-quan"]})  # fmt: skip
    citizens = Division(code="nguoi-dan", name="Người dân", eligibility={"min_age": 18})
    return RuleSet(
        ContestDraft("Tìm hiểu công tác cải cách hành chính thành phố Huế", profile="state"),
        rounds(
            4, "22/09/2025 08:00", "29/09/2025 00:00",
            time_limit_s=15 * MINUTE,
            attempts_allowed=1,
            lines=[LineDraft(bank("HUE-CB", 17), "", 15, 1, officials),
                   LineDraft(bank("HUE-ND", 17), "", 15, 1, citizens)],
            prediction_target=Predicts.PERFECT,
            ranking_keys=PREDICTED,
            prizes=[
                *people_prizes((1, "800.000 đồng"), (2, ""), (3, ""), division=officials),
                *people_prizes((1, "700.000 đồng"), (2, ""), (3, ""), division=citizens),
                *[PrizeDraft(name, 1, "", officials, measure, block)
                  for block in BLOCKS
                  for name, measure in (("Tập thể tỷ lệ cao", Prize.Measure.RATE),
                                        ("Tập thể chất lượng cao", Prize.Measure.MEAN))],
            ],
        ),
        [officials, citizens],
    )  # fmt: skip


def nghe_an() -> RuleSet:
    """Named posts only, on weekdays from 7:30 to 17:30."""
    return RuleSet(
        ContestDraft(
            "Tìm hiểu các Nghị quyết của Đảng, lần thứ nhất",
            who=Eligibility(units=("khoi-co-quan",)),
        ),
        rounds(
            1, "17/11/2025 07:30", "28/11/2025 17:30",
            weekdays=[0, 1, 2, 3, 4],
            daily_from=time(7, 30),
            daily_to=time(17, 30),
            time_limit_s=20 * MINUTE,
            attempts_allowed=1,
            lines=questions("NA", 5),
            ranking_keys=FASTEST_THEN_EARLIEST,
        ),
    )  # fmt: skip


def percent_form() -> RuleSet:
    """24 questions in 30 minutes and the share of people all right to five decimals."""
    return RuleSet(
        ContestDraft("Biểu mẫu tìm hiểu Nghị quyết"),
        rounds(
            1, "06/04/2026 08:00", "13/04/2026 00:00",
            time_limit_s=30 * MINUTE,
            attempts_allowed=2,
            lines=questions("BM", 24),
            prediction_target=Predicts.PERCENT,
            ranking_keys=PREDICTED,
            prizes=people_prizes((1, ""), (2, "")),
        ),
    )  # fmt: skip
