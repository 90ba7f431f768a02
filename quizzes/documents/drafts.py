"""Official texts on their way in: loaded, corrected, dropped. Accepting is in ``acceptance``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from accounts.models import User
from accounts.text import nfc
from quizzes.clauses import (
    Node,
    Outline,
    Part,
    is_letter_code,
    outline,
    plain_text,
    repeated_codes,
    stray_numbers,
)
from quizzes.desk.services import DeskError
from quizzes.documents.extraction import ExtractionError, extract
from quizzes.documents.glued import Flag, flags, seen_words, split
from quizzes.flow import plain
from quizzes.models import Document

State = Document.State
LONGEST_CODE, LONGEST_TITLE, LONGEST_FILE_NAME = 20, 300, 255
NO_STRUCTURE = (
    "Chưa nhận ra mục nào. Hãy chọn “Sửa toàn văn” rồi viết tên mỗi văn bản thành một dòng như "
    "“I. Đối với Chương trình số 03-CTr/TU ...”, mỗi mục một dòng bắt đầu bằng “1.”, “2.”, mỗi "
    "tiết một dòng bắt đầu bằng “(i)”, “(ii)”."
)


@dataclass(frozen=True, slots=True)
class Words:
    """A heading or the own words of a clause, with the places that look glued."""

    code: str
    mark: str
    text: str
    flags: tuple[Flag, ...]
    is_item: bool = False

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return anchor_of(self.code)

    def pieces(self) -> Iterator[tuple[str, Flag | None]]:
        """The text in turn, flagged places with their flag."""
        at = 0
        for flag in self.flags:
            yield self.text[at : flag.start], None
            yield flag.word, flag
            at = flag.end
        yield self.text[at:], None


@dataclass(frozen=True, slots=True)
class PartView:
    """One document within a text as the draft page shows it; a letter's heading is paragraphs."""

    part: Part
    heading: Words | None
    nodes: tuple[Words, ...]

    @property
    def flag_count(self) -> int:
        heading = len(self.heading.flags) if self.heading else 0
        return heading + sum(len(node.flags) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A text as a tree, what keeps it from being accepted, and what only looks doubtful."""

    tree: Outline
    parts: tuple[PartView, ...]
    faults: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def programmes(self) -> int:
        return sum(not is_letter_code(part.code) for part in self.tree.parts)

    @property
    def clauses(self) -> int:
        return sum(len(p.clauses) for p in self.tree.parts if not is_letter_code(p.code))

    @property
    def points(self) -> int:
        return sum(len(p.clauses) for p in self.tree.parts if is_letter_code(p.code))

    @property
    def items(self) -> int:
        return sum(len(clause.items) for part in self.tree.parts for clause in part.clauses)

    @property
    def flag_count(self) -> int:
        return sum(part.flag_count for part in self.parts)

    @property
    def first_flagged(self) -> str:
        """Where the first suspicious place is on the page, "" if there is none."""
        words = (w for part in self.parts for w in (part.heading, *part.nodes) if w and w.flags)
        return next((w.anchor for w in words), "")

    @property
    def summary(self) -> str:
        """ "7 văn bản · 30 mục · 23 tiết · 5 nhiệm vụ của công văn"."""
        found = [f"{self.programmes} văn bản", f"{self.clauses} mục", f"{self.items} tiết"]
        if self.points:
            found.append(f"{self.points} nhiệm vụ của công văn")
        return " · ".join(found)


def anchor_of(code: str) -> str:
    """The id of a clause's place on the page."""
    return "m-" + "".join(c if c.isalnum() else "-" for c in code)


def import_document(
    *, actor: User, title: str, file_name: str, data: bytes, now: datetime
) -> Document:
    """A draft with the text of a file, in the plain form. Raises ``DeskError``.

    Without a title the file's name is used. A text without structure becomes a draft too: it
    can be put right by hand.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    same = Document.objects.filter(sha256=sha256, state=State.DRAFT).first()
    if same:
        raise DeskError(
            f"Tệp này đang có bản nháp “{same.title}”; hãy mở bản nháp ấy sửa tiếp, hoặc bỏ nó rồi "
            "nạp lại."
        )
    try:
        text = plain(extract(file_name=file_name, data=data))
    except ExtractionError as error:
        raise DeskError(error.message) from error
    return Document.objects.create(
        title=(nfc(title) or nfc(Path(file_name).stem))[:LONGEST_TITLE],
        file_name=nfc(Path(file_name).name)[-LONGEST_FILE_NAME:],
        sha256=sha256,
        original=text,
        text=plain_text(outline(text)),
        uploaded_by=actor,
        uploaded_by_name=str(actor),
        uploaded_at=now,
    )


def correct_clause(*, document: Document, code: str, text: str, rev: int) -> Document:
    """Replace the own words of a clause, item or (by the programme's code) heading.

    ``rev`` is the one the person saw. Raises ``DeskError`` when the words are blank or would
    change the numbering, when somebody else changed the draft, or when it is no draft any more.
    """
    words = " ".join(plain(text).split())
    if not words:
        raise DeskError(
            "Lời văn không được để trống. Muốn bỏ hẳn mục này, hãy dùng “Sửa toàn văn”."
        )
    tree = outline(document.text)
    if words_of(tree, code) is None:
        raise DeskError("Mục này không còn trong bản nháp; hãy tải lại trang.")
    changed = plain_text(_with_words(tree, code, words))
    new_tree = outline(changed)
    if _codes(new_tree) != _codes(tree) or words_of(new_tree, code) != words:
        raise DeskError(
            "Lời văn này làm thay đổi số mục (có “(i)”, “(ii)”, số hiệu hay số thứ tự ở đầu). "
            "Muốn thêm, bớt hay tách mục, hãy dùng “Sửa toàn văn”."
        )
    return _save(document, rev, changed)


def correct_text(*, document: Document, text: str, rev: int) -> Document:
    """Replace the whole text; structure may change. Raises ``DeskError`` as above."""
    if not text.strip():
        raise DeskError("Toàn văn không được để trống. Muốn bỏ hẳn, hãy chọn “Bỏ bản nháp”.")
    return _save(document, rev, plain_text(outline(text)))


def split_glued(*, document: Document, code: str, start: int | None, rev: int) -> Document:
    """Take the suggestion at one place of a clause, or (``start`` None) all of the clause's.

    Raises ``DeskError`` when there is none any more or the draft was changed meanwhile.
    """
    tree = outline(document.text)
    words = words_of(tree, code) or ""
    found = [f for f in flags(words, _seen(tree)) if start is None or f.start == start]
    if not found:
        raise DeskError("Chỗ này không còn bị đánh dấu; hãy tải lại trang để xem lời văn mới.")
    return correct_clause(document=document, code=code, text=split(words, found), rev=rev)


def drop_document(*, document: Document, rev: int) -> Document:
    """Give a draft up; it stays in the list as dropped. Raises ``DeskError``."""
    return _update(document, rev, state=State.DROPPED)


def draft_view(document: Document) -> DraftView:
    """The text as a tree with its suspicious places, for the page and the command."""
    tree = outline(document.text)
    seen = _seen(tree)
    parts = []
    for part in tree.parts:
        heading = None
        if "\n" not in part.heading:
            marked = tuple(flags(part.heading, seen))
            heading = Words(part.code, "", part.heading, marked)
        nodes = tuple(
            Words(node.code, node.mark, node.own, tuple(flags(node.own, seen)), node.is_item)
            for node in part.nodes()
        )
        parts.append(PartView(part, heading, nodes))
    doubts = (
        f"Trong mục {code} có “{number}.” như chỗ bắt đầu một mục khác, nhưng mục đứng trước nó bị "
        "thiếu. Nếu đúng là một mục riêng, hãy đánh lại số trong “Sửa toàn văn”."
        for code, number in stray_numbers(tree)
    )
    return DraftView(tree, tuple(parts), tuple(tree_faults(tree)), tuple(doubts))


def tree_faults(tree: Outline) -> list[str]:
    """What keeps a tree from being accepted, each with what to do."""
    if not any(part.clauses for part in tree.parts):
        return [NO_STRUCTURE]
    faults = [
        f"Văn bản {code} xuất hiện hai lần; hãy dùng “Sửa toàn văn” để gộp hoặc sửa số hiệu."
        for code in repeated_codes(tree)
    ]
    faults += [
        f"Số hiệu {part.code} dài quá {LONGEST_CODE} ký tự; hãy sửa trong “Sửa toàn văn”."
        for part in tree.parts
        if len(part.code) > LONGEST_CODE
    ]
    faults += [
        f"Mục {node.code} không có lời văn; hãy bổ sung hoặc bỏ mục này trong “Sửa toàn văn”."
        for node in tree.nodes()
        if not node.text
    ]
    return faults


def words_of(tree: Outline, code: str) -> str | None:
    """The own words of a clause or item, or a part's heading if that is one line."""
    for part in tree.parts:
        if part.code == code:
            return part.heading if "\n" not in part.heading else None
        for node in part.nodes():
            if node.code == code:
                return node.own
    return None


def _seen(tree: Outline) -> dict[str, int]:
    return seen_words(clause.text for part in tree.parts for clause in part.clauses)


def _codes(tree: Outline) -> list[str]:
    return [code for part in tree.parts for code in (part.code, *(n.code for n in part.nodes()))]


def _with_words(tree: Outline, code: str, words: str) -> Outline:
    """The tree with other own words at one place."""

    def changed(nodes: Iterable[Node]) -> tuple[Node, ...]:
        return tuple(
            replace(node, own=words if node.code == code else node.own, items=changed(node.items))
            for node in nodes
        )

    parts = (
        replace(
            part,
            heading=words if part.code == code else part.heading,
            clauses=changed(part.clauses),
        )
        for part in tree.parts
    )
    return replace(tree, parts=tuple(parts))


def _save(document: Document, rev: int, text: str) -> Document:
    return _update(document, rev, text=text)


def _update(document: Document, rev: int, **fields: str) -> Document:
    """Write if it still is the draft the person saw: of two people at once one decides."""
    drafts = Document.objects.filter(pk=document.pk, state=State.DRAFT, rev=rev)
    changed = drafts.update(rev=rev + 1, **fields)
    document.refresh_from_db()
    if not changed:
        raise DeskError(stale_reason(document))
    return document


def stale_reason(document: Document) -> str:
    """Why a change of a document came too late."""
    if document.state != State.DRAFT:
        return (
            f"Văn bản đang ở trạng thái “{document.get_state_display()}” nên không sửa được nữa. "
            "Muốn sửa lời văn đã chấp nhận, hãy nạp một bản mới."
        )
    return (
        "Bản nháp vừa được sửa ở nơi khác. Phần vừa gõ còn trên trang này: hãy đối chiếu với lời "
        "văn mới rồi lưu lại."
    )
