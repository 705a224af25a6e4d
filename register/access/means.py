"""The ways in which people sign in."""

from events.names import How as How

PROOFS = frozenset({How.PROVIDER, How.PASSKEY, How.PASSWORD, How.DEMO})
"""Those that prove who somebody is; whoever has a link may have it from anywhere."""
MEANS = {
    How.LINK: "a link",
    How.PROVIDER: "a sign-in elsewhere",
    How.PASSKEY: "a passkey",
    How.PASSWORD: "a password",
    How.DEMO: "the list of the demonstration",
}
"""What each is called."""


def way_of(how: How, which: str = "") -> str:
    """One way of one person, such as one of their passkeys, as their sessions keep it."""
    return f"{how}/{which}" if which else how
