"""Notebooks in and out: read what was handed in, rebuild what is run, clean what is shown."""
