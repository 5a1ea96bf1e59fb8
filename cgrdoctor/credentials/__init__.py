"""Where docker, jf and curl keep credentials, and which of them this run may use for which host."""
