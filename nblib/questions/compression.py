"""What *Compression* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "small and dense": Question(
        "as well",
        {
            "worse": "It had 0.958, the cut one 0.956. So compare a cut network with a small one, "
            "not with nothing.",
            "as well": "It had 0.958, the cut one 0.956; and with 95 % of the weights cut it was "
            "ahead, 0.945 for 0.87.",
            "far better": "So it was with 95 % of the weights cut, 0.945 for 0.87. With 90 % they "
            "did alike, 0.958 and 0.956.",
        },
    ),
    "two bits": Question(
        "less than 1",
        {
            "still about 13": "Less than one, 0.962 was left: weights that are trained with the "
            "rounding adapt to it.",
            "about 6": "Less than one, 0.962 was left. Rounded at once the networks had 0.84.",
            "less than 1": "0.962 was left, where networks that were rounded at once had 0.84.",
        },
    ),
    "same digits": Question(
        "less than 1",
        {
            "less than 1": "A teacher is worth most where it has seen what its student has not: "
            "16 points with 30 of the 898 digits.",
            "about 3": "Two or three it was where both had the same 30 digits. With all 898 for "
            "both it was less than a point.",
            "about 16": "So many where the student saw 30 of the 898 digits and its teacher the "
            "others, too. If both saw all, it was less than a point.",
        },
    ),
}
