"""What *Backpropagation* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "exclusive or": Question(
        "no",
        {
            "yes": "One layer cuts the plane with one line, and no line parts these four corners.",
            "after more steps": "It is not a matter of patience: no line parts these four corners, "
            "so there is nothing to be found.",
            "no": "One layer cuts the plane with one line, and no line parts these four corners. "
            "Two ReLU neurons can.",
        },
    ),
    "price": Question(
        "about 2",
        {
            "about 2": "The way back visits each operation once, as the way forward does: 2.14 "
            "passes in all were counted.",
            "about 5,000": "One pass for each parameter is the price of moving each a little. "
            "Backpropagation shares what the slopes have in common: 2.14 passes.",
            "about 10,000": "That is the price of moving each parameter up and down, 9,620 passes. "
            "Backpropagation takes 2.14.",
        },
    ),
    "falling": Question(
        "nothing certain",
        {
            "its slopes are right": "Without the slope of tanh on the way back, the loss fell as "
            "well, and 96 of 100 new digits were read.",
            "its rate is right": "A loss falls at many rates, most of them too small; and it falls "
            "with wrong slopes, too.",
            "nothing certain": "Without the slope of tanh on the way back, the loss fell as well. "
            "Compare slopes with measured ones.",
        },
    ),
}
