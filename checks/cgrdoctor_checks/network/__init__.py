"""The path to Artifactory and to Chainguard's hosts."""
