"""The command line: all commands except `serve`, and what `rebuild` and `poster` do."""
