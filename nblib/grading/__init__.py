"""Grade a class.

`course` says where its files lie, `stock` is nbgrader's own flow, `notes` and `results` tell what
came out, and `samples` makes submissions to try it on. `stock` runs what students hand in with the
teacher's rights; see there what that means.
"""
