"""What can be wrong, by area: data."""
