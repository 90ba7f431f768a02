"""Sentences that more than one document of a round's result needs. Pure."""

from __future__ import annotations

from datetime import date

import contest.wording as words
from contest.dossier.content import Dossier, ResultKind, ScoreBands
from contest.dossier.decisions import Ruling, Undone
from contest.dossier.tables import plain_text


def subject(dossier: Dossier) -> str:
    """What the minutes are about, printed under "BIÊN BẢN"."""
    again = dossier.version.kind is ResultKind.CORRECTION
    note = f" (đính chính, bản {dossier.version.number:02d})" if again else ""
    return plain_text(f"về kết quả {round_name(dossier)}, {contest_name(dossier)}{note}")


def round_name(dossier: Dossier) -> str:
    title = f" “{dossier.round_title}”" if dossier.round_title else ""
    return f"Vòng {dossier.round_number}{title}"


def contest_name(dossier: Dossier) -> str:
    """ "Cuộc thi “...”"; a title that says what it is stays as it is."""
    title = dossier.contest_title
    says_so = title.casefold().startswith(("cuộc thi", "hội thi"))
    return title if says_so else f"Cuộc thi “{title}”"


def opening(dossier: Dossier) -> str:
    """The first sentences of the minutes."""
    return plain_text(
        f"{dossier.signatures.on_behalf_of} lập biên bản này để xác nhận kết quả "
        f"{round_name(dossier)} của {contest_name(dossier)}. "
        "Mọi thời điểm ghi trong biên bản tính theo giờ Việt Nam."
    )


def closing() -> str:
    """The last sentence, without its full stop: issuers end their documents differently."""
    return (
        "Kèm theo biên bản là bảng kết quả đầy đủ của người dự thi và của các đơn vị (tệp XLSX và "
        "tệp CSV). Biên bản đã được đọc lại, những người có tên dưới đây thống nhất nội dung và "
        "cùng ký tên"
    )


def place_and_date(place: str, dated: date | None) -> str:
    """ "Cao Bằng, ngày 05 tháng 02 năm 2026"; dots where somebody is to write."""
    where = f"{plain_text(place)}, " if place else ""
    if dated is None:
        return f"{where}ngày ..... tháng ..... năm ........."
    month = f"{dated.month:02d}" if dated.month <= 2 else str(dated.month)
    return f"{where}ngày {dated.day:02d} tháng {month} năm {dated.year}"


def document_number(number: str) -> str:
    """ "05" for "5"; room to write for ""."""
    return plain_text(number).zfill(2) if number.isdigit() else plain_text(number) or " " * 8


def band_counts(bands: ScoreBands) -> list[tuple[str, int]]:
    """Each band in words with its people, the best first."""
    return [
        ("Đúng tất cả các câu", bands.full),
        ("Đúng từ 75% số câu, chưa phải tất cả", bands.from_75),
        ("Đúng từ 25% đến dưới 75% số câu", bands.from_25),
        ("Đúng dưới 25% số câu", bands.below_25),
    ]


def appeals_in_words(dossier: Dossier) -> str:
    appeals = dossier.appeals
    if not appeals.count:
        return "Ban Tổ chức không nhận được khiếu nại nào."
    counts = [
        f"chấp nhận {words.number(appeals.accepted)}",
        f"không chấp nhận {words.number(appeals.rejected)}",
    ]
    if appeals.pending:
        counts.append(f"đang xem xét {words.number(appeals.pending)}")
    return f"Ban Tổ chức nhận được {words.number(appeals.count)} khiếu nại: {', '.join(counts)}."


def version_in_words(dossier: Dossier) -> str:
    version = dossier.version
    signed = f"Người duyệt: {version.signed_off_by}, lúc {words.at(version.signed_off_at)}."
    if version.kind is ResultKind.FINAL:
        return plain_text(f"Kết quả chính thức, bản {version.number:02d}. {signed}")
    return plain_text(
        f"Kết quả đính chính, bản {version.number:02d}, thay cho các bản trước. "
        f"Lý do đính chính: {sentence(version.reason)} {signed}"
    )


def ruled(ruling: Ruling) -> str:
    """Why, who and when, and whether it was taken back."""
    said = (
        f"Lý do: {sentence(ruling.reason)} "
        f"Người quyết định: {ruling.by}, lúc {words.at(ruling.at)}."
    )
    return f"{said} {undone_in_words(ruling.undone)}" if ruling.undone else said


def undone_in_words(undone: Undone) -> str:
    return (
        f"Quyết định này đã được {undone.by} thu hồi lúc {words.at(undone.at)}; "
        f"lý do: {sentence(undone.reason)}"
    )


def sentence(text: str) -> str:
    """The text with one full stop at its end, unless it ends by asking or exclaiming."""
    trimmed = plain_text(text).strip()
    return trimmed if trimmed.endswith(("?", "!")) else f"{trimmed.rstrip(' .;,')}."
