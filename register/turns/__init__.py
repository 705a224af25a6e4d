"""What happens within one transaction of the writer: orders carried out together, all or none."""
