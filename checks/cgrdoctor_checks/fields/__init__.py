"""The guide's fields of the remote repository, one by one."""
