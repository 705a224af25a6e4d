"""What requests to the API and to pages share."""
