"""What a declaration is, now and as at any moment, and its history in sentences."""
