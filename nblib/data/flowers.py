"""The optional part of *Transfer learning*: photographs of flowers and a large network.

It needs a network: Flowers 102 is 345 MB, ResNet-18 47 MB. Nothing else of the course needs
either of them.
"""

import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from scipy.io import loadmat
from torch import Tensor, nn

from nblib.data import fetch
from nblib.runtime import device, progress

__all__ = ["FLOWERS", "RESNET18", "FlowersError", "features", "flowers", "resnet18"]

FLOWERS_URL = "https://thor.robots.ox.ac.uk/datasets/flowers-102/"
FLOWERS = {  # Nilsback & Zisserman (2008): pictures, labels, split
    "102flowers.tgz": "md5:52808999861908f626f3c1f4e79d11fa",
    "imagelabels.mat": "md5:e0620be6f572b9609742df49c70aed4d",
    "setid.mat": "md5:a5357ecc9cb78c4bef273ce3793fc85c",
}
RESNET18_URL = "https://download.pytorch.org/models/"
RESNET18 = {  # torchvision's IMAGENET1K_V1
    "resnet18-f37072fd.pth": "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
}

_PARTS = {"train": "trnid", "valid": "valid", "test": "tstid"}
_SHORT_SIDE, _SIZE = 256, 224
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, red, green, blue


class FlowersError(ValueError):
    """The files passed their checksums and are not what they should be, or a part is missing."""


def flowers(
    part: str = "train",
    root: str | Path | None = None,
    *,
    base_url: str | None = None,
    checksums: Mapping[str, str] = FLOWERS,
) -> tuple[Tensor, Tensor]:
    """Return photographs of flowers in 102 classes; downloads 345 MB the first time.

    The short side is scaled to 256 pixels and the middle 224 × 224 are cut out, as ResNet-18
    was trained.

    Args:
        part: train (1,020 pictures, 10 of each class), valid (1,020) or test (6,149).
        root: folder to keep the files in; by default the user's cache folder.
        base_url: where to find the files; by default `NBLIB_FLOWERS_URL`, or else the authors'.
        checksums: pictures, labels, split, in this order: file name to checksum.

    Returns:
        X (n, 3, 224, 224) uint8 on the CPU; y (n,) int64 in 0–101.

    Raises:
        DownloadError: no network, or what came is not what the authors published.
        FlowersError: there is no such part, or a picture is missing or broken.

    Source: Nilsback & Zisserman (2008), https://www.robots.ox.ac.uk/~vgg/data/flowers/102/
    """
    if part not in _PARTS:
        raise FlowersError(f"there is no part {part!r}, only {', '.join(_PARTS)}")
    base_url = base_url or os.environ.get("NBLIB_FLOWERS_URL") or FLOWERS_URL
    pictures, labels, split = fetch.download("Flowers 102 (345 MB)", base_url, checksums, root)
    numbers = loadmat(split)[_PARTS[part]].ravel()  # of pictures, from 1
    y = loadmat(labels)["labels"].ravel()[numbers - 1]  # from 1
    place = {f"jpg/image_{number:05}.jpg": i for i, number in enumerate(numbers)}
    X = torch.zeros(len(place), 3, _SIZE, _SIZE, dtype=torch.uint8)
    missing = set(place)
    with tarfile.open(pictures) as archive:
        for member in progress(archive, "reading pictures"):
            if member.name in place and (file := archive.extractfile(member)):
                try:
                    X[place[member.name]] = _cut(Image.open(file))
                except (UnidentifiedImageError, OSError) as error:
                    raise FlowersError(f"{member.name} in {pictures} is broken: {error}") from None
                missing.discard(member.name)
    if missing:
        raise FlowersError(f"{len(missing)} pictures are not in {pictures}, e.g. {min(missing)}")
    return X, torch.from_numpy(y.astype(np.int64) - 1)


def _cut(picture: Image.Image) -> Tensor:
    """Return the middle of the picture, (3, 224, 224) uint8."""
    scale = _SHORT_SIDE / min(picture.size)
    width, height = (round(side * scale) for side in picture.size)
    scaled = picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    left, top = (width - _SIZE) // 2, (height - _SIZE) // 2
    cut = scaled.crop((left, top, left + _SIZE, top + _SIZE))
    return torch.from_numpy(np.array(cut)).movedim(2, 0)


def resnet18(
    root: str | Path | None = None,
    *,
    base_url: str = RESNET18_URL,
    checksums: Mapping[str, str] = RESNET18,
) -> nn.Module:
    """Return ResNet-18, trained on ImageNet, its head removed; downloads 47 MB the first time.

    Needs torchvision, which the course does not install: `pip install torchvision`.

    Returns:
        A model in eval mode, on the course's device, from (n, 3, 224, 224) to features (n, 512).

    Raises:
        ImportError: torchvision is not installed.
        DownloadError: as for `flowers`.
        RuntimeError: the weights do not fit the network.

    Source: He, Zhang, Ren & Sun (2016), arXiv:1512.03385
    """
    try:
        from torchvision.models import resnet18 as architecture
    except ImportError as error:
        raise ImportError(
            f"ResNet-18 comes from torchvision ({error}): pip install torchvision"
        ) from None
    (path,) = fetch.download("ResNet-18 (47 MB)", base_url, checksums, root)
    model: Any = architecture(weights=None)
    model.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
    model.fc = nn.Identity()  # what remains are its 512 inputs
    return model.eval().to(device())


@torch.no_grad()
def features(model: nn.Module, X: Tensor, batch_size: int = 32) -> Tensor:
    """Return what the model makes of pictures X (n, 3, height, width) uint8: (n, ...) on the CPU.

    They are normalized as ImageNet was. The model is used in the mode that it is in.
    """
    mean, std = (torch.tensor(values)[:, None, None] for values in (_MEAN, _STD))
    parts = [
        model(((some / 255 - mean) / std).to(device())).cpu()
        for some in progress(X.split(batch_size), "computing features, batches")
    ]
    return torch.cat(parts)
