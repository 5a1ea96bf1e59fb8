"""Commands and steps, with the target's names filled in."""
