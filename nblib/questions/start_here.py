"""What *Start here* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "shapes": Question(
        "16 numbers",
        {
            "an error": "Nothing complains: the row (4,) and the column (4, 1) are both repeated "
            "until they fit, and a table of 4 × 4 comes.",
            "4 numbers": "(4,) minus (4,) would give those. A row minus a column is a table.",
            "16 numbers": "A row minus a column is a table of 4 × 4, each number minus each. It is "
            "no error, so look at shapes.",
        },
    ),
    "names": Question(
        "the new numbers",
        {
            "the old numbers": "`y = x` copies nothing. A copy is `x.clone()`.",
            "the new numbers": "`y` is a second name for the same numbers, and `+=` writes into "
            "them.",
            "an error": "Both lines are fine; what may surprise is that `y` changes, too.",
        },
    ),
    "downhill": Question(
        "against it",
        {
            "along it": "That way the loss grows: the gradient points uphill.",
            "against it": "The gradient points uphill, so a short step against it goes down.",
            "across it": "Across the gradient the loss neither grows nor shrinks, at first.",
        },
    ),
}
