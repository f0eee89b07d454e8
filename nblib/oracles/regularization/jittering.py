"""Crop, light and noise: the right way, its mistakes, and what can be told of the images made."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nblib.oracles.regularization.measure import draws, form, snapped

__all__ = [
    "all_three",
    "crops",
    "each",
    "frozen",
    "jitter",
    "light",
    "made",
    "noise",
    "uniform",
    "unseeded",
]

Jitter = Callable[[Tensor, int, float, float, Generator], Tensor]
Facts = dict[str, Any]
Draw = Callable[..., Tensor]

_COUNT = 1200  # images in a batch


def _batch(dtype: torch.dtype, *shape: int) -> Tensor:
    """Return images between 0.1 and 0.5, of seven kinds, (1200, *shape)."""
    picture = torch.linspace(0.1, 0.3, torch.Size(shape).numel(), dtype=dtype).reshape(shape)
    return picture * (1 + torch.arange(_COUNT).reshape(-1, 1, 1, 1) % 7 / 12).to(dtype)


def _windows(images: Tensor, padding: int, **how: Any) -> Tensor:
    """Return all windows of each image, (n, places, channels, height, width), row by row."""
    height, width = images.shape[2:]
    windows = F.pad(images, (padding,) * 4, **how).unfold(2, height, 1).unfold(3, width, 1)
    return windows.movedim(1, 3).flatten(1, 2)


def crops(padding: int, dtype: torch.dtype = torch.float32) -> Callable[[Jitter], Facts]:
    """Return a play: which windows come, without light and noise."""
    images = _batch(dtype, 2, 4, 5)

    def play(jitter: Jitter) -> Facts:
        came, depends = draws(jitter, images, padding, 0.0, 0.0)
        facts, fits = form(came, like=images)
        if not fits:
            return facts
        kinds = {
            "windows with zeros around": _windows(images, padding),
            "what leaves on one side comes in on the other": _windows(
                images, padding, mode="circular"
            ),
            "windows with the border repeated": _windows(images, padding, mode="replicate"),
        }
        whole = {kind: _is_one_of(came, each) for kind, each in kinds.items()}
        found = next((kind for kind, is_one in whole.items() if is_one.any(1).all()), "")
        if not found and came.any():
            windows = _windows(images.flatten(0, 1)[:, None], padding)
            is_window = _is_one_of(came.flatten(0, 1)[:, None], windows)
            one_each = "a window for each channel" if is_window.any(1).all() else "others"
        facts["images"] = found or (one_each if came.any() else "black")
        if found:
            side = 2 * padding + 1
            counts = whole[found].sum(dim=0).reshape(side, side)
            facts["places of rows"] = counts.sum(dim=1).nonzero()[:, 0].tolist()
            facts["places of columns"] = counts.sum(dim=0).nonzero()[:, 0].tolist()
            facts["different windows"] = int((counts > 0).sum())
            even = _COUNT / side**2
            facts["all alike often"] = bool(
                (counts > 0.4 * even).all() and (counts < 1.7 * even).all()
            )
        return facts | depends

    return play


def _is_one_of(came: Tensor, windows: Tensor) -> Tensor:
    """Return which window each image is, (n, places), as 0 and 1."""
    return ((came[:, None] - windows).abs() < 1e-3).flatten(2).all(dim=2)


def light(brightness: float, dtype: torch.dtype = torch.float32) -> Callable[[Jitter], Facts]:
    """Return a play: what the light does, without crop and noise."""
    images, b = _batch(dtype, 2, 3, 4), brightness

    def play(jitter: Jitter) -> Facts:
        came, depends = draws(jitter, images, 0, b, 0.0)
        facts, fits = form(came, like=images)
        if not fits:
            return facts
        factor = came / images
        ways = {
            "is multiplied by one factor": _spread(factor, (1, 2, 3)),
            "has one number added": _spread(came - images, (1, 2, 3)),
            "has a factor for each channel": _spread(factor, (2, 3)),
            "has factors that the channels share": _spread(factor, (1,)),
        }
        facts["each image"] = next((way for way, spread in ways.items() if spread < 1e-3), "other")
        facts["images differ in light"] = _spread(factor, (0,)) > 1e-3
        if facts["each image"] == "has one number added":
            return facts
        facts["lies within 1 − b and 1 + b"] = bool(((factor - 1).abs() < b + 1e-4).all())
        mean, spread = factor.mean().item(), factor.std().item()
        facts["mean factor"] = snapped(mean, *(1 + k * b for k in (0, -0.5, 0.5)), 0, b / 2, b)
        facts["spread of factors"] = snapped(
            spread, *(k * b / 12**0.5 for k in (0, 1, 2, 4)), b, within=0.03
        )
        return facts | depends

    return play


def _spread(values: Tensor, axes: tuple[int, ...]) -> float:
    return (values.amax(dim=axes) - values.amin(dim=axes)).max().item()


def noise(sigma: float, dtype: torch.dtype = torch.float32) -> Callable[[Jitter], Facts]:
    """Return a play: what the noise is like, without crop and light; half of each image is dark."""
    images = _batch(dtype, 2, 4, 4)
    images[:, :, :2] = 0

    def play(jitter: Jitter) -> Facts:
        came, depends = draws(jitter, images, 0, 0.0, sigma)
        facts, fits = form(came, like=images)
        if not fits:
            return facts
        rough = came - images
        stays = snapped((came[:, :, :2] == 0).double().mean().item(), 0, 0.5, 1)
        facts["dark pixels that stay at 0"] = stays
        if stays == 0.5:  # half of the noise is cut off
            return facts | depends
        deviations = (0, sigma, sigma**2, sigma**0.5, 1, sigma / 12**0.5, sigma / 3**0.5)
        for name, part in (("dark", rough[:, :, :2]), ("bright", rough[:, :, 2:])):
            facts[f"deviation where it is {name}"] = snapped(
                part.std().item(), *deviations, within=0.02
            )
        facts["mean"] = snapped(rough.mean().item(), 0, sigma / 2, within=0.03)
        facts["is below 2 deviations"] = bool((rough.abs() < 2 * rough.std()).all())
        for axis, name in enumerate(("images", "channels", "rows", "columns")):
            facts[f"{name} have noise of their own"] = _spread(rough, (axis,)) > 1e-3
        return facts | depends

    return play


def all_three(jitter: Jitter) -> Facts:
    """Tell what crop, light and noise make of black images, and of white ones."""
    black, white = torch.zeros(_COUNT, 1, 4, 4), torch.ones(_COUNT, 1, 4, 4)
    dark = jitter(black, 1, 0.8, 0.3, Generator().manual_seed(6))
    facts, fits = form(dark, like=black)
    if not fits:
        return facts
    bright = jitter(white, 1, 0.5, 0.0, Generator().manual_seed(6))
    has_noise = dark != 0
    deviation = dark[has_noise].square().mean().sqrt().item()
    lit = 0.3 * (1 + 0.8**2 / 3) ** 0.5  # the deviation of noise that is multiplied by the light
    return {
        "all that is black has noise": bool(has_noise.double().mean() > 0.99),
        "deviation of the noise": snapped(deviation, 0.3, lit, within=0.015),
        "black becomes less than 0": bool((dark < 0).any()),
        "white becomes more than 1": bool((bright > 1).any()),
    }


def jitter(
    images: Tensor, padding: int, brightness: float, noise: float, generator: Generator
) -> Tensor:
    """Return images (n, channels, height, width), each shifted, lit and roughened by own draws."""
    return made()(images, padding, brightness, noise, generator)


def _places(n: int, channels: int, padding: int, g: Generator) -> Tensor:
    return torch.randint(2 * padding + 1, (2, n, 1), generator=g)


def _factors(shape: torch.Size, b: float, g: Generator) -> Tensor:
    return 1 + b * (2 * torch.rand(shape[0], 1, 1, 1, generator=g) - 1)


def _rough(shape: torch.Size, sigma: float, g: Generator) -> Tensor:
    return sigma * torch.randn(shape, generator=g)


def made(
    places: Draw = _places,
    factors: Draw = _factors,
    rough: Draw = _rough,
    lit: Callable[[Tensor, Tensor], Tensor] = lambda x, factor: x * factor,
    order: str = "crop light noise",
    source: Callable[[Generator], Generator] = lambda generator: generator,
    end: Callable[[Tensor], Tensor] = lambda x: x,
    **how: Any,
) -> Jitter:
    """Make a jitter of its draws, of the order of its steps and of how it pads."""

    def jitter(
        images: Tensor, padding: int, b: float, sigma: float, generator: Generator
    ) -> Tensor:
        x, g = images, source(generator)
        n, channels, height, width = images.shape
        for step in order.split():
            if step == "crop":
                padded = F.pad(x, (padding,) * 4, **how) if padding else x
                windows = padded.unfold(2, height, 1).unfold(3, width, 1)
                row, column = places(n, channels, padding, g)
                x = windows[torch.arange(n)[:, None], torch.arange(channels), row, column]
            elif step == "light":
                x = lit(x, factors(x.shape, b, g))
            else:
                x = x + rough(x.shape, sigma, g)
        return end(x).to(images.dtype)

    return jitter


def uniform(shape: tuple[int, ...], low: float, high: float, g: Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=g)


def each(shape: torch.Size) -> tuple[int, ...]:
    return (shape[0], 1, 1, 1)


def unseeded(generator: Generator) -> Generator:
    return Generator().manual_seed(random.getrandbits(60))


def frozen(generator: Generator) -> Generator:
    return Generator().manual_seed(0)
