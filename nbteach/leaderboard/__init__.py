"""A contest's page for the class: who stands where, by what the contest showed them last.

`standings` reads the line that `nblib.contest` posts from what was graded; `leaderboard` makes the
page, and is the command. There is no server: who improves hands in again, and is graded again.
"""
