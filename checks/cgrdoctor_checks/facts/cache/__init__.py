"""What Artifactory's cache holds, and how old it is."""
