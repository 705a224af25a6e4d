"""Witnesses are asked to cosign the register's checkpoints; what they say is kept, and counted."""
