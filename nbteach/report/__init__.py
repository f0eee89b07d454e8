"""What the class did not understand: one page for each lesson.

`lesson_facts` says what there was to do, `classwork` what the class did (from the gradebook and
the stored results), `items` works out the numbers, `advice` what to do about them, and `page` makes
the picture. `report` is the command.
"""
