"""Pulling through Artifactory: its answers, retries, second paths, members."""
