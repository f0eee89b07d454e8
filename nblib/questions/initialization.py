"""What *Initialization* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "equal units": Question(
        "1",
        {
            "1": "The same gradient moves each of them, so twins do not part. A thousandth of "
            "noise made 32 of them.",
            "some of the 32": "To part some, something would have to treat them differently. The "
            "layer learned as one of 1 unit, and a thousandth of noise made 32.",
            "32": "Equal units get equal gradients, so the layer learned as one of 1 unit. It "
            "took a thousandth of noise to make 32.",
        },
    ),
    "half the variance": Question(
        "about a billionth",
        {
            "about half": "Half is left after one layer. Each of the 30 halves it again, and "
            "about a billionth is left.",
            "about a thirtieth": "Factors multiply, they do not add up: half of a half of a half, "
            "30 times, is about a billionth.",
            "about a billionth": "Each layer multiplies by a half, and 30 halves make about a "
            "billionth.",
        },
    ),
    "forgiven by batch norm": Question(
        "weights of a tenth of the right size",
        {
            "weights of a tenth of the right size": "It divides the scale out: at 10 layers each "
            "start from a tenth of He's to He's own came to about 90 % or more.",
            "equal weights": "Twins are normalized alike and stay twins. What it forgives is the "
            "scale, from a tenth of He's to He's own.",
            "zero weights": "Zero stays zero, whatever it is divided by. What it forgives is the "
            "scale, from a tenth of He's to He's own.",
        },
    ),
}
