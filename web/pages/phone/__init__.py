"""What a phone keeps: the register installed, and forms for where there is no signal."""
