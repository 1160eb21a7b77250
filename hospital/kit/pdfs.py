"""PDFs: text in any script, a number as bars that a scanner reads back, and pages that say where they are from.

A typeface of the machine (DejaVu) is used where there is one; what no typeface at hand can draw is
written in Latin letters, so that nothing is ever an empty box.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from anyascii import anyascii
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, SimpleDocTemplate

FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF", "/usr/share/fonts/dejavu")
FACES = {"text": ("DejaVuSans.ttf", "Vera.ttf"), "bold": ("DejaVuSans-Bold.ttf", "VeraBd.ttf")}
# What is written from right to left or joins its letters: no line of ours is set that way.
UNSET = ("\u0590", "\u1cff")
WHOLE_PAGE = 18 * mm


@cache
def face(name: str) -> str:
    """The typeface ``text`` or ``bold``, made known to the PDF library."""
    wanted, spare = FACES[name]
    found = next((path for folder in FOLDERS if (path := Path(folder) / wanted).is_file()), spare)
    pdfmetrics.registerFont(TTFont(f"openward-{name}", str(found)))
    return f"openward-{name}"


def said(text: Any, *, is_bold: bool = False) -> str:
    """The text as the typeface can write it; a sign that it lacks in Latin letters."""
    known = pdfmetrics.getFont(face("bold" if is_bold else "text")).face.charToGlyph
    return "".join(
        sign if sign == "\n" or (ord(sign) in known and not UNSET[0] <= sign <= UNSET[1])
        else anyascii(sign)
        for sign in str(text)
    )  # fmt: skip


def paragraph(text: Any, size: float = 10, *, is_bold: bool = False) -> Paragraph:
    """Text that wraps; nothing in it is markup."""
    name = face("bold" if is_bold else "text")
    style = ParagraphStyle("said", fontName=name, fontSize=size, leading=size * 1.3)
    lines = escape(said(text, is_bold=is_bold)).replace("\n", "<br/>")
    return Paragraph(lines, style)


def bars(text: str, *, height: float, width: float) -> Flowable:
    """Code 128 of ``text`` with its quiet zones, as wide as there is room up to half a millimetre a bar."""
    unit = Code128(text, barWidth=1, quiet=True).width
    return Code128(text, barWidth=min(0.5 * mm, width / unit), barHeight=height, quiet=True)


def fitted(parts: Sequence[Any], size: tuple[float, float], *, margin: float) -> bytes:
    """A PDF of one small sheet: what would not fit is made smaller, so that nothing is ever cut off."""
    width, height = size[0] - 2 * margin, size[1] - 2 * margin
    kept = KeepInFrame(width, height, list(parts), mode="shrink", vAlign="MIDDLE")
    made = BytesIO()
    canvas = Canvas(made, pagesize=size)
    kept.wrapOn(canvas, width, height)
    kept.drawOn(canvas, margin, margin)
    canvas.save()
    return made.getvalue()


def document(
    parts: Sequence[Any], *, size: tuple[float, float], title: str, footer: str = ""
) -> bytes:
    """A PDF of these parts, each page with its number and ``footer`` below."""
    made, edge = BytesIO(), WHOLE_PAGE
    pages = SimpleDocTemplate(
        made, pagesize=size, title=title, author="Openward", leftMargin=edge, rightMargin=edge,
        topMargin=edge, bottomMargin=edge,
    )  # fmt: skip

    def below(canvas: Any, _pages: Any) -> None:
        canvas.setFont(face("text"), 7)
        canvas.drawString(edge, edge / 2, said(footer))
        canvas.drawRightString(size[0] - edge, edge / 2, str(canvas.getPageNumber()))

    pages.build(list(parts), onFirstPage=below, onLaterPages=below)
    return made.getvalue()
