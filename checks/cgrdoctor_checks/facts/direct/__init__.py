"""What cgr.dev itself answers this machine."""
