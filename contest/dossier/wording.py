"""The minutes of a round's result ("biên bản"), said in sentences, lists and tables. Pure.

A part in which nothing happened says so in one sentence; no part is ever left out, because
somebody who misses it cannot know whether it was forgotten.
"""

from __future__ import annotations

from fractions import Fraction

import contest.wording as words
from contest.dossier.blocks import Block, Grid, Items, Part, Section, listed
from contest.dossier.content import Dossier, PaperLine, PaperPlan, ScoreBands
from contest.dossier.outcome import confirmation_section, decisions_section, results_section
from contest.dossier.phrases import band_counts, ruled, sentence
from contest.dossier.tables import amount, percent, plain_text


def sections(dossier: Dossier) -> list[Section]:
    """The body of the minutes. Reads the first rows of the full table once."""
    return [
        _contest(dossier),
        _turnout(dossier),
        _ranking(dossier),
        decisions_section(dossier),
        results_section(dossier),
        confirmation_section(dossier),
    ]


# -- I. Rules, window, papers --------------------------------------------------------------------


def _contest(dossier: Dossier) -> Section:
    return Section(
        "THỂ LỆ, THỜI GIAN VÀ ĐỀ THI",
        (
            Part("Thể lệ", (_rules_in_force(dossier), _amendments(dossier))),
            Part("Thời gian", _window(dossier)),
            Part("Đề thi", _papers(dossier)),
        ),
    )


def _rules_in_force(dossier: Dossier) -> str:
    rules = dossier.rules
    return (
        f"Vòng thi thực hiện theo Thể lệ bản {rules.number:02d}, ngày {rules.issued_on:%d/%m/%Y}."
    )


def _amendments(dossier: Dossier) -> Block:
    return listed(
        (
            f"Bản {change.number:02d}: {sentence(change.what)} {ruled(change.ruling)}"
            for change in dossier.rules.amendments
        ),
        "Thể lệ không có lần sửa đổi, bổ sung nào.",
    )


def _window(dossier: Dossier) -> tuple[Block, ...]:
    window = dossier.window
    hours = f" Giờ thi trong ngày: {sentence(window.hours)}" if window.hours else ""
    return (
        f"Vòng thi mở từ {words.window(window.opens_at, window.closes_at)}.{hours}",
        listed(
            (
                f"Giờ đóng vòng thi chuyển từ {words.at(change.closes_before)} sang "
                f"{words.at(change.closes_after)}. {ruled(change.ruling)}"
                for change in window.extensions
            ),
            "Không có lần gia hạn hoặc thay đổi giờ đóng vòng thi nào.",
        ),
        listed(
            (
                f"Gián đoạn {words.span(outage.ended_at - outage.began_at)}, từ "
                f"{words.window(outage.began_at, outage.ended_at)}, được bù thời gian làm bài. "
                f"{ruled(outage.ruling)}"
                for outage in window.outages
            ),
            "Không có lần gián đoạn nào phải bù thời gian làm bài.",
        ),
    )


def _papers(dossier: Dossier) -> tuple[Block, ...]:
    allowed = dossier.attempts_allowed
    attempts = (
        "nhiều lượt trong thời gian vòng thi mở"
        if allowed is None
        else f"tối đa {allowed:02d} lượt"
    )
    lead = (
        f"Mỗi lượt thi làm trong {words.minutes(dossier.time_limit_s)}; mỗi người được thi "
        f"{attempts}. Câu hỏi được bốc ngẫu nhiên cho từng lượt theo cơ cấu sau."
    )
    return (lead, *(block for plan in dossier.papers for block in _plan(plan)))


def _plan(plan: PaperPlan) -> tuple[Block, ...]:
    who = f"Đề của {plan.division}" if plan.division else "Mỗi đề"
    essay = f" và câu tự luận {plan.essay_points} điểm" if plan.essay_points else ""
    total = f"{who} có {plan.questions:02d} câu{essay}, tổng {words.number(plan.points)} điểm:"
    return (total, Items(tuple(_line(line) for line in plan.lines)))


def _line(line: PaperLine) -> str:
    level = f", mức độ {line.difficulty.lower()}" if line.difficulty else ""
    return plain_text(
        f"{line.programme}, {line.title}{level}: {line.count:02d} câu, mỗi câu "
        f"{line.points:02d} điểm."
    )


# -- II. Who took part ---------------------------------------------------------------------------


def _turnout(dossier: Dossier) -> Section:
    figures = dossier.figures
    counts = (
        ("Số người dự thi", figures.entrants, "người"),
        ("Số lượt thi", figures.attempts, "lượt"),
        ("Số người trả lời đúng tất cả các câu", figures.perfect, "người"),
        ("Số đơn vị có người dự thi", figures.units, "đơn vị"),
    )
    items = Items(tuple(f"{name}: {words.number(count)} {unit}." for name, count, unit in counts))
    return Section(
        "TÌNH HÌNH DỰ THI",
        (Part("Số liệu chung", (items,)), Part("Phân bố kết quả", (_bands(figures.bands),))),
    )


def _bands(bands: ScoreBands) -> Grid:
    people = bands.people or 1
    return Grid(
        ("Mức kết quả", "Số người", "Tỷ lệ"),
        tuple(
            (name, words.number(count), percent(Fraction(count, people)))
            for name, count in band_counts(bands)
        ),
        (40, 20, 20),
        (False, True, True),
    )


# -- III. How people were ranked -----------------------------------------------------------------


def _ranking(dossier: Dossier) -> Section:
    return Section(
        "CÁCH XẾP HẠNG",
        (
            Part(
                "Tiêu chí xếp hạng",
                (
                    "Xét lần lượt các tiêu chí sau, chỉ xét tiêu chí sau khi bằng nhau ở tiêu chí "
                    "trước; bằng nhau ở mọi tiêu chí thì cùng hạng:",
                    Items(tuple(sentence(key) for key in dossier.ranking_keys), ordered=True),
                ),
            ),
            Part("Câu dự đoán", _prediction(dossier)),
            Part("Mã bốc đề", _draw(dossier)),
        ),
    )


def _prediction(dossier: Dossier) -> tuple[Block, ...]:
    asked = dossier.prediction
    if asked is None:
        return ("Vòng thi không có câu dự đoán.",)
    return (
        Items(
            (
                f"Câu hỏi: “{plain_text(asked.question).strip()}”",
                f"Điều cần dự đoán: {sentence(asked.target)}",
                f"Kết quả đúng: {amount(asked.truth)}, tính trên {sentence(asked.counted_on)}",
            )
        ),
    )


def _draw(dossier: Dossier) -> tuple[Block, ...]:
    secret = dossier.draw.secret
    return (
        f"Mã cam kết bốc đề (SHA-256), công bố trước khi vòng thi mở: {dossier.draw.commitment}.",
        f"Mã bí mật của vòng thi, công bố sau khi vòng thi đóng: {secret}. SHA-256 của mã này phải "
        "trùng với mã cam kết; từ mã này, ai cũng tính lại được đề của từng lượt."
        if secret
        else "Mã bí mật của vòng thi chưa được công bố.",
    )
