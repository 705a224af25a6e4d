"""What the register is measured against."""
