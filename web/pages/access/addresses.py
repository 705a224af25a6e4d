"""The addresses of the pages for signing in and for accounts, and who answers at each."""

from __future__ import annotations

from web.pages import signing_in
from web.pages.access import (
    account,
    again,
    cover,
    links,
    of_others,
    own_providers,
    own_ways,
    passkeys,
    passwords,
    privacy,
    providers,
    tokens,
)
from web.pages.access.own_providers import OWN as PROVIDERS
from web.pages.access.own_ways import PASSKEYS, PASSWORD
from web.pages.adapter import Page, PublicPage
from web.pages.notices import own
from web.requests.again import AGAIN

SIGNING_IN: list[Page | PublicPage] = [
    PublicPage("GET", "/sign-in", signing_in.ask),
    PublicPage("POST", "/sign-in", signing_in.as_anybody),
    PublicPage("POST", "/sign-in/passkey", passkeys.sign_in),
    PublicPage("GET", "/sign-in/passkey/options", passkeys.options),
    PublicPage("POST", "/sign-in/password", passwords.sign_in),
    Page("GET", AGAIN, again.ask),
    Page("POST", AGAIN, again.by_name),
    Page("GET", AGAIN + "/options", again.options),
    Page("POST", AGAIN + "/passkey", again.by_passkey, form_at=AGAIN),
    Page("POST", AGAIN + "/password", again.by_password, form_at=AGAIN),
    PublicPage("GET", "/sign-in/{code}", signing_in.ask_with_link),
    PublicPage("POST", "/sign-in/{code}", signing_in.with_link),
    PublicPage("POST", providers.PATH, providers.set_out, asks_provider=True),
    PublicPage("GET", providers.PATH + "/callback", providers.come_back, asks_provider=True),
    PublicPage("POST", providers.LOGOUT, providers.signed_out, True, is_from_provider=True),
    PublicPage("POST", "/sign-out", signing_in.sign_out),
]
"""Each name of one segment comes before `/sign-in/{code}`, which would take it."""
ACCOUNTS: list[Page | PublicPage] = [
    Page("GET", PASSKEYS, own_ways.passkeys),
    Page("POST", PASSKEYS, own_ways.add_passkey),
    Page("GET", PASSKEYS + "/options", own_ways.options),
    Page("POST", PASSKEYS + "/remove", own_ways.remove_passkey, form_at=PASSKEYS),
    Page("GET", PASSWORD, own_ways.password),
    Page("POST", PASSWORD, own_ways.set_password),
    Page("POST", PASSWORD + "/remove", own_ways.remove_password, form_at=PASSWORD),
    Page("GET", PROVIDERS, own_providers.own),
    Page("POST", PROVIDERS + "/remove", own_providers.remove_own, form_at=PROVIDERS),
    PublicPage("GET", privacy.PATH, privacy.show),
    Page("GET", privacy.OWN, privacy.show_own),
    Page("GET", account.PATH, account.show),
    Page("POST", account.PATH + "/seen", account.seen),
    Page("POST", account.PATH + "/sessions", account.end),
    Page("GET", tokens.PATH, tokens.show),
    Page("POST", tokens.PATH, tokens.make, fresh=True),
    Page("POST", tokens.PATH + "/end", tokens.end),
    Page("GET", own.PATH, own.show),
    Page("POST", own.PATH, own.change),
    Page("GET", cover.PATH, cover.show),
    Page("POST", cover.PATH, cover.name),
    Page("POST", cover.PATH + "/{cover}/end", cover.end),
    Page("GET", cover.OF_ANOTHER, cover.show_anothers),
    Page("POST", cover.OF_ANOTHER, cover.name_anothers, fresh=True),
    Page("GET", links.OWN, links.own),
    Page("POST", links.OWN, links.stop),
    Page("GET", links.SLIPS, links.ask_for_slips),
    Page("POST", links.SLIPS, links.print_slips, fresh=True),
    Page("GET", links.FOR_ONE, links.ask),
    Page("POST", links.FOR_ONE, links.make, fresh=True),
    Page("GET", of_others.WAYS, of_others.show_ways),
    Page("POST", of_others.WAYS, of_others.remove_way, fresh=True),
    Page("GET", of_others.SESSIONS, of_others.show_sessions),
    Page("POST", of_others.SESSIONS, of_others.end_sessions, fresh=True),
    Page("GET", of_others.TOKENS, of_others.show_tokens),
    Page("POST", of_others.TOKENS, of_others.end_token, fresh=True),
]
"""One's own account and cover, those of others for an administrator, and what is kept of one."""
