"""An uploaded file -> its text, or a sentence that says what is wrong and what to do."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

MOST_BYTES = 20 * 1024 * 1024
SECONDS = 40
KINDS = {".pdf": "pdf", ".docx": "docx", ".txt": "txt", ".md": "txt"}
_NAMES = {"pdf": "PDF", "docx": "DOCX", "txt": "văn bản thuần"}
_ROOT = Path(__file__).resolve().parents[2]
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")

FAULTS = {
    "kind": "Chỉ nhận tệp PDF, DOCX hoặc TXT. Hãy lưu văn bản thành một trong ba loại ấy rồi nạp "
    "lại.",
    "mismatch": "Tên tệp có đuôi {detail}. Hãy đổi đuôi tệp cho đúng hoặc xuất lại tệp rồi nạp "
    "lại.",
    "old_word": "Đây là tệp Word đời cũ (.doc). Hãy mở bằng Word hoặc LibreOffice, chọn “Lưu "
    "thành” loại DOCX rồi nạp lại.",
    "picture": "Đây là ảnh, chưa có chữ để đọc. Hãy nhận dạng chữ (OCR) rồi xuất ra PDF có lớp "
    "chữ hoặc DOCX, hoặc xin bản DOCX của cơ quan ban hành.",
    "too_large": "Tệp lớn quá 20 MB. Hãy nén ảnh trong tệp, hoặc chỉ xuất phần lời văn ra DOCX "
    "hay TXT rồi nạp lại.",
    "too_many_pages": "Tệp có {detail} trang, nhiều quá 500 trang. Hãy tách riêng văn bản cần nạp.",
    "too_long": "Văn bản dài quá (hơn khoảng 700.000 ký tự). Hãy tách thành nhiều tệp, mỗi tệp một "
    "văn bản.",
    "bomb": "Tệp DOCX này bung ra quá lớn so với một văn bản bình thường nên không mở, để bảo vệ "
    "máy chủ. Hãy mở bằng Word, bỏ ảnh rồi lưu lại, hoặc lưu thành TXT.",
    "encrypted": "Tệp đang đặt mật khẩu. Hãy mở bằng mật khẩu, lưu một bản không đặt mật khẩu rồi "
    "nạp lại.",
    "scanned": "PDF này là bản quét: hầu như không có chữ để đọc. Hãy nhận dạng chữ (OCR) rồi xuất "
    "ra PDF có lớp chữ hoặc DOCX, hoặc xin bản DOCX của cơ quan ban hành.",
    "scanned_pages": "Trang {detail} của PDF chỉ có ảnh, không có chữ để đọc. Hãy nhận dạng chữ "
    "(OCR) những trang ấy, hoặc bỏ chúng nếu không thuộc văn bản, rồi nạp lại.",
    "empty": "Tệp không có chữ nào. Hãy kiểm tra xem có chọn nhầm tệp không.",
    "encoding": "Không nhận ra bảng mã tiếng Việt của tệp chữ này. Hãy mở tệp, chọn “Lưu thành” "
    "với bảng mã UTF-8 rồi nạp lại.",
    "broken": "Tệp bị hỏng hoặc tải về chưa đủ. Hãy mở thử trên máy; nếu mở được thì lưu thành tệp "
    "mới rồi nạp lại.",
    "too_heavy": "Đọc tệp này tốn quá nhiều thời gian hoặc bộ nhớ nên đã dừng. Hãy bỏ ảnh trong "
    "tệp, hoặc lưu phần lời văn thành TXT rồi nạp lại.",
}
_log = logging.getLogger(__name__)


class ExtractionError(Exception):
    """No text could be had; ``message`` says why and what to do, in Vietnamese."""

    def __init__(self, fault: str, detail: str = "") -> None:
        self.fault = fault
        self.message = FAULTS[fault].format(detail=detail)
        super().__init__(self.message)


def extract(*, file_name: str, data: bytes) -> str:
    """The text of a file, its pages parted by form feeds. Raises ``ExtractionError``.

    A hostile file can at most use up the reading process's own memory and time.
    """
    if len(data) > MOST_BYTES:
        raise ExtractionError("too_large")
    return _read(_kind(file_name, data), data)


def _kind(file_name: str, data: bytes) -> str:
    """What the file is, by its content; its name must say the same."""
    suffix = Path(file_name).suffix.lower()
    content = _content(data, suffix)
    named = KINDS.get(suffix)
    if named is None:
        raise ExtractionError("old_word" if suffix == ".doc" else "kind")
    if named != content:
        says = f"{suffix} nhưng nội dung là {_NAMES[content]}"
        raise ExtractionError("mismatch", says)
    return named


def _content(data: bytes, suffix: str) -> str:
    if not data.strip():
        raise ExtractionError("empty")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLD_OFFICE):  # a DOCX with a password looks like an old Word file
        raise ExtractionError("encrypted" if suffix == ".docx" else "old_word")
    if data.startswith(_PICTURES):
        raise ExtractionError("picture")
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return "txt"


def _packed(data: bytes) -> str:
    """ "docx" if a ZIP file is one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError):
        raise ExtractionError("broken") from None
    if "word/document.xml" not in names:
        raise ExtractionError("kind")
    return "docx"


def _read(kind: str, data: bytes) -> str:
    command = [sys.executable, "-m", "quizzes.documents.readers", kind]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, cwd=_ROOT, check=True
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        _log.warning("reading a %s file of %d bytes failed: %s", kind, len(data), error)
        raise ExtractionError("too_heavy") from None
    if "fault" in answer:
        raise ExtractionError(answer["fault"], answer.get("detail", ""))
    return str(answer["text"])
