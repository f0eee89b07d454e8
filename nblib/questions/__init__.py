"""Questions that lessons ask first and last, and a sentence for each answer that can be given.

A module each for the lessons, in their order; `predict.first` and `predict.last` ask them.
"""

from __future__ import annotations

from nblib.questions import (
    activations,
    after_training,
    architecture,
    backpropagation,
    case_studies,
    compression,
    diagnosis,
    evaluation,
    gradient_descent,
    imbalance,
    initialization,
    interpretability,
    regularization,
    scaling,
    start_here,
    training_strategies,
    transfer_learning,
    tuning,
)
from nblib.questions.question import Question

__all__ = ["OF_LESSON", "Question", "find"]

OF_LESSON = {
    "start_here": start_here.QUESTIONS,
    "backpropagation": backpropagation.QUESTIONS,
    "gradient_descent": gradient_descent.QUESTIONS,
    "initialization": initialization.QUESTIONS,
    "activations": activations.QUESTIONS,
    "regularization": regularization.QUESTIONS,
    "evaluation": evaluation.QUESTIONS,
    "imbalance": imbalance.QUESTIONS,
    "tuning": tuning.QUESTIONS,
    "architecture": architecture.QUESTIONS,
    "transfer_learning": transfer_learning.QUESTIONS,
    "training_strategies": training_strategies.QUESTIONS,
    "diagnosis": diagnosis.QUESTIONS,
    "interpretability": interpretability.QUESTIONS,
    "compression": compression.QUESTIONS,
    "scaling": scaling.QUESTIONS,
    "after_training": after_training.QUESTIONS,
    "case_studies": case_studies.QUESTIONS,
}


def find(name: str) -> Question:
    """Return a question, of whatever lesson; raises KeyError for an unknown one."""
    return {key: one for asked in OF_LESSON.values() for key, one in asked.items()}[name]
