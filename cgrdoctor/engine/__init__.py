"""Declares, finds, plans, runs and judges probes and checks; never imports one."""
