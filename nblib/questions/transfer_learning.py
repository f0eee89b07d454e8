"""What *Transfer learning* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "frozen network": Question(
        "fewer",
        {
            "as many as before": "So it is in eval mode, to the last bit. In train mode a running "
            "mean of batch norm moved by 0.10, and 3 letters fewer in 100 were read.",
            "fewer": "3 fewer in 100: a running mean of batch norm moved by 0.10, and that is no "
            "parameter. What must not change stays in eval mode.",
            "more": "It learned no letters from digits. A running mean of batch norm moved by "
            "0.10, and 3 letters fewer in 100 were read.",
        },
    ),
    "fifty labels": Question(
        "less than 1",
        {
            "about 16": "So many with one label of each digit. With fifty less than 1 was left.",
            "about 7": "So many with three labels of each digit; with ten it was 2, and with "
            "fifty less than 1.",
            "less than 1": "It was 16 with one label of each digit, 7 with three and 2 with ten: "
            "transfer pays where labels are few.",
        },
    ),
    "wrong source": Question(
        "worse",
        {
            "worse": "It had 78 %, from scratch there was 85 %: it sees blots, not strokes. So "
            "compare with scratch.",
            "as well": "It had 78 %, from scratch there was 85 %, and with fifty labels it was "
            "still behind.",
            "better": "Letters helped, grain did not: 78 %, where from scratch there was 85 %. A "
            "wrong source is worse than none.",
        },
    ),
}
