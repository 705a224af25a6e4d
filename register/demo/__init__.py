"""A made-up year of a made-up organisation, told through the real register and its rules."""
