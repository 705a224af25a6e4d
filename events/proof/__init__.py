"""What is proved, and in which formats: the tree, signed notes, checkpoints, proofs; all pure."""
