"""The mistakes in *Crop, light and noise*."""

from __future__ import annotations

import torch

from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.jittering import each, frozen, made, uniform, unseeded

__all__ = ["ALL_THREE", "CROP", "LIGHT", "NOISE"]

_SEEDED: Mistakes = {
    "The same generator gives other draws: all randomness must come from `generator`.": made(
        source=unseeded
    ),
    "Each call makes the same draws: do not seed.": made(source=frozen),
}
CROP: Mistakes = {
    "All images get the same window. Draw one for each.": made(
        lambda n, c, p, g: torch.randint(2 * p + 1, (2, 1, 1), generator=g)
    ),
    "Each channel gets a window of its own. All channels move together.": made(
        lambda n, c, p, g: torch.randint(2 * p + 1, (2, n, c), generator=g)
    ),
    "Some windows never come: the upper end of randint is not included.": made(
        lambda n, c, p, g: torch.randint(max(2 * p, 1), (2, n, 1), generator=g)
    ),
    "Only shifts up to the middle come: there are 2 · padding + 1 places.": made(
        lambda n, c, p, g: torch.randint(p + 1, (2, n, 1), generator=g)
    ),
    "Rows and columns share one draw: draw two for each image.": made(
        lambda n, c, p, g: torch.randint(2 * p + 1, (1, n, 1), generator=g).expand(2, n, 1)
    ),
    "The rows never move: draw them as well.": made(
        lambda n, c, p, g: torch.stack(
            [torch.full((n, 1), p), torch.randint(2 * p + 1, (n, 1), generator=g)]
        )
    ),
    "The columns never move: draw them as well.": made(
        lambda n, c, p, g: torch.stack(
            [torch.randint(2 * p + 1, (n, 1), generator=g), torch.full((n, 1), p)]
        )
    ),
    "Nothing is shifted.": made(lambda n, c, p, g: torch.full((2, n, 1), p)),
    "Only the corners come. Each of the places is as likely.": made(
        lambda n, c, p, g: 2 * p * torch.randint(2, (2, n, 1), generator=g)
    ),
    "The images are black: with b = 0 the factor of the light is 1.": made(
        factors=lambda shape, b, g: torch.tensor(0.0)
    ),
    "What leaves on one side comes in on the other: roll wraps around. Pad with zeros.": made(
        mode="circular"
    ),
    "The border is repeated around the image. Pad with zeros.": made(mode="replicate"),
    **_SEEDED,
}
LIGHT: Mistakes = {
    "All images have the same light. Draw a factor for each.": made(
        factors=lambda shape, b, g: uniform((1, 1, 1, 1), 1 - b, 1 + b, g)
    ),
    "Each channel has a light of its own: one factor for the whole image.": made(
        factors=lambda shape, b, g: uniform((*shape[:2], 1, 1), 1 - b, 1 + b, g)
    ),
    "The light differs within an image: one factor for all its channels and pixels.": made(
        factors=lambda shape, b, g: uniform(shape, 1 - b, 1 + b, g)
    ),
    "The light never changes.": made(factors=lambda shape, b, g: torch.tensor(1.0)),
    "The light only grows: the factor lies between 1 − b and 1 + b.": made(
        factors=lambda shape, b, g: uniform(each(shape), 1, 1 + b, g)
    ),
    "The light only fades: the factor lies between 1 − b and 1 + b.": made(
        factors=lambda shape, b, g: uniform(each(shape), 1 - b, 1, g)
    ),
    "The factor runs from 0 to b. It lies between 1 − b and 1 + b.": made(
        factors=lambda shape, b, g: uniform(each(shape), 0, b, g)
    ),
    "The factor runs from −b to b: add 1.": made(
        factors=lambda shape, b, g: uniform(each(shape), -b, b, g)
    ),
    "The factor runs from 1 − b/2 to 1 + b/2. Its ends are 1 − b and 1 + b.": made(
        factors=lambda shape, b, g: uniform(each(shape), 1 - b / 2, 1 + b / 2, g)
    ),
    "The factor is normal. It is uniform, and never beyond 1 − b and 1 + b.": made(
        factors=lambda shape, b, g: 1 + b * torch.randn(each(shape), generator=g)
    ),
    "The light is added. Multiply by it.": made(
        factors=lambda shape, b, g: uniform(each(shape), -b, b, g), lit=torch.add
    ),
    **_SEEDED,
}
NOISE: Mistakes = {
    "Nothing is cut off at 0: leave out the clamp.": made(end=lambda x: x.clamp(0, 1)),
    "All images get the same noise. Draw it for each.": made(
        rough=lambda shape, s, g: s * torch.randn(1, *shape[1:], generator=g)
    ),
    "All channels get the same noise: each number has its own.": made(
        rough=lambda shape, s, g: s * torch.randn(shape[0], 1, *shape[2:], generator=g)
    ),
    "All pixels of an image get the same noise: each number has its own.": made(
        rough=lambda shape, s, g: s * torch.randn(each(shape), generator=g)
    ),
    "There is no noise.": made(rough=lambda shape, s, g: torch.tensor(0.0)),
    "That is the variance: multiply randn by σ, not by its square.": made(
        rough=lambda shape, s, g: s**2 * torch.randn(shape, generator=g)
    ),
    "σ is not used: multiply randn by it.": made(
        rough=lambda shape, s, g: torch.randn(shape, generator=g)
    ),
    "You multiply randn by the root of σ.": made(
        rough=lambda shape, s, g: s**0.5 * torch.randn(shape, generator=g)
    ),
    "That is uniform noise. Use randn.": made(
        rough=lambda shape, s, g: s * torch.rand(shape, generator=g)
    ),
    "That is uniform noise between −σ and σ. Use randn.": made(
        rough=lambda shape, s, g: uniform(shape, -s, s, g)
    ),
    **_SEEDED,
}
ALL_THREE: Mistakes = {
    "The light multiplies the noise as well: noise comes last.": made(order="crop noise light"),
    "Noise comes after the crop, for the zeros around get it, too.": made(order="noise crop light"),
}
