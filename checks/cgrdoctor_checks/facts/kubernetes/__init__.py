"""What was brought of a failing Pod, and what it says."""
