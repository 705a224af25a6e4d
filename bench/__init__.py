"""How fast the register is beside what else one might have built: `make bench`."""
