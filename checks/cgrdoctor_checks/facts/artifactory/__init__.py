"""Artifactory's own account of itself: its settings, rights, words."""
