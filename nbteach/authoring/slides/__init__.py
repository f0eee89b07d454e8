"""Slides from the lessons: `nblib slides`.

`deck` chooses what of an executed lesson is shown, and cuts it into slides; `slides` is the
command, which lets nbconvert put them into one HTML file that needs no network.
"""
