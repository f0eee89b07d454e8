"""What *Imbalance* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "rare digit": Question(
        "perhaps none",
        {
            "nearly all": "The accuracy does not say so: a model that says no to all had 99.0 %, "
            "and found none of the eight 8s.",
            "about half": "The accuracy does not say so: a model that says no to all had 99.0 % "
            "as well. It tells how rare the 8s are.",
            "perhaps none": "A model that says no to all had 99.0 %, and found none of the eight "
            "8s. Accuracy tells how rare they are.",
        },
    ),
    "rarer positives": Question(
        "the average precision",
        {
            "the average precision": "From 0.85 to 0.11, for more of the alarms are false. The "
            "area under the ROC curve stayed at 0.86.",
            "the area under the ROC curve": "It stayed at 0.86, since each axis of that curve is "
            "a share of one class. The average precision fell, from 0.85 to 0.11.",
            "both": "The average precision fell, from 0.85 to 0.11. The area under the ROC curve "
            "stayed at 0.86: each of its axes is a share of one class.",
        },
    ),
    "copied first": Question(
        "about 1.0",
        {
            "about 1.0": "Copies of an example lie on both sides of the cut, so the answers are "
            "known. Split first, and it is 0.5.",
            "about 0.8": "It was even 1.0: copies of an example lie on both sides of the cut. "
            "Split first, and it is 0.5.",
            "about 0.5": "That is the honest one, if you split first. Here copies of an example "
            "lie on both sides of the cut: 1.0.",
        },
    ),
}
