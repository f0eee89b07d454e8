"""What *Activations* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "ten sigmoids": Question(
        "larger initial weights",
        {
            "smaller initial weights": "The slope of a sigmoid is ¼ at most, and smaller weights "
            "let still less through. Three times as large, they gave 88 %.",
            "larger initial weights": "They make up for the slope, ¼ at most in each layer: from "
            "weights three times as large came 88 %, not far behind the others' 91 %.",
            "only another function": "The start was to blame as much: from weights three times as "
            "large the same network read 88 %, and with batch norm 95 %.",
        },
    ),
    "dead units": Question(
        "about 4",
        {
            "about 4": "Where ReLU gives 0 its slope is 0, so no gradient arrives. Those 4 came "
            "back since the layer below moved; while it stood still, none did.",
            "about 200": "Where ReLU gives 0 its slope is 0, so no gradient arrives: 4 came back, "
            "and only since the layer below moved.",
            "nearly all": "More than 95 % lived on after they had been revived by hand. By "
            "themselves 4 came back.",
        },
    ),
    "smooth curve": Question(
        "that of ReLU",
        {
            "that of tanh": "So it is on a kinked curve, where all others erred 50 times as much "
            "as ReLU, or more. On the smooth one ReLU erred 20 times as much as tanh, or more.",
            "that of ReLU": "It is made of straight lines with kinks, and erred 20 times as much "
            "as tanh, or more. On a kinked curve it was the other way round.",
            "they are alike": "On digits, with two hidden layers, they ended within 1 percentage "
            "point. On the smooth curve ReLU erred 20 times as much as tanh, or more.",
        },
    ),
}
