"""What an auditor takes along: a bundle that proves itself without this register."""
