"""What is proved, and in which formats: the tree, signed notes, checkpoints, proofs. Pure: nothing
here reads a clock, a file or the log."""
