"""Short films of handwritten digits that drift: no single picture tells which way."""

import torch
from torch import Tensor

from nblib.data.tables import digits
from nblib.runtime import device

__all__ = ["DIRECTIONS", "drifting_digits", "framed_digits"]

DIRECTIONS = ("right", "left", "down", "up")

_SIDE, _DIGIT = 12, 8  # pixels
_STEPS = torch.tensor([[0, 1], [0, -1], [1, 0], [-1, 0]])  # (row, column), one for each direction


def framed_digits(
    seed: int = 0, down: int = 0, right: int = 0
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the handwritten digits in a frame of 12 × 12 pixels.

    Args:
        seed: decides which digits are for training, as in `data.digits`.
        down, right: how far from the middle the digits stand, −2 to 2; those for training stand in
            the middle.

    Returns:
        X_train (1257, 12, 12) float32 in 0–1, y_train (1257,) int64, X_test (540, 12, 12),
        y_test (540,).

    Raises:
        ValueError: the digit would leave the frame.
    """
    room = (_SIDE - _DIGIT) // 2
    if max(abs(down), abs(right)) > room:
        raise ValueError(f"down and right must be from -{room} to {room}, got {down}, {right}")
    X_train, y_train, X_test, y_test = digits(seed, standardize=False)
    return (_framed(X_train), y_train, _framed(X_test).roll((down, right), (1, 2)), y_test)


def drifting_digits(
    num_clips: int, seed: int = 0, num_frames: int = 4, unseen: bool = False
) -> tuple[Tensor, Tensor]:
    """Return films of a digit that moves by one pixel a frame, and in which direction it does.

    A digit starts anywhere in a frame of 12 × 12 pixels; what leaves on one side comes in on the
    other. So each single frame is as likely with one direction as with another.

    Args:
        num_clips: how many films.
        seed: draws digits, places and directions.
        num_frames: of each film.
        unseen: take the digits from the part for testing (of split 0), in place of the other.

    Returns:
        X (num_clips, num_frames, 12, 12) float32 in 0–1; y (num_clips,) int64, places in
        `DIRECTIONS`.

    Raises:
        ValueError: no films, or no frames.

    >>> X, y = drifting_digits(3)
    >>> X.shape, y.shape
    (torch.Size([3, 4, 12, 12]), torch.Size([3]))
    """
    if num_clips < 1 or num_frames < 1:
        raise ValueError(f"1 or more clips and frames are needed: {num_clips}, {num_frames}")
    generator = torch.Generator().manual_seed(2 * seed + unseen)
    split = digits(standardize=False)
    pictures = _framed(split.X_test if unseen else split.X_train).cpu()  # (n, 12, 12)
    which = torch.randint(len(pictures), (num_clips,), generator=generator)
    start = torch.randint(_SIDE, (num_clips, 2), generator=generator)
    y = torch.randint(len(DIRECTIONS), (num_clips,), generator=generator)
    time = torch.arange(num_frames)
    corner = start[:, None] + time[:, None] * _STEPS[y][:, None]  # (num_clips, num_frames, 2)
    pixels = (torch.arange(_SIDE) - corner[..., None]) % _SIDE  # (…, 2, 12): where each comes from
    rows, columns = pixels[:, :, 0, :, None], pixels[:, :, 1, None, :]
    return pictures[which[:, None, None, None], rows, columns].to(device()), y.to(device())


def _framed(X: Tensor) -> Tensor:
    """Return counts (n, 64) as pictures (n, 12, 12) in 0–1, the digit in the middle."""
    room = (_SIDE - _DIGIT) // 2
    return torch.nn.functional.pad(X.reshape(-1, _DIGIT, _DIGIT) / 16, (room,) * 4)
