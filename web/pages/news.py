"""What others did with what others declared, since a person looked."""

from __future__ import annotations

from starlette.responses import Response

from register.reading.reader import NewsPage
from web.requests.visit import ON_A_PAGE, Visit, position, to

MOST_BESIDE = 5
"""How many declarations with news are shown on a page that has other things too."""


def latest(visit: Visit) -> NewsPage:
    """The latest news, for a page that also says what waits: what is marked as new there already is
    not told twice."""
    return visit.register.read.news(visit.by, MOST_BESIDE, beside_alerts=True)


def show(visit: Visit) -> Response:
    """All news, page by page."""
    page = visit.register.read.news(visit.by, ON_A_PAGE, visit.after)
    return visit.page("news_page.html", "New since you looked", back="/", others=page)


def seen(visit: Visit) -> Response:
    """Note that a person has seen the news that a page showed."""
    sent = [position(str(each)) for each in visit.form.getlist("latest")[:ON_A_PAGE]]
    visit.register.note_news_seen(visit.by, [each for each in sent if each is not None])
    return to("/")
