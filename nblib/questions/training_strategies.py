"""What *Training strategies* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "two starts": Question(
        "fewer",
        {
            "more": "A mean along one walk can do that. Between two starts lies a hill in the "
            "loss, and their mean had 0.936.",
            "as many": "Between two starts lies a hill in the loss, and their mean had 0.936. "
            "From one start there was no barrier, in ten splits.",
            "fewer": "It had 0.936, for between two starts lies a hill in the loss. From one "
            "start there was no barrier, in ten splits.",
        },
    ),
    "easy first": Question(
        "it is behind",
        {
            "it is ahead": "So it was with 40 labels in 100 by lot, by 3.6 points after 30 steps. "
            "With clean labels it was 3 points behind after 100.",
            "it is behind": "By 3 points, and by 4 after 30 steps. With 40 labels in 100 by lot "
            "it was ahead, by 3.6 points after 30 steps.",
            "it does as well": "It was 3 points behind, and 1 still after 400 steps. With 40 "
            "labels in 100 by lot it was ahead at first.",
        },
    ),
    "16 bits": Question(
        "at 0.003",
        {
            "at 0.003": "There was 0.37 in place of 0.73: steps that are small beside the weights "
            "get lost. At the rate 0.1 it cost none.",
            "at 0.1": "There it cost none. At the rate 0.003 steps are small beside the weights "
            "and get lost: 0.37 in place of 0.73.",
            "at both alike": "Numbers are as coarse at both, but what gets lost are small steps: "
            "at 0.003 there was 0.37 in place of 0.73, and at 0.1 it cost none.",
        },
    ),
}
