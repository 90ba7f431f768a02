"""Ready-made rule sets, as contests in the country really run them. Pure data.

Times are Vietnam's. What a set leaves out has the usual value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from contest.eligibility import Eligibility
from contest.ordering import ELAPSED, POINTS, PREDICTION, SUBMITTED_AT

PARTY_KEYS = [POINTS, PREDICTION, SUBMITTED_AT]
FASTEST_KEYS = [POINTS, ELAPSED, SUBMITTED_AT]
YOUTH_KEYS = [POINTS, ELAPSED, PREDICTION, SUBMITTED_AT]
_OFFICES = ("party_body", "department", "front_body", "armed_force")


@dataclass(frozen=True, slots=True)
class DivisionPlan:
    """A division to make; a person belongs to the first whose conditions they meet."""

    code: str
    name: str
    who: Eligibility = field(default_factory=Eligibility)


@dataclass(frozen=True, slots=True)
class PrizePlan:
    """A prize to start from; ``division`` is a code, "" for everybody. ``by_block``: one such
    prize for the units of each emulation block."""

    name: str
    count: int = 1
    worth: str = ""
    measure: str = ""
    division: str = ""
    by_block: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule set. ``weekday`` (0 is Monday) and ``opens`` say when the round opens, the first
    such day after today, the first of a month where ``weekday`` is None; ``lasts`` how long.

    ``papers``: questions by the code of a division, "" for everybody; each paper is spread
    evenly over the documents. ``round`` and ``contest``: settings named as on their drafts.
    """

    code: str
    name: str
    sentence: str
    round_title: str
    opens: time
    lasts: timedelta
    papers: Mapping[str, int]
    round: Mapping[str, Any]
    weekday: int | None = 0
    contest: Mapping[str, Any] = field(default_factory=dict)
    divisions: tuple[DivisionPlan, ...] = ()
    prizes: tuple[PrizePlan, ...] = ()


def _minutes(limit: int, attempts: int | None, target: str, keys: list[str]) -> dict[str, Any]:
    """What every rule set says of a round."""
    return {
        "time_limit_s": limit * 60,
        "attempts_allowed": attempts,
        "prediction_target": target,
        "ranking_keys": keys,
    }


PRESETS = (
    Preset(
        code="cao-bang",
        name="Bảy ngày, dự đoán số người dự thi",
        sentence="08:00 thứ Hai đến 24:00 Chủ nhật, 20 câu, xếp hạng theo điểm, dự đoán, nộp sớm: "
        "như cuộc thi của tỉnh tháng 01/2026.",
        round_title="Tuần thi chính thức",
        opens=time(8),
        lasts=timedelta(days=6, hours=16),
        papers={"": 20},
        round=_minutes(15, 3, "entrants", PARTY_KEYS),
        prizes=(
            PrizePlan("Giải Nhất"),
            PrizePlan("Giải Nhì", 2),
            PrizePlan("Giải Ba", 3),
            PrizePlan("Giải Khuyến khích", 10),
            PrizePlan("Giải tập thể", 3, measure="entrants"),
        ),
    ),
    Preset(
        code="tuyen-giao-tuan",
        name="Hằng tuần, dự đoán số người đúng hết",
        sentence="10:00 thứ Hai đến 09:00 thứ Hai sau, thi nhiều lượt, từ đủ 14 tuổi: nếp của "
        "ngành Tuyên giáo trên mạng VCNet.",
        round_title="Tuần 1",
        opens=time(10),
        lasts=timedelta(days=6, hours=23),
        papers={"": 5},
        round={**_minutes(15, None, "perfect", PARTY_KEYS), "prizes_need_perfect": True},
        contest={"who": Eligibility(min_age=14)},
        prizes=(
            PrizePlan("Giải Nhất", 1, "4.000.000 đồng"),
            PrizePlan("Giải Nhì", 2, "2.000.000 đồng"),
            PrizePlan("Giải Ba", 5, "1.500.000 đồng"),
            PrizePlan("Giải Khuyến khích", 8, "1.000.000 đồng"),
        ),
    ),
    Preset(
        code="bay-luot-mot-tuan",
        name="Hằng tuần, mỗi người bảy lượt",
        sentence="Mỗi tuần tối đa 7 lượt, mỗi lượt 10 phút, lấy lượt tốt nhất: như các cuộc thi "
        "của Ban Tuyên giáo và Dân vận Trung ương.",
        round_title="Tuần 1",
        opens=time(8),
        lasts=timedelta(days=6, hours=14),
        papers={"": 20},
        round=_minutes(10, 7, "entrants", PARTY_KEYS),
        prizes=(
            PrizePlan("Giải Nhất", 1, "2.000.000 đồng"),
            PrizePlan("Giải Nhì", 2),
            PrizePlan("Giải Ba", 3),
            PrizePlan("Giải Khuyến khích", 10),
        ),
    ),
    Preset(
        code="thang-tra-loi-du",
        name="Hằng tháng, phải trả lời đủ các câu",
        sentence="Bốn tuần, từ 10:00 ngày đầu tháng đến 09:00, 9 câu và câu dự đoán số người dự "
        "thi; bài thiếu câu nào thì không nộp được.",
        round_title="Tháng 1",
        opens=time(10),
        lasts=timedelta(days=27, hours=23),
        papers={"": 9},
        round={
            **_minutes(15, 1, "entrants", PARTY_KEYS),
            "requires_all": True,
            "prizes_need_perfect": True,
        },
        weekday=None,
        contest={"has_table": True},
        prizes=(PrizePlan("Giải Nhất"), PrizePlan("Giải Nhì", 2), PrizePlan("Giải Ba", 3)),
    ),
    Preset(
        code="hai-bang",
        name="Hai bảng: cán bộ và người dân",
        sentence="Mỗi bảng đề riêng 15 câu và câu dự đoán, mỗi tuần một lượt, người dân từ đủ 18 "
        "tuổi; giải tập thể theo tỷ lệ và điểm trung bình trong từng khối.",
        round_title="Tuần 1",
        opens=time(8),
        lasts=timedelta(days=6, hours=14),
        papers={"can-bo": 15, "nguoi-dan": 15},
        round={**_minutes(15, 1, "perfect", PARTY_KEYS), "prizes_need_perfect": True},
        divisions=(
            DivisionPlan("can-bo", "Cán bộ, công chức, viên chức", Eligibility(kinds=_OFFICES)),
            DivisionPlan("nguoi-dan", "Người dân", Eligibility(min_age=18)),
        ),
        prizes=(
            PrizePlan("Giải Nhất", 1, "800.000 đồng", division="can-bo"),
            PrizePlan("Giải Nhì", 2, division="can-bo"),
            PrizePlan("Giải Nhất", 1, "700.000 đồng", division="nguoi-dan"),
            PrizePlan("Giải Nhì", 2, division="nguoi-dan"),
            PrizePlan("Giải tập thể về tỷ lệ dự thi", measure="rate", by_block=True),
            PrizePlan("Giải tập thể về chất lượng", measure="mean", by_block=True),
        ),
    ),
    Preset(
        code="doan-thanh-nien",
        name="Đoàn thanh niên: 20 câu, 10 phút mỗi tuần",
        sentence="Mỗi tuần một lượt, từ đủ 16 đến 35 tuổi, bằng điểm thì ai làm nhanh hơn xếp "
        "trên.",
        round_title="Tuần 1",
        opens=time(8),
        lasts=timedelta(days=6, hours=14),
        papers={"": 20},
        round=_minutes(10, 1, "", FASTEST_KEYS),
        contest={
            "profile": "youth_union",
            "who": Eligibility(min_age=16, max_age=35),
            "has_table": True,
        },
        prizes=(PrizePlan("Giải Nhất"), PrizePlan("Giải Nhì"), PrizePlan("Giải Ba", 3)),
    ),
    Preset(
        code="cong-doan",
        name="Công đoàn: bốn bảng",
        sentence="Mười ngày, 20 câu và một câu dự đoán trong 20 phút, mỗi bảng có giải riêng; "
        "giải tập thể cho đơn vị đông người dự thi.",
        round_title="Vòng trắc nghiệm",
        opens=time(8),
        lasts=timedelta(days=9, hours=14),
        papers={"": 20},
        round=_minutes(20, 1, "entrants", YOUTH_KEYS),
        contest={"profile": "trade_union"},
        divisions=(
            DivisionPlan("bang-a", "Bảng A: xã, phường", Eligibility(kinds=("commune", "ward"))),
            DivisionPlan("bang-b", "Bảng B: cơ quan cấp tỉnh", Eligibility(kinds=_OFFICES)),
            DivisionPlan("bang-c", "Bảng C: trường học", Eligibility(kinds=("school",))),
            DivisionPlan("bang-d", "Bảng D: các đơn vị còn lại"),
        ),
        prizes=(
            *(
                PrizePlan(name, count, division=f"bang-{letter}")
                for letter in "abcd"
                for name, count in (("Giải Nhất", 1), ("Giải Nhì", 2), ("Giải Ba", 3))
            ),
            PrizePlan("Giải tập thể", 3, measure="entrants"),
        ),
    ),
    Preset(
        code="truong-hoc",
        name="Nhà trường: một lượt, 20 câu, 15 phút",
        sentence="Mười ngày, học sinh và giáo viên thi một lượt duy nhất, xếp theo điểm rồi thời "
        "gian làm bài; tên công khai được rút gọn.",
        round_title="Vòng trắc nghiệm",
        opens=time(8),
        lasts=timedelta(days=9, hours=14),
        papers={"": 20},
        round={**_minutes(15, 1, "", FASTEST_KEYS), "names_shown": "shortened"},
        contest={"profile": "state", "who": Eligibility(kinds=("school",))},
        prizes=(
            PrizePlan("Giải Nhất"),
            PrizePlan("Giải Nhì", 3),
            PrizePlan("Giải Ba", 10),
            PrizePlan("Giải Khuyến khích", 15),
            PrizePlan("Giải tập thể đông người dự thi", 1, measure="entrants"),
            PrizePlan("Giải tập thể nhiều người đạt giải", 1, measure="winners"),
        ),
    ),
    Preset(
        code="gio-hanh-chinh",
        name="Chỉ trong giờ hành chính",
        sentence="Từ thứ Hai đến thứ Sáu, chỉ vào thi được từ 07:30 đến 17:30; dành cho cán bộ "
        "các cơ quan.",
        round_title="Vòng trắc nghiệm",
        opens=time(7, 30),
        lasts=timedelta(days=4, hours=10),
        papers={"": 20},
        round={
            **_minutes(20, 1, "entrants", PARTY_KEYS),
            "weekdays": [0, 1, 2, 3, 4],
            "daily_from": time(7, 30),
            "daily_to": time(17, 30),
        },
        contest={"who": Eligibility(kinds=_OFFICES)},
    ),
    Preset(
        code="ty-le-phan-tram",
        name="Dự đoán tỷ lệ phần trăm",
        sentence="24 câu trong 30 phút, một lượt; dự đoán tỷ lệ người trả lời đúng tất cả, viết "
        "đến năm chữ số thập phân.",
        round_title="Vòng trắc nghiệm",
        opens=time(8),
        lasts=timedelta(days=6, hours=14),
        papers={"": 24},
        round=_minutes(30, 1, "percent", PARTY_KEYS),
        prizes=(PrizePlan("Giải Nhất"), PrizePlan("Giải Nhì", 2), PrizePlan("Giải Ba", 3)),
    ),
    Preset(
        code="co-tu-luan",
        name="Trắc nghiệm và một câu tự luận",
        sentence="20 câu mỗi câu một điểm và câu tự luận năm điểm trong 20 phút, hai lượt; bài "
        "viết do giám khảo chấm.",
        round_title="Vòng 1",
        opens=time(8),
        lasts=timedelta(days=20, hours=14),
        papers={"": 20},
        round={
            **_minutes(20, 2, "", FASTEST_KEYS),
            "essay_prompt": "Theo anh (chị), cần làm gì để đưa nghị quyết vào cuộc sống ở cơ quan, "
            "địa phương mình?",
            "essay_points": 5,
            "results_shown": "after_final",
        },
        contest={"profile": "trade_union"},
        prizes=(PrizePlan("Giải Nhất"), PrizePlan("Giải Nhì", 2), PrizePlan("Giải Ba", 3)),
    ),
)
