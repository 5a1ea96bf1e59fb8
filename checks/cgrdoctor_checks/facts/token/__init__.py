"""Logins at hand, and what the remote stores for cgr.dev."""
