"""What *Hyperparameter tuning* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "drawn evenly": Question(
        "about 20",
        {
            "about 83": "So many on a log scale. Drawn evenly, nine of ten rates lie above 0.1, "
            "and 20 searches hit that range.",
            "about 50": "Fewer, 20: drawn evenly, nine of ten rates lie above 0.1. On a log scale "
            "it is 83.",
            "about 20": "Drawn evenly, nine of ten rates lie above 0.1. On a log scale 83 "
            "searches hit that range.",
        },
    ),
    "larger batches": Question(
        "about 2",
        {
            "about 1/64": "It is the other way round: the rate rose, to 1 with batches of 128 and "
            "to 2 with 512.",
            "about 1/8": "It rose, to 1 with batches of 128 and to 2 with 512. Tuning is not done "
            "once: look again when the batch changes.",
            "about 2": "It rose with the batch, from 32 on more slowly than in proportion. So "
            "look again when the batch changes.",
        },
    ),
    "clever search": Question(
        "neither",
        {
            "the search with a model": "On Branin's function, which is smooth, it had a quarter "
            "of the regret. On the real network they were equal, to within a point.",
            "neither": "They were equal, to within a point. On Branin's function, which is "
            "smooth, the model had a quarter of the regret.",
            "the random trials": "They were no better, and no worse: equal, to within a point. On "
            "Branin's function the model had a quarter of their regret.",
        },
    ),
}
