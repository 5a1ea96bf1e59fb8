"""What Artifactory's cache holds, and whether it is right."""
