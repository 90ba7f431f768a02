"""What python-docx leaves to its users: fonts for every script, fields, rules, fixed tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from contest.dossier.layout import RULE, Profile

_SCRIPTS = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")
_RULE_LINE_PT = 5
# Bold Times capitals with Vietnamese marks are about this wide, in parts of their size.
_CAPITAL_EM = 0.7
_MM_PER_PT = 0.3528


def element(name: str, **attributes: str) -> Any:
    """``<w:name w:key="value">``."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def set_font(properties: Any, font: str) -> None:
    """One font for every script in a ``w:rPr``: without eastAsia, Word takes another font for
    some Vietnamese letters; a theme's font would win over the name."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element("rFonts")
    for script in _SCRIPTS:
        fonts.set(qn(script), font)
    properties.insert(0, fonts)


def paragraph_style(document: DocumentType, name: str) -> ParagraphStyle:
    """The built-in style of that name, or a new one on top of Normal."""
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    return style


def add_text(
    paragraph: Paragraph,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic, run.underline = bold, italic, underline


def add_page_number(paragraph: Paragraph, size: float) -> None:
    """A field that Word fills with the number of the page."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(size)
    code = element("instrText")
    code.text = " PAGE "
    for part in (
        element("fldChar", fldCharType="begin"),
        code,
        element("fldChar", fldCharType="end"),
    ):
        run._r.append(part)


def add_rule(paragraph: Paragraph, length_mm: float, width_mm: float) -> None:
    """Make the paragraph a line of that length, in the middle of a column of that width."""
    edge = element("pBdr")
    edge.append(element("bottom", val="single", sz="6", space="0", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(
        edge, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(max(0.0, (width_mm - length_mm) / 2))
    layout.line_spacing = Pt(_RULE_LINE_PT)
    layout.space_after = Pt(_RULE_LINE_PT)


def add_mark(paragraph: Paragraph, mark: str, above: str, size: float, width_mm: float) -> None:
    """What stands under a line of capitals: a sign, or a rule shorter than the line."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if mark == RULE:
        line_mm = min(len(above) * _CAPITAL_EM * size * _MM_PER_PT, width_mm)
        add_rule(paragraph, 0.4 * line_mm, width_mm)
    else:
        add_text(paragraph, mark, size)


def centred(cell: _Cell) -> Paragraph:
    """The next paragraph of a cell: the one every cell starts with, if it is still unused."""
    first = cell.paragraphs[0]
    is_used = len(cell.paragraphs) > 1 or first.runs or first._p.pPr is not None
    paragraph: Paragraph = cell.add_paragraph() if is_used else first
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
    """The same column widths in every program, whatever the cells hold."""
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def set_cell_sides(table: Table, side_mm: float) -> None:
    """The room left and right of the text in each cell."""
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(round(side_mm * 56.7)), type="dxa"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def keep_whole(row: _Row) -> None:
    """Never break a row over two pages."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def repeat_on_pages(row: _Row) -> None:
    """Show the row again at the top of every page the table reaches."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def bare_table(document: DocumentType, rows: int, profile: Profile, left_mm: float) -> Table:
    """Two columns without lines over the whole width of the text."""
    table: Table = document.add_table(rows, 2)
    set_cell_sides(table, 0)
    fix_widths(table, (left_mm, profile.text_mm - left_mm))
    for row in table.rows:
        keep_whole(row)
    return table
