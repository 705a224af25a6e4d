"""What a policy makes of the facts: who is told, who acts, by when; and what it says to people."""
