"""What *Scaling* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "64 workers": Question(
        "about 4",
        {
            "about 4": "3.6 times: workers divide the computing, not the sending. With 8 times as "
            "many examples, 8 workers were 6.8 times as fast.",
            "about 30": "Only 3.6 times: workers divide the computing, not the sending. Larger "
            "shares for each of them help.",
            "about 60": "That would be so without sending, and without a part that nobody can "
            "share. Here it is 3.6 times: the sending is not divided.",
        },
    ),
    "loader": Question(
        "for 38 %",
        {
            "not at all": "It would not wait if one loader loaded ahead. Here all stand still "
            "while a batch is loaded, for 38 % of the time.",
            "for 38 %": "All stand still while a batch is loaded, though that is quicker than "
            "computing. With one loader that loads ahead the wait is gone.",
            "for 60 %": "A batch takes 6 ms and 10 more, and of these the training waits for the "
            "first 6: that is 38 %, until something is loaded ahead.",
        },
    ),
    "checkpointing": Question(
        "one forward pass more",
        {
            "one forward pass more": "What was not kept is computed again. The gradients were the "
            "same, to the last bit.",
            "less exact gradients": "They were the same, to the last bit. The price is one "
            "forward pass more in each step.",
            "twice as many steps": "The gradients were the same, to the last bit, so it takes as "
            "many steps. Each costs one forward pass more.",
        },
    ),
}
