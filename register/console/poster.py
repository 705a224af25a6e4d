"""A poster for the staff room: an A4 page with a QR code that leads to the register."""

from __future__ import annotations

from pathlib import Path

import segno
from fpdf import FPDF, XPos, YPos
from fpdf.fonts import TTFFont

from register.kinds import all_kinds, grouped
from register.setup.settings import SettingsError, is_address

FONTS = Path(__file__).parent / "fonts"
WEIGHTS = {"": 400, "B": 700}
GREEN, YELLOW, BLACK, WHITE = (0, 98, 90), (255, 221, 0), (11, 12, 12), (255, 255, 255)

WIDTH, HEIGHT, MARGIN = 210, 297, 17
"""The page, in millimetres; so are all lengths below."""
QR_SIZE, QR_QUIET = 84, 4
"""The width of the code; and the width of its white edge, in modules (ISO/IEC 18004)."""
QR_LEFT, QR_TOP, LEFT_COLUMN = WIDTH - MARGIN - QR_SIZE, 80, 80
RISK_TOP = 246

TITLE = "Tell the register"
WHY = "Told early, it keeps you and the people you support safe."
HOW = (
    "Scan the code with your phone.",
    "Sign in.",
    "Say what happened. It takes under a minute, also without signal.",
)
AT_RISK = "Someone at risk? Do not wait."
THEN = (
    "Call 999 in an emergency. Otherwise call your manager or the on-call line, and tell "
    "safeguarding. The register comes afterwards."
)


class PosterError(SettingsError):
    """The poster cannot be made; the message says why."""


def check_address(address: str | None) -> str:
    """The address that the code leads to. Raises `PosterError` if it is missing or wrong."""
    if not address:
        raise PosterError(
            "Say where the register is served: with --address https://register.example.org, "
            "or in REGISTER_ADDRESS."
        )
    if not is_address(address):
        raise PosterError("The address has to begin with https://, and name a host.")
    return address


def poster(address: str) -> bytes:
    """The PDF. Raises `PosterError` if the address is too long for a code that can be scanned."""
    check_address(address)
    pdf = _paper()
    try:
        _banner(pdf)
        _what(pdf)
        _code(pdf, address)
        _how(pdf)
        _at_risk(pdf)
        return bytes(pdf.output())
    finally:
        _close_fonts(pdf)


def _close_fonts(pdf: FPDF) -> None:
    """Close the font files, which fpdf2 leaves open."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.ttfont.close()


def _paper() -> FPDF:
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_title(f"{TITLE}: a poster")
    pdf.set_lang("en-GB")
    pdf.set_display_mode("fullpage")
    pdf.set_auto_page_break(False)
    pdf.set_margin(MARGIN)
    for style, weight in WEIGHTS.items():
        pdf.add_font("poster", style, FONTS / f"latin-{weight}.woff")
        pdf.add_font("poster-ext", style, FONTS / f"latin-ext-{weight}.woff")
    pdf.set_fallback_fonts(["poster-ext"])
    pdf.add_page()
    return pdf


def _write(
    pdf: FPDF, text: str, size: float, *, bold: bool = False, width: float = 0, lines: float = 1.2
) -> None:
    """Write a paragraph at the pen, `size` in points; then move the pen below it, to the left."""
    pdf.set_font("poster", "B" if bold else "", size)
    height = size * lines * 25.4 / 72
    pdf.multi_cell(width, height, text, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)


def _banner(pdf: FPDF) -> None:
    pdf.set_fill_color(*GREEN)
    pdf.rect(0, 0, WIDTH, 62, style="F")
    pdf.set_text_color(*WHITE)
    pdf.set_xy(MARGIN, 15)
    _write(pdf, TITLE, 50, bold=True)
    pdf.set_xy(MARGIN, 41)
    _write(pdf, WHY, 18.5)


def _what(pdf: FPDF) -> None:
    pdf.set_text_color(*BLACK)
    pdf.set_xy(MARGIN, QR_TOP)
    _write(pdf, "What to tell", 25, bold=True, width=LEFT_COLUMN)
    titles = [kind.title for kinds in grouped(all_kinds()).values() for kind in kinds.values()]
    size = 19.0 if len(titles) <= 6 else 19 * 6 / len(titles)
    for title in titles:
        pdf.set_xy(MARGIN, pdf.get_y() + size / 6)
        _write(pdf, title, size, width=LEFT_COLUMN)


def _code(pdf: FPDF, address: str) -> None:
    code = segno.make_qr(address, error="m")
    side = QR_SIZE / (len(code.matrix) + 2 * QR_QUIET)
    if side < 0.8:
        raise PosterError("The address is too long for a code that a phone reads from a wall.")
    pdf.set_fill_color(*BLACK)
    for down, row in enumerate(code.matrix):
        for across, is_dark in enumerate(row):
            if is_dark:
                left, top = across + QR_QUIET, down + QR_QUIET
                pdf.rect(QR_LEFT + left * side, QR_TOP + top * side, side, side, style="F")
    pdf.set_xy(QR_LEFT, QR_TOP + QR_SIZE + 1)
    pdf.set_font("poster", "B", 15)
    pdf.set_font_size(min(15, 15 * QR_SIZE / pdf.get_string_width(address)))
    pdf.cell(QR_SIZE, 8, address, align="C", link=address)


def _how(pdf: FPDF) -> None:
    pdf.set_xy(MARGIN, 187)
    _write(pdf, "How", 25, bold=True)
    for number, step in enumerate(HOW, 1):
        pdf.set_xy(MARGIN, pdf.get_y() + 3)
        top = pdf.get_y()
        _write(pdf, str(number), 19, bold=True)
        pdf.set_xy(MARGIN + 8, top)
        _write(pdf, step, 19)


def _at_risk(pdf: FPDF) -> None:
    pdf.set_fill_color(*YELLOW)
    pdf.rect(0, RISK_TOP, WIDTH, HEIGHT - RISK_TOP, style="F")
    pdf.set_xy(MARGIN, RISK_TOP + 7)
    _write(pdf, AT_RISK, 28, bold=True)
    pdf.set_xy(MARGIN, pdf.get_y() + 2)
    _write(pdf, THEN, 16)
