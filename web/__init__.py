"""How people reach the register."""
