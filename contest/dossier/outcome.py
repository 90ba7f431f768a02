"""The second half of the minutes: what was decided, who won, what was published. Pure."""

from __future__ import annotations

from itertools import islice

import contest.wording as words
from contest.dossier.blocks import Block, Caption, Items, Part, Section, grid, listed
from contest.dossier.content import TOP_ROWS, Dossier, PrizeList
from contest.dossier.decisions import Disqualification, QuestionDecision
from contest.dossier.phrases import appeals_in_words, ruled, sentence, version_in_words
from contest.dossier.tables import plain_text, top_columns, unit_columns, winner_columns

# -- IV. What the organisers decided -------------------------------------------------------------


def decisions_section(dossier: Dossier) -> Section:
    incidents = (
        f"{words.at(incident.at)}: {sentence(incident.what)} {ruled(incident.ruling)}"
        for incident in dossier.incidents
    )
    return Section(
        "CÁC QUYẾT ĐỊNH CỦA BAN TỔ CHỨC",
        (
            Part(
                "Hủy kết quả",
                (
                    listed(
                        map(_disqualified, dossier.disqualifications),
                        "Không có trường hợp bị hủy kết quả.",
                    ),
                ),
            ),
            Part(
                "Câu hỏi bị hủy hoặc chấm lại",
                (
                    listed(
                        map(_regraded, dossier.questions),
                        "Không có câu hỏi bị hủy hoặc chấm lại.",
                    ),
                ),
            ),
            Part("Sự cố khác", (listed(incidents, "Không có sự cố nào khác phải xử lý."),)),
            Part("Khiếu nại", (appeals_in_words(dossier),)),
        ),
    )


def _disqualified(case: Disqualification) -> str:
    unit = f" ({case.unit})" if case.unit else ""
    return f"{case.person}{unit}. {ruled(case.ruling)}"


def _regraded(case: QuestionDecision) -> str:
    return (
        f"Câu {case.code} ({case.clause}): {sentence(case.decision)} "
        f"Số người có kết quả thay đổi: {words.number(case.changed)}. {ruled(case.ruling)}"
    )


# -- V. Results ----------------------------------------------------------------------------------


def results_section(dossier: Dossier) -> Section:
    ties = (
        f"Hạng {words.number(tie.rank)}: {', '.join(tie.names)}. {sentence(tie.resolution)}"
        for tie in dossier.ties
    )
    return Section(
        "KẾT QUẢ",
        (
            Part("Những người đứng đầu", _top(dossier)),
            Part(
                "Trường hợp bằng nhau",
                (listed(ties, "Không có trường hợp bằng nhau nào ảnh hưởng đến việc xét giải."),),
            ),
            Part("Giải thưởng", _prizes(dossier)),
            Part("Kết quả theo đơn vị", _units(dossier)),
        ),
    )


def _top(dossier: Dossier) -> tuple[Block, ...]:
    rows = tuple(islice(dossier.rows(), TOP_ROWS))
    if not rows:
        return ("Không có người dự thi nào được xếp hạng.",)
    return (
        f"Bảng sau ghi {len(rows):02d} người đứng đầu; bảng đầy đủ ở tệp kèm theo.",
        grid(top_columns(dossier), rows),
    )


def _prizes(dossier: Dossier) -> tuple[Block, ...]:
    blocks = [block for prizes in dossier.prizes for block in _prize_list(prizes)]
    return tuple(blocks) or ("Vòng thi không có giải thưởng nào được trao.",)


def _prize_list(prizes: PrizeList) -> list[Block]:
    blocks: list[Block] = [Caption(plain_text(prizes.title))] if prizes.title else []
    if prizes.winners:
        blocks.append(grid(winner_columns(prizes.winners), prizes.winners))
    else:
        blocks.append("Không có giải nào được trao.")
    reasons = tuple(
        plain_text(f"{w.prize}, {w.name}: {sentence(w.reason)}") for w in prizes.winners if w.reason
    )
    if reasons:
        blocks += ["Căn cứ xếp trên người kế tiếp:", Items(reasons)]
    if prizes.passed:
        blocks += ["Người không nhận giải:", Items(tuple(map(sentence, prizes.passed)))]
    return blocks


def _units(dossier: Dossier) -> tuple[Block, ...]:
    rows = dossier.units[:TOP_ROWS]
    if not rows:
        return ("Không có đơn vị nào có người dự thi.",)
    return (
        f"Bảng sau ghi {len(rows):02d} đơn vị đứng đầu trong {words.number(len(dossier.units))} "
        "đơn vị; bảng đầy đủ ở tệp kèm theo.",
        grid(unit_columns(), rows),
    )


# -- VI. Confirmation ----------------------------------------------------------------------------


def confirmation_section(dossier: Dossier) -> Section:
    roots = (
        f"{root.label} ({words.number(root.leaves)} dòng): {root.value}." for root in dossier.roots
    )
    return Section(
        "XÁC NHẬN KẾT QUẢ",
        (
            Part("Bản kết quả", (version_in_words(dossier),)),
            Part(
                "Mã kiểm chứng (gốc cây Merkle)",
                (listed(roots, "Chưa có mã kiểm chứng nào được công bố."),),
            ),
        ),
    )
