"""Pulling straight from cgr.dev, to compare."""
