"""What *Evaluation* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "persons": Question(
        "about 0.98",
        {
            "about 0.50": "So an honest report would say. But other records of the same person "
            "lie in the training part and carry the label: it reported 0.98.",
            "about 0.75": "It was 0.98: other records of the same person lie in the training part "
            "and carry the label. Whole persons belong in a fold.",
            "about 0.98": "Other records of the same person lie in the training part and carry "
            "the label. It is honest with whole persons in a fold.",
        },
    ),
    "one point": Question(
        "about 20",
        {
            "about 95": "It is a fifth of them. For a gap of one point the playground needed "
            "7,420 examples.",
            "about 50": "It is a fifth of them. More overlap helps: with errors that overlap by "
            "0.93, 1,800 examples do what 7,420 do at half.",
            "about 20": "A fifth of them. For a gap of one point the playground needed 7,420 "
            "examples, and 1,800 with errors that overlap by 0.93.",
        },
    ),
    "the vote": Question(
        "about 80 %",
        {
            "about 50 %": "So many it had of fresh ones. On the 200 by which its voters were "
            "chosen it had 80 %: who looks 400 times fits the test set.",
            "about 80 %": "Its voters were chosen by these 200, so it fits them. On fresh ones it "
            "had 50 %.",
            "about 100 %": "It was 80 %, enough to deceive: on fresh ones it had 50 %. Who looks "
            "400 times fits the test set.",
        },
    ),
}
