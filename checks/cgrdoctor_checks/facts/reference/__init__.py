"""What the reference means on this Artifactory."""
