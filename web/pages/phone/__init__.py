"""What a phone keeps: installed, and without a signal."""
