"""Tickets: the work that comes out of conversations."""
