"""What *Architecture* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "24 layers": Question(
        "the one with 8",
        {
            "the one with 24": "It had 0.54, where 8 layers had 0.10: training did not get there. "
            "With residual blocks 24 layers reached 0.09.",
            "the one with 8": "It had 0.10, where 24 layers had 0.54. So this is no overfitting; "
            "with residual blocks 24 layers reached 0.09.",
            "they are alike": "So it was with residual blocks, 0.09 with 24 layers. Plain ones "
            "had 0.54 with 24 layers and 0.10 with 8.",
        },
    ),
    "largest weight": Question(
        "about 5",
        {
            "about 5": "In the other five it lay there about every second time: they know one "
            "answer by its token, the other by its absence.",
            "about 8": "It was five. In the others it lay there about every second time, and they "
            "were right all the same.",
            "all 10": "To be right they need not look there: in five it lay there about every "
            "second time. These know one answer by its token, the other by its absence.",
        },
    ),
    "films": Question(
        "the small one",
        {
            "the small one": "It read all, the large one eight or nine of ten: motion is local in "
            "space, and that is a convolution's bet.",
            "the large one": "It read eight or nine of ten, and the small one all. What counts is "
            "whether the bet suits the data.",
            "they are alike": "The small one read all, the large one eight or nine of ten: motion "
            "is local in space, and that is a convolution's bet.",
        },
    ),
}
