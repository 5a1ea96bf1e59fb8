"""Many images at once: what a list names, asked on both paths, politely, and told as it goes."""
