"""What the commonest errors mean, in words for somebody who meets them for the first time."""

from __future__ import annotations

import re

__all__ = ["explain"]

_MEANINGS = (  # a pattern in the message, and what it says; {0} is the pattern's first group
    (
        r"only one element tensors can be converted|only length-1 arrays can be converted"
        r"|only 0-dimensional arrays can be converted|a Tensor with \d+ elements cannot be",
        "One number is wanted there, by `math`, `float()` or `.item()`, and several come: "
        "use torch's function.",
    ),
    (
        r"Boolean value of Tensor with more than one value|truth value of an array",
        "`if`, `and`, `or`, `max` and `min` ask for one truth, and a tensor has many: use "
        "`torch.where`, `torch.maximum`, `.any()` or `.all()`.",
    ),
    (
        r"to have the same dtype|expected scalar type|must have the same dtype",
        "Two dtypes meet in one operation: bring one of them to the other's, `.to(x.dtype)`.",
    ),
    (
        r"Error\(s\) in loading state_dict",
        "The state does not fit this network: compare names and shapes, such as the number of "
        "classes.",
    ),
    (
        r"Class values must be smaller than num_classes",
        "`one_hot` is told of too few classes: its second argument is the number of all of them.",
    ),
    (
        r"one_hot is only applicable to index tensor",
        "`one_hot` wants whole numbers, int64: `.long()` makes them.",
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied|mat1 dim 1 must match|size mismatch",
        "The inner sizes of a matrix product differ: is one of the two to be transposed?",
    ),
    (
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
        "Two shapes do not fit: where one has {0}, the other has {1}.",
    ),
    (r"'NoneType' object", "Something is None there: a function of yours without `return`?"),
    (
        r"positional arguments? but \d+ (?:was|were) given|required positional argument",
        "The function is called with the arguments of the task: keep their number and order.",
    ),
    (
        r"unsupported operand type\(s\) for [^:]+: '(list|tuple|dict)'|can't multiply sequence",
        "A list is no tensor: compute with its parts, one by one.",
    ),
    (
        r"unsupported operand type\(s\) for [^:]+: '[^']+' and '(list|tuple|dict)'",
        "A list is no tensor: compute with its parts, one by one.",
    ),
    (
        r"cannot access local variable '(\w+)'|local variable '(\w+)' referenced",
        "`{0}` is used before it has a value, at least on one way through the function.",
    ),
    (r"maximum recursion depth", "The function calls itself without end: where does it stop?"),
    (
        r"does not require grad and does not have a grad_fn",
        "Autograd finds no way from there to what it should differentiate by: was it cut, or never "
        "asked for?",
    ),
    (
        r"leaf Variable that requires grad",
        "What autograd watches may not be written into: make a new tensor.",
    ),
    (
        r"index (-?\d+) is out of bounds|index out of range",
        "You reach for an entry that is not there: the last index is the length minus 1.",
    ),
    (
        r"has no attribute '(\w+)'",
        "What you have there has no `{0}`: it is of another kind than you think.",
    ),
    (
        r"too many values to unpack|not enough values to unpack",
        "You take apart something of another length than you think.",
    ),
    (r"division by zero", "Something is divided by 0: which inputs make it so?"),
    (
        r"math domain error|expected a positive input",
        "A logarithm or root of a number that has none: which inputs make it so?",
    ),
    (
        r"math range error|Result too large|Numerical result out of range",
        "A number becomes too large for a float: which inputs make it so?",
    ),
)


def explain(error: Exception) -> str:
    """Return what an error says of the answer, in a sentence, or "".

    >>> explain(RuntimeError("The size of tensor a (3) must match the size of tensor b (2) at ..."))
    'Two shapes do not fit: where one has 3, the other has 2.'
    """
    text = str(error)
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        name = text.partition("'")[2].partition("'")[0]
        return f"Your answer uses `{name}`, which it is neither given nor defines." if name else ""
    if isinstance(error, KeyError):
        return f"There is no {text} in the dictionary, or not yet."
    for pattern, meaning in _MEANINGS:
        if found := re.search(pattern, text):
            return meaning.format(*(group for group in found.groups() if group))
    return ""
