"""What was given with a ticket, as facts."""
