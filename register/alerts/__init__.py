"""What streams ask of people, the alerts that follow, when one passes on, and whose move it is."""
