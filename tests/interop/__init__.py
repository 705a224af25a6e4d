"""What implementations that nobody here wrote make of our trees, notes and proofs, and we of
theirs. `make test-interop` runs these."""
