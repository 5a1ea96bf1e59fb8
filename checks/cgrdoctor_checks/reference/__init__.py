"""What the reference says, and what it is taken for."""
