"""Pulling through Artifactory, as docker would."""
