"""What can be looked at, by whom."""
