"""What follows from the facts under a policy: who is told, who acts, by when; also in words."""
