"""Word files as Chinese authorities lay them out: A4, their margins and fonts; same content, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from attrs import field
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section, _Footer
from docx.shared import Cm, Pt

from safescore.frozen import frozen
from safescore.report.page import Table
from safescore.report.tables import columns
from safescore.report.visible import clipped, visible
from safescore.words import Lang

Element = Any
"""An lxml element, which has no types."""

LATIN = "Times New Roman"
SONG, HEI, FANG, TITLE = "宋体", "黑体", "仿宋_GB2312", "方正小标宋简体"
STANDS_IN: Mapping[str, str] = {FANG: "仿宋", TITLE: "华文中宋", HEI: "SimHei", SONG: "SimSun"}
"""What Word takes where it lacks a font."""
PORTRAIT = (Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6))
LANDSCAPE = (Cm(2.2), Cm(2.2), Cm(2.6), Cm(2.6))
"""Margins above, below, left and right."""
SHORT, LONG = Cm(21.0), Cm(29.7)
TWIPS = 20
"""What a point has of them; files count in twips."""
PADDING = 80
"""Twips left and right of the text of a cell."""
LONGEST = 1_000
"""The longest text of a cell."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
DROPPED = ("thumbnail", "stylesWithEffects", "customXml", "numbering")
"""Relations of the library's template that a report has no use for."""


@frozen(kw_only=True)
class Style:
    """A paragraph style: its font, its size and its lines in points, and its spaces in twips."""

    id: str
    name: str
    font: str
    size: float
    line: float
    exact: bool = True
    align: str = "both"
    before: int = 0
    after: int = 0
    indent: bool = False
    bold: bool = False
    keep: bool = False
    level: int | None = None


def styles(lang: Lang) -> tuple[Style, ...]:
    """Return the styles: those of official Chinese documents; for Latin letters smaller ones."""
    zh = lang == "zh"
    body, line, small = (16, 28, 10.5) if zh else (12, 20, 9.5)
    return (
        Style(id="Normal", name="Normal", font=FANG, size=body, line=line),
        Style(
            id="Body",
            name="safescore Body",
            font=FANG,
            size=body,
            line=line,
            align="both" if zh else "left",
            indent=zh,
            after=0 if zh else 120,
        ),
        Style(id="Plain", name="safescore Plain", font=FANG, size=body, line=line, align="left"),
        Style(
            id="Cover", name="safescore Cover", font=TITLE, size=36 if zh else 28, line=52, align="center", after=240
        ),
        Style(id="Unit", name="safescore Unit", font=TITLE, size=22 if zh else 18, line=36, align="center", after=360),
        Style(
            id="Title", name="Title", font=TITLE, size=22 if zh else 18, line=36, align="center", before=120, after=360
        ),
        Style(
            id="Heading1",
            name="heading 1",
            font=HEI,
            size=body,
            line=line,
            before=0 if zh else 120,
            indent=zh,
            keep=True,
            bold=not zh,
            level=0,
        ),
        Style(id="Annex", name="safescore Annex", font=HEI, size=body, line=line, align="left", keep=True),
        Style(
            id="AnnexTitle",
            name="safescore Annex Title",
            font=TITLE,
            size=18 if zh else 15,
            line=30,
            align="center",
            after=160,
            keep=True,
            level=0,
        ),
        Style(id="Small", name="safescore Small", font=FANG, size=small + 1.5, line=small + 7, before=80, after=80),
        Style(id="Gap", name="safescore Gap", font=FANG, size=8, line=8),
        Style(id="Cell", name="safescore Cell", font=SONG, size=small, line=small + 4, exact=False, align="left"),
        Style(
            id="Head",
            name="safescore Head",
            font=HEI,
            size=small,
            line=small + 4,
            exact=False,
            align="center",
            bold=not zh,
        ),
        Style(id="Footer", name="footer", font=SONG, size=14 if zh else 10.5, line=18, align="left"),
    )


def node(tag: str, *children: Element, **attributes: object) -> Element:
    """Return a WordprocessingML element."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def fonts(east_asian: str) -> Element:
    """Return what names a font for Chinese, and the one for Latin letters and digits."""
    return node("rFonts", ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=east_asian)


def run(text: str) -> Element:
    """Return a run of text; nothing invisible is in it, and its line breaks stay."""
    made = node("r")
    for place, line in enumerate(text.split("\n")):
        if place:
            made.append(node("br"))
        made.append(_text("t", visible(line)))
    return made


def field_of(instruction: str) -> list[Element]:
    """Return the runs of a field, such as the number of the page."""
    return [
        node("r", node("fldChar", fldCharType="begin")),
        node("r", _text("instrText", f" {instruction} ")),
        node("r", node("fldChar", fldCharType="separate")),
        node("r", _text("t", "1")),
        node("r", node("fldChar", fldCharType="end")),
    ]


def paragraph(text: str, style: str, *more: Element) -> Element:
    """Return a paragraph; *more* goes into its properties."""
    return node("p", node("pPr", node("pStyle", val=style), *more), run(text))


@frozen
class Paper:
    """A Word document that grows at its end."""

    lang: Lang
    file: Opened = field(factory=Document)

    def begin(self) -> None:
        """Put styles, page and footers of this house in place of those of the library's template."""
        self._drop_template()
        self._set_styles()
        self._set_fonts()
        settings = self.file.settings.element
        for one in settings.findall(qn("w:themeFontLang")):
            one.set(qn("w:eastAsia"), "zh-CN")
        self.file.settings.odd_and_even_pages_header_footer = True
        first = self.file.sections[0]
        self._lay(first, landscape=False)
        _number(first.footer, "right")
        _number(first.even_page_footer, "left")
        first.first_page_footer.is_linked_to_previous = False
        first.different_first_page_header_footer = True

    def section(self, *, landscape: bool, cover: bool = False) -> None:
        """Begin a new page of this orientation; a cover has no page number."""
        made = self.file.add_section(WD_SECTION.NEW_PAGE)
        self.file.element.body.sectPr.getprevious().pPr.insert(0, node("spacing", line=TWIPS, lineRule="exact"))
        made.different_first_page_header_footer = cover
        self._lay(made, landscape=landscape)

    def add(self, *elements: Element) -> None:
        """Add elements at the end."""
        end = self.file.element.body.sectPr
        for one in elements:
            end.addprevious(one)

    def say(self, text: str, style: str = "Body", *more: Element) -> None:
        """Add a paragraph, on one line until it is wrapped."""
        self.add(paragraph(visible(text), style, *more))

    def table(self, shown: Table, centred: Sequence[int] = ()) -> None:
        """Add a table as wide as the page; its header repeats on every page, and no row is torn.

        *centred* are the places of the columns with short texts.
        """
        wide = self.file.sections[-1].orientation == WD_ORIENT.LANDSCAPE
        _, _, left, right = LANDSCAPE if wide else PORTRAIT
        width = _twips((LONG if wide else SHORT) - left - right)
        widths = self._widths(shown, width)
        heads = [_cell(name, width, "Head") for name, width in zip(shown.header, widths, strict=True)]
        made = _grid(widths, borders="single")
        made.append(node("tr", node("trPr", node("cantSplit"), node("tblHeader")), *heads))
        for row in shown.rows:
            cells = (
                _cell(cell.text, room, "Cell", centred=place in centred)
                for place, (cell, room) in enumerate(zip(row, widths, strict=True))
            )
            made.append(node("tr", node("trPr", node("cantSplit")), *cells))
        self.add(made)

    def lines(self, rows: Iterable[tuple[str, str]], name: int, value: int) -> None:
        """Add names, and lines that hold or await what they stand for; widths in twips."""
        made = _grid((name, value), borders="none")
        for label, text in rows:
            right = _cell(visible(text), value, "Plain", line_below=True)
            made.append(node("tr", node("trPr", node("cantSplit")), _cell(label, name, "Plain"), right))
        self.add(made, paragraph("", "Plain"))

    def saved(self, *, title: str, subject: str, at: datetime) -> bytes:
        """Return the file: no clock, no name of a machine is in it."""
        core = self.file.core_properties
        core.title, core.subject, core.author, core.last_modified_by = title, subject, "", "safescore"
        core.comments, core.keywords, core.language = "", "", _language(self.lang)
        core.created = core.modified = at
        core.revision = 1
        written, kept = BytesIO(), BytesIO()
        self.file.save(written)
        with ZipFile(written) as drafted, ZipFile(kept, "w", ZIP_DEFLATED) as final:
            for one in drafted.infolist():
                entry = ZipInfo(one.filename, EARLIEST)
                entry.compress_type = ZIP_DEFLATED
                final.writestr(entry, drafted.read(one))
        return kept.getvalue()

    def _widths(self, shown: Table, width: int) -> list[int]:
        """Return how wide each column is in twips: as wide as what it holds, the wider ones sharing what is left."""
        size = next(one.size for one in styles(self.lang) if one.id == "Cell")
        cell = size * TWIPS / 2
        texts = [[visible_lines(clipped(one.text, LONGEST)) for one in row] for row in shown.rows]
        number = len(shown.header)
        room = int((width - 2 * PADDING * number) / cell)
        spare = 2 * PADDING / cell + 1
        given = [one + spare for one in columns(shown.header, texts, room - number)]
        spread = [int(one * width / sum(given)) for one in given]
        spread[-1] += width - sum(spread)
        return spread

    def _lay(self, section: Section, *, landscape: bool) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
        margins = LANDSCAPE if landscape else PORTRAIT
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
        section.header_distance, section.footer_distance = Cm(1.5), Cm(1.75)

    def _drop_template(self) -> None:
        package = self.file.part.package
        for relations in (package.rels, self.file.part.rels):
            for name, one in list(relations.items()):
                if any(word in one.reltype for word in DROPPED):
                    del relations[name]

    def _set_fonts(self) -> None:
        """Say what stands in for a font that a computer lacks."""
        names = (
            node("font", node("altName", val=other), node("charset", val="86"), name=name)
            for name, other in STANDS_IN.items()
        )
        for one in self.file.part.rels.values():
            if one.reltype.endswith("/fontTable"):
                one.target_part._blob = serialize_part_xml(node("fonts", *names))

    def _set_styles(self) -> None:
        root = self.file.styles.element
        for tag in ("w:docDefaults", "w:style", "w:latentStyles"):
            for one in root.findall(qn(tag)):
                root.remove(one)
        language = node("lang", val="en-US", eastAsia="zh-CN")
        if self.lang == "en":
            language = node("lang", val="en-GB", eastAsia="zh-CN")
        defaults = node("rPr", fonts(FANG), language)
        root.append(node("docDefaults", node("rPrDefault", defaults), node("pPrDefault", node("pPr"))))
        for one in styles(self.lang):
            root.append(_style(one))
        root.append(parse_xml(_TABLE))


_TABLE = f"""<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>"""


def visible_lines(text: str) -> str:
    """Return *text* with its line breaks, and what is invisible spelled out."""
    return "\n".join(map(visible, text.split("\n")))


def _style(one: Style) -> Element:
    first = {"default": "1"} if one.id == "Normal" else {}
    made = node("style", node("name", val=one.name), type="paragraph", styleId=one.id, **first)
    if one.id != "Normal":
        made.append(node("basedOn", val="Normal"))
    made.append(node("qFormat"))
    layout = node("pPr")
    if one.keep:
        layout.append(node("keepNext"))
    rule = "exact" if one.exact else "atLeast"
    layout.append(node("spacing", before=one.before, after=one.after, line=int(one.line * TWIPS), lineRule=rule))
    if one.indent:
        layout.append(node("ind", firstLineChars=200, firstLine=int(one.size * 2 * TWIPS)))
    layout.append(node("jc", val=one.align))
    if one.level is not None:
        layout.append(node("outlineLvl", val=one.level))
    letters = node("rPr", fonts(one.font))
    if one.bold:
        letters.append(node("b"))
    half_points = int(one.size * 2)
    letters.extend((node("sz", val=half_points), node("szCs", val=half_points)))
    made.extend((layout, letters))
    return made


def _grid(widths: Sequence[int], *, borders: str) -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    properties = node(
        "tblPr",
        node("tblW", w=sum(widths), type="dxa"),
        node("jc", val="center"),
        node("tblBorders", *(node(side, val=borders, sz=4, space=0, color="000000") for side in sides)),
        node("tblLayout", type="fixed"),
        node(
            "tblCellMar",
            node("left", w=PADDING, type="dxa"),
            node("right", w=PADDING, type="dxa"),
        ),
    )
    return node("tbl", properties, node("tblGrid", *(node("gridCol", w=width) for width in widths)))


def _cell(text: str, width: int, style: str, *, centred: bool = False, line_below: bool = False) -> Element:
    properties = node("tcPr", node("tcW", w=width, type="dxa"))
    if line_below:
        properties.append(node("tcBorders", node("bottom", val="single", sz=6, space=0, color="000000")))
    properties.append(node("vAlign", val="bottom" if line_below else "center"))
    more = (node("jc", val="center"),) if centred else ()
    return node("tc", properties, paragraph(clipped(text, LONGEST), style, *more))


def _number(footer: _Footer, side: str) -> None:
    """Write the number of the page at the outer edge, between dashes."""
    footer.is_linked_to_previous = False
    first = footer.paragraphs[0]._p
    for child in list(first):
        first.remove(child)
    first.append(node("pPr", node("pStyle", val="Footer"), node("jc", val=side)))
    first.extend((run("— "), *field_of("PAGE"), run(" —")))


def _text(tag: str, text: str) -> Element:
    made = node(tag)
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _twips(length: int) -> int:
    return length * TWIPS // Pt(1)


def _language(lang: Lang) -> str:
    return "zh-CN" if lang == "zh" else "en-GB"
