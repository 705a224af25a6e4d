"""What calls of the API and visits to pages share: sessions, limits, threads."""
