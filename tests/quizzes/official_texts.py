"""An invented letter with two programmes, as extraction leaves such texts; files made of it."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

# Broken lines, blank lines between all of them, a page number, a footnote within a sentence,
# glued words, uỷ beside ủy: everything that comes along when such a letter is extracted.
RAW = """ Kính gửi: - Các hợp tác xã làm vườn,

- Các Tổ ao cá.

Thực hiện sổ tay vườn ao nhiệm kỳ 2025 -

20301, Ban Vườn mẫu đề nghị triển khai

một số nội dung sau:

1. Phổ biến đến từng nhà về những

cách làm hay để góp phần làm tốt các

________________
1 Bao gồm Chương trình số 03-CTr/TU về trồng mận; Kế hoạch số

31-KH/TU về ao cá giai đoạn 2026-2030.
 việc nêu trong sổ tay.

2. Báo cáo hằng tháng về cấp uỷ xã.

Đề nghị các hợp tác xã nghiêm túc thực hiện.

Nơi nhận:

- Như trên.

NỘI DUNG TRIỂN KHAI VƯỜN AO MẪU

(Kèm theo Công văn số-CV/BVMTU, ngày /12/2025)

I. Đối vớiChương trình số 03-CTr/TU, ngày 28/11/2025 của

Ban Vườn mẫuvề trồng mận và giữ vườn giai đoạn 2025 - 2030

1.Khẳng định Chương trình số 03-

CTr/TUlà khung việc; thực hiệnNghị quyết, giữ vườn là



7

nhiệm vụnền tảng của cấp ủy.

2. Các việc:(i)Trồng mận trước.(ii)Trồng lê sau; dùng phần mềm

Zalo và logistics.
\f
II. Đối với Kế hoạch số 31-

KH/TU, ngày 28/11/2025của Ban Vườn mẫu về nuôi cá trong ao làng

1. Chọn giống cá tốt, nước sạch.
"""
CODES = [
    *("CV-BVMTU:1", "CV-BVMTU:2"),
    *("03-CTr/TU:1", "03-CTr/TU:2", "03-CTr/TU:2.i", "03-CTr/TU:2.ii", "31-KH/TU:1"),
]


def docx_file(text: str = RAW) -> bytes:
    """A DOCX with one paragraph for each line of the text."""
    document = Document()
    for line in text.replace("\f", "\n").split("\n"):
        document.add_paragraph(line)
    return _saved(document)


def listed_docx_file(heading: str, items: list[str]) -> bytes:
    """A DOCX whose numbers are counted by Word and do not stand in the text."""
    document = Document()
    document.add_paragraph(heading)
    for item in items:
        document.add_paragraph(item, style="List Number")
    return _saved(document)


def pdf_file(*pages: str) -> bytes:
    """A PDF with a text layer; Latin letters only, so that no font need be embedded."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(595, 842)
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 14 TL 50 800 Td {lines} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return _written(writer)


def locked_pdf_file(password: str) -> bytes:
    """A PDF that opens with a password only."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_file("I. Mot trang"))))
    writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def scanned_pdf_file() -> bytes:
    """A PDF whose only page is a picture."""
    file = BytesIO()
    Image.new("L", (200, 280), 255).save(file, "PDF")
    return file.getvalue()


def half_scanned_pdf_file() -> bytes:
    """A page of text, then a page that is a picture."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_file("Mot trang chu dai. " * 20))))
    writer.append(PdfReader(BytesIO(scanned_pdf_file())))
    return _written(writer)


def _saved(document: object) -> bytes:
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def _written(writer: PdfWriter) -> bytes:
    file = BytesIO()
    writer.write(file)
    return file.getvalue()
