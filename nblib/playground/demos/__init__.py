"""The playgrounds of the lessons, one in each module."""
