"""What *Gradient descent* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "border": Question(
        "0.5",
        {
            "0.25": "At 1/λ a single step arrives at the minimum. It still gets nearer, swinging, "
            "up to twice that rate.",
            "0.5": "Each step multiplies by 1 − ηλ, whose size is below 1 as long as ηλ is below "
            "2: with λ = 4, up to η = 0.5.",
            "1": "At η = 1 each step multiplies by 1 − 4 = −3: three times as far away, on the "
            "other side.",
        },
    ),
    "border with momentum": Question(
        "0.95",
        {
            "0.05": "Momentum does not lower the border, it raises it: to ηλ = 2 + 2β.",
            "0.5": "That is the border without momentum. With it, ηλ may grow to 2 + 2β.",
            "0.95": "The border is at ηλ = 2 + 2β = 3.8, and 3.8 divided by 4 is 0.95.",
        },
    ),
    "correction": Question(
        "too long",
        {
            "too short": "Both averages begin at 0, but the one below the fraction bar is slower, "
            "so the fraction is too large: at worst 6.57 times, at step 12.",
            "as they should be": "Both averages begin at 0 and catch up at different speeds, so "
            "the first steps are off: at worst 6.57 times too long, at step 12.",
            "too long": "The average below the fraction bar catches up more slowly: the steps are "
            "at worst 6.57 times too long, at step 12.",
        },
    ),
}
