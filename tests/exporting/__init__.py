"""What an auditor takes along, and the verifier that goes with it."""
