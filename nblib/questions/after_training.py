"""What *After training* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "thirty tests": Question(
        "about 68",
        {
            "about 68": "Each of the thirty may raise a false alarm. With Bonferroni's correction "
            "it was 3.",
            "about 30": "It was 68, for each of the thirty may raise a false alarm. With "
            "Bonferroni's correction it was 3.",
            "about 5": "That is the level of a single test. Thirty raised some alarm on 68, and "
            "with Bonferroni's correction on 3.",
        },
    ),
    "each batch": Question(
        "lower",
        {
            "higher": "It had 0.63, and the one that was left alone 0.72: labels and trainings "
            "cost, and little data make a worse model.",
            "lower": "It had 0.63, and the one that was left alone 0.72. By the clock, less "
            "often, it was 0.75.",
            "alike": "It had 0.63, and the one that was left alone 0.72. Where the world holds "
            "still, training anew on little data made it worse, 0.83 for 0.86.",
        },
    ),
    "no names": Question(
        "about 98",
        {
            "about 10": "It was 98: each column tells little, and all together they point at one. "
            "Coarser columns hide people.",
            "about 50": "It was 98. Coarser columns hide people; and two such releases gave away "
            "nearly twice as many illnesses as one.",
            "about 98": "Each column tells little, and all together they point at one. Data "
            "without names are not private.",
        },
    ),
}
