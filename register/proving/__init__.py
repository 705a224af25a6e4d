"""The register proves itself: its tree, signed checkpoints, where they go, and the verifying."""
