"""What *Case studies* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "nearly right": Question(
        "nothing yet",
        {
            "nothing yet": "To name the last price again reached 0.99 as well: beside it the skill "
            "was −0.02. Ask for the best rival that costs nothing.",
            "it is worth money": "Up or down it named as rightly as a coin: it had learned to "
            "repeat the last price, which has 0.99 as well.",
            "it knows the trend": "These prices had none, for each day was drawn by lot. It had "
            "learned to repeat the last price, which has 0.99 as well.",
        },
    ),
    "a thousand": Question(
        "about 3",
        {
            "about 0": "So has each of them on average, and the chosen one in the year after. The "
            "best of a thousand had 3.2.",
            "about 1": "It was 3.2, as the formula foresees for pure luck; and about 0 a year "
            "later. Ask how many were tried.",
            "about 3": "It was 3.2, as the formula foresees for pure luck; and about 0 a year "
            "later. Ask how many were tried.",
        },
    ),
    "few negatives": Question(
        "too high",
        {
            "as good, too": "They were eight times too high. The area looks at the order alone, "
            "and that stays as it was.",
            "too high": "Eight times: clicks looked common. One formula puts the rest back, and "
            "then they are 0.97 times the truth.",
            "too low": "Clicks looked more common than they are, so they were too high, eight "
            "times. One formula puts the rest back.",
        },
    ),
}
