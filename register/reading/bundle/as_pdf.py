"""A bundle as a PDF that can be read and searched: with a language, an outline, and a description
of each picture. Fonts are the poster's; what they cannot write is in the JSON."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fpdf import FPDF, XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parents[2] / "console" / "fonts"
WEIGHTS = {"": 400, "B": 700}
TITLE = "What this register holds about you"
SECTIONS = {
    "directory": "What the directory says",
    "declarations": "Declarations",
    "further": "What you took further",
    "acted": "What you did about what others declared",
    "exclusions": "Who must not be whose key worker",
    "alerts": "What was asked of people",
    "notices": "What was sent",
    "looked_at_it": "Who looked",
    "looked_themselves": "At what you looked",
    "left_out": "What was left out, and why",
}
INDENT = 4.0
PICTURE_WIDTH = 80


def as_pdf(bundle: Mapping[str, Any]) -> bytes:
    pdf = _paper()
    try:
        _line(pdf, TITLE, 20, bold=True)
        _line(pdf, f"About {bundle['about']}. Put together on {bundle['made_on']}.", 11)
        _line(pdf, bundle["please_note"], 11)
        for name, title in SECTIONS.items():
            pdf.start_section(title)
            _line(pdf, title, 15, bold=True)
            if not bundle.get(name):
                _line(pdf, "Nothing.", 11)
            for number, each in enumerate(bundle.get(name, ()), 1):
                _item(pdf, str(number), each, 0)
        return bytes(pdf.output())
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def _paper() -> FPDF:
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_title(TITLE)
    pdf.set_lang("en-GB")
    pdf.set_margin(17)
    pdf.set_auto_page_break(True, 17)
    for style, weight in WEIGHTS.items():
        pdf.add_font("plain", style, FONTS / f"latin-{weight}.woff")
        pdf.add_font("plain-ext", style, FONTS / f"latin-ext-{weight}.woff")
    pdf.set_fallback_fonts(["plain-ext"])
    pdf.add_page()
    return pdf


def _line(pdf: FPDF, text: str, size: float, *, bold: bool = False, indent: float = 0) -> None:
    pdf.set_font("plain", "B" if bold else "", size)
    pdf.set_x(pdf.l_margin + indent)
    height = size * 1.35 * 25.4 / 72
    pdf.multi_cell(0, height, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _item(pdf: FPDF, name: str, value: Any, indent: float) -> None:
    if name == "picture" and isinstance(value, str) and not value.startswith("["):
        pdf.image(
            io.BytesIO(base64.b64decode(value)),
            x=pdf.l_margin + indent,
            w=PICTURE_WIDTH,
            alt_text="A photograph that was added to the declaration",
        )
    elif isinstance(value, Mapping):
        _line(pdf, f"{_called(name)}:", 11, bold=True, indent=indent)
        for each, its in value.items():
            _item(pdf, each, its, indent + INDENT)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, each in enumerate(value, 1):
            _item(pdf, f"{name} {number}", each, indent)
    elif value is not None:
        _line(pdf, f"{_called(name)}: {_said(value)}", 11, indent=indent)


def _called(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _said(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
