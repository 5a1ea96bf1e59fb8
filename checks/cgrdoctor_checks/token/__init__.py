"""Token authentication on both legs, and the pull token."""
