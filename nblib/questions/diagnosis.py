"""What *Diagnosis* asks."""

from nblib.questions.question import Question

__all__ = ["QUESTIONS"]

QUESTIONS = {
    "causes of NaN": Question(
        "2 of them",
        {
            "all 8": "Two did. A 0 under a root, in a logarithm or in a denominator struck at a "
            "rate of 10 as at one of 0.00001.",
            "5 of them": "Five killed the weights in the first step, at a rate of 10 as at one of "
            "0.00001. Two depended on the rate.",
            "2 of them": "Five killed the weights in the first step, at a rate of 10 as at one of "
            "0.00001: a smaller rate would have been no help.",
        },
    ),
    "train longer": Question(
        "the softmax is taken twice",
        {
            "the softmax is taken twice": "Gradients arrive, and the updates are only small: it "
            "came from 0.83 to 0.96, where the healthy program is.",
            "all weights are zero": "They stay zero, however long one waits. With the softmax "
            "taken twice 0.83 became 0.96: more epochs help what is slow.",
            "the rate has become 0": "Steps of size 0 lead nowhere, however many there are. With "
            "the softmax taken twice 0.83 became 0.96.",
        },
    ),
    "one batch by heart": Question(
        "those of the data",
        {
            "those of the optimizer": "They show in this check, as 15 of 21 faults did. Of the "
            "seven in the data or the evaluation only one showed.",
            "those of the data": "Of the seven faults in the data or the evaluation only one "
            "showed. So look at the data, and measure the accuracy yourself.",
            "none": "15 of 21 faults showed, and of the seven in the data or the evaluation only "
            "one. So look at the data as well.",
        },
    ),
}
