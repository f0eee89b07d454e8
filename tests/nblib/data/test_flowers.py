"""The optional part of *Transfer learning*, on a tiny stand-in of the same file formats."""

import hashlib
import io
import sys
import tarfile
import types

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import savemat
from torch import nn

from nblib.data import flowers
from nblib.data.fetch import DownloadError
from nblib.data.flowers import FlowersError

COLOURS = [(200, 30, 40), (20, 180, 60), (10, 40, 220), (250, 240, 10), (90, 90, 90), (0, 0, 0)]
LABELS = [1, 102, 3, 3, 50, 7]
SPLIT = {"trnid": [2, 5, 1], "valid": [3], "tstid": [6, 4]}


def jpeg(colour, size=(300, 400)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def pack(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def checksums(folder):
    return {
        name: "md5:" + hashlib.md5((folder / name).read_bytes()).hexdigest()
        for name in flowers.FLOWERS
    }


@pytest.fixture
def folder(tmp_path):
    """A folder with six flowers, as the authors pack them."""
    pictures = {f"jpg/image_{i:05}.jpg": jpeg(c) for i, c in enumerate(COLOURS, start=1)}
    pack(tmp_path / "102flowers.tgz", pictures)
    savemat(tmp_path / "imagelabels.mat", {"labels": np.array([LABELS], dtype=np.uint8)})
    savemat(tmp_path / "setid.mat", {k: np.array([v], np.uint16) for k, v in SPLIT.items()})
    return tmp_path


PARTS = [*zip(("train", "valid", "test"), SPLIT.values(), strict=True)]


@pytest.mark.parametrize(("part", "ids"), PARTS)
def test_pictures_and_labels_belong_together(folder, part, ids):
    X, y = flowers.flowers(part, folder, checksums=checksums(folder))
    assert (X.shape, X.dtype, y.dtype) == ((len(ids), 3, 224, 224), torch.uint8, torch.int64)
    assert y.tolist() == [LABELS[i - 1] - 1 for i in ids]
    for picture, i in zip(X.float(), ids, strict=True):
        wanted = torch.tensor(COLOURS[i - 1]).float()
        assert (picture.mean(dim=(1, 2)) - wanted).abs().max() < 5  # JPEG is not exact


def test_the_middle_is_cut_out(folder):
    picture = Image.new("RGB", (512, 1024), (255, 0, 0))  # scaled to 256 × 512
    picture.paste((0, 0, 255), (0, 500, 512, 1024))  # blue from 250 on, in the cut from 106 on
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95)
    pack(folder / "102flowers.tgz", {"jpg/image_00003.jpg": buffer.getvalue()})
    X, _ = flowers.flowers("valid", folder, checksums=checksums(folder))
    red, blue = X[0, 0].float().mean(dim=1), X[0, 2].float().mean(dim=1)
    assert (red[:104] > 240).all()
    assert (red[108:] < 15).all()
    assert (blue[108:] > 240).all()


def test_a_missing_or_broken_picture_is_named(folder):
    pack(folder / "102flowers.tgz", {"jpg/image_00004.jpg": jpeg((9, 9, 9))})
    with pytest.raises(FlowersError, match=r"1 pictures are not in .*image_00006"):
        flowers.flowers("test", folder, checksums=checksums(folder))
    pack(folder / "102flowers.tgz", {"jpg/image_00003.jpg": b"no picture"})
    with pytest.raises(FlowersError, match=r"image_00003.jpg .* is broken"):
        flowers.flowers("valid", folder, checksums=checksums(folder))


def test_no_such_part():
    with pytest.raises(FlowersError, match="train, valid, test"):
        flowers.flowers("leaves")


def test_a_falsified_file_is_not_used(folder, monkeypatch):
    monkeypatch.setenv("NBLIB_FLOWERS_URL", "http://127.0.0.1:9/flowers")
    published = checksums(folder)
    savemat(folder / "imagelabels.mat", {"labels": np.array([[1] * 6], dtype=np.uint8)})
    with pytest.raises(DownloadError, match=r"Flowers 102 \(345 MB\) could not be downloaded"):
        flowers.flowers("train", folder, checksums=published)


class TinyNet(nn.Module):
    """Stands in for torchvision's ResNet: a network that ends in `fc`."""

    def __init__(self):
        super().__init__()
        self.conv, self.bn, self.fc = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 1000)

    def forward(self, X):
        return self.fc(self.bn(self.conv(X)).mean(dim=(2, 3)))


@pytest.fixture
def torchvision(monkeypatch):
    asked = []
    models = types.ModuleType("torchvision.models")
    models.resnet18 = lambda weights: asked.append(weights) or TinyNet()
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", models)
    return asked


def saved(folder, model):
    torch.save(model.state_dict(), folder / "resnet18-f37072fd.pth")
    content = (folder / "resnet18-f37072fd.pth").read_bytes()
    return {"resnet18-f37072fd.pth": hashlib.sha256(content).hexdigest()}


def test_the_large_network_gives_features_without_its_head(tmp_path, torchvision):
    original = TinyNet().eval()
    original.bn.running_mean.fill_(0.3)
    model = flowers.resnet18(tmp_path, checksums=saved(tmp_path, original))
    assert torchvision == [None]  # torchvision itself downloads nothing
    assert not model.training
    X = torch.randint(256, (5, 3, 20, 30), dtype=torch.uint8)
    came = flowers.features(model, X, batch_size=2)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    normal = (X / 255 - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        wanted = original.bn(original.conv(normal)).mean(dim=(2, 3))
    torch.testing.assert_close(came, wanted)


def test_weights_of_another_network_are_refused(tmp_path, torchvision):
    with pytest.raises(RuntimeError, match="Missing key"):
        flowers.resnet18(tmp_path, checksums=saved(tmp_path, nn.Linear(2, 2)))


def test_without_torchvision_it_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(ImportError, match="pip install torchvision"):
        flowers.resnet18()
