"""A witness of other people's logs: it cosigns what has only grown, and never goes back."""
