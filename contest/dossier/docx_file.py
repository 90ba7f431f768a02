"""The minutes of a round's result as a Word file, laid out by a profile.

Only the first rows of the full table are in it: the whole one goes into the workbook and the
CSV file, which can hold as many rows as there were people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import IO

import docx
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.parfmt import ParagraphFormat

from contest.dossier.blocks import Block, Caption, Grid, Items, Section
from contest.dossier.content import Dossier, Signatory
from contest.dossier.docx_parts import (
    add_mark,
    add_page_number,
    add_rule,
    add_text,
    bare_table,
    centred,
    fix_widths,
    keep_whole,
    paragraph_style,
    repeat_on_pages,
    set_cell_sides,
    set_font,
)
from contest.dossier.layout import PAPER_MM, Profile
from contest.dossier.phrases import (
    closing,
    document_number,
    opening,
    place_and_date,
    subject,
)
from contest.dossier.tables import plain_text
from contest.dossier.wording import sections

PROSE, CELL = "Lời văn", "Ô bảng"
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_LETTERS = "abcdđeghiklmnopqrstuvxy"
_SIGNING_LINES = 4
_MEMBER_ROW_MM = 12
_CELL_SIDE_MM = 1
_CELL_ROOM_PT = 2
_LONGEST_WORD = 40
_SUBJECT_LINE = 60  # characters of the subject that stand on one line


def write_docx(dossier: Dossier, profile: Profile, out: IO[bytes]) -> None:
    """Write the minutes to ``out``; reads the first rows of ``dossier.rows()`` once."""
    document = docx.Document()
    _set_up(document, profile)
    _describe(document, dossier)
    _heading(document, dossier, profile)
    _title(document, dossier, profile)
    _prose(document, opening(dossier))
    for number, section in enumerate(sections(dossier)):
        _section(document, section, _ROMANS[number], profile)
    _prose(document, closing() + profile.ending)
    _members(document, dossier.signatures.members, profile)
    _signatures(document, dossier, profile)
    _recipients(document, dossier, profile)
    document.save(out)


# -- Page and styles -----------------------------------------------------------------------------


def _set_up(document: DocumentType, profile: Profile) -> None:
    page, margins = document.sections[0], profile.margins_mm
    page.page_width, page.page_height = Mm(PAPER_MM[0]), Mm(PAPER_MM[1])
    page.top_margin, page.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    page.left_margin, page.right_margin = Mm(margins.left), Mm(margins.right)
    page.header_distance = page.footer_distance = Mm(margins.top / 2)
    page.different_first_page_header_footer = True
    page.first_page_header.is_linked_to_previous = False
    add_page_number(page.header.paragraphs[0], profile.page_number_size)
    _styles(document, profile)


def _styles(document: DocumentType, profile: Profile) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    basic = defaults.find(qn("w:rPr"))
    set_font(basic, profile.font)
    basic.find(qn("w:lang")).set(qn("w:val"), "vi-VN")
    normal = paragraph_style(document, "Normal")
    set_font(normal.element.get_or_add_rPr(), profile.font)
    normal.font.size = Pt(profile.text_size)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    prose = paragraph_style(document, PROSE)
    prose.base_style = normal
    prose.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    cell = paragraph_style(document, CELL)
    cell.base_style, cell.font.size = normal, Pt(profile.table_size)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(_CELL_ROOM_PT)
    _set_body_lines(prose.paragraph_format, profile)
    for level in (1, 2):
        _heading_style(paragraph_style(document, f"Heading {level}"), profile)


def _heading_style(style: ParagraphStyle, profile: Profile) -> None:
    """A heading for screen readers and the navigation pane that looks as officials expect."""
    _set_body_lines(style.paragraph_format, profile)
    set_font(style.element.get_or_add_rPr(), profile.font)
    style.font.size, style.font.bold = Pt(profile.text_size), True
    style.font.color.rgb = RGBColor(0, 0, 0)
    for link in style.element.findall(qn("w:link")):  # to a character style in blue
        style.element.remove(link)


def _set_body_lines(layout: ParagraphFormat, profile: Profile) -> None:
    layout.line_spacing = Pt(profile.line_pt)
    layout.space_before, layout.space_after = Pt(profile.before_pt), Pt(0)
    layout.first_line_indent = Mm(profile.indent_mm)


def _describe(document: DocumentType, dossier: Dossier) -> None:
    about = document.core_properties
    about.title, about.author = f"Biên bản {subject(dossier)}"[:255], dossier.issuer.body[:255]
    about.comments, about.language = "", "vi-VN"
    made = dossier.version.signed_off_at.astimezone(UTC).replace(tzinfo=None)
    about.created = about.modified = made


# -- Above the body ------------------------------------------------------------------------------


def _heading(document: DocumentType, dossier: Dossier, profile: Profile) -> None:
    """Issuer and title side by side; number and date on one line below them."""
    table = bare_table(document, 2, profile, profile.issuer_mm)
    (left, right), (number, dated) = (row.cells for row in table.rows)
    _issuer(left, dossier, profile)
    for line in profile.title_lines:
        add_text(centred(right), line.text, line.size, bold=True)
        if line.rule_mm:
            add_rule(centred(right), line.rule_mm, profile.text_mm - profile.issuer_mm)
    figures = document_number(dossier.number)
    signs = profile.number.format(number=figures, symbol=plain_text(dossier.issuer.symbol))
    add_text(centred(number), signs, profile.number_size)
    when = place_and_date(dossier.place, dossier.dated)
    add_text(centred(dated), when, profile.date_size, italic=True)


def _issuer(cell: _Cell, dossier: Dossier, profile: Profile) -> None:
    issuer = dossier.issuer
    body = plain_text(issuer.body).upper()
    if issuer.parent:
        add_text(centred(cell), plain_text(issuer.parent).upper(), profile.parent_size)
    add_text(centred(cell), body, profile.body_size, bold=True)
    add_mark(centred(cell), profile.under_body, body, profile.body_size, profile.issuer_mm)


def _title(document: DocumentType, dossier: Dossier, profile: Profile) -> None:
    about = subject(dossier)
    for text, size, before in (
        ("BIÊN BẢN", profile.kind_size, 18),
        (about, profile.subject_size, 0),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(before)
        add_text(paragraph, text, size, bold=True)
    mark = document.add_paragraph()
    add_mark(
        mark, profile.under_subject, about[:_SUBJECT_LINE], profile.subject_size, profile.text_mm
    )


# -- Body ----------------------------------------------------------------------------------------


def _section(document: DocumentType, section: Section, roman: str, profile: Profile) -> None:
    document.add_heading(profile.section.format(roman=roman, title=section.title), 1)
    for number, part in enumerate(section.parts, start=1):
        document.add_heading(f"{number}. {part.title}", 2)
        for block in part.blocks:
            _block(document, block, profile)


def _block(document: DocumentType, block: Block, profile: Profile) -> None:
    match block:
        case str():
            _prose(document, block)
        case Caption():
            paragraph = document.add_paragraph(style=PROSE)
            paragraph.paragraph_format.keep_with_next = True
            add_text(paragraph, block.text, profile.text_size, bold=True, italic=True)
        case Items():
            for place, text in enumerate(block.texts):
                sign = f"{_LETTERS[place % len(_LETTERS)]})" if block.ordered else "-"
                _prose(document, f"{sign} {text}")
        case Grid():
            _grid(document, block, profile)


def _prose(document: DocumentType, text: str) -> None:
    paragraph = document.add_paragraph(plain_text(text), style=PROSE)
    if any(len(word) > _LONGEST_WORD for word in text.split()):
        # A hash takes a line of its own; justified, the words before it would be torn apart.
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _grid(document: DocumentType, grid: Grid, profile: Profile) -> None:
    """A table with lines, whose headings come again on every page; room above and below."""
    gap = document.add_paragraph(style=CELL)
    gap.paragraph_format.line_spacing = Pt(profile.before_pt)
    gap.paragraph_format.keep_with_next = True
    table = document.add_table(1 + len(grid.rows), len(grid.headings), style="Table Grid")
    set_cell_sides(table, _CELL_SIDE_MM)
    fix_widths(table, [profile.text_mm * width / sum(grid.widths) for width in grid.widths])
    repeat_on_pages(table.rows[0])
    for row, texts in zip(table.rows, (grid.headings, *grid.rows), strict=True):
        keep_whole(row)
        is_heading = texts is grid.headings
        for cell, text, is_numeric in zip(row.cells, texts, grid.numeric, strict=True):
            _fill(cell, text, profile, is_heading=is_heading, is_numeric=is_numeric)


def _fill(cell: _Cell, text: str, profile: Profile, *, is_heading: bool, is_numeric: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = CELL
    add_text(paragraph, text, profile.table_size, bold=is_heading)
    if is_heading:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif is_numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


# -- Below the body ------------------------------------------------------------------------------


def _members(document: DocumentType, members: Sequence[Signatory], profile: Profile) -> None:
    """A line for each member to sign on; nothing where only two people sign."""
    if not members:
        return
    rows = tuple(
        (str(number), plain_text(member.name), plain_text(member.title), "")
        for number, member in enumerate(members, start=1)
    )
    headings = ("STT", "Họ và tên", "Chức danh", "Chữ ký")
    _grid(document, Grid(headings, rows, (8, 36, 36, 30), (True, False, False, False)), profile)
    for row in document.tables[-1].rows[1:]:
        row.height = Mm(_MEMBER_ROW_MM)


def _signatures(document: DocumentType, dossier: Dossier, profile: Profile) -> None:
    """Titles in one row and names in the next, so that the names stand on one line."""
    document.add_paragraph()
    signatures = dossier.signatures
    titles, names = bare_table(document, 2, profile, profile.text_mm / 2).rows
    left, right = titles.cells
    body = plain_text(signatures.on_behalf_of).upper()
    add_text(centred(right), profile.on_behalf.format(body=body), profile.text_size, bold=True)
    for cell, below, who in (
        (left, names.cells[0], signatures.secretary),
        (right, names.cells[1], signatures.head),
    ):
        _signer_title(cell, who, profile)
        for _ in range(_SIGNING_LINES):
            centred(below)
        add_text(centred(below), plain_text(who.name), profile.text_size, bold=True)
    for paragraph in (*left.paragraphs, *right.paragraphs):
        paragraph.paragraph_format.keep_with_next = True


def _signer_title(cell: _Cell, who: Signatory, profile: Profile) -> None:
    title = plain_text(who.title).upper()
    add_text(centred(cell), title, profile.text_size, bold=profile.is_signer_title_bold)
    if not who.name:
        add_text(centred(cell), "(Ký, ghi rõ họ tên)", profile.recipients_size, italic=True)


def _recipients(document: DocumentType, dossier: Dossier, profile: Profile) -> None:
    label = document.add_paragraph()
    label.paragraph_format.space_before = Pt(12)
    label.paragraph_format.keep_with_next = True
    if profile.is_recipients_underlined:
        add_text(label, "Nơi nhận", profile.text_size, underline=True)
        add_text(label, ":", profile.text_size)
    else:
        add_text(label, "Nơi nhận:", profile.recipients_size + 1, bold=True, italic=True)
    lines = [f"- {plain_text(who).rstrip(' ;.')};" for who in dossier.recipients]
    lines.append(f"- {profile.archive.format(archive=plain_text(dossier.archive).rstrip(' ;.'))}.")
    for line in lines:
        add_text(document.add_paragraph(), line, profile.recipients_size)
