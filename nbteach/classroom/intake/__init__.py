"""Whose is this file? What came, read name by name, and matched with the roster."""
