"""What *Interpretability* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "two clouds": Question(
        "as wide",
        {
            "ten times as wide": "Sizes get lost: both clouds were drawn alike, and gaps of 1 : 9 "
            "as well. Trust neighbours, not sizes.",
            "as wide": "Each point has a width of its own, so sizes get lost, and gaps of 1 : 9 "
            "were drawn alike, too. Trust neighbours.",
            "three times as wide": "Even that would be something: both clouds were drawn alike, "
            "and gaps of 1 : 9 as well. Trust neighbours, not sizes.",
        },
    ),
    "two baselines": Question(
        "about −0.45",
        {
            "about −0.45": "They disagree, for the map says what the score depends on compared "
            "with a baseline. So name the baseline.",
            "about 0.5": "It was −0.45: they disagree. The map says what the score depends on "
            "compared with a baseline, so name it.",
            "about 0.9": "So well agreed maps of a trained and a wiped-out network, in absolute "
            "values (0.91). From black and from white it was −0.45.",
        },
    ),
    "credit": Question(
        "up to four tenths",
        {
            "none": "They divide the score of the model, which may lean on that column: up to "
            "four tenths. Raising it by hand moved the target by exactly 0.",
            "a tenth at most": "It was up to four tenths: shares are about the model, not about "
            "causes. Raising it by hand moved the target by exactly 0.",
            "up to four tenths": "They divide the score of the model, and that leaned on the "
            "column. Raising it by hand moved the target by exactly 0.",
        },
    ),
}
