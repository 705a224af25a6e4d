"""What a phone keeps: the installed application, and the forms for use without a signal."""
