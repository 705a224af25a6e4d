"""The pages of notices: how one is told oneself, who can be reached, and what was sent."""
