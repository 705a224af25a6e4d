"""The command line: all commands except `serve`, and what `rebuild`, `doctor` and `poster` do."""
