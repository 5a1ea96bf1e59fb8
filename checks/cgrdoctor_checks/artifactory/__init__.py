"""Artifactory itself: is it one, is it well, who are we there, what does the repository look like."""
