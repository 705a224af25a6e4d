"""What calls of the API and visits to pages have in common: sessions, limits, threads."""
