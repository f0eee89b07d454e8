"""Make the weights that come with the course: `python -m nblib.pretrained.make [FOLDER]`, a minute.

Everything is drawn from seeds, so on one CPU the same bytes come out each time. Another
processor or version of PyTorch rounds differently; there the weights are about as good, and other.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import pretrained, runtime, training
from nblib.data.blossoms import GARDEN, blossoms
from nblib.data.glyphs import LETTERS, glyphs
from nblib.data.textures import NUM_CLASSES, textures
from nblib.pretrained import Pretrained

__all__ = ["RECIPES", "Recipe", "accuracy", "main", "pretrain"]


@dataclass(frozen=True)
class Recipe:
    """How one source is learned, by AdamW with one cycle of the learning rate."""

    num_per_class: int  # examples
    num_steps: int
    batch_size: int = 128
    lr: float = 0.005


RECIPES = {
    "letters": Recipe(num_per_class=600, num_steps=1500),
    "stripes": Recipe(num_per_class=600, num_steps=400),
    "grain": Recipe(num_per_class=600, num_steps=400),
    "garden": Recipe(num_per_class=600, num_steps=4000, batch_size=32),
}


def examples(source: str, num_per_class: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return X (n, 64), counts of 0–16, or (n, 3, 24, 24), and y (n,) of a source."""
    if source == "garden":
        return blossoms(len(GARDEN) * num_per_class, seed, species=GARDEN)
    if source == "letters":
        return glyphs(LETTERS, num_per_class, seed)
    return textures(source, NUM_CLASSES * num_per_class, seed)


def pretrain(source: str, recipe: Recipe, seed: int = 0) -> Pretrained:
    """Train a convnet on a source from the beginning.

    Args:
        source: one of RECIPES.
        recipe: usually RECIPES[source].
        seed: draws examples, initial weights and batches.
    """
    X, y = examples(source, recipe.num_per_class, seed)
    mean, std = X.mean().item(), X.std().item()
    X = (X - mean) / std
    generator = torch.Generator().manual_seed(seed)
    model = pretrained.NETWORKS[source](int(y.max()) + 1, generator)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.lr, total_steps=recipe.num_steps, pct_start=0.1
    )
    for _ in runtime.progress(range(recipe.num_steps), f"learning {source}, steps"):
        chosen = torch.randint(len(X), (recipe.batch_size,), generator=generator)
        optimizer.zero_grad()
        F.cross_entropy(model(X[chosen]), y[chosen]).backward()
        optimizer.step()
        schedule.step()
    state = {name: tensor.cpu() for name, tensor in model.state_dict().items()}
    return Pretrained(state, mean, std)


def accuracy(source: str, weights: Pretrained, seed: int = 1, num_per_class: int = 100) -> float:
    """Return the share of new examples of the source that the weights recognize."""
    X, y = examples(source, num_per_class, seed)
    model = pretrained.NETWORKS[source](weights.num_classes)
    model.load_state_dict(weights.state)
    return training.evaluate(model, (X - weights.mean) / weights.std, y)["accuracy"]


def main(folder: str | Path = pretrained.FOLDER) -> None:
    """Write the weights of all sources, and print a checksum and the accuracy of each."""
    os.environ["NBLIB_DEVICE"] = "cpu"  # a GPU, and several threads, add up in another order
    torch.set_num_threads(1)
    for source, recipe in RECIPES.items():
        weights = pretrain(source, recipe)
        sha256 = pretrained.write(Path(folder) / f"{source}.pt", weights)
        print(f"{source}: {sha256}, accuracy {accuracy(source, weights):.3f}")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
