"""Xray and Curation."""
