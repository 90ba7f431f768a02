"""What a certificate says: its data and every sentence on it. Pure.

It is a "giấy chứng nhận" of the organisers, never a "bằng khen" or "giấy khen": those are State
commendations with blanks of their own. Sentences come out in NFC whatever went in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from accounts.text import fold, nfc
from contest.wording import minutes, number

TITLE = "GIẤY CHỨNG NHẬN"
LEAD = "Ban Tổ chức chứng nhận"
SIGNED_BY = "BAN TỔ CHỨC"
SUPERSEDED = "ĐÃ ĐƯỢC THAY THẾ"
VERIFY_AT = "Kiểm chứng tại"

Kind = Literal["participation", "prize"]

# Titles that already say what kind of thing they name are not put between quotation marks again.
_KINDS_OF_CONTEST = ("cuoc thi", "hoi thi", "ky thi")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything a certificate shows; plain data, nothing is looked up.

    ``issuer``: lines of the issuing body, the body above first. ``prize`` is "" for a certificate
    of participation. ``elapsed_ms`` is the time taken, in ms. ``rank`` is None when it is not to be
    shown. ``code`` is what people type to verify, ``verify_url`` what the QR code opens.
    ``superseded_by``: the code of the certificate that replaced this one, "" when there is none.
    """

    issuer: tuple[str, ...]
    full_name: str
    unit: str
    contest_title: str
    round_number: int
    round_title: str
    kind: Kind
    prize: str
    points: int
    total_points: int
    elapsed_ms: int
    rank: int | None
    date: date
    place: str
    code: str
    verify_url: str
    superseded: bool = False
    superseded_by: str = ""


def issuer_lines(certificate: Certificate) -> list[str]:
    """The lines of the issuing body that hold anything."""
    return [line for line in map(nfc, certificate.issuer) if line]


def citation(certificate: Certificate) -> list[str]:
    """What the person did, line by line: "đã đạt", the prize ("giải" when it has no name), "tại
    vòng 2…", "của Cuộc thi…"; or "đã tham gia vòng 2…", "của Cuộc thi…"."""
    where, contest = round_named(certificate), contest_named(certificate.contest_title)
    end = [f"của {contest}"] if contest else []
    if certificate.kind == "prize":
        return ["đã đạt", nfc(certificate.prize) or "giải", f"tại {where}", *end]
    return [f"đã tham gia {where}", *end]


def round_named(certificate: Certificate) -> str:
    """The round by number and title: "vòng 2", "vòng 2 “Khởi động”", "Vòng chung kết (vòng 3)"."""
    plain, title = f"vòng {certificate.round_number}", nfc(certificate.round_title)
    if same := re.match(rf"{plain}\b[ :.,–-]*(.*)", title, re.IGNORECASE):
        title = same[1]
    if fold(title).startswith("vong "):
        return f"{title} ({plain})"
    return f"{plain} {_quoted(title)}" if title else plain


def contest_named(title: str) -> str:
    """ "Cuộc thi “Tìm hiểu Nghị quyết”", or the title as it is if it says "Cuộc thi" itself."""
    title = nfc(title)
    if not title or fold(title).startswith(_KINDS_OF_CONTEST):
        return title
    return f"Cuộc thi {_quoted(title)}"


def _quoted(text: str) -> str:
    return text if text.startswith("“") and text.endswith("”") else f"“{text}”"


def result(certificate: Certificate) -> str:
    """ "Kết quả: 19/20 điểm, làm bài trong 6 phút 41 giây, xếp hạng 3"."""
    score = f"{number(certificate.points)}/{number(certificate.total_points)} điểm"
    parts = [score, f"làm bài trong {minutes(certificate.elapsed_ms // 1_000)}"]
    if certificate.rank is not None:
        parts.append(f"xếp hạng {number(certificate.rank)}")
    return "Kết quả: " + ", ".join(parts)


def issued(certificate: Certificate) -> str:
    """ "Cao Bằng, ngày 05 tháng 02 năm 2026": only days below 10 and months below 3 are padded,
    as official documents do."""
    on, place = certificate.date, nfc(certificate.place)
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    day = f"ngày {on.day:02d} tháng {month} năm {on.year}"
    return f"{place}, {day}" if place else day.capitalize()


def address(certificate: Certificate) -> str:
    """The verification address as people read it, without "https://"."""
    return re.sub(r"^https?://", "", nfc(certificate.verify_url)).rstrip("/")


def code_line(certificate: Certificate) -> str:
    """ "Mã CB2-7QKM-4D9X"."""
    return f"Mã {nfc(certificate.code)}"


def replacement(certificate: Certificate) -> str:
    """By which certificate this one was replaced; "" when no code is known."""
    code = nfc(certificate.superseded_by)
    return f"bằng giấy chứng nhận mã {code}" if code else ""


def alt_text(certificate: Certificate) -> str:
    """The certificate read aloud, for the page that shows its picture."""
    who = ", ".join(part for part in (nfc(certificate.full_name), nfc(certificate.unit)) if part)
    sentences = [
        f"Giấy chứng nhận của {_issuer_spoken(certificate)}",
        f"{LEAD}: {who}, {' '.join(citation(certificate))}",
        result(certificate),
        issued(certificate),
        f"Mã kiểm chứng: {nfc(certificate.code)}",
    ]
    if certificate.superseded:
        first = f"Giấy này đã được thay thế {replacement(certificate)}".rstrip()
        sentences.insert(0, first)
    return ". ".join(sentences) + "."


def _issuer_spoken(certificate: Certificate) -> str:
    return ", ".join(issuer_lines(certificate)) or "Ban Tổ chức"
