"""What *Regularization* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "shuffled labels": Question(
        "nearly all",
        {
            "about 1 in 10": "So many new digits it read, 11 %. Of the shuffled labels it knew "
            "more than 99 %, by heart.",
            "about half": "There was room for all: it knew more than 99 % by heart, and read 11 % "
            "of new digits.",
            "nearly all": "More than 99 %, by heart, and of new digits it read 11 %. What a "
            "network knows of its training examples says little.",
        },
    ),
    "right labels": Question(
        "less than 1",
        {
            "less than 1": "With right labels none at all was as good as any. With 40 % of the "
            "labels wrong, weight decay gained 14.",
            "about 5": "It was less than 1. What there is to gain depends on the noise: with 40 % "
            "of the labels wrong it was 14.",
            "about 14": "So much it gained with 40 % of the labels wrong. With right labels it "
            "was less than 1, and too much cost half of the accuracy.",
        },
    ),
    "two spirals": Question(
        "the one with four",
        {
            "the one with one": "On 200 digits depth did harm: eight layers lost some fifteen "
            "percentage points. On the spirals a single layer could not even learn the training "
            "points.",
            "the one with four": "It knew nearly all of them, where a single layer could not even "
            "learn the training points. On 200 digits depth did harm.",
            "they are alike": "A single layer could not even learn the training points of the "
            "spirals, and four layers knew nearly all unseen ones.",
        },
    ),
}
