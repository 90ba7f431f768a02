"""Contests of propaganda boards: VCNet, the central board's own, provinces and districts."""

from __future__ import annotations

from typing import Any

from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.eligibility import Eligibility
from contest.models import Prize, Round
from contest.ordering import DEFAULT_KEYS, POINTS
from contest.rules.contests import ContestDraft
from tests.contest.rulesets.settings import (
    FASTEST_THEN_EARLIEST,
    FASTEST_THEN_PREDICTED,
    MINUTE,
    PREDICTED,
    PREDICTED_THEN_DRAWN,
    WEEK,
    RuleSet,
    bank,
    people_prizes,
    questions,
    rounds,
    unit_prizes,
    vn,
)

Predicts = Round.PredictionTarget


def vcnet_2020() -> RuleSet:
    """16 weeks from Monday to Monday; of many attempts the right and earliest one."""
    return RuleSet(
        ContestDraft(
            "Tìm hiểu 90 năm ngành Tuyên giáo của Đảng",
            issuer="Ban Tuyên giáo Trung ương",
            who=Eligibility(min_age=14),
        ),
        rounds(
            16, "04/05/2020 10:00", "11/05/2020 09:00",
            time_limit_s=30 * MINUTE,
            lines=questions("TG-90", 10),
            prediction_target=Predicts.PERFECT,
            ranking_keys=PREDICTED,
            prizes=people_prizes((1, "4.000.000 đồng"), (2, "2.000.000 đồng"),
                                 (5, "1.500.000 đồng"), (8, "1.000.000 đồng")),
            extra_rules="Người đạt giải nộp thuế thu nhập cá nhân theo quy định.",
        ),
    )  # fmt: skip


def vcnet_2019() -> RuleSet:
    """20 weeks, five questions and the number of people who get all five right."""
    return RuleSet(
        ContestDraft("Tìm hiểu 90 năm lịch sử vẻ vang của Đảng Cộng sản Việt Nam"),
        rounds(
            20, "05/08/2019 10:00", "12/08/2019 09:00",
            time_limit_s=15 * MINUTE,
            lines=questions("D-90", 5),
            prediction_target=Predicts.PERFECT,
            ranking_keys=PREDICTED,
            prizes=people_prizes((1, ""), (2, "")),
        ),
    )  # fmt: skip


def lang_son() -> RuleSet:
    """150 points, then the nearest to the number of attempts; the rest is left to a lottery."""
    return RuleSet(
        ContestDraft("90 năm Đảng bộ tỉnh Lạng Sơn", who=Eligibility(min_age=12)),
        rounds(
            5, "22/05/2023 08:00", "29/05/2023 00:00",
            time_limit_s=20 * MINUTE,
            lines=questions("LS-90", 15, points=10),
            prediction_target=Predicts.ATTEMPTS,
            ranking_keys=PREDICTED_THEN_DRAWN,
            prizes=people_prizes((1, ""), (2, ""), (3, ""), (5, "")),
        ),
    )  # fmt: skip


def quang_ninh() -> RuleSet:
    """Three months; nine questions and the number of people, all ten to be answered."""
    settings: dict[str, Any] = {
        "time_limit_s": 15 * MINUTE,
        "lines": questions("QN-60", 9),
        "prediction_target": Predicts.ENTRANTS,
        "requires_all": True,
        "ranking_keys": PREDICTED,
        "prizes": people_prizes((1, ""), (2, ""), (3, "")),
    }
    months = [
        ("30/06/2023 10:00", "31/07/2023 09:00"),
        ("31/07/2023 10:00", "31/08/2023 09:00"),
        ("31/08/2023 10:00", "30/09/2023 09:00"),
    ]
    return RuleSet(
        ContestDraft("Quảng Ninh 60 năm xây dựng và phát triển"),
        [round for month in months for round in rounds(1, *month, **settings)],
    )


def phu_yen() -> RuleSet:
    """Seven weeks, whose ten best each write the final's essay within 90 minutes."""
    weeks = rounds(
        7, "05/07/2021 08:00", "12/07/2021 00:00",
        time_limit_s=30 * MINUTE,
        attempts_allowed=1,
        lines=questions("NQ-XIII", 35),
        prediction_target=Predicts.ENTRANTS,
        ranking_keys=FASTEST_THEN_PREDICTED,
        prizes=people_prizes((1, ""), (2, "")),
    )  # fmt: skip
    return RuleSet(ContestDraft("Tìm hiểu Nghị quyết Đại hội XIII"), [*weeks, _phu_yen_final()])


def _phu_yen_final() -> RoundDraft:
    return RoundDraft(
        title="Chung kết",
        opens_at=vn("12/09/2021 08:00"),
        closes_at=vn("12/09/2021 11:00"),
        time_limit_s=90 * MINUTE,
        attempts_allowed=1,
        prediction_target="",
        lines=[],
        essay_prompt="Trình bày giải pháp đưa Nghị quyết vào cuộc sống ở nơi bạn công tác.",
        essay_points=100,
        admits_from=Round.AdmitsFrom.EACH_ROUND,
        admits_top=10,
        ranking_keys=[POINTS],
        results_shown="after_final",
        prizes=people_prizes((1, ""), (2, "")),
    )


def quang_nam_vo_chi_cong() -> RuleSet:
    """Four weeks spread over four months, prizes for people each week and for a district."""
    return RuleSet(
        ContestDraft("Thân thế và sự nghiệp đồng chí Võ Chí Công"),
        rounds(
            4, "04/07/2022 08:00", "11/07/2022 00:00", every=4 * WEEK,
            time_limit_s=15 * MINUTE,
            lines=questions("VCC", 9),
            prediction_target=Predicts.ATTEMPTS,
            ranking_keys=PREDICTED_THEN_DRAWN,
            prizes=[*people_prizes((1, ""), (1, ""), (1, ""), (3, "")),
                    *unit_prizes(Prize.Measure.ENTRANTS, "")],
        ),
    )  # fmt: skip


def quang_nam_lhtn() -> RuleSet:
    """Two lists of units: by people who entered, and by their share of all members."""
    worths = ("1.500.000 đồng", "1.000.000 đồng", "500.000 đồng")
    return RuleSet(
        ContestDraft(
            "Tìm hiểu Hội Liên hiệp Thanh niên Việt Nam",
            profile="youth_union",
        ),
        rounds(
            3, "03/10/2022 08:00", "10/10/2022 00:00",
            time_limit_s=15 * MINUTE,
            lines=questions("LHTN", 4),
            ranking_keys=FASTEST_THEN_EARLIEST,
            prizes=[*unit_prizes(Prize.Measure.ENTRANTS, *worths, name="Giải số lượng"),
                    *unit_prizes(Prize.Measure.RATE, *worths, name="Giải tỷ lệ")],
        ),
    )  # fmt: skip


def dak_po() -> RuleSet:
    """Eight times two weeks, ten attempts each; the board's whole staff never ranks."""
    return RuleSet(
        ContestDraft(
            "Cuộc thi trực tuyến huyện Đak Pơ", excluded_units=("ban-tuyen-giao",)
        ),
        rounds(
            8, "01/03/2021 09:00", "14/03/2021 15:00", every=2 * WEEK,
            time_limit_s=15 * MINUTE,
            attempts_allowed=10,
            lines=questions("DP", 4),
            ranking_keys=FASTEST_THEN_EARLIEST,
            prizes=people_prizes((1, "1.500.000 đồng"), (2, "1.000.000 đồng"),
                                 (3, "700.000 đồng"), (5, "300.000 đồng")),
        ),
    )  # fmt: skip


def dai_hoi_dang() -> RuleSet:
    """The central board 2025: three weeks, ten minutes, seven attempts a week."""
    return RuleSet(
        ContestDraft(
            "Tìm hiểu các kỳ Đại hội Đảng toàn quốc",
            issuer="Ban Tuyên giáo và Dân vận Trung ương",
        ),
        rounds(
            3, "17/11/2025 08:00", "24/11/2025 00:00",
            time_limit_s=10 * MINUTE,
            attempts_allowed=7,
            lines=[LineDraft(bank("DH", 8), "easy", 6, 1),
                   LineDraft(bank("DH", 5, "medium"), "medium", 3, 1),
                   LineDraft(bank("DH-TW", 3), "", 1, 1)],
            prediction_target=Predicts.ENTRANTS,
            ranking_keys=DEFAULT_KEYS,
            prizes=people_prizes((1, "2.000.000 đồng"), (2, "")),
        ),
    )  # fmt: skip


def bau_cu() -> RuleSet:
    """The central board 2026: 1 + 2 + 3 + 10 prizes and ten for a noteworthy effort."""
    usual = people_prizes((1, ""), (2, ""), (3, ""), (10, ""))
    return RuleSet(
        ContestDraft("Tìm hiểu pháp luật về bầu cử"),
        rounds(
            2, "09/02/2026 08:00", "16/02/2026 00:00",
            time_limit_s=10 * MINUTE,
            attempts_allowed=7,
            lines=questions("BC", 10),
            prediction_target=Predicts.ENTRANTS,
            ranking_keys=DEFAULT_KEYS,
            prizes=[*usual, PrizeDraft("Giải Nỗ lực đáng ghi nhận", 10)],
        ),
    )  # fmt: skip
