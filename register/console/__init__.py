"""The command line: every command but `serve`, rebuilding, and the poster."""
