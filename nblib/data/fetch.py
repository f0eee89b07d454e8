"""Download public data once, never use a broken copy, and read the idx format."""

import functools
import gzip
import math
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

__all__ = [
    "FASHION_MNIST",
    "FASHION_MNIST_URL",
    "DownloadError",
    "IdxError",
    "download",
    "read_idx",
]

FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

FASHION_MNIST = {  # SHA-256 of the files that Xiao, Rasul & Vollgraf (2017) published
    "train-images-idx3-ubyte.gz": (
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
    ),
    "train-labels-idx1-ubyte.gz": (
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
    ),
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}

_TIMEOUT = 30  # seconds without any answer
_UNSIGNED_BYTE = 8  # the idx code of the only element type that our sets use


class DownloadError(OSError):
    """A file could not be downloaded, or what came is not what was published."""


class IdxError(ValueError):
    """A file is not a whole idx file of unsigned bytes."""


def download(
    title: str, base_url: str, checksums: Mapping[str, str], root: str | Path | None = None
) -> list[Path]:
    """Return the local paths of the files, downloading those that are missing or broken.

    A file gets its name only after its checksum was found right, so that an interrupted or
    falsified download is neither used nor left behind.

    Args:
        title: what it is and how large, told to the reader when a download begins.
        base_url: address of the folder that holds the files.
        checksums: file name to SHA-256, or to `md5:` and an MD5.
        root: folder to keep the files in; by default the user's cache folder.

    Raises:
        DownloadError: a file could not be had; it says why and what to do.
    """
    import pooch  # here, since most lessons need no download

    pooch.get_logger().setLevel("ERROR")  # it would announce each file on stderr
    folder = Path(root) if root else pooch.os_cache("training-neural-networks")
    base_url = base_url.rstrip("/") + "/"
    store = pooch.create(path=folder, base_url=base_url, registry=dict(checksums))

    @functools.cache  # four files, one announcement
    def announce() -> None:
        print(f"Downloading {title} from {base_url} to {folder}")  # noqa: T201

    def announced_download(url: str, output_file: str, store: pooch.Pooch) -> None:
        announce()
        pooch.HTTPDownloader(timeout=_TIMEOUT)(url, output_file, store)

    try:
        return [Path(store.fetch(name, downloader=announced_download)) for name in checksums]
    except (OSError, ValueError) as error:  # network and disk errors; a wrong checksum
        raise DownloadError(
            f"{title} could not be downloaded from {base_url}. Check the network and try again, "
            f"or put {', '.join(checksums)} into {folder} by hand. No lesson depends on them: "
            f"nblib.data.digits() needs no network. Reason: {error}"
        ) from None


def read_idx(path: str | Path) -> np.ndarray:
    """Return the array in a gzipped idx file of unsigned bytes.

    The format, big-endian: two zero bytes, the element type (8 is an unsigned byte), the number
    of dimensions in one byte, each dimension in four bytes, then the elements, last index fastest.

    Returns:
        A read-only uint8 array of the shape that the file states.

    Raises:
        IdxError: the file is no such file, or too short, or too long.

    Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits,
    http://yann.lecun.com/exdb/mnist/
    """
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise IdxError(f"{path} is not a whole gzip file ({error}); download it again") from None
    if len(content) < 4 or content[:3] != bytes([0, 0, _UNSIGNED_BYTE]):
        raise IdxError(f"{path} begins with {content[:3].hex()}, an idx file of bytes with 000008")
    num_dims = content[3]
    header, body = content[: 4 + 4 * num_dims], content[4 + 4 * num_dims :]
    if len(header) < 4 + 4 * num_dims:
        raise IdxError(f"{path} ends inside its header; download it again")
    shape = tuple(np.frombuffer(header, dtype=">u4", offset=4).tolist())
    if len(body) != math.prod(shape):
        raise IdxError(f"{path} states the shape {shape}, but holds {len(body)} bytes of elements")
    return np.frombuffer(body, dtype=np.uint8).reshape(shape)
