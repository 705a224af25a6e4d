"""The pages of who has looked: for the worker whose words they saw, and for auditors."""
