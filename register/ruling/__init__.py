"""What a policy makes of the facts, and what it says to people."""
