# %% speedup right="the formula, line by line"
def speedup(
    n: int, compute: float, serial: float, num_bytes: float, gigabits: float, latency: float
) -> float:
    bandwidth = gigabits * 1e9 / 8
    one = compute + serial
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return one / many

# %% speedup right="an inner function T(n), called twice"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    B = gigabits * 1e9 / 8

    def T(k):
        return compute / k + serial + 2 * (k - 1) * latency + (2 * (k - 1) / k) * (num_bytes / B)

    return T(1) / T(n)

# %% speedup right="a beginner adds up one message after another"
def speedup(n: int, compute: float, serial: float, num_bytes: float, gigabits: float, latency: float) -> float:
    if n == 1:
        return 1.0
    bits_per_second = gigabits * 1000000000
    bytes_per_second = bits_per_second / 8
    time_alone = compute + serial
    time_together = compute / n
    time_together = time_together + serial
    for message in range(2 * (n - 1)):
        time_together = time_together + latency
        time_together = time_together + (num_bytes / n) / bytes_per_second
    return time_alone / time_together

# %% speedup right="everything in bits, in one line"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    return (compute + serial) / (compute / n + serial + 2 * (n - 1) * (latency + 8e-9 * num_bytes / (n * gigabits)))

# %% speedup right="exact fractions, rounded once"
from fractions import Fraction


def speedup(n, compute, serial, num_bytes, gigabits, latency):
    c, s, g, b, a = (Fraction(v) for v in (compute, serial, num_bytes, gigabits, latency))
    bandwidth = b * 10**9 / 8
    together = c / n + s + 2 * (n - 1) * a + Fraction(2 * (n - 1), n) * g / bandwidth
    return float((c + s) / together)

# %% speedup right="numpy, a sum of an array"
import numpy as np


def speedup(n, compute, serial, num_bytes, gigabits, latency):
    messages = np.full(2 * (n - 1), latency + num_bytes / n * 8 / (gigabits * 1e9))
    return float((compute + serial) / (compute / n + serial + messages.sum()))

# %% speedup wrong="gigabits taken for gigabytes"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / (gigabits * 1e9)
    return (compute + serial) / many

# %% speedup wrong="times 8 in place of by 8"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 * 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="giga is 2 to the power of 30"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 2**30 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="the ratio upside down"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return many / (compute + serial)

# %% speedup wrong="returns the time of a step, not the speed-up"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    return compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth

# %% speedup wrong="the serial part is shared as well"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = (compute + serial) / n + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="one worker alone is compute, without the serial part"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return compute / many

# %% speedup wrong="latency counted once, not for each message"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + latency * (n > 1) + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="only one of the two phases is sent"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + (n - 1) * latency + (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="every message has the whole gradient"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * (latency + num_bytes / bandwidth)
    return (compute + serial) / many

# %% speedup wrong="compute is not divided among the workers"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return n * (compute + serial) / many

# %% speedup wrong="2n messages, and one worker alone sends as well"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * n * latency + 2 * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="latency taken for microseconds"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency * 1e-6 + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="never less than 1" kind="sneaky"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return max(1.0, (compute + serial) / many)

# %% speedup wrong="integer division in 2(n-1)//n, right for 1 and 2 workers" kind="sneaky"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) // n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="the bandwidth is cut to whole gigabits" kind="sneaky"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = max(int(gigabits), 1) * 10**9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many

# %% speedup wrong="rounded to two digits, as in the table" kind="sneaky"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return round((compute + serial) / many, 2)

# %% ring right="as in the hints"
@workers.parallel
def ring_all_reduce(comm, x: torch.Tensor) -> torch.Tensor:
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)

# %% ring right="slices of a clone, written in place"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r, d = comm.size, comm.rank, len(x)
    out = x.clone()
    edges = [i * d // n for i in range(n + 1)]

    def part(i):
        i %= n
        return slice(edges[i], edges[i + 1])

    for k in range(n - 1):
        comm.send(out[part(r - k)], to=(r + 1) % n)
        out[part(r - k - 1)] += comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(out[part(r + 1 - k)], to=(r + 1) % n)
        out[part(r - k)] = comm.recv(source=(r - 1) % n)
    return out

# %% ring right="filled up with zeros to a rectangle, one row for each piece"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    missing = -len(x) % n
    table = torch.cat([x, x.new_zeros(missing)]).reshape(n, -1)
    for k in range(n - 1):
        comm.send(table[(r - k) % n], to=(r + 1) % n)
        table[(r - k - 1) % n] += comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(table[(r + 1 - k) % n], to=(r + 1) % n)
        table[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return table.flatten()[: len(x)].clone()

# %% ring right="the piece in hand goes round, 2(n-1) rounds in one loop"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = dict(enumerate(x.tensor_split(n)))
    at = r
    for round_number in range(2 * (n - 1)):
        comm.send(pieces[at], to=(r + 1) % n)
        at = (at - 1) % n
        came = comm.recv(source=(r - 1) % n)
        if round_number < n - 1:
            came = came + pieces[at]
        pieces[at] = came
    return torch.cat([pieces[i] for i in range(n)])

# %% ring right="numpy arrays inside, one worker alone on its own"
import numpy as np


@workers.parallel
def ring_all_reduce(comm, x):
    if comm.size == 1:
        return x.clone()
    n = comm.size
    r = comm.rank
    pieces = [p.copy() for p in np.array_split(x.numpy(), n)]
    for k in range(n - 1):
        comm.send(torch.from_numpy(pieces[(r - k) % n]), to=(r + 1) % n)
        received = comm.recv(source=(r - 1) % n).numpy()
        pieces[(r - k - 1) % n] = pieces[(r - k - 1) % n] + received
    for k in range(n - 1):
        comm.send(torch.from_numpy(pieces[(r + 1 - k) % n]), to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n).numpy()
    return torch.from_numpy(np.concatenate(pieces))

# %% ring right="adds in place into views of its own x, and returns them put together"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(torch.tensor_split(x, n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        pieces[(r - k - 1) % n] += comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n].copy_(comm.recv(source=(r - 1) % n))
    return torch.cat(pieces)

# %% ring wrong="the mean in place of the sum"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces) / n

# %% ring wrong="whole tensors go round"
@workers.parallel
def ring_all_reduce(comm, x):
    total, passing = x.clone(), x
    for _ in range(comm.size - 1):
        comm.send(passing, to=(comm.rank + 1) % comm.size)
        passing = comm.recv(source=(comm.rank - 1) % comm.size)
        total = total + passing
    return total

# %% ring wrong="worker 0 collects everything and sends the sum to everybody"
@workers.parallel
def ring_all_reduce(comm, x):
    if comm.rank == 0:
        total = x.clone()
        for k in range(1, comm.size):
            total += comm.recv(source=k)
        for k in range(1, comm.size):
            comm.send(total, to=k)
        return total
    comm.send(x, to=0)
    return comm.recv(source=0)

# %% ring wrong="the first phase only"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="the second phase adds in place of putting"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = pieces[(r - k) % n] + comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="one round too many in the first phase: 2n - 1 pieces sent, the sums are right" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    if n == 1:
        return x
    pieces = list(x.tensor_split(n))
    for k in range(n):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="n - 2 rounds in each phase"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 2):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 2):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="the second phase starts with piece r, which is not complete"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        pieces[(r - k - 1) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="waits before it sends, so that all wait"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        i = (r - k - 1) % n
        came = comm.recv(source=(r - 1) % n)
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        pieces[i] = pieces[i] + came
    for k in range(n - 1):
        came = comm.recv(source=(r - 1) % n)
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = came
    return torch.cat(pieces)

# %% ring wrong="sends to the right and waits for the right, which two workers do not notice"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right = (r + 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=right)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=right)
    return torch.cat(pieces)

# %% ring wrong="sends its own piece of x, not what has been added up"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    mine = list(x.tensor_split(n))
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(mine[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="no modulo for the neighbours: the last worker sends to nobody"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=r + 1)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=r - 1)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=r + 1)
        pieces[(r - k) % n] = comm.recv(source=r - 1)
    return torch.cat(pieces)

# %% ring wrong="pieces of d // n numbers, the rest is not added up"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    length = len(x) // n
    out = x.clone()
    part = lambda i: slice((i % n) * length, (i % n + 1) * length)
    for k in range(n - 1):
        comm.send(out[part(r - k)], to=(r + 1) % n)
        out[part(r - k - 1)] += comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(out[part(r + 1 - k)], to=(r + 1) % n)
        out[part(r - k)] = comm.recv(source=(r - 1) % n)
    return out

# %% ring wrong="puts the pieces together beginning with its own complete one"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat([pieces[(r + 1 + j) % n] for j in range(n)])

# %% ring wrong="one worker alone sends to itself"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    k = 0
    while True:
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
        k += 1
        if k >= n - 1:
            break
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="chunk makes fewer than n pieces of some lengths" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.chunk(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="adds up in float32 and returns float32 always" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.float().tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="one round too many in the second phase: 2n - 1 pieces sent, the sums are right" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    if n == 1:
        return x.clone()
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="fewer numbers than workers: falls back to whole tensors, which are more than 2(n-1) pieces" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    if len(x) < n:
        total, passing = x.clone(), x
        for _ in range(n - 1):
            comm.send(passing, to=(r + 1) % n)
            passing = comm.recv(source=(r - 1) % n)
            total = total + passing
        return total
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=(r + 1) % n)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=(r - 1) % n)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=(r + 1) % n)
        pieces[(r - k) % n] = comm.recv(source=(r - 1) % n)
    return torch.cat(pieces)

# %% ring wrong="whole tensors go round, added up in the order of ranks: the same bits, but n - 1 whole tensors sent" kind="sneaky"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    gathered = {r: x}
    passing = x
    for k in range(n - 1):
        comm.send(passing, to=(r + 1) % n)
        passing = comm.recv(source=(r - 1) % n)
        gathered[(r - k - 1) % n] = passing
    total = torch.zeros_like(x)
    for i in range(n):  # in the order of the ranks, so that all have the same bits
        total = total + gathered[i]
    return total

# %% mean-gradient right="a loop that leaves the empty ones out"
def mean_gradient(gradients: list[torch.Tensor], counts: list[int]) -> torch.Tensor:
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            total = total + n * g
    return total / sum(counts)

# %% mean-gradient right="one line"
def mean_gradient(gradients, counts):
    return sum(g * (n / sum(counts)) for g, n in zip(gradients, counts, strict=True) if n)

# %% mean-gradient right="stack and tensordot over those that have examples"
def mean_gradient(gradients, counts):
    some = [k for k in range(len(counts)) if counts[k] > 0]
    G = torch.stack([gradients[k] for k in some])
    w = torch.tensor([counts[k] for k in some], dtype=G.dtype)
    return torch.tensordot(w / w.sum(), G, dims=1)

# %% mean-gradient right="torch.where puts zeros in the place of empty shares, broadcast by a view"
def mean_gradient(gradients, counts):
    G = torch.stack(gradients)
    n = torch.tensor(counts).view(-1, *[1] * gradients[0].dim())
    G = torch.where(n > 0, G, torch.zeros_like(G))
    return (G * n.to(G.dtype)).sum(dim=0) / n.sum()

# %% mean-gradient right="numpy average with weights"
import numpy as np


def mean_gradient(gradients, counts):
    kept = [(g.numpy(), n) for g, n in zip(gradients, counts) if n != 0]
    mean = np.average(np.stack([g for g, _ in kept]), axis=0, weights=[n for _, n in kept])
    return torch.as_tensor(mean).to(gradients[0].dtype)

# %% mean-gradient right="a beginner, entry by entry"
def mean_gradient(gradients: list[torch.Tensor], counts: list[int]) -> torch.Tensor:
    number_of_examples = 0
    for n in counts:
        number_of_examples += n
    shape = gradients[0].shape
    flat = [g.reshape(-1) for g in gradients]
    answer = torch.zeros(gradients[0].numel(), dtype=gradients[0].dtype)
    for entry in range(len(answer)):
        for k in range(len(counts)):
            if counts[k] == 0:
                continue
            answer[entry] += flat[k][entry] * counts[k]
        answer[entry] = answer[entry] / number_of_examples
    return answer.reshape(shape)

# %% mean-gradient wrong="the mean of means"
def mean_gradient(gradients, counts):
    kept = [g for g, n in zip(gradients, counts) if n > 0]
    return torch.stack(kept).mean(dim=0)

# %% mean-gradient wrong="empty shares count 0 times NaN"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        total = total + n * g
    return total / sum(counts)

# %% mean-gradient wrong="the sum, not divided"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts) if n > 0)

# %% mean-gradient wrong="divided by the number of workers"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts) if n > 0) / len(gradients)

# %% mean-gradient wrong="divided by the counts, not multiplied"
def mean_gradient(gradients, counts):
    return sum(g / n for g, n in zip(gradients, counts) if n > 0) / sum(counts)

# %% mean-gradient wrong="gradients taken for sums: added up and divided by N"
def mean_gradient(gradients, counts):
    return sum(g for g, n in zip(gradients, counts) if n > 0) / sum(counts)

# %% mean-gradient wrong="stops at the first empty share"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n == 0:
            break
        total = total + n * g
    return total / sum(counts)

# %% mean-gradient wrong="the counts of empty shares stay in, and so go with other gradients"
def mean_gradient(gradients, counts):
    kept = [g for g in gradients if not torch.isnan(g).any()]
    return sum(n * g for g, n in zip(kept, counts)) / sum(counts)

# %% mean-gradient wrong="shares with one example are left out as well"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 1:
            total = total + n * g
    return total / sum(counts)

# %% mean-gradient wrong="integer division of the weights"
def mean_gradient(gradients, counts):
    N = sum(counts)
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            total = total + (n // N) * g
    return total

# %% mean-gradient wrong="multiplies the gradients in place"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            g *= n
            total += g
    return total / sum(counts)

# %% mean-gradient wrong="adds everything into the first gradient" kind="sneaky"
def mean_gradient(gradients, counts):
    first = next(k for k, n in enumerate(counts) if n > 0)
    total = gradients[first]
    total.mul_(counts[first] / sum(counts))
    for g, n in list(zip(gradients, counts))[first + 1 :]:
        if n > 0:
            total.add_(g, alpha=n / sum(counts))
    return total

# %% mean-gradient wrong="takes empty gradients out of the given lists" kind="sneaky"
def mean_gradient(gradients, counts):
    while 0 in counts:
        k = counts.index(0)
        del gradients[k]
        del counts[k]
    return sum(n * g for g, n in zip(gradients, counts)) / sum(counts)

# %% mean-gradient wrong="writes zeros in the place of NaN, into what was given" kind="sneaky"
def mean_gradient(gradients, counts):
    for g, n in zip(gradients, counts):
        if n == 0:
            g.zero_()
    return sum(n * g for g, n in zip(gradients, counts)) / sum(counts)

# %% mean-gradient wrong="weights in float64 make float64 of float32" kind="sneaky"
def mean_gradient(gradients, counts):
    kept = [k for k, n in enumerate(counts) if n > 0]
    w = torch.tensor([counts[k] for k in kept], dtype=torch.float64) / sum(counts)
    G = torch.stack([gradients[k] for k in kept])
    return (G * w.view(-1, *[1] * (G.dim() - 1))).sum(dim=0)

# %% mean-gradient wrong="collects in float32, also float64 gradients" kind="sneaky"
def mean_gradient(gradients, counts):
    total = torch.zeros(gradients[0].shape)
    for g, n in zip(gradients, counts):
        if n > 0:
            total += n * g
    return total / sum(counts)

# %% mean-gradient wrong="right for vectors only: weights of shape (k, 1)" kind="sneaky"
def mean_gradient(gradients, counts):
    kept = [k for k, n in enumerate(counts) if n > 0]
    G = torch.stack([gradients[k] for k in kept])
    n = torch.tensor([counts[k] for k in kept], dtype=G.dtype)[:, None]
    return (n * G).sum(dim=0) / n.sum()

# %% statistics right="the formula"
def merged_statistics(
    counts: list[int], means: torch.Tensor, variances: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    N = n.sum()
    m = (n * means).sum(dim=0) / N
    v = (n * (variances + (means - m) ** 2)).sum(dim=0) / N
    return m, v

# %% statistics right="two workers at a time, as Chan and others"
def merged_statistics(counts, means, variances):
    n, m, v = counts[0], means[0].clone(), variances[0].clone()
    for k in range(1, len(counts)):
        both = n + counts[k]
        apart = means[k] - m
        v = (n * v + counts[k] * variances[k]) / both + apart**2 * (n / both) * (counts[k] / both)
        m = m + apart * (counts[k] / both)
        n = both
    return m, v

# %% statistics right="plain Python numbers, column by column"
def merged_statistics(counts, means, variances):
    num_workers, d = means.shape
    N = sum(counts)
    all_means = []
    all_variances = []
    for j in range(d):
        m = 0.0
        for k in range(num_workers):
            m += counts[k] * means[k, j].item()
        m /= N
        v = 0.0
        for k in range(num_workers):
            v += counts[k] * (variances[k, j].item() + (means[k, j].item() - m) ** 2)
        v /= N
        all_means.append(m)
        all_variances.append(v)
    return torch.tensor(all_means, dtype=means.dtype), torch.tensor(all_variances, dtype=means.dtype)

# %% statistics right="numpy averages in float64, cast back"
import numpy as np


def merged_statistics(counts, means, variances):
    M, V = means.numpy().astype(np.float64), variances.numpy().astype(np.float64)
    m = np.average(M, axis=0, weights=counts)
    v = np.average(V + np.square(M - m), axis=0, weights=counts)
    return torch.from_numpy(m).to(means.dtype), torch.from_numpy(v).to(means.dtype)

# %% statistics right="weights times matrix"
def merged_statistics(counts, means, variances):
    weights = torch.tensor(counts, dtype=means.dtype) / sum(counts)
    mean = weights @ means
    return mean, weights @ (variances + (means - mean).square())

# %% statistics right="einsum, within and between apart"
def merged_statistics(counts, means, variances):
    p = torch.tensor([c / sum(counts) for c in counts], dtype=means.dtype)
    m = torch.einsum("k,kd->d", p, means)
    within = torch.einsum("k,kd->d", p, variances)
    between = torch.einsum("k,kd,kd->d", p, means - m, means - m)
    return m, within + between

# %% statistics wrong="the short formula, mean of squares minus square of the mean, in float32"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    square = (n * (variances + means**2)).sum(dim=0) / n.sum()
    return m, square - m**2

# %% statistics wrong="the short formula, and what is negative is 0"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    square = (n * (variances + means**2)).sum(dim=0) / n.sum()
    return m, (square - m**2).clamp(min=0)

# %% statistics wrong="forgets the distance of the means"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    return (n * means).sum(dim=0) / n.sum(), (n * variances).sum(dim=0) / n.sum()

# %% statistics wrong="all workers count the same"
def merged_statistics(counts, means, variances):
    m = means.mean(dim=0)
    return m, (variances + (means - m) ** 2).mean(dim=0)

# %% statistics wrong="divides by N - 1"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = (n * (variances + (means - m) ** 2)).sum(dim=0) / (n.sum() - 1)
    return m, v

# %% statistics wrong="takes the given variances for those that divide by n - 1"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = ((n - 1) * variances + n * (means - m) ** 2).sum(dim=0) / n.sum()
    return m, v

# %% statistics wrong="the distance of the means is not squared"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    return m, (n * (variances + (means - m).abs())).sum(dim=0) / n.sum()

# %% statistics wrong="returns the standard deviation"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    return m, ((n * (variances + (means - m) ** 2)).sum(dim=0) / n.sum()).sqrt()

# %% statistics wrong="the variance first"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = (n * (variances + (means - m) ** 2)).sum(dim=0) / n.sum()
    return v, m

# %% statistics wrong="not divided by N"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = (n * (variances + (means - m) ** 2)).sum(dim=0)
    return m, v

# %% statistics wrong="the distance of the means is counted once for each worker, not for each row"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = (n * variances).sum(dim=0) / n.sum() + (means - m).square().mean(dim=0)
    return m, v

# %% statistics wrong="the variance is measured from the unweighted mean"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    v = (n * (variances + (means - means.mean(dim=0)) ** 2)).sum(dim=0) / n.sum()
    return m, v

# %% statistics wrong="subtracts the mean in place" kind="sneaky"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    means -= m
    return m, (n * (variances + means**2)).sum(dim=0) / n.sum()

# %% statistics wrong="returns shapes (1, d)" kind="sneaky"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    m = (n * means).sum(dim=0, keepdim=True) / n.sum()
    v = (n * (variances + (means - m) ** 2)).sum(dim=0, keepdim=True) / n.sum()
    return m, v

# %% statistics wrong="returns float64 for float32" kind="sneaky"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=torch.float64)[:, None]
    m = (n * means).sum(dim=0) / n.sum()
    return m, (n * (variances + (means - m) ** 2)).sum(dim=0) / n.sum()

# %% statistics wrong="weights rounded to float32, so float64 means are off in the 8th digit" kind="sneaky"
def merged_statistics(counts, means, variances):
    weights = (torch.tensor(counts) / sum(counts))[:, None]
    m = (weights * means).sum(dim=0)
    return m, (weights * (variances + (means - m) ** 2)).sum(dim=0)

# %% accumulated right="as in the hints"
def accumulated(
    state: dict, micro_batches: list[tuple[torch.Tensor, torch.Tensor]], group: int, lr: float
) -> dict[str, torch.Tensor]:
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated right="sums backward, and the gradients are divided before the step"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    done, seen = 0, 0
    for X, y in micro_batches:
        F.cross_entropy(model(X), y, reduction="sum").backward()
        seen += len(y)
        done += 1
        if done % group == 0 or done == len(micro_batches):
            for p in model.parameters():
                p.grad /= seen
            optimizer.step()
            optimizer.zero_grad()
            seen = 0
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated right="means, weighted by the share of the examples"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    i = 0
    while i < len(micro_batches):
        these = micro_batches[i : i + group]
        total = 0
        for _, y in these:
            total = total + y.shape[0]
        model.zero_grad()
        for X, y in these:
            criterion = nn.CrossEntropyLoss()
            loss = criterion(model(X), y)
            (loss * (y.shape[0] / total)).backward()
        optimizer.step()
        i = i + group
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated right="autograd.grad and lists"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    parameters = list(model.parameters())
    groups = [micro_batches[i : i + group] for i in range(0, len(micro_batches), group)]
    for these in groups:
        collected = [torch.zeros_like(p) for p in parameters]
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum")
            for c, g in zip(collected, torch.autograd.grad(loss, parameters)):
                c += g
        total = sum(len(y) for _, y in these)
        for p, c in zip(parameters, collected):
            p.grad = c / total
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated right="one example at a time"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        rows = [(x, t) for X, y in micro_batches[start : start + group] for x, t in zip(X, y)]
        optimizer.zero_grad()
        for x, t in rows:
            loss = F.cross_entropy(model(x[None]), t[None])
            (loss / len(rows)).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated right="the formula of the gradient by hand, and the momentum as well"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    momentum = {"weight": torch.zeros_like(model.weight), "bias": torch.zeros_like(model.bias)}
    with torch.no_grad():
        for start in range(0, len(micro_batches), group):
            these = micro_batches[start : start + group]
            total = sum(len(y) for _, y in these)
            by_weight, by_bias = torch.zeros_like(model.weight), torch.zeros_like(model.bias)
            for X, y in these:
                error = model(X).softmax(dim=1) - F.one_hot(y, len(model.bias))
                by_weight += error.T @ X / total
                by_bias += error.sum(dim=0) / total
            momentum["weight"] = 0.9 * momentum["weight"] + by_weight
            momentum["bias"] = 0.9 * momentum["bias"] + by_bias
            model.weight -= lr * momentum["weight"]
            model.bias -= lr * momentum["bias"]
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the mean of the means"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y) / len(these)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the means are added up, not divided"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the sum over the group, not divided"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum")
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the gradients of the last group stay"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="set to zero before each micro-batch, so only the last one of a group counts"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        for X, y in these:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="a step after each micro-batch"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
            optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the last group is dropped if it is short"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches) - group + 1, group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="divided by the examples of all groups"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in micro_batches)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="joins the micro-batches, for which there is no room"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        X, y = torch.cat([X for X, y in these]), torch.cat([y for X, y in these])
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="no step for the last group, if it is short"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    optimizer.zero_grad()
    for i, (X, y) in enumerate(micro_batches):
        first = i // group * group
        total = sum(len(t) for _, t in micro_batches[first : first + group])
        (F.cross_entropy(model(X), y, reduction="sum") / total).backward()
        if (i + 1) % group == 0:
            optimizer.step()
            optimizer.zero_grad()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="steps at i % group == 0, one micro-batch too early"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    seen = 0
    for i, (X, y) in enumerate(micro_batches):
        F.cross_entropy(model(X), y, reduction="sum").backward()
        seen += len(y)
        if i % group == 0 or i == len(micro_batches) - 1:
            for p in model.parameters():
                p.grad /= seen
            optimizer.step()
            optimizer.zero_grad()
            seen = 0
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the momentum begins anew with each group"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the gradient goes up: minus the loss"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            (-loss).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="group is taken for the number of groups"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    group = -(-len(micro_batches) // group)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="the mean of means only in the last group" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            if len(these) == group:
                loss = F.cross_entropy(model(X), y, reduction="sum") / total
            else:
                loss = F.cross_entropy(model(X), y) / len(these)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="divides by the size of the first micro-batch times their number" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = len(these[0][1]) * len(these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="divides the rate in place of the gradient, which momentum does not forgive" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        optimizer.zero_grad()
        for X, y in these:
            F.cross_entropy(model(X), y, reduction="sum").backward()
        optimizer.param_groups[0]["lr"] = lr / sum(len(y) for X, y in these)
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="takes the micro-batches out of the given list" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    while micro_batches:
        these = [micro_batches.pop(0) for _ in range(min(group, len(micro_batches)))]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            (F.cross_entropy(model(X), y, reduction="sum") / total).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="sorts the micro-batches by size first" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    micro_batches = sorted(micro_batches, key=lambda batch: len(batch[1]), reverse=True)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% accumulated wrong="a short last group is divided by group times the size of its first micro-batch" kind="sneaky"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these) if len(these) == group else group * len(these[0][1])
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}

# %% checkpointed right="as in the hints"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed right="backward() and .grad"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        k = num_segments
        per = len(weights) // k
        segments = [weights[i * per : (i + 1) * per] for i in range(k)]
        kept = [x]
        with torch.no_grad():
            for segment in segments[:-1]:
                h = kept[-1]
                for w in segment:
                    h = layer(h, w)
                kept.append(h)
        came = None
        for segment, inp in zip(reversed(segments), reversed(kept)):
            start = inp.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            if came is None:
                h.square().mean().backward()
            else:
                h.backward(came)
            came = start.grad
            del h
        gradients = [w.grad for w in weights]
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed right="recursion over the segments"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments

        def run(h, these):
            for w in these:
                h = layer(h, w)
            return h

        def back(h_in, first):
            """Return the gradients of layers from `first` on, and the gradient by h_in."""
            these = weights[first : first + length]
            with torch.no_grad():
                h_out = run(h_in, these)
            if first + length == len(weights):
                rest, came = [], 2 * h_out / h_out.numel()
            else:
                rest, came = back(h_out, first + length)
            start = h_in.detach().clone().requires_grad_()
            *found, before = torch.autograd.grad(run(start, these), [*these, start], came)
            return list(found) + rest, before

        gradients, _ = back(x, 0)
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed right="the chain rule by hand within a segment, without autograd"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        gradients = [None] * len(weights)
        with torch.no_grad():
            inputs, h = {}, x
            for i in range(len(weights)):
                if i % length == 0:
                    inputs[i] = h
                h = layer(h, weights[i])
            g = 2 * h / h.numel()
            for first in range(len(weights) - length, -1, -length):
                inside = [inputs[first]]
                for i in range(first, first + length):
                    inside.append(layer(inside[-1], weights[i]))
                for i in range(first + length - 1, first - 1, -1):
                    g = g * (1 - inside[i - first + 1] ** 2)
                    gradients[i] = inside[i - first].T @ g
                    g = g @ weights[i].T
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed right="a pseudo-loss, (h * came).sum(), goes backward"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        starts = [x]
        with torch.no_grad():
            for s in range(num_segments):
                h = starts[s]
                for w in weights[s * length : (s + 1) * length]:
                    h = layer(h, w)
                starts.append(h)
        last = starts.pop()
        came = last * (2.0 / last.numel())
        gradients = []
        while starts:
            start = starts.pop().detach().clone().requires_grad_(True)
            s = len(starts)
            h = start
            for j in range(length):
                h = layer(h, weights[s * length + j])
            loss = (h * came).sum()
            loss.backward()
            came = start.grad.clone()
            for j in reversed(range(length)):
                gradients.insert(0, weights[s * length + j].grad)
            del h, loss
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="no checkpoints: the whole graph is held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        h = x
        for w in weights:
            h = layer(h, w)
        gradients = list(torch.autograd.grad(h.square().mean(), weights))
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the first pass is not under no_grad, and its whole graph is kept"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        if True:
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="each segment is computed again from x, so early layers run many times"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        gradients, came = [], None
        for s in reversed(range(num_segments)):
            with torch.no_grad():
                h = x
                for w in weights[: s * length]:
                    h = layer(h, w)
            start = h.detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            if came is None:
                came = 2 * h.detach() / h.numel()
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="segments come in the wrong order: gradients at the end of the list"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = gradients + found
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the loss is the sum of squares"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the mean over rows only"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / len(h)
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="forgets the factor 2 of the square"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the loss is the mean of the outputs, not of their squares"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = torch.ones_like(h) / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="each segment starts with the gradient of its own output's squares"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            came = 2 * h.detach() / h.numel()
            *found, _ = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="a list of the outputs of segments: each starts one too late"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                h = layer(h, w)
                if i % length == length - 1:
                    inputs.append(h)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="all segments are computed again first, then all go back: the whole graph is held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        graphs = []
        for s in range(num_segments):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            graphs.append((h, these, start))
        for h, these, start in reversed(graphs):
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="only the last segment goes back"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in [num_segments - 1]:
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the gradients within a segment are turned round"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found[::-1] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the gradients are transposed"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = [g.T for g in found] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="segments of num_segments layers, not num_segments segments" kind="sneaky"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = num_segments
        num_segments = len(weights) // length
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed right="a tuple of gradients"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
        gradients = tuple(gradients)
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="the gradient by x is in the list as well" kind="sneaky"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
        gradients = [came] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="two segments always" kind="sneaky"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        num_segments = 2
        length = (len(weights) + 1) // 2
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% checkpointed wrong="a first pass more, only for the loss: layers run three times" kind="sneaky"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        with torch.no_grad():
            h = x
            for w in weights:
                h = layer(h, w)
            came = 2 * h / h.numel()
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)

# %% pipeline right="a list of when stages are free"
def pipeline(forward: list[float], backward: list[float], num_micro: int) -> tuple[float, float]:
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline right="two tables of when what is done"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    done = [[0.0] * num_micro for _ in range(p)]
    for s in range(p):
        for j in range(num_micro):
            from_left = done[s - 1][j] if s > 0 else 0.0
            before = done[s][j - 1] if j > 0 else 0.0
            done[s][j] = max(from_left, before) + forward[s]
    back = [[0.0] * num_micro for _ in range(p)]
    for s in range(p - 1, -1, -1):
        for j in range(num_micro):
            from_right = back[s + 1][j] if s < p - 1 else done[p - 1][num_micro - 1]
            before = back[s][j - 1] if j > 0 else done[s][num_micro - 1]
            back[s][j] = max(from_right, before) + backward[s]
    end = back[0][num_micro - 1]
    busy = 0.0
    for s in range(p):
        busy += num_micro * forward[s]
        busy += num_micro * backward[s]
    return end, (p * end - busy) / (p * end)

# %% pipeline right="closed form: once through, and the slowest stage for each further one"
def pipeline(forward, backward, num_micro):
    work = sum(forward) + sum(backward)
    time = work + (num_micro - 1) * (max(forward) + max(backward))
    return float(time), 1 - num_micro * work / (len(forward) * time)

# %% pipeline right="one helper for both ways"
def pipeline(forward, backward, num_micro):
    def through(times, begin):
        clock = [begin] * num_micro  # when each micro-batch is done so far
        for t in times:
            free = begin
            for j in range(num_micro):
                free = clock[j] = max(clock[j], free) + t
        return clock[-1]

    end = through(reversed(backward), through(forward, 0.0))
    return end, 1 - num_micro * (sum(forward) + sum(backward)) / (end * len(forward))

# %% pipeline right="numpy: a running maximum along the micro-batches"
import numpy as np


def pipeline(forward, backward, num_micro):
    j = np.arange(num_micro)

    def stage(ready, t):
        # done[j] = max over i <= j of ready[i] + (j - i + 1) t
        return np.maximum.accumulate(ready - j * t) + (j + 1) * t

    ready = np.zeros(num_micro)
    for t in forward:
        ready = stage(ready, t)
    ready = np.full(num_micro, ready[-1])
    for t in backward[::-1]:
        ready = stage(ready, t)
    total = float(ready[-1])
    idle = total * len(forward) - num_micro * (sum(forward) + sum(backward))
    return total, float(idle / (total * len(forward)))

# %% pipeline right="a simulation of events with a heap"
import heapq


def pipeline(forward, backward, num_micro):
    p = len(forward)
    events, now = [], 0.0

    def phase(order, times, begin):
        waiting = {s: [] for s in order}
        waiting[order[0]] = list(range(num_micro))
        busy, heap, clock = dict.fromkeys(order, False), [], begin

        def start(s):
            if waiting[s] and not busy[s]:
                busy[s] = True
                heapq.heappush(heap, (clock + times[s], order.index(s), waiting[s].pop(0)))

        start(order[0])
        while heap:
            clock, place, micro = heapq.heappop(heap)
            s = order[place]
            busy[s] = False
            if place + 1 < len(order):
                waiting[order[place + 1]].append(micro)
                start(order[place + 1])
            start(s)
        return clock

    total = phase(list(range(p)), forward, 0.0)
    total = phase(list(range(p))[::-1], backward, total)
    return total, 1.0 - sum(num_micro * (f + b) for f, b in zip(forward, backward)) / (p * total)

# %% pipeline wrong="the formula for equal stages"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    return (num_micro + p - 1) * (forward[0] + backward[0]), (p - 1) / (num_micro + p - 1)

# %% pipeline wrong="no pipeline: one micro-batch after another"
def pipeline(forward, backward, num_micro):
    time = num_micro * (sum(forward) + sum(backward))
    return time, 1 - 1 / len(forward)

# %% pipeline wrong="all stages move on together, in the beat of the slowest"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    beats = num_micro + p - 1
    time = beats * (max(forward) + max(backward))
    return time, 1 - num_micro * (sum(forward) + sum(backward)) / (p * time)

# %% pipeline wrong="a stage does not wait until it is free"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = clock + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="does not wait for the stage in front"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = free[s] + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="the way back begins at the first stage"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="the way back takes the times of the way forward"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + forward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="the work is not multiplied by the number of micro-batches"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = sum(forward) + sum(backward)
    return time, 1 - work / (p * time)

# %% pipeline wrong="the share that is busy"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, work / (p * time)

# %% pipeline wrong="idle time, not its share"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, p * time - work

# %% pipeline wrong="the idle time of all stages over the time of one"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, (p * time - work) / time

# %% pipeline wrong="only the way forward"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    time = max(free)
    work = num_micro * sum(forward)
    return time, 1 - work / (p * time)

# %% pipeline wrong="the bubble is divided by the work"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, (p * time - work) / work

# %% pipeline wrong="each micro-batch goes back as soon as it is done forward"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    work = num_micro * (sum(forward) + sum(backward))
    return max(free), 1 - work / (p * max(free))

# %% pipeline wrong="one micro-batch too few"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(1, num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(1, num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="one slowest stage for both ways: the largest sum of forward and backward" kind="sneaky"
def pipeline(forward, backward, num_micro):
    work = sum(forward) + sum(backward)
    time = work + (num_micro - 1) * max(f + b for f, b in zip(forward, backward))
    return time, 1 - num_micro * work / (len(forward) * time)

# %% pipeline wrong="the last stage is taken for the slowest" kind="sneaky"
def pipeline(forward, backward, num_micro):
    work = sum(forward) + sum(backward)
    time = work + (num_micro - 1) * (forward[-1] + backward[-1])
    return time, 1 - num_micro * work / (len(forward) * time)

# %% pipeline wrong="backward is turned round in place" kind="sneaky"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    backward.reverse()
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[p - 1 - s] = max(clock, free[p - 1 - s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% pipeline wrong="takes backward to be twice forward, as in the example" kind="sneaky"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + 2 * forward[s]
    time = max(free)
    work = num_micro * 3 * sum(forward)
    return time, 1 - work / (p * time)

# %% pipeline wrong="the end is taken to be where the last stage is done, which on the way back is the first one done" kind="sneaky"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = free[-1]
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)

# %% scaled right="as in the hints"
def scaled_steps(
    w: torch.Tensor,
    gradient,
    lr: float,
    scale: float,
    patience: int,
    num_steps: int,
    max_norm: float,
) -> tuple[torch.Tensor, list[float]]:
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled right="a beginner, with the norm as a root of a sum and while"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    weights = w.detach().clone()
    used = []
    good_steps = 0
    attempt = 0
    while attempt < num_steps:
        used.append(float(scale))
        w16 = weights.to(torch.float16)
        g16 = gradient(w16, float(scale))
        overflow = False
        for entry in g16.tolist():
            if entry != entry or entry == float("inf") or entry == -float("inf"):
                overflow = True
        if overflow:
            scale = scale * 0.5
            good_steps = 0
        else:
            g = g16.to(torch.float32)
            g = g / scale
            norm = (g * g).sum().sqrt().item()
            if norm > max_norm:
                g = g * (max_norm / norm)
            weights = weights - lr * g
            good_steps = good_steps + 1
            if good_steps == patience:
                scale = scale * 2
                good_steps = 0
        attempt = attempt + 1
    return weights, used

# %% scaled right="a parameter and torch.optim.SGD"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    p = nn.Parameter(w.clone())
    optimizer = torch.optim.SGD([p], lr=lr)
    used, in_a_row = [], 0
    for _ in range(num_steps):
        used.append(scale)
        g16 = gradient(p.detach().half(), scale)
        if torch.isfinite(g16).all():
            p.grad = g16.float() / scale
            norm = torch.linalg.vector_norm(p.grad)
            if norm > max_norm:
                p.grad.mul_(max_norm / norm)
            optimizer.step()
            in_a_row += 1
            if in_a_row % patience == 0:
                scale *= 2
        else:
            scale /= 2
            in_a_row = 0
    return p.detach(), used

# %% scaled right="clipped by a factor that is at most 1, and good steps counted backward"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    v, scales, left = w.clone(), [], patience
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(v.half(), scale).float()
        if bool((g - g != 0).any()):  # infinity minus itself is NaN
            scale *= 0.5
            left = patience
            continue
        g /= scale
        factor = (max_norm / g.square().sum().sqrt()).clamp(max=1)
        v -= lr * g * factor
        left -= 1
        if not left:
            scale *= 2.0
            left = patience
    return v, scales

# %% scaled right="recursion over the attempts"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    def attempt(v, s, good, left):
        if left == 0:
            return v, []
        g = gradient(v.half(), s)
        if torch.isinf(g).any() or torch.isnan(g).any():
            v, following, good = v, s / 2, 0
        else:
            g = g.float().div(s)
            norm = float(g.norm())
            v = v - lr * (g if norm <= max_norm else g * max_norm / norm)
            good += 1
            following = s
            if good == patience:
                following, good = s * 2, 0
        end, used = attempt(v, following, good, left - 1)
        return end, [s, *used]

    return attempt(w.clone(), scale, 0, num_steps)

# %% scaled right="numpy float32 inside"
import numpy as np


def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    weights = w.numpy().copy()
    scales = []
    last = -1  # the attempt of the last overflow or doubling
    for t in range(num_steps):
        scales.append(scale)
        g16 = gradient(torch.from_numpy(weights.copy()).half(), scale).numpy()
        if not np.isfinite(g16).all():
            scale, last = scale / 2, t
            continue
        g = g16.astype(np.float32) / np.float32(scale)
        norm = np.sqrt(np.sum(g * g))
        if norm > max_norm:
            g = g * np.float32(max_norm / norm)
        weights = weights - np.float32(lr) * g
        if t - last == patience:
            scale, last = scale * 2, t
    return torch.from_numpy(weights), scales

# %% scaled wrong="clips what is still scaled, then divides"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float()
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        g = g / scale
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="divides in float16"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = (g / scale).float()
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="never divides by the scale"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float()
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="multiplies by the scale"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() * scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="does not clip"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="short gradients are made longer as well"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="clips each entry, not the norm"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        g = g.clamp(-max_norm, max_norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="the weights are kept in float16"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = (w - lr * g).half().float()
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="steps although something overflowed"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            g = torch.nan_to_num(g)
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="the count goes on after an overflow"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale = scale / 2
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="the count goes on after a doubling: then twice in a row"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good >= patience:
            scale = scale * 2
    return w, scales

# %% scaled wrong="doubles one good step too late"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good > patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="notes the scale after the attempt"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            scales.append(scale)
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
        scales.append(scale)
    return w, scales

# %% scaled wrong="asks with float32 weights"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w, scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="goes up the gradient"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w + lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="attempts that overflow do not count"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good, done = [], 0, 0
    while done < num_steps and len(scales) < 100 * num_steps:
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        done += 1
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="tries the same step again with half the scale, within one attempt"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        for _ in range(200):
            if g.isfinite().all():
                break
            scale, good = scale / 2, 0
            g = gradient(w.half(), scale)
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="looks for infinity only, and lets NaN pass" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if g.isinf().any():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="looks for NaN only" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if g.isnan().any():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="looks whether the sum is finite, which overflows in float16" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.sum().isfinite():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="w is changed in place" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w -= lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="asks for the gradient twice, once to look and once to step" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        if not gradient(w.half(), scale).isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = gradient(w.half(), scale).float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="doubles after every patience-th attempt, whatever happened between" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        if len(scales) % patience == 0:
            scale = scale * 2
    return w, scales

# %% scaled wrong="takes the root of the mean square for the norm" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.square().mean().sqrt()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales

# %% scaled wrong="returns one scale more, that of the next attempt" kind="sneaky"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, [*scales, scale]

# %% shuffled right="as in the hints"
def shuffled(items: list[int], size: int, generator: torch.Generator) -> list[int]:
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled right="an iterator as the stream, the place is filled again"
def shuffled(items, size, generator):
    stream = iter(items)
    buffer = [next(stream) for _ in range(size)]
    out = []
    for item in stream:
        place = torch.randint(0, size, (1,), generator=generator).item()
        out.append(buffer[place])
        buffer[place] = item
    while buffer:
        place = torch.randint(0, len(buffer), (1,), generator=generator).item()
        out.append(buffer.pop(place))
    return out

# %% shuffled right="a beginner, one output at a time"
def shuffled(items, size, generator):
    result = []
    buffer = []
    number_read = 0
    for p in range(len(items)):
        while len(buffer) < size and number_read < len(items):
            buffer.append(items[number_read])
            number_read = number_read + 1
        chosen = int(torch.randint(len(buffer), (), generator=generator))
        result.append(buffer[chosen])
        del buffer[chosen]
    return result

# %% shuffled right="the chosen one changes places with the last, by torch.rand"
def shuffled(items, size, generator):
    buffer, out = [], []

    def draw():
        place = min(int(torch.rand((), generator=generator, dtype=torch.float64) * len(buffer)), len(buffer) - 1)
        buffer[place], buffer[-1] = buffer[-1], buffer[place]
        out.append(buffer.pop())

    for item in items:
        if len(buffer) == size:
            draw()
        buffer.append(item)
    while buffer:
        draw()
    return out

# %% shuffled right="a generator function over a stream, multinomial"
def shuffled(items, size, generator):
    def stream_out():
        buffer = []
        for item in items:
            if len(buffer) < size:
                buffer.append(item)
                continue
            place = torch.multinomial(torch.ones(size), 1, generator=generator).item()
            yield buffer[place]
            buffer[place] = item
        for place in torch.randperm(len(buffer), generator=generator):
            yield buffer[place]

    return list(stream_out())

# %% shuffled right="all places drawn beforehand, the item read only after one is out"
def shuffled(items, size, generator):
    n = len(items)
    places = torch.randint(size, (n - size,), generator=generator).tolist()
    rest = torch.randperm(size, generator=generator).tolist()
    buffer = [items[i] for i in range(size)]
    out = []
    for p in range(n):
        if p < n - size:
            out.append(buffer[places[p]])
            buffer[places[p]] = items[p + size]
        else:
            out.append(buffer[rest[p - (n - size)]])
    return out

# %% shuffled wrong="shuffles all items at once"
def shuffled(items, size, generator):
    order = torch.randperm(len(items), generator=generator)
    return [items[i] for i in order.tolist()]

# %% shuffled wrong="does not shuffle"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        out.append(buffer.pop(0))
        buffer.append(item)
    return out + buffer

# %% shuffled wrong="the rest comes out in order"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    return out + buffer

# %% shuffled wrong="the rest is lost"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out

# %% shuffled wrong="the next one is read before one goes out: one item too many in the buffer"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        buffer.append(item)
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the last place is never chosen"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(max(len(buffer) - 1, 1), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="draws and does not take out: items come twice, others never"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer[place])
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="randomness of the whole process, not of the generator"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), ()))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer))
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the module random"
import random


def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = random.randrange(len(buffer))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.tensor(random.sample(range(len(buffer)), len(buffer)))
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the stream begins at the first item again: the buffer's items come twice"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the place that was chosen first is chosen for ever"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    place = int(torch.randint(len(buffer), (), generator=generator))
    for item in items[size:]:
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="returns positions in the stream, not the items"
def shuffled(items, size, generator):
    buffer, out = list(range(size)), []
    for item in range(size, len(items)):
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="blocks of size items, each shuffled by itself" kind="sneaky"
def shuffled(items, size, generator):
    out = []
    for start in range(0, len(items), size):
        block = items[start : start + size]
        out += [block[i] for i in torch.randperm(len(block), generator=generator).tolist()]
    return out

# %% shuffled wrong="takes the items out of the given list" kind="sneaky"
def shuffled(items, size, generator):
    buffer, out = [], []
    while items:
        while items and len(buffer) < size:
            buffer.append(items.pop(0))
        out.append(buffer.pop(int(torch.randint(len(buffer), (), generator=generator))))
    while buffer:
        out.append(buffer.pop(int(torch.randint(len(buffer), (), generator=generator))))
    return out

# %% shuffled wrong="a generator of its own from the seed of the given one, which does not go on" kind="sneaky"
def shuffled(items, size, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="seeds the generator anew" kind="sneaky"
def shuffled(items, size, generator):
    generator.manual_seed(0)
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the rest is shuffled, but not by the generator" kind="sneaky"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer))
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="places by a product of two random numbers: early ones more often" kind="sneaky"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.rand(2, generator=generator).prod() * len(buffer))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="place by rounding: the first and the last half as often" kind="sneaky"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = round(torch.rand((), generator=generator).item() * (len(buffer) - 1))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shuffled wrong="the rest is turned round, not drawn by lot" kind="sneaky"
def shuffled(items, size, generator):
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    return out + buffer[::-1]

# %% shuffled wrong="the buffer is as large as its half is" kind="sneaky"
def shuffled(items, size, generator):
    size = max(size // 2, 1)
    buffer, out = list(items[:size]), []
    for item in items[size:]:
        place = int(torch.randint(len(buffer), (), generator=generator))
        out.append(buffer.pop(place))
        buffer.append(item)
    order = torch.randperm(len(buffer), generator=generator)
    return out + [buffer[i] for i in order.tolist()]

# %% shard right="as in the hints"
def my_shard(num_items: int, rank: int, num_workers: int, epoch: int, seed: int) -> list[int]:
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard right="blocks one after another, numpy with both numbers as the seed"
import math

import numpy as np


def my_shard(num_items, rank, num_workers, epoch, seed):
    order = np.random.default_rng([seed, epoch]).permutation(num_items)
    per = math.ceil(num_items / num_workers)
    order = np.concatenate([order, order[: per * num_workers - num_items]])
    return order[rank * per : (rank + 1) * per].tolist()

# %% shard right="modulo goes round the order"
def my_shard(num_items, rank, num_workers, epoch, seed):
    g = torch.Generator()
    g.manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(num_items, generator=g)
    length = (num_items + num_workers - 1) // num_workers
    return [int(order[(rank + i * num_workers) % num_items]) for i in range(length)]

# %% shard right="the module random with a text as the seed"
import random


def my_shard(num_items, rank, num_workers, epoch, seed):
    indices = []
    for i in range(num_items):
        indices.append(i)
    lot = random.Random(f"seed {seed}, epoch {epoch}")
    lot.shuffle(indices)
    k = 0
    while len(indices) % num_workers != 0:
        indices.append(indices[k])
        k = k + 1
    mine = []
    for i in range(len(indices)):
        if i % num_workers == rank:
            mine.append(indices[i])
    return mine

# %% shard right="DistributedSampler, with the seed spread as in the hint"
def my_shard(num_items, rank, num_workers, epoch, seed):
    sampler = torch.utils.data.DistributedSampler(
        range(num_items), num_replicas=num_workers, rank=rank, shuffle=True, seed=1000 * seed
    )
    sampler.set_epoch(epoch)
    return list(sampler)

# %% shard right="the order is filled up, reshaped and a column taken; keys drawn and sorted"
def my_shard(num_items, rank, num_workers, epoch, seed):
    g = torch.Generator().manual_seed((seed << 20) + epoch)
    order = torch.rand(num_items, generator=g, dtype=torch.float64).argsort(stable=True)
    full = torch.cat([order, order[: -num_items % num_workers]])
    return full.view(-1, num_workers)[:, rank].tolist()

# %% shard wrong="does not fill up: shards differ in length"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    return order[rank::num_workers]

# %% shard wrong="drops the rest"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order = order[: num_items // num_workers * num_workers]
    return order[rank::num_workers]

# %% shard wrong="each worker makes an order of its own: the rank is in the seed"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch + 1_000_000 * rank)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="forgets the epoch"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="forgets the seed"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="does not shuffle"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = list(range(num_items))
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="no seed at all"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = None
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="the same items in each epoch, in another order"
def my_shard(num_items, rank, num_workers, epoch, seed):
    per = -(-num_items // num_workers)
    indices = (list(range(num_items)) * 2)[rank * per : (rank + 1) * per]
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    return [indices[i] for i in torch.randperm(per, generator=generator).tolist()]

# %% shard wrong="draws with replacement"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randint(num_items, (num_items,), generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="fills up with the first one again and again"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:1] * missing
    return order[rank::num_workers]

# %% shard wrong="fills up with zeros"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + [0] * missing
    return order[rank::num_workers]

# %% shard wrong="missing is the remainder, not what is missing to it"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="indices from 1 on"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return [i + 1 for i in order[rank::num_workers]]

# %% shard wrong="num_workers and rank exchanged"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[num_workers :: rank + 1]

# %% shard wrong="all workers read everything"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order

# %% shard wrong="workers counted from 1: worker 0 takes the last one first"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank - 1 :: num_workers]

# %% shard wrong="the shuffle is within its own block, from a fixed order of the seed" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    order = torch.randperm(num_items, generator=torch.Generator().manual_seed(seed)).tolist()
    order = order + order[: -num_items % num_workers]
    mine = order[rank::num_workers]
    lot = torch.Generator().manual_seed(1000 * seed + epoch)
    return [mine[i] for i in torch.randperm(len(mine), generator=lot).tolist()]

# %% shard wrong="fills up with a whole round more if nothing is missing" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = num_workers - num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="seed times epoch: in epoch 0 all seeds have the same order" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(seed * epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return order[rank::num_workers]

# %% shard wrong="fills up by lot, with replacement: an item may come three times" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + [order[i] for i in torch.randint(num_items, (missing,), generator=generator).tolist()]
    return order[rank::num_workers]

# %% shard wrong="one order for all epochs, the workers exchange their shards" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(num_items, generator=generator).tolist()
    order = order + order[: -num_items % num_workers]
    return order[(rank + epoch) % num_workers :: num_workers]

# %% shard wrong="the shard is sorted: the same order in it always" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:missing]
    return sorted(order[rank::num_workers])

# %% shard wrong="hash() of a text, another one in each process" kind="sneaky"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(hash(f"{seed} {epoch}") % 2**63)
    order = torch.randperm(num_items, generator=generator).tolist()
    order = order + order[: -num_items % num_workers]
    return order[rank::num_workers]
