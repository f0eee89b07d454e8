

# %% magnitude right="one row, argsort and split, as in the hints"
def magnitude_masks(weights: list[torch.Tensor], sparsity: float) -> list[torch.Tensor]:
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort()[:count]] = 0
    parts = mask.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]

# %% magnitude right="threshold by kthvalue, bool masks, count 0 treated apart"
def magnitude_masks(weights, sparsity):
    everything = torch.cat([w.detach().abs().reshape(-1) for w in weights])
    k = round(sparsity * everything.numel())
    if k == 0:
        return [torch.ones_like(w, dtype=torch.bool) for w in weights]
    threshold = everything.kthvalue(k).values
    return [w.abs() > threshold for w in weights]

# %% magnitude right="plain Python list of (size, tensor, place), sorted"
def magnitude_masks(weights: list[torch.Tensor], sparsity: float) -> list[torch.Tensor]:
    entries = []
    for i in range(len(weights)):
        numbers = weights[i].flatten().tolist()
        for j in range(len(numbers)):
            entries.append((abs(numbers[j]), i, j))
    entries.sort()
    how_many = round(sparsity * len(entries))
    flat_masks = [torch.ones(w.numel(), dtype=torch.int64) for w in weights]
    for n in range(how_many):
        size, i, j = entries[n]
        flat_masks[i][j] = 0
    masks = []
    for i in range(len(weights)):
        masks.append(flat_masks[i].reshape(weights[i].shape))
    return masks

# %% magnitude right="NumPy, argpartition of ranks"
import numpy as np


def magnitude_masks(weights, sparsity):
    arrays = [np.abs(w.detach().cpu().numpy()).ravel() for w in weights]
    row = np.concatenate(arrays)
    rank = np.empty(row.size, dtype=int)
    rank[np.argsort(row)] = np.arange(row.size)
    keep = rank >= round(sparsity * row.size)
    masks, start = [], 0
    for w in weights:
        end = start + w.numel()
        masks.append(torch.from_numpy(keep[start:end].reshape(tuple(w.shape)).copy()))
        start = end
    return masks

# %% magnitude right="torch.nn.utils.prune, global_unstructured with an int amount"
from torch.nn.utils import prune


def magnitude_masks(weights, sparsity):
    modules = []
    for w in weights:
        module = torch.nn.Module()
        module.weight = torch.nn.Parameter(w.detach().clone().contiguous())
        modules.append(module)
    n = sum(w.numel() for w in weights)
    prune.global_unstructured(
        [(m, "weight") for m in modules],
        pruning_method=prune.L1Unstructured,
        amount=round(sparsity * n),
    )
    return [m.weight_mask.clone() for m in modules]

# %% magnitude right="topk of the largest that stay, uint8 masks filled in place"
def magnitude_masks(weights, sparsity):
    sizes = [w.numel() for w in weights]
    n = sum(sizes)
    stay = n - round(sparsity * n)
    best = torch.cat([w.ravel() for w in weights]).abs().topk(stay).indices
    mask = torch.zeros(n, dtype=torch.uint8)
    mask[best] = 1
    return [m.reshape(w.shape) for m, w in zip(torch.split(mask, sizes), weights)]

# %% magnitude right="one-liner with the double argsort"
def magnitude_masks(weights, sparsity):
    return [r.view(w.shape) >= round(sparsity * sum(v.numel() for v in weights)) for r, w in zip(torch.cat([v.abs().flatten() for v in weights]).argsort().argsort().split([v.numel() for v in weights]), weights)]

# %% magnitude right="threshold: the smallest that stays, from a sorted Python list"
def magnitude_masks(weights, sparsity):
    values = sorted(abs(v) for w in weights for v in w.double().flatten().tolist())
    count = round(sparsity * len(values))
    if count == len(values):
        return [torch.zeros_like(w) for w in weights]
    smallest_that_stays = values[count]
    return [(w.double().abs() >= smallest_that_stays).to(w.dtype) for w in weights]

# %% magnitude wrong="sorts by the signed value, so the most negative weights go first"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.flatten() for w in weights])
    count = round(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort()[:count]] = 0
    return [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="cuts the share in each layer by itself, not over all layers"
def magnitude_masks(weights, sparsity):
    masks = []
    for w in weights:
        flat = w.abs().flatten()
        mask = torch.ones_like(flat)
        mask[flat.argsort()[: round(sparsity * len(flat))]] = 0
        masks.append(mask.view(w.shape))
    return masks

# %% magnitude wrong="mask the other way round: 1 where the weight goes"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    mask = torch.zeros(len(row))
    mask[row.argsort()[:count]] = 1
    return [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="cuts the largest"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort(descending=True)[:count]] = 0
    return [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="keeps the share instead of cutting it"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = len(row) - round(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort()[:count]] = 0
    return [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="returns the pruned weights instead of masks"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort()[:count]] = 0
    return [w * m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="kthvalue(count) without the case count = 0: an error at sparsity 0"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    threshold = row.kthvalue(round(sparsity * len(row))).values
    return [(w.abs() > threshold).float() for w in weights]

# %% magnitude wrong=">= the threshold: one weight too few is cut"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    if count == 0:
        return [torch.ones_like(w) for w in weights]
    threshold = row.kthvalue(count).values
    return [(w.abs() >= threshold).to(w.dtype) for w in weights]

# %% magnitude wrong="takes the sparsity for a share of the largest absolute value"
def magnitude_masks(weights, sparsity):
    largest = max(w.abs().max() for w in weights)
    return [(w.abs() > sparsity * largest).float() for w in weights]

# %% magnitude wrong="uses argsort as if it were the ranks"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    keep = row.argsort() >= round(sparsity * len(row))
    return [m.view(w.shape) for m, w in zip(keep.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="flat masks, not of the tensors' shapes"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    mask = torch.ones(len(row))
    mask[row.argsort()[: round(sparsity * len(row))]] = 0
    return list(mask.split([w.numel() for w in weights]))

# %% magnitude wrong="cuts the weights themselves too, in place"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    mask = torch.ones(len(row))
    mask[row.argsort()[: round(sparsity * len(row))]] = 0
    masks = [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]
    for w, m in zip(weights, masks):
        w *= m
    return masks

# %% magnitude wrong="int() cuts off where the card says round()" kind="sneaky"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    count = int(sparsity * len(row))
    mask = torch.ones(len(row))
    mask[row.argsort()[:count]] = 0
    return [m.view(w.shape) for m, w in zip(mask.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="mask from (w * keep) != 0: a weight that is exactly 0 is cut at sparsity 0" kind="sneaky"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.flatten() for w in weights])
    count = round(sparsity * len(row))
    cut = row.clone()
    cut[row.abs().argsort()[:count]] = 0
    return [(c != 0).view(w.shape) for c, w in zip(cut.split([w.numel() for w in weights]), weights)]

# %% magnitude wrong="quantile as the threshold, strictly above it: at sparsity 0 the smallest is cut all the same" kind="sneaky"
def magnitude_masks(weights, sparsity):
    row = torch.cat([w.abs().flatten() for w in weights])
    threshold = torch.quantile(row, sparsity)
    return [w.abs() > threshold for w in weights]

# %% magnitude wrong="rows in float32: float64 weights that differ after the eighth digit tie" kind="sneaky"
def magnitude_masks(weights, sparsity):
    weights = [w.float() for w in weights]
    row = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(row))
    if count == 0:
        return [torch.ones_like(w) for w in weights]
    threshold = row.kthvalue(count).values
    return [(w.abs() > threshold).float() for w in weights]

# %% stay-dead right="as in the hints"
def tune_pruned(
    weights: list[torch.Tensor], masks: list[torch.Tensor], gradient, lr: float, num_steps: int
) -> list[torch.Tensor]:
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient(params)
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead right="masks the gradients, so that Adam never moves what is cut"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [torch.nn.Parameter(w.detach() * m) for w, m in zip(weights, masks)]
    adam = torch.optim.Adam(params, lr=lr)
    for step in range(num_steps):
        current = [p.detach().clone() for p in params]
        for p, g, m in zip(params, gradient(current), masks):
            p.grad = g.detach() * m
        adam.step()
        adam.zero_grad()
    return [p.data for p in params]

# %% stay-dead right="whole parameters behind, weights times masks shown to gradient and returned"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    hidden = [w.detach().clone().requires_grad_(True) for w in weights]
    optimizer = torch.optim.Adam(hidden, lr=lr)

    def shown():
        return [h.detach() * m for h, m in zip(hidden, masks)]

    for _ in range(num_steps):
        grads = gradient(shown())
        for h, g in zip(hidden, grads):
            h.grad = g.detach().clone()
        optimizer.step()
    return shown()

# %% stay-dead right="beginner's loops over indices, torch.where"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = []
    for i in range(len(weights)):
        p = torch.where(masks[i] == 0, torch.zeros_like(weights[i]), weights[i])
        p = p.detach().clone()
        p.requires_grad = True
        params.append(p)
    optimizer = torch.optim.Adam(params, lr=lr)
    for step in range(num_steps):
        copies = []
        for p in params:
            copies.append(p.detach().clone())
        grads = gradient(copies)
        for i in range(len(params)):
            params[i].grad = grads[i].detach().clone()
        optimizer.step()
        for i in range(len(params)):
            params[i].data[masks[i] == 0] = 0.0
    result = []
    for p in params:
        result.append(p.detach().clone())
    return result

# %% stay-dead right="Adam by hand, with its standard settings"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    now = [w.detach() * m for w, m in zip(weights, masks)]
    first = [torch.zeros_like(w) for w in now]
    second = [torch.zeros_like(w) for w in now]
    b1, b2, eps = 0.9, 0.999, 1e-8
    for t in range(1, num_steps + 1):
        grads = gradient([w.clone() for w in now])
        for i, g in enumerate(grads):
            g = g.detach()
            first[i] = b1 * first[i] + (1 - b1) * g
            second[i] = b2 * second[i] + (1 - b2) * g * g
            step = (first[i] / (1 - b1**t)) / ((second[i] / (1 - b2**t)).sqrt() + eps)
            now[i] = (now[i] - lr * step) * masks[i]
    return now

# %% stay-dead right="a hook on the optimizer's step that cuts"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w.detach() * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)

    def cut(*_):
        for p, m in zip(params, masks):
            p.data.mul_(m)

    optimizer.register_step_post_hook(cut)
    for _ in range(num_steps):
        with torch.no_grad():
            found = list(gradient(list(params)))
        for p, g in zip(params, found):
            p.grad = g.clone()
        optimizer.step()
    return [p.detach().clone() for p in params]

# %% stay-dead wrong="cuts only at the end: the zeros live during the training"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
    return [p.detach() * m for p, m in zip(params, masks)]

# %% stay-dead wrong="cuts only at the start; the first step of Adam revives everything"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]

# %% stay-dead wrong="a new Adam in each step: no memory of earlier gradients"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    for _ in range(num_steps):
        optimizer = torch.optim.Adam(params, lr=lr)
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="SGD in place of Adam"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.SGD(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="asks for the gradient only once, before the loop"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    grads = [g.detach().clone() for g in gradient(params)]
    for _ in range(num_steps):
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="adds to .grad in each step, never sets it to zero"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g.detach().clone() if p.grad is None else p.grad + g.detach()
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="one step too few"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(1, num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="masks the other way round: what should stay is cut"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * (1 - m)).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(1 - m)
    return [p.detach() for p in params]

# %% stay-dead wrong="trains the given tensors themselves, so weights are changed"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [torch.nn.Parameter(w) for w in weights]
    optimizer = torch.optim.Adam(params, lr=lr)
    with torch.no_grad():
        for p, m in zip(params, masks):
            p.mul_(m)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="climbs: the gradient with a minus"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = -g.detach()
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="forgets lr: Adam runs at its usual 0.001"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="the first gradient is asked for at the uncut weights" kind="sneaky"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.detach().clone().requires_grad_() for w in weights]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="cuts before each gradient, and not after the last step: at the end the zeros live" kind="sneaky"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.detach().clone().requires_grad_() for w in weights]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]

# %% stay-dead wrong="AdamW, which lets weights decay" kind="sneaky"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.AdamW(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="asks gradient for each tensor anew, not once in a step" kind="sneaky"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for i in range(len(params)):
            params[i].grad = gradient(params)[i]
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% stay-dead wrong="computes in float32: float64 weights come back as float32" kind="sneaky"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).float().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        for p, g in zip(params, gradient(params)):
            p.grad = g.float()
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]

# %% units right="bool indices, as in the hints"
def remove_units(
    first: tuple[torch.Tensor, torch.Tensor],
    second: tuple[torch.Tensor, torch.Tensor],
    keep: torch.Tensor,
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ b1[~keep].relu()
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)

# %% units right="loops, one unit after the other"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    rows = []
    biases = []
    columns = []
    new_b2 = b2.clone()
    for i in range(len(keep)):
        if keep[i]:
            rows.append(W1[i])
            biases.append(b1[i])
            columns.append(W2[:, i])
        else:
            if b1[i] > 0:
                new_b2 = new_b2 + W2[:, i] * b1[i]
    new_W1 = torch.stack(rows)
    new_b1 = torch.stack(biases)
    new_W2 = torch.stack(columns, dim=1)
    return (new_W1, new_b1), (new_W2, new_b2)

# %% units right="indices by nonzero and index_select"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    stay = torch.nonzero(keep).flatten()
    go = torch.nonzero(~keep).flatten()
    silent = F.relu(b1.index_select(0, go))
    bias = b2 + (W2.index_select(1, go) * silent).sum(dim=1)
    return (
        (W1.index_select(0, stay), b1.index_select(0, stay)),
        (W2.index_select(1, stay), bias),
    )

# %% units right="what the cut network says at x = 0, less what the small one says there"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    small = W2[:, keep]
    whole_at_zero = W2 @ b1.clamp(min=0) + b2
    return (W1[keep], b1[keep]), (small, whole_at_zero - small @ b1[keep].clamp(min=0))

# %% units right="NumPy inside"
import numpy as np


def remove_units(first, second, keep):
    W1, b1, W2, b2 = (t.detach().cpu().numpy() for t in (*first, *second))
    k = keep.cpu().numpy()
    c = W2[:, ~k].dot(np.maximum(b1[~k], 0))
    results = [W1[k], b1[k], W2[:, k], b2 + c]
    W1, b1, W2, b2 = (torch.from_numpy(np.ascontiguousarray(a)) for a in results)
    return (W1, b1), (W2, b2)

# %% units right="masked products, one-liner"
def remove_units(first, second, keep):
    return (first[0][keep], first[1][keep]), (second[0].T[keep].T, torch.addmv(second[1], second[0], first[1].relu() * ~keep))

# %% units right="nn.Linear layers: F.linear of what the dropped units say"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    zeroed = torch.where(keep, torch.zeros_like(b1), b1)
    with torch.no_grad():
        said = F.linear(torch.relu(zeroed)[None], W2, b2)[0]
    return (W1[keep, :].clone(), b1[keep].clone()), (W2[:, keep].clone(), said)

# %% units wrong="forgets what a unit without inputs still says"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2)

# %% units wrong="passes the bias on without ReLU"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + W2[:, ~keep] @ b1[~keep])

# %% units wrong="subtracts the constant"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 - W2[:, ~keep] @ b1[~keep].relu())

# %% units wrong="ReLU after the second matrix instead of before it"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + (W2[:, ~keep] @ b1[~keep]).relu())

# %% units wrong="removes the units that should stay"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[~keep], b1[~keep]), (W2[:, ~keep], b2 + W2[:, keep] @ b1[keep].relu())

# %% units wrong="the constant of the units that stay"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + W2[:, keep] @ b1[keep].relu())

# %% units wrong="the constant of all units, the kept ones too"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + W2 @ b1.relu())

# %% units wrong="adds the sum of the biases, without W2"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + b1[~keep].relu().sum())

# %% units wrong="sets to zero instead of taking out: the shapes are as before"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1 * keep[:, None], b1.clone()), (W2.clone(), b2.clone())

# %% units wrong="leaves W2 as it is and takes only rows of W1"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2, b2 + W2[:, ~keep] @ b1[~keep].relu())

# %% units wrong="sends the constant through W1's sums as well: the dropped units with their weights at an input of ones"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    said = (W1[~keep].sum(dim=1) + b1[~keep]).relu()
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + W2[:, ~keep] @ said)

# %% units wrong="W2 comes back transposed"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1[keep], b1[keep]), (W2[:, keep].T, b2 + W2[:, ~keep] @ b1[~keep].relu())

# %% units wrong="b2 is changed in place" kind="sneaky"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    b2 += W2[:, ~keep] @ b1[~keep].relu()
    return (W1[keep], b1[keep]), (W2[:, keep], b2)

# %% units wrong="fails when all units stay: torch.stack of an empty list" kind="sneaky"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    said = [W2[:, i] * b1[i].relu() for i in range(len(keep)) if not keep[i]]
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + torch.stack(said).sum(dim=0))

# %% units wrong="the units that stay come back sorted by their biases" kind="sneaky"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    order = b1.argsort(descending=True)
    order = order[keep[order]]
    return (W1[order], b1[order]), (W2[:, order], b2 + W2[:, ~keep] @ b1[~keep].relu())

# %% units wrong="everything comes back as float32, for float64 too" kind="sneaky"
def remove_units(first, second, keep):
    W1, b1, W2, b2 = (t.float() for t in (*first, *second))
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + W2[:, ~keep] @ b1[~keep].relu())

# %% units wrong="also drops kept units that no output listens to or whose bias is not above 0" kind="sneaky"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    constant = W2[:, ~keep] @ b1[~keep].relu()
    keep = keep & ((W2 != 0).any(dim=0)) & ((W1 != 0).any(dim=1) | (b1 > 0))
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)

# %% ticket right="two lines in a loop, as in the hints"
def winning_ticket(
    start: list[torch.Tensor], train, cut, sparsity: float, num_rounds: int
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket right="beginner's loops, while and append"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = []
    for w in start:
        masks.append(torch.ones(w.shape, dtype=w.dtype))
    r = 1
    while r <= num_rounds:
        rewound = []
        for i in range(len(start)):
            rewound.append(start[i].clone() * masks[i])
        trained = train(rewound, masks)
        kept = 1 - sparsity
        share = 1 - kept ** (r / num_rounds)
        masks = cut(trained, share)
        r = r + 1
    ticket = []
    for i in range(len(start)):
        ticket.append(start[i].clone() * masks[i])
    return ticket, masks

# %% ticket right="recursion: rounds before, then one more"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    def after(r):
        if r == 0:
            ones = [torch.ones_like(w) for w in start]
            return [w.clone() for w in start], ones
        weights, masks = after(r - 1)
        masks = cut(train(weights, masks), 1 - (1 - sparsity) ** (r / num_rounds))
        return [w * m for w, m in zip(start, masks)], list(masks)

    return after(num_rounds)

# %% ticket right="schedule made first with torch, rewinding helper"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    exponents = torch.arange(1, num_rounds + 1, dtype=torch.float64) / num_rounds
    shares = (1 - torch.tensor(1 - sparsity, dtype=torch.float64) ** exponents).tolist()

    def rewind(masks):
        return [torch.mul(w, m) for w, m in zip(start, masks, strict=True)]

    masks = [w.new_ones(w.shape) for w in start]
    for share in shares:
        masks = cut(train(rewind(masks), masks), share)
    return rewind(masks), masks

# %% ticket right="the part that is left, multiplied by the same factor each round"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    factor = (1 - sparsity) ** (1 / num_rounds)
    left = 1.0
    masks = [torch.full_like(w, 1.0) for w in start]
    for _ in range(num_rounds):
        left *= factor
        weights = [torch.where(m != 0, w, torch.zeros_like(w)) for w, m in zip(start, masks)]
        masks = cut(train(weights, masks), 1 - left)
    return [torch.where(m != 0, w, torch.zeros_like(w)) for w, m in zip(start, masks)], masks

# %% ticket right="functools.reduce"
import functools


def winning_ticket(start, train, cut, sparsity, num_rounds):
    times = lambda masks: [w * m for w, m in zip(start, masks)]
    masks = functools.reduce(
        lambda masks, r: cut(train(times(masks), masks), 1 - (1 - sparsity) ** (r / num_rounds)),
        range(1, num_rounds + 1),
        [torch.ones_like(w) for w in start],
    )
    return times(masks), masks

# %% ticket wrong="no rewind: each round goes on from the trained weights"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    weights = [w.clone() for w in start]
    for r in range(1, num_rounds + 1):
        weights = train([w * m for w, m in zip(weights, masks)], masks)
        masks = cut(weights, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="returns the trained weights, not those of the start"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(trained, masks)], masks

# %% ticket wrong="cuts by the size at the start, not after training"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        weights = [w * m for w, m in zip(start, masks)]
        train(weights, masks)
        masks = cut(weights, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="an even schedule: sparsity times r / R"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, sparsity * r / num_rounds)
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="the whole sparsity in every round"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(num_rounds):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, sparsity)
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="off by one: r from 0, so the last round does not reach the sparsity"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(num_rounds):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="the share of one round each time, though cut counts the zeros that are there"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    share = 1 - (1 - sparsity) ** (1 / num_rounds)
    for r in range(num_rounds):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, share)
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="s ** (r / R): the share that should be left is mixed up with the share that goes"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="masks first, weights second"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return masks, [w * m for w, m in zip(start, masks)]

# %% ticket wrong="only one round, whatever num_rounds says"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    trained = train([w * m for w, m in zip(start, masks)], masks)
    masks = cut(trained, sparsity)
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="every round begins with masks of ones"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    for r in range(1, num_rounds + 1):
        ones = [torch.ones_like(w) for w in start]
        trained = train([w.clone() for w in start], ones)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="the weights of the start come back whole, not times the masks"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w * m for w, m in zip(start, masks)], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w.clone() for w in start], masks

# %% ticket wrong="start is multiplied in place" kind="sneaky"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w.clone() for w in start], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
        for w, m in zip(start, masks):
            w.mul_(m)
    return [w.clone() for w in start], masks

# %% ticket wrong="hands train the whole start, not times the masks" kind="sneaky"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        trained = train([w.clone() for w in start], masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="one training more than rounds, at the end, for nothing" kind="sneaky"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    trained = train([w * m for w, m in zip(start, masks)], masks)
    for r in range(1, num_rounds + 1):
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
        trained = train([w * m for w, m in zip(start, masks)], masks)
    return [w * m for w, m in zip(start, masks)], masks

# %% ticket wrong="the ticket is made with the masks of the round before the last" kind="sneaky"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        ticket = [w * m for w, m in zip(start, masks)]
        masks = cut(train(ticket, masks), 1 - (1 - sparsity) ** (r / num_rounds))
    return ticket, masks

# %% quantize right="step by step, as in the card"
def quantize(
    x: torch.Tensor, low: float, high: float, bits: int
) -> tuple[torch.Tensor, float, int]:
    low, high = min(low, 0.0), max(high, 0.0)
    top = 2**bits - 1
    scale = (high - low) / top
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, top)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize right="a loop over plain numbers"
def quantize(x, low, high, bits):
    if low > 0:
        low = 0.0
    if high < 0:
        high = 0.0
    largest_code = 2**bits - 1
    scale = (high - low) / largest_code
    zero_point = int(round(-low / scale))
    codes = []
    for value in x.flatten().tolist():
        position = value / scale
        if position > 1000:
            position = 1000.0
        if position < -1000:
            position = -1000.0
        q = round(position) + zero_point
        if q < 0:
            q = 0
        elif q > largest_code:
            q = largest_code
        codes.append(q)
    return torch.tensor(codes, dtype=torch.uint8).reshape(x.shape), float(scale), zero_point

# %% quantize right="NumPy"
import numpy as np


def quantize(x, low, high, bits):
    lo, hi = np.minimum(low, 0.0), np.maximum(high, 0.0)
    steps = (1 << bits) - 1
    scale = float((hi - lo) / steps)
    z = int(np.rint(-lo / scale))
    q = np.clip(np.rint(x.detach().numpy().astype(np.float64) / scale) + z, 0, steps)
    return torch.from_numpy(np.asarray(q).astype(np.uint8)), scale, z

# %% quantize right="fake_quantize of PyTorch, and back to codes"
def quantize(x, low, high, bits):
    low, high, last = min(low, 0.0), max(high, 0.0), 2**bits - 1
    scale = (high - low) / last
    zero_point = round(-low / scale)
    near = x.clamp(-2 * last * scale, 2 * last * scale)
    values = torch.fake_quantize_per_tensor_affine(near, scale, zero_point, 0, last)
    return ((values / scale).round() + zero_point).to(torch.uint8), scale, zero_point

# %% quantize right="the nearest of all values on the grid"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    grid = (torch.arange(2**bits, dtype=torch.float64) - zero_point) * scale
    inside = x.double().clamp(grid[0].item(), grid[-1].item())
    codes = (inside.unsqueeze(-1) - grid).abs().argmin(dim=-1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize right="bucketize at the edges between codes"
def quantize(x, low, high, bits):
    if low > 0:
        low = 0.0
    if high < 0:
        high = 0.0
    n = 2**bits
    scale = (high - low) / (n - 1)
    zero_point = int(torch.tensor(-low / scale, dtype=torch.float64).round())
    edges = (torch.arange(n - 1, dtype=torch.float64) + 0.5 - zero_point) * scale
    return torch.bucketize(x.double(), edges).to(torch.uint8), scale, zero_point

# %% quantize wrong="2**bits steps instead of 2**bits - 1"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 2**bits
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="does not stretch the range until 0 lies in it"
def quantize(x, low, high, bits):
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="no clamp: codes wrap around beyond the range"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (x / scale).round() + zero_point
    return codes.to(torch.int64).to(torch.uint8), scale, zero_point

# %% quantize wrong="uint8 first and clamp after: out of range it wraps around"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).long().to(torch.uint8)
    return codes.clamp(0, 2**bits - 1), scale, zero_point

# %% quantize wrong="cuts off instead of rounding"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).trunc() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="the zero point is cut off by int(), not rounded"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = int(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="sign of the zero point: low / scale, and subtracted nowhere"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(low / scale)
    codes = ((x / scale).round() - zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="clamps before the zero point is added"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (x / scale).round().clamp(0, 2**bits - 1) + zero_point
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="takes the range from x, not from low and high"
def quantize(x, low, high, bits):
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="always clamps at 255, whatever the bits"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 255)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="codes as float32, not uint8"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    return ((x / scale).round() + zero_point).clamp(0, 2**bits - 1), scale, zero_point

# %% quantize wrong="returns the numbers on the grid instead of the codes"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return (codes - zero_point) * scale, scale, zero_point

# %% quantize wrong="symmetric: the zero point always in the middle"
def quantize(x, low, high, bits):
    largest = max(abs(low), abs(high))
    scale = 2 * largest / (2**bits - 1)
    zero_point = 2 ** (bits - 1)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="round((x - low) / scale): 0 is not exact, one rounding in place of two" kind="sneaky"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    codes = ((x - low) / scale).round().clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, round(-low / scale)

# %% quantize wrong="stretches only downwards: a range below 0 stays as it is" kind="sneaky"
def quantize(x, low, high, bits):
    low = min(low, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="works in x itself: x is changed" kind="sneaky"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = x.div_(scale).round_().add_(zero_point).clamp_(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% quantize wrong="int8 on the way: codes above 127 wrap, at 8 bits only" kind="sneaky"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = ((x / scale).round() + zero_point).clamp(-128, 127).to(torch.int8)
    return codes.clamp(0, min(127, 2**bits - 1)).to(torch.uint8), scale, zero_point

# %% quantize right="the zero point comes back as a float"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = torch.tensor(-low / scale, dtype=torch.float64).round().item()
    codes = ((x / scale).round() + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point

# %% int8 right="int32 first, as in the hints"
def int8_linear(
    codes_x: torch.Tensor,
    scale_x: float,
    zero_x: int,
    codes_w: torch.Tensor,
    scale_w: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    x = codes_x.to(torch.int32) - zero_x
    sums = x @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 right="three loops over Python's whole numbers"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    qx = codes_x.tolist()
    qw = codes_w.tolist()
    sums = torch.zeros(len(qx), len(qw), dtype=torch.int32)
    outputs = torch.zeros(len(qx), len(qw), dtype=torch.float32)
    for n in range(len(qx)):
        for i in range(len(qw)):
            total = 0
            for j in range(len(qw[i])):
                total += qw[i][j] * (qx[n][j] - zero_x)
            sums[n, i] = total
            outputs[n, i] = total * scale_x * scale_w[i].item() + bias[i].item()
    return sums, outputs

# %% int8 right="the zero point taken off afterwards, in int64"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    w = codes_w.long()
    raw = codes_x.long() @ w.t()
    sums = (raw - zero_x * w.sum(dim=1)).to(torch.int32)
    factor = scale_w * scale_x
    return sums, torch.addcmul(bias, sums.float(), factor)

# %% int8 right="NumPy with int64"
import numpy as np


def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = codes_x.numpy().astype(np.int64) - int(zero_x)
    w = codes_w.numpy().astype(np.int64)
    s = np.matmul(x, w.transpose()).astype(np.int32)
    out = s * (scale_w.numpy().astype(np.float64) * scale_x)[None, :] + bias.numpy()[None, :]
    return torch.from_numpy(s), torch.from_numpy(out.astype(np.float32))

# %% int8 right="float64, which is exact for whole numbers up to 2**53"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    exact = F.linear(codes_x.double() - zero_x, codes_w.double())
    out = exact * (scale_x * scale_w.double()) + bias.double()
    return exact.round().int(), out.float()

# %% int8 right="einsum"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = torch.einsum("nj,ij->ni", codes_x.int() - zero_x, codes_w.int())
    outputs = torch.einsum("ni,i->ni", sums.float(), scale_w) * scale_x + bias
    return sums, outputs

# %% int8 right="products broadcast and summed"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.type(torch.int32).sub(zero_x)
    products = shifted[:, None, :] * codes_w.type(torch.int32)[None, :, :]
    sums = products.sum(dim=-1, dtype=torch.int32)
    outputs = bias + sums.to(torch.float32) * (scale_x * scale_w)
    return sums, outputs

# %% int8 wrong="subtracts in uint8: codes below the zero point wrap around"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = (codes_x - zero_x).to(torch.int32)
    sums = x @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="forgets the zero point"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = codes_x.to(torch.int32) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="adds the zero point"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) + zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="takes the zero point off the weights too"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ (codes_w.to(torch.int32) - zero_x).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="takes the zero point off once from the sum, not from each code"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = codes_x.to(torch.int32) @ codes_w.to(torch.int32).T - zero_x
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="forgets the scale of the inputs"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w + bias

# %% int8 wrong="bias before the scales"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, (sums + bias) * scale_w * scale_x

# %% int8 wrong="no bias at all"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x

# %% int8 wrong="ReLU at the end, though there is no activation"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, (sums * scale_w * scale_x + bias).relu()

# %% int8 wrong="one scale for all rows, their mean"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w.mean() * scale_x + bias

# %% int8 wrong="multiplies in int8, where products wrap around"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = (codes_x.to(torch.int32) - zero_x).to(torch.int8)
    sums = (x[:, None, :] * codes_w[None]).sum(dim=2).to(torch.int32)
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="the bias is put into the sums as well, rounded"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    sums = sums + (bias / (scale_w * scale_x)).round().to(torch.int32)
    return sums, sums * (scale_w * scale_x)

# %% int8 wrong="sums as int64"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.long() - zero_x) @ codes_w.long().T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="scales along the wrong axis (works where there are as many examples as outputs)"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_w[:, None] * scale_x + bias

# %% int8 wrong="sums in int16: exact for small codes, wraps for large ones" kind="sneaky"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = codes_x.to(torch.int16) - zero_x
    sums = (x @ codes_w.to(torch.int16).T).to(torch.int32)
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="inputs through int8: codes above 127 become negative" kind="sneaky"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = codes_x.to(torch.int8).to(torch.int32) - zero_x
    sums = x @ codes_w.to(torch.int32).T
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="float32 on the way: sums above 2**24 are not exact" kind="sneaky"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x = codes_x.float() - zero_x
    sums = (x @ codes_w.float().T).to(torch.int32)
    return sums, sums * scale_w * scale_x + bias

# %% int8 wrong="outputs as float64" kind="sneaky"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums.double() * scale_w.double() * scale_x + bias.double()

# %% int8 wrong="multiplies scale_w by scale_x in place" kind="sneaky"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    scaled = scale_w.mul_(scale_x)
    return sums, sums * scaled + bias

# %% straight right="W + (rounded - W).detach()"
def aware_loss(W: torch.Tensor, X: torch.Tensor, y: torch.Tensor, bits: int) -> torch.Tensor:
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    W_hat = W + (rounded - W).detach()
    return F.cross_entropy(X @ W_hat.T, y)

# %% straight right="an autograd.Function of its own"
class _RoundRows(torch.autograd.Function):
    @staticmethod
    def forward(ctx, W, t):
        s = W.abs().max(dim=1, keepdim=True).values / t
        s = torch.where(s > 0, s, torch.ones_like(s))
        return torch.clamp(torch.round(W / s), -t, t) * s

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def aware_loss(W, X, y, bits):
    return F.cross_entropy(F.linear(X, _RoundRows.apply(W, 2 ** (bits - 1) - 1)), y)

# %% straight right="row by row, in loops, and the mean by hand"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    rows = []
    for i in range(W.shape[0]):
        w = W[i]
        with torch.no_grad():
            largest = w.abs().max()
            if largest == 0:
                difference = torch.zeros_like(w)
            else:
                s = largest / t
                difference = torch.round(w / s) * s - w
        rows.append(w + difference)
    W_hat = torch.stack(rows)
    Z = X @ W_hat.transpose(0, 1)
    total = 0.0
    for n in range(len(y)):
        total = total - (Z[n, y[n]] - torch.logsumexp(Z[n], dim=0))
    return total / len(y)

# %% straight right="loss at a rounded leaf's copy; its gradient tied to W by a term whose value is 0"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    with torch.no_grad():
        s = W.abs().amax(1, keepdim=True) / t
        W_hat = torch.nan_to_num((W / s).round(), nan=0.0) * s
        Z = X @ W_hat.T
        value = F.cross_entropy(Z, y)
        G = (Z.softmax(dim=1) - F.one_hot(y, Z.shape[1])).T @ X / len(y)
    return value + ((W - W.detach()) * G).sum()

# %% straight right="NumPy rounds, torch differentiates"
import numpy as np


def aware_loss(W, X, y, bits):
    w = W.detach().numpy()
    t = 2 ** (bits - 1) - 1
    s = np.abs(w).max(axis=1, keepdims=True) / w.dtype.type(t)
    s[s == 0] = 1
    shift = torch.from_numpy((np.round(w / s) * s - w).astype(w.dtype))
    logits_ = X @ (W + shift).T
    return -logits_.log_softmax(dim=1).gather(1, y[:, None]).mean()

# %% straight right="the error is subtracted under no_grad, nn.CrossEntropyLoss"
def aware_loss(W, X, y, bits):
    top = float(2 ** (bits - 1) - 1)
    with torch.no_grad():
        step = torch.linalg.vector_norm(W, ord=float("inf"), dim=1).div(top).clamp_min(1e-12)
        error = W - torch.round(W / step[:, None]) * step[:, None]
    return torch.nn.CrossEntropyLoss()(torch.matmul(X, (W - error).mT), y)

# %% straight right="fake_quantize_per_channel_affine for float32, by hand for float64"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.detach().abs().amax(dim=1) / t).clamp(min=1e-12)
    if W.dtype == torch.float32:
        zero = torch.zeros(len(W), dtype=torch.int32)
        W_hat = torch.fake_quantize_per_channel_affine(W, scale, zero, 0, -t, t)
    else:
        W_hat = W + ((W / scale[:, None]).round() * scale[:, None] - W).detach()
    return F.cross_entropy(X @ W_hat.T, y)

# %% straight wrong="no straight-through: only the scales carry a gradient"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    return F.cross_entropy(X @ ((W / scale).round() * scale).T, y)

# %% straight wrong="rounded and detached: no gradient reaches W"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    W_hat = ((W / scale).round() * scale).detach()
    return F.cross_entropy(X @ W_hat.T, y)

# %% straight wrong="the loss of the unrounded weights"
def aware_loss(W, X, y, bits):
    return F.cross_entropy(X @ W.T, y)

# %% straight wrong="one scale for the whole matrix"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().max() / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="a scale for each column"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=0, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="t = 2**bits - 1, without the sign bit"
def aware_loss(W, X, y, bits):
    t = 2**bits - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="t = 2**(bits - 1), one too many"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1)
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round().clamp(-t, t) * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="the largest, not the largest absolute value"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round().clamp(-t, t) * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="sum over the examples, not the mean"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y, reduction="sum")

# %% straight wrong="codes are not multiplied by the scale again"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round()
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="the trick the wrong way round: value of W, gradient of the rounding"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (rounded + (W - rounded).detach()).T, y)

# %% straight wrong="floor in place of round"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = (W / scale).floor().clamp(-t, t) * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="0 / 0 in a row of zeros: nan" kind="sneaky"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = W.abs().amax(dim=1, keepdim=True) / t
    rounded = (W / scale).round() * scale
    return F.cross_entropy(X @ (W + (rounded - W).detach()).T, y)

# %% straight wrong="rounds W itself, in place; loss and gradient are right" kind="sneaky"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    with torch.no_grad():
        scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
        W.copy_((W / scale).round() * scale)
    return F.cross_entropy(X @ W.T, y)

# %% straight wrong="straight through the round only: the scale's share of the gradient stays in" kind="sneaky"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    u = W / scale
    q = u + (u.round() - u).detach()
    return F.cross_entropy(X @ (q * scale).T, y)

# %% straight wrong="the gradient is taken at the unrounded weights" kind="sneaky"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12)
    rounded = ((W / scale).round() * scale).detach()
    plain = F.cross_entropy(X @ W.T, y)
    return plain + (F.cross_entropy(X @ rounded.T, y) - plain).detach()

# %% straight wrong="no gradient for the largest weight of each row, as if it were clamped" kind="sneaky"
def aware_loss(W, X, y, bits):
    t = 2 ** (bits - 1) - 1
    scale = (W.abs().amax(dim=1, keepdim=True) / t).clamp(min=1e-12).detach()
    rounded = (W / scale).round() * scale
    inside = ((W / scale).abs() < t - 1e-4).to(W.dtype)
    passed = W * inside
    return F.cross_entropy(X @ (passed + (rounded - passed).detach()).T, y)

# %% low-rank right="SVD, singular values to the left factor"
def low_rank(W: torch.Tensor, max_numbers: int) -> tuple[torch.Tensor, torch.Tensor]:
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank right="square roots of the singular values on both sides"
def low_rank(W, max_numbers):
    m, n = W.shape
    U, s, Vh = torch.linalg.svd(W, full_matrices=False)
    r = max_numbers // (m + n)
    if r > len(s):
        r = len(s)
    root = torch.diag(s[:r].sqrt())
    A = U[:, :r] @ root
    B = root @ Vh[:r, :]
    return A, B

# %% low-rank right="NumPy, rank counted up in a loop"
import numpy as np


def low_rank(W, max_numbers):
    a = W.detach().cpu().numpy()
    m, n = a.shape
    r = 1
    while (r + 1) * (m + n) <= max_numbers and r + 1 <= min(m, n):
        r += 1
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    B = np.zeros((r, n), dtype=a.dtype)
    for k in range(r):
        B[k] = s[k] * vt[k]
    return torch.from_numpy(np.ascontiguousarray(u[:, :r])), torch.from_numpy(B)

# %% low-rank right="eigenvectors of the transpose times W, in float64; W projected on them"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), min(m, n))
    D = W.double()
    _, V = torch.linalg.eigh(D.T @ D)  # ascending
    V = V[:, n - rank:]
    return (D @ V).to(W.dtype), V.T.to(W.dtype)

# %% low-rank right="torch.svd, which returns V and not its transpose"
def low_rank(W, max_numbers):
    U, s, V = torch.svd(W)
    rank = min(max_numbers // sum(W.shape), s.numel())
    A = torch.matmul(U[:, 0:rank], torch.diag(s[0:rank]))
    B = V[:, 0:rank].t()
    return A.contiguous(), B.contiguous()

# %% low-rank right="projection on the left singular vectors"
def low_rank(W, max_numbers):
    m, n = W.shape
    r = min(max_numbers // (m + n), m, n)
    A = torch.linalg.svd(W, full_matrices=True).U[:, :r].clone()
    return A, A.mT @ W

# %% low-rank right="one-liner; slices stop at the last singular value by themselves"
def low_rank(W, max_numbers):
    return (lambda U, s, Vt, r: (U[:, :r], s[:r, None] * Vt[:r]))(*torch.linalg.svd(W, full_matrices=False), max_numbers // (W.shape[0] + W.shape[1]))

# %% low-rank wrong="the smallest singular values"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, -rank:] * s[-rank:], Vt[-rank:]

# %% low-rank wrong="forgets the singular values"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank], Vt[:rank]

# %% low-rank wrong="singular values in both factors, so they count squared"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], s[:rank, None] * Vt[:rank]

# %% low-rank wrong="takes Vt for V and transposes it again: columns instead of rows"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, V = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], V[:, :rank].T

# %% low-rank wrong="V from torch.svd, used as if it were the transpose: its first rows"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, V = torch.svd(W)
    return U[:, :rank] * s[:rank], V[:rank, :]

# %% low-rank wrong="rank rounded up: more numbers than allowed"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(-(-max_numbers // (m + n)), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="one rank less than fits"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = max(min(max_numbers // (m + n), m, n) - 1, 1)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="counts the singular values as numbers that need a place: m + n + 1 for each direction"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = max(1, min(max_numbers // (m + n + 1), m, n))
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="the budget divided by m * n"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = max(1, min(max_numbers // (m * n), m, n))
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="takes the first columns of W and lets least squares do the rest"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    A = W[:, :rank].clone()
    return A, torch.linalg.pinv(A) @ W

# %% low-rank wrong="square roots only on one side"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank].sqrt(), Vt[:rank]

# %% low-rank wrong="the factors of the transpose: (n, r) and (r, m)"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W.T, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="never above the break-even rank, though more would fit" kind="sneaky"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = max(1, min(max_numbers // (m + n), m * n // (m + n)))
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="centres the columns first, as PCA does, and loses their means" kind="sneaky"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W - W.mean(dim=0), full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="full matrices, not cut to the singular values: r up to max(m, n), padded with zeros" kind="sneaky"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = max_numbers // (m + n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    A = W.new_zeros(m, rank)
    B = W.new_zeros(rank, n)
    k = min(rank, len(s))
    A[:, :k] = U[:, :k] * s[:k]
    B[:k] = Vt[:k]
    return A, B

# %% low-rank wrong="comes back as float64, for float32 too" kind="sneaky"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W.double(), full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]

# %% low-rank wrong="a random sketch (svd_lowrank without iterations): near, but not the nearest" kind="sneaky"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, V = torch.svd_lowrank(W, q=rank, niter=0)
    return U * s, V.T

# %% distil right="F.kl_div with batchmean and F.cross_entropy, as in the hints"
def distillation_loss(
    student: torch.Tensor, teacher: torch.Tensor, y: torch.Tensor, T: float, alpha: float
) -> torch.Tensor:
    log_q = F.log_softmax(student / T, dim=1)
    p = F.softmax(teacher / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard

# %% distil right="the formula written out with logarithms"
def distillation_loss(student, teacher, y, T, alpha):
    log_p = (teacher / T).log_softmax(dim=1)
    log_q = (student / T).log_softmax(dim=1)
    kl = (log_p.exp() * (log_p - log_q)).sum(dim=1)
    ce = -student.log_softmax(dim=1)[torch.arange(len(y)), y]
    return (alpha * T * T * kl + (1 - alpha) * ce).mean()

# %% distil right="loop over the examples"
def distillation_loss(student, teacher, y, T, alpha):
    losses = []
    for i in range(student.shape[0]):
        v = teacher[i] / T
        z = student[i] / T
        log_p = v - torch.logsumexp(v, dim=0)
        log_q = z - torch.logsumexp(z, dim=0)
        kl = torch.zeros((), dtype=student.dtype)
        for c in range(student.shape[1]):
            kl = kl + torch.exp(log_p[c]) * (log_p[c] - log_q[c])
        ce = torch.logsumexp(student[i], dim=0) - student[i, y[i]]
        losses.append(alpha * T**2 * kl + (1 - alpha) * ce)
    return sum(losses) / len(losses)

# %% distil right="nn.KLDivLoss with log_target"
def distillation_loss(student, teacher, y, T, alpha):
    kl_loss = torch.nn.KLDivLoss(reduction="batchmean", log_target=True)
    ce_loss = torch.nn.CrossEntropyLoss()
    soft_student = torch.nn.functional.log_softmax(student.div(T), dim=-1)
    soft_teacher = torch.nn.functional.log_softmax(teacher.div(T), dim=-1).detach()
    return kl_loss(soft_student, soft_teacher) * (alpha * T**2) + ce_loss(student, y) * (1.0 - alpha)

# %% distil right="cross-entropy with soft targets, less the teacher's entropy"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    crossed = F.cross_entropy(student / T, p)
    entropy = -torch.xlogy(p, p).sum(dim=1).mean()
    return torch.lerp(F.cross_entropy(student, y), T**2 * (crossed - entropy), alpha)

# %% distil right="one-liner, kl_div without reduction"
def distillation_loss(student, teacher, y, T, alpha):
    return (alpha * T**2 * F.kl_div((student / T).log_softmax(1), (teacher / T).softmax(1), reduction="none").sum(1) + (1 - alpha) * F.cross_entropy(student, y, reduction="none")).mean()

# %% distil right="an autograd.Function that computes with NumPy in float64"
import numpy as np


class _Distil(torch.autograd.Function):
    @staticmethod
    def forward(ctx, student, teacher, y, T, alpha):
        z, v = student.detach().numpy().astype(np.float64), teacher.detach().numpy().astype(np.float64)
        labels = y.numpy()

        def logs(a):
            a = a - a.max(axis=1, keepdims=True)
            return a - np.log(np.exp(a).sum(axis=1, keepdims=True))

        lp, lq, l1 = logs(v / T), logs(z / T), logs(z)
        n = len(labels)
        kl = (np.exp(lp) * (lp - lq)).sum(axis=1)
        ce = -l1[np.arange(n), labels]
        onehot = np.zeros_like(z)
        onehot[np.arange(n), labels] = 1
        grad = (alpha * T * (np.exp(lq) - np.exp(lp)) + (1 - alpha) * (np.exp(l1) - onehot)) / n
        ctx.save_for_backward(torch.from_numpy(grad).to(student.dtype))
        return student.new_tensor((alpha * T**2 * kl + (1 - alpha) * ce).mean())

    @staticmethod
    def backward(ctx, arriving):
        (grad,) = ctx.saved_tensors
        return arriving * grad, None, None, None, None


def distillation_loss(student, teacher, y, T, alpha):
    return _Distil.apply(student, teacher, y, T, alpha)

# %% distil wrong="KL the other way round: of the student from the teacher"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(teacher / T, dim=1), F.softmax(student / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="forgets T squared"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="T in place of T squared"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="alpha at the wrong part"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return (1 - alpha) * T**2 * soft + alpha * F.cross_entropy(student, y)

# %% distil wrong="reduction mean: divided by the number of classes as well"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="mean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="sum over the examples"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="sum")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y, reduction="sum")

# %% distil wrong="the labels' part with the temperature too"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student / T, y)

# %% distil wrong="T squared on both parts"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return T**2 * (alpha * soft + (1 - alpha) * F.cross_entropy(student, y))

# %% distil wrong="only the student's logits are divided by T"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="multiplies by T instead of dividing"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student * T, dim=1), F.softmax(teacher * T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="kl_div gets probabilities where it wants logarithms"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="softmax over the examples, dim=0"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=0), F.softmax(teacher / T, dim=0), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="cross_entropy of the softmax: softmax twice"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(F.softmax(student, dim=1), y)

# %% distil wrong="the loss of each example, not their mean"
def distillation_loss(student, teacher, y, T, alpha):
    kl = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="none").sum(dim=1)
    return alpha * T**2 * kl + (1 - alpha) * F.cross_entropy(student, y, reduction="none")

# %% distil wrong="cross-entropy with the soft targets, not KL: the gradient is right, the value has the entropy in it" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.cross_entropy(student / T, F.softmax(teacher / T, dim=1))
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="the value is right, but .item() cuts it off from autograd" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    loss = alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)
    return torch.tensor(loss.item(), dtype=student.dtype, requires_grad=True)

# %% distil wrong="the soft part is detached: only the labels teach" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    with torch.no_grad():
        soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="computes in float32: float64 logits give a float32 loss" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    student, teacher = student.float(), teacher.float()
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="divides the KL by 10, the number of classes here, and multiplies it by 10 again after reduction mean" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    soft = 10 * F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="mean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)

# %% distil wrong="log of the softmax: nan at a small T, where a probability underflows" kind="sneaky"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    q = torch.softmax(student / T, dim=1)
    kl = (p * (p.log() - q.log())).sum(dim=1).mean()
    return alpha * T**2 * kl + (1 - alpha) * F.cross_entropy(student, y)

# %% budget right="as many units as fit, straight through, one unit less until it fits"
def budget(
    X: torch.Tensor, y: torch.Tensor, limit_bytes: int
) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    def scales_of(W):
        return (W.abs().amax(dim=1)).clamp(min=1e-8)

    def rounded(W):
        s = scales_of(W)[:, None]
        return W + ((W / s).round() * s - W).detach()

    num_hidden = min((limit_bytes - 220) // 22, 80)
    while True:
        W1 = ((2 * torch.rand(num_hidden, 64) - 1) / 8).requires_grad_()
        W2 = ((2 * torch.rand(10, num_hidden) - 1) / num_hidden**0.5).requires_grad_()
        b1 = torch.zeros(num_hidden, requires_grad=True)
        b2 = torch.zeros(10, requires_grad=True)
        optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
        for step in range(800):
            optimizer.param_groups[0]["lr"] = 0.01 * (1 - step / 800)
            rows = torch.randint(len(X), (64,))
            hidden = (X[rows] @ rounded(W1).T + b1).relu()
            loss = F.cross_entropy(hidden @ rounded(W2).T + b2, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        network = []
        for W, b in ((W1, b1), (W2, b2)):
            W, b = W.detach(), b.detach()
            s = scales_of(W)
            network.append(((W / s[:, None]).round().to(torch.int8), s, b.clone()))
        if packed.num_bytes(network) <= limit_bytes:
            return network
        num_hidden -= 1

# %% budget right="always the same small network, whatever the limit; nn.Sequential and fake_quantize"
def budget(X, y, limit_bytes):
    first, last = torch.nn.Linear(64, 50), torch.nn.Linear(50, 10)
    params = [*first.parameters(), *last.parameters()]

    def scale(layer):
        return (layer.weight.detach().abs().amax(dim=1)).clamp(min=1e-6)

    def forward(layer, x):
        s = scale(layer)
        zero = torch.zeros(len(s), dtype=torch.int32)
        w = torch.fake_quantize_per_channel_affine(layer.weight, s, zero, 0, -1, 1)
        return F.linear(x, w, layer.bias)

    opt = torch.optim.Adam(params, lr=0.01)
    for step in range(900):
        if step in (500, 700):
            opt.param_groups[0]["lr"] /= 4
        i = torch.randint(X.shape[0], (64,))
        loss = F.cross_entropy(forward(last, F.relu(forward(first, X[i]))), y[i])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [
        (
            torch.round(layer.weight.detach() / scale(layer)[:, None]).clamp(-1, 1).to(torch.int8),
            scale(layer),
            layer.bias.detach().clone(),
        )
        for layer in (first, last)
    ]

# %% budget right="a scale from the mean, best of three starts on digits held back"
def budget(X, y, limit_bytes):
    def pack(params):
        layers = []
        for W, b in ((params[0], params[1]), (params[2], params[3])):
            W = W.detach()
            s = 0.7 * W.abs().mean(dim=1).clamp(min=1e-6)
            codes = (W / (2 * s[:, None])).round().clamp(-1, 1)
            layers.append((codes.to(torch.int8), 2 * s, b.detach().clone()))
        return layers

    def ternary(W):
        s = 1.4 * W.detach().abs().mean(dim=1, keepdim=True).clamp(min=1e-6)
        q = (W.detach() / s).round().clamp(-1, 1) * s
        return W + (q - W.detach())

    order = torch.randperm(len(X))
    learn, judge = order[150:], order[:150]
    units = min(int((limit_bytes - 160) / 31), 45)
    best, best_score = None, -1.0
    while best is None:
        for _ in range(3):
            params = [torch.randn(units, 64) / 8, torch.zeros(units), torch.randn(10, units) / units**0.5, torch.zeros(10)]
            params = [p.requires_grad_() for p in params]
            adam = torch.optim.Adam(params, lr=0.01)
            for step in range(600):
                if step == 450:
                    adam.param_groups[0]["lr"] = 0.002
                rows = learn[torch.randint(len(learn), (64,))]
                h = torch.relu(X[rows] @ ternary(params[0]).T + params[1])
                loss = F.cross_entropy(h @ ternary(params[2]).T + params[3], y[rows])
                adam.zero_grad()
                loss.backward()
                adam.step()
            net = pack(params)
            if packed.num_bytes(net) > limit_bytes:
                continue
            score = (packed.logits(net, X[judge]).argmax(dim=1) == y[judge]).float().mean().item()
            if score > best_score:
                best, best_score = net, score
        units -= 1
    return best

# %% budget right="a large teacher; the student learns from its logits alone"
def budget(X, y, limit_bytes):
    def loop(params, forward, targets, loss_fn, steps, lr):
        opt = torch.optim.Adam(params, lr=lr)
        for step in range(steps):
            opt.param_groups[0]["lr"] = lr * (1 - step / steps)
            rows = torch.randint(len(X), (64,))
            loss = loss_fn(forward(X[rows]), targets[rows])
            opt.zero_grad()
            loss.backward()
            opt.step()

    big = torch.nn.Sequential(torch.nn.Linear(64, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
    loop(list(big.parameters()), big, y, F.cross_entropy, 300, 0.005)
    with torch.no_grad():
        teacher = big(X)

    def soft_loss(z, v):
        T = 4.0
        return T**2 * F.kl_div(F.log_softmax(z / T, 1), F.softmax(v / T, 1), reduction="batchmean")

    h = 50
    small = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))

    def codes_and_scale(W):
        s = W.detach().abs().max(dim=1).values + 1e-9
        return (W.detach() / s[:, None]).round().clamp(-1, 1), s

    def forward(x):
        for k, layer in enumerate(small):
            if k == 1:
                x = layer(x)
            else:
                q, s = codes_and_scale(layer.weight)
                W = layer.weight + (q * s[:, None] - layer.weight).detach()
                x = x @ W.T + layer.bias
        return x

    loop(list(small.parameters()), forward, teacher, soft_loss, 900, 0.01)
    result = []
    for layer in (small[0], small[2]):
        q, s = codes_and_scale(layer.weight)
        result.append((q.to(torch.int8), s, layer.bias.detach().clone()))
    return result

# %% budget right="prune by magnitude, tune straight through; fewer weights until it fits"
def budget(X, y, limit_bytes):
    h = 60
    W = [torch.randn(h, 64) / 8, torch.randn(10, h) / 3]
    b = [torch.zeros(h), torch.zeros(10)]
    params = [t.requires_grad_() for t in W + b]

    def quantized(w, mask, t=1):
        w = w.detach() * mask
        s = (w.abs().amax(dim=1) / t).clamp(min=1e-6)
        return (w / s[:, None]).round().clamp(-t, t), s

    def fit(mask, steps, rounding):
        opt = torch.optim.Adam(params, lr=0.01)
        for k in range(steps):
            if k == steps // 2:
                for group in opt.param_groups:
                    group["lr"] = 0.002
            rows = torch.randint(len(X), (64,))
            V = []
            for w, m in zip(W, (mask, torch.ones_like(W[1]))):
                v = w * m
                if rounding:
                    q, s = quantized(w, m)
                    v = v + (q * s[:, None] - v).detach()
                V.append(v)
            z = (X[rows] @ V[0].T + b[0]).relu() @ V[1].T + b[1]
            opt.zero_grad()
            F.cross_entropy(z, y[rows]).backward()
            opt.step()

    mask = torch.ones(h, 64)
    fit(mask, 300, False)
    keep = 0.7
    while True:
        size = (W[0].detach() * mask).abs().flatten()
        mask = torch.zeros(h * 64)
        mask[size.topk(int(keep * h * 64)).indices] = 1.0
        mask = mask.view(h, 64)
        fit(mask, 400, True)
        network = []
        for w, m, bias in zip(W, (mask, torch.ones_like(W[1])), b):
            q, s = quantized(w, m)
            network.append((q.to(torch.int8), s, bias.detach().clone()))
        if packed.num_bytes(network) <= limit_bytes:
            return network
        keep *= 0.85

# %% budget right="two hidden layers, generic over the sizes, straight through"
def budget(X, y, limit_bytes):
    sizes = [64, 44, 20, 10]
    layers = []
    for a, c in itertools.pairwise(sizes):
        W = (torch.randn(c, a) * (2 / a) ** 0.5).requires_grad_()
        layers.append((W, torch.zeros(c, requires_grad=True)))

    def grid(W, t):
        s = W.detach().abs().amax(dim=1).clamp(min=1e-6) / t
        return (W.detach() / s[:, None]).round(), s

    def forward(x, t):
        for k, (W, b) in enumerate(layers):
            q, s = grid(W, t)
            used = W + (q * s[:, None] - W).detach()
            x = (x.relu() if k else x) @ used.T + b
        return x

    optimizer = torch.optim.Adam([p for pair in layers for p in pair], lr=0.01)
    steps = 800
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 0.01 * (1 - step / steps) + 1e-4
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(forward(X[rows], 1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    net = [(grid(W, 1)[0].to(torch.int8), grid(W, 1)[1], b.detach().clone()) for W, b in layers]
    assert packed.num_bytes(net) <= limit_bytes
    return net

# %% budget wrong="a single layer: small enough, and not good enough"
def budget(X, y, limit_bytes):
    layer = torch.nn.Linear(64, 10)
    opt = torch.optim.Adam(layer.parameters(), lr=0.01)
    for _ in range(500):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(layer(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    W = layer.weight.detach()
    s = W.abs().amax(dim=1) / 127
    return [((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach())]

# %% budget wrong="32 units at 8 bits, whatever the limit"
def budget(X, y, limit_bytes):
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1) / 127
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="counts half a byte for a weight at 8 bits: too many bytes at every limit"
def budget(X, y, limit_bytes):
    h = (limit_bytes - 220) // 22
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1) / 127
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="trained without ReLU between the layers, so it was another network that learned"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in net:
        W = layer.weight.detach()
        s = W.abs().amax(dim=1)
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="digits counted backwards: learns 9 - y"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), 9 - y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1)
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="codes cut off to whole numbers without a scale: weights below 1 become 0"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [
        (layer.weight.detach().to(torch.int8), torch.ones(len(layer.bias)), layer.bias.detach())
        for layer in (net[0], net[2])
    ]

# %% budget wrong="rounding afterwards, without training for it"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1)
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="codes (num_inputs, num_outputs): transposed"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1)
        result.append(((W / s[:, None]).round().to(torch.int8).T.contiguous(), s, layer.bias.detach()))
    return result

# %% budget wrong="returns the float32 weights as codes, with scales of 1"
def budget(X, y, limit_bytes):
    h = 40
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [
        (layer.weight.detach(), torch.ones(len(layer.bias)), layer.bias.detach())
        for layer in (net[0], net[2])
    ]

# %% budget wrong="standardizes once more, by sd without care: pixels that never change give nan"
def budget(X, y, limit_bytes):
    h = 40
    X = (X - X.mean(dim=0)) / X.std(dim=0)
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1)
        result.append(((W / s[:, None]).round().to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="scale = largest / 255, as for uint8: codes above 127 wrap around"
def budget(X, y, limit_bytes):
    h = 5
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(400):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(net(X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    result = []
    for layer in (net[0], net[2]):
        W = layer.weight.detach()
        s = W.abs().amax(dim=1) / 255
        result.append(((W / s[:, None]).round().to(torch.int16).to(torch.int8), s, layer.bias.detach()))
    return result

# %% budget wrong="good at the small limit, but 150 units as soon as 2,500 bytes are there: too many bytes up to about 3,500" kind="sneaky"
def budget(X, y, limit_bytes):
    h, t = (40, 1) if limit_bytes < 2500 else (150, 1)

    def grid(W):
        s = (W.detach().abs().amax(dim=1) / t).clamp(min=1e-8)
        return (W.detach() / s[:, None]).round(), s

    def forward(net, x):
        for k in (0, 2):
            q, s = grid(net[k].weight)
            W = net[k].weight + (q * s[:, None] - net[k].weight).detach()
            x = (x.relu() if k else x) @ W.T + net[k].bias
        return x

    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(500):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(forward(net, X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [(grid(net[k].weight)[0].to(torch.int8), grid(net[k].weight)[1], net[k].bias.detach()) for k in (0, 2)]

# %% budget wrong="X is changed: noise is added in place, to learn more robustly" kind="sneaky"
def budget(X, y, limit_bytes):
    h = 40

    def grid(W):
        s = (W.detach().abs().amax(dim=1)).clamp(min=1e-8)
        return (W.detach() / s[:, None]).round(), s

    def forward(net, x):
        for k in (0, 2):
            q, s = grid(net[k].weight)
            W = net[k].weight + (q * s[:, None] - net[k].weight).detach()
            x = (x.relu() if k else x) @ W.T + net[k].bias
        return x

    X += 0.05 * torch.randn(X.shape)
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(500):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(forward(net, X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [(grid(net[k].weight)[0].to(torch.int8), grid(net[k].weight)[1], net[k].bias.detach()) for k in (0, 2)]

# %% budget wrong="codes are kept as int64, not int8" kind="sneaky"
def budget(X, y, limit_bytes):
    h = 40

    def grid(W):
        s = (W.detach().abs().amax(dim=1)).clamp(min=1e-8)
        return (W.detach() / s[:, None]).round(), s

    def forward(net, x):
        for k in (0, 2):
            q, s = grid(net[k].weight)
            W = net[k].weight + (q * s[:, None] - net[k].weight).detach()
            x = (x.relu() if k else x) @ W.T + net[k].bias
        return x

    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(500):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(forward(net, X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [(grid(net[k].weight)[0].long(), grid(net[k].weight)[1], net[k].bias.detach()) for k in (0, 2)]

# %% budget wrong="sixteen outputs; the argmax is right all the same" kind="sneaky"
def budget(X, y, limit_bytes):
    h = 40

    def grid(W):
        s = (W.detach().abs().amax(dim=1)).clamp(min=1e-8)
        return (W.detach() / s[:, None]).round(), s

    def forward(net, x):
        for k in (0, 2):
            q, s = grid(net[k].weight)
            W = net[k].weight + (q * s[:, None] - net[k].weight).detach()
            x = (x.relu() if k else x) @ W.T + net[k].bias
        return x

    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 16))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(500):
        rows = torch.randint(len(X), (64,))
        loss = F.cross_entropy(forward(net, X[rows]), y[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [(grid(net[k].weight)[0].to(torch.int8), grid(net[k].weight)[1], net[k].bias.detach()) for k in (0, 2)]
