import gzip
import hashlib
import http.server
import threading

import numpy as np
import pytest

from nblib.data import fetch
from nblib.data.fetch import DownloadError, IdxError

FILES = {
    "a.gz": gzip.compress(b"first" * 100, mtime=0),
    "b.gz": gzip.compress(b"second" * 100, mtime=0),
}
SHA256 = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


class _Server(http.server.ThreadingHTTPServer):
    """Serves `content`; `stated_length` may promise more bytes than come."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = dict(FILES)
        self.stated_length = {}
        self.asked = []
        self.url = f"http://127.0.0.1:{self.server_port}/set"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self):
        name = self.path.removeprefix("/set/")
        self.server.asked.append(name)
        content = self.server.content.get(name)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", self.server.stated_length.get(name, len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_files_are_downloaded_once_and_announced_once(server, tmp_path, capfd):
    paths = fetch.download("A set (1 kB)", server.url, SHA256, tmp_path)
    assert [path.read_bytes() for path in paths] == list(FILES.values())
    assert [path.name for path in paths] == list(FILES)
    out, err = capfd.readouterr()
    assert out == f"Downloading A set (1 kB) from {server.url}/ to {tmp_path}\n"
    assert err == ""  # where pooch would write

    assert fetch.download("A set (1 kB)", server.url, SHA256, tmp_path) == paths
    assert server.asked == list(FILES)
    assert capfd.readouterr() == ("", "")


def test_an_md5_serves_as_well(server, tmp_path):
    md5 = {name: "md5:" + hashlib.md5(content).hexdigest() for name, content in FILES.items()}
    fetch.download("A set", server.url + "/", md5, tmp_path)
    server.content["a.gz"] = b"something else"
    (tmp_path / "a.gz").unlink()
    with pytest.raises(DownloadError, match="hash"):
        fetch.download("A set", server.url, md5, tmp_path)


def test_a_file_that_was_damaged_on_disk_is_replaced(server, tmp_path):
    (tmp_path / "a.gz").write_bytes(FILES["a.gz"][:10])
    (path, _) = fetch.download("A set", server.url, SHA256, tmp_path)
    assert path.read_bytes() == FILES["a.gz"]


def test_a_falsified_file_is_neither_used_nor_kept(server, tmp_path):
    server.content["b.gz"] = FILES["a.gz"]
    with pytest.raises(DownloadError, match=r"(?s)A set could not be downloaded.*b\.gz.*hash"):
        fetch.download("A set", server.url, SHA256, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]


def test_a_truncated_download_is_neither_used_nor_kept(server, tmp_path):
    server.content["b.gz"] = FILES["b.gz"][:20]
    server.stated_length["b.gz"] = len(FILES["b.gz"])
    with pytest.raises(DownloadError, match="IncompleteRead"):
        fetch.download("A set", server.url, SHA256, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]

    server.content, server.stated_length = dict(FILES), {}
    fetch.download("A set", server.url, SHA256, tmp_path)
    assert server.asked == ["a.gz", "b.gz", "b.gz"]


def test_a_failed_replacement_leaves_no_bad_file_in_use(server, tmp_path):
    (tmp_path / "a.gz").write_bytes(b"damaged")
    server.content["a.gz"] = b"falsified"
    for _ in range(2):
        with pytest.raises(DownloadError):
            fetch.download("A set", server.url, SHA256, tmp_path)


def test_a_missing_file_is_reported(server, tmp_path):
    del server.content["a.gz"]
    with pytest.raises(DownloadError, match="404"):
        fetch.download("A set", server.url, SHA256, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_network_gives_advice(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with _Server() as closed:
        pass
    with pytest.raises(DownloadError) as caught:
        fetch.download("A set (1 kB)", closed.url, SHA256, tmp_path)
    message = str(caught.value)
    assert message.startswith(f"A set (1 kB) could not be downloaded from {closed.url}/. Check")
    assert f"put a.gz, b.gz into {tmp_path} by hand" in message
    assert "nblib.data.digits() needs no network" in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__  # one short error, not a chain of four
    assert list(tmp_path.iterdir()) == []


def test_the_checksums_of_fashion_mnist_are_whole():
    assert all(len(value) == 64 for value in fetch.FASHION_MNIST.values())
    assert len(set(fetch.FASHION_MNIST.values())) == 4


def idx(*shape, body=None, start=b"\0\0\x08"):
    size = int(np.prod(shape))
    header = start + bytes([len(shape)]) + np.array(shape, dtype=">u4").tobytes()
    return header + (bytes(i % 256 for i in range(size)) if body is None else body)


@pytest.mark.parametrize("shape", [(300,), (7, 28, 28), (0,), (2, 3, 4, 5)])
def test_idx_is_read_in_the_stated_shape(tmp_path, shape):
    (tmp_path / "x.gz").write_bytes(gzip.compress(idx(*shape), mtime=0))
    array = fetch.read_idx(tmp_path / "x.gz")
    assert array.dtype == np.uint8
    assert np.array_equal(array, (np.arange(np.prod(shape)) % 256).reshape(shape))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(idx(5), mtime=0)[:-9], "not a whole gzip file"),
        (idx(5), "not a whole gzip file"),
        (gzip.compress(b"", mtime=0), "begins with"),
        (gzip.compress(idx(5, start=b"\0\0\x0d"), mtime=0), "begins with 00000d"),
        (gzip.compress(idx(5, start=b"\0\1\x08"), mtime=0), "begins with 000108"),
        (gzip.compress(idx(5, 6)[:9], mtime=0), "ends inside its header"),
        (gzip.compress(idx(5, body=b"1234"), mtime=0), r"shape \(5,\), but holds 4 bytes"),
        (gzip.compress(idx(5, body=b"123456"), mtime=0), r"shape \(5,\), but holds 6 bytes"),
    ],
)
def test_a_broken_idx_file_is_refused(tmp_path, content, message):
    (tmp_path / "x.gz").write_bytes(content)
    with pytest.raises(IdxError, match=message):
        fetch.read_idx(tmp_path / "x.gz")
