# %% ema right="loop as in the hints"
def moving_average(weights: torch.Tensor, beta: float) -> torch.Tensor:
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * w
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)

# %% ema right="table filled in place, index from 0"
def moving_average(weights, beta):
    out = torch.empty_like(weights)
    m = torch.zeros(weights.shape[1], dtype=weights.dtype)
    for i in range(len(weights)):
        m.mul_(beta).add_(weights[i], alpha=1 - beta)
        out[i] = m / (1 - beta ** (i + 1))
    return out

# %% ema right="matrix of the factors, no loop over the weights"
def moving_average(weights, beta):
    T = len(weights)
    t = torch.arange(T)
    age = t[:, None] - t[None, :]
    factors = torch.where(age >= 0, float(beta) ** age.clamp(min=0).double(), 0.0) * (1 - beta)
    factors = factors / factors.sum(dim=1, keepdim=True)
    return (factors @ weights.double()).to(weights.dtype)

# %% ema right="Python numbers, a beginner's nested loops"
def moving_average(weights: torch.Tensor, beta: float) -> torch.Tensor:
    table = weights.tolist()
    n = len(table[0])
    m = [0.0] * n
    result = []
    t = 0
    for row in table:
        t = t + 1
        corrected = []
        for j in range(n):
            m[j] = beta * m[j] + (1 - beta) * row[j]
            corrected.append(m[j] / (1 - beta**t))
        result.append(corrected)
    return torch.tensor(result, dtype=weights.dtype)

# %% ema right="NumPy inside, correction for all steps at the end"
import numpy as np


def moving_average(weights, beta):
    w = weights.numpy()
    m = np.zeros(w.shape, dtype=np.float64)
    before = np.zeros(w.shape[1])
    for t in range(w.shape[0]):
        before = beta * before + (1 - beta) * w[t]
        m[t] = before
    total = 1 - beta ** np.arange(1, w.shape[0] + 1)
    return torch.from_numpy(m / total[:, None]).to(weights.dtype)

# %% ema right="itertools.accumulate with lerp"
from itertools import accumulate


def moving_average(weights, beta):
    steps = accumulate(weights, lambda m, w: m.lerp(w, 1 - beta), initial=torch.zeros_like(weights[0]))
    next(steps)
    return torch.stack([m / (1 - beta**t) for t, m in enumerate(steps, 1)])

# %% ema wrong="no correction"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for w in weights:
        mean = beta * mean + (1 - beta) * w
        rows.append(mean)
    return torch.stack(rows)

# %% ema wrong="carries the corrected average on"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean = (beta * mean + (1 - beta) * w) / (1 - beta**t)
        rows.append(mean)
    return torch.stack(rows)

# %% ema wrong="begins at the first weights, without a correction"
def moving_average(weights, beta):
    mean = weights[0]
    rows = [mean]
    for w in weights[1:]:
        mean = beta * mean + (1 - beta) * w
        rows.append(mean)
    return torch.stack(rows)

# %% ema wrong="beta and 1 - beta swapped"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean = (1 - beta) * mean + beta * w
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)

# %% ema wrong="steps counted from 0: divides by 0 at the first"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights):
        mean = beta * mean + (1 - beta) * w
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)

# %% ema wrong="the power is one too large"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * w
        rows.append(mean / (1 - beta ** (t + 1)))
    return torch.stack(rows)

# %% ema wrong="only the last average is returned"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    for t, w in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * w
    return mean / (1 - beta**t)

# %% ema wrong="in place: all rows are the same tensor"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean *= beta
        mean += (1 - beta) * w
        rows.append(mean)
    factors = torch.tensor([1 - beta**t for t in range(1, len(weights) + 1)], dtype=weights.dtype)
    return torch.stack(rows) / factors[:, None]

# %% ema wrong="the plain mean of all steps so far"
def moving_average(weights, beta):
    t = torch.arange(1, len(weights) + 1, dtype=weights.dtype)
    return weights.cumsum(dim=0) / t[:, None]

# %% ema wrong="goes along the columns instead of the rows"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[:, 0])
    rows = []
    for t, w in enumerate(weights.T, start=1):
        mean = beta * mean + (1 - beta) * w
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows, dim=1)

# %% ema wrong="multiplies by 1 - beta^t instead of dividing"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, w in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * w
        rows.append(mean * (1 - beta**t))
    return torch.stack(rows)

# %% ema wrong="writes the averages into weights" kind="sneaky"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    for t in range(1, len(weights) + 1):
        mean = beta * mean + (1 - beta) * weights[t - 1]
        weights[t - 1] = mean / (1 - beta**t)
    return weights

# %% ema wrong="always float32" kind="sneaky"
def moving_average(weights, beta):
    mean = torch.zeros(weights.shape[1])
    out = torch.zeros(weights.shape)
    for t, w in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * w
        out[t - 1] = mean / (1 - beta**t)
    return out

# %% ema wrong="cumulative sum with beta^-t: not a number when beta is 0" kind="sneaky"
def moving_average(weights, beta):
    t = torch.arange(1, len(weights) + 1, dtype=torch.float64)[:, None]
    sums = (weights.double() * beta**-t).cumsum(dim=0)
    return ((1 - beta) * beta**t * sums / (1 - beta**t)).to(weights.dtype)

# %% averaged-sgd right="new lists in each step, as in the hints"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd right="copies at the beginning, then in place"
def averaged_sgd(
    weights: list[torch.Tensor], gradient, lr: float, num_steps: int, start: int
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    now = [w.clone() for w in weights]
    mean = [torch.zeros_like(w) for w in weights]
    for t in range(1, num_steps + 1):
        grads = gradient(now)
        for i in range(len(now)):
            now[i] -= lr * grads[i]
        if t > start:
            for i in range(len(now)):
                mean[i] += now[i]
    for i in range(len(mean)):
        mean[i] /= num_steps - start
    return now, mean

# %% averaged-sgd right="keeps the whole history, and stacks"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    history = [list(weights)]
    for _ in range(num_steps):
        here = history[-1]
        g = gradient(here)
        history.append([here[i] - lr * g[i] for i in range(len(here))])
    counted = history[start + 1 :]
    mean = [torch.stack(list(each)).mean(dim=0) for each in zip(*counted)]
    return history[-1], mean

# %% averaged-sgd right="running mean, updated step by step"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    current = [w.detach().clone() for w in weights]
    mean, seen = None, 0
    for step in range(1, num_steps + 1):
        current = [torch.sub(w, g, alpha=lr) for w, g in zip(current, gradient(current), strict=True)]
        if step <= start:
            continue
        seen += 1
        if mean is None:
            mean = [w.clone() for w in current]
        else:
            mean = [m + (w - m) / seen for m, w in zip(mean, current)]
    return current, mean

# %% averaged-sgd right="torch.optim.SGD takes the steps"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    params = [nn.Parameter(w.detach().clone()) for w in weights]
    optimizer = torch.optim.SGD(params, lr=lr)
    sums = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        grads = gradient([p.detach().clone() for p in params])
        for p, g in zip(params, grads):
            p.grad = g.detach().clone()
        optimizer.step()
        if step + 1 > start:
            for s, p in zip(sums, params):
                s.add_(p.detach())
    return [p.detach().clone() for p in params], [s / (num_steps - start) for s in sums]

# %% averaged-sgd right="two loops: first the steps that do not count, then the others"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    def one_step(ws):
        gs = gradient(ws)
        return [w - lr * g for w, g in zip(ws, gs)]

    for _ in range(start):
        weights = one_step(weights)
    weights = one_step(weights)
    total = [w.clone() for w in weights]
    for _ in range(start + 1, num_steps):
        weights = one_step(weights)
        for t, w in zip(total, weights):
            t += w
    k = num_steps - start
    return weights, [t / k for t in total]

# %% averaged-sgd wrong="adds before the step: weights start to num_steps - 1"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="counts the weights after step start, too"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    history = [weights]
    for _ in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        history.append(weights)
    return weights, [torch.stack(each).mean(dim=0) for each in zip(*history[start:])]

# %% averaged-sgd wrong="divides by num_steps"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / num_steps for t in total]

# %% averaged-sgd wrong="steps along the gradient"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w + lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="asks for the gradient once for each tensor, some already moved"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    now = [w.clone() for w in weights]
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        for i in range(len(now)):
            now[i] = now[i] - lr * gradient(now)[i]
        if step >= start:
            total = [t + w for t, w in zip(total, now)]
    return now, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="the trap: what is kept are the same tensors, changed in place"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    now = [w.clone() for w in weights]
    kept = []
    for step in range(num_steps):
        for w, g in zip(now, gradient(now)):
            w -= lr * g
        if step >= start:
            kept.append(list(now))
    return now, [torch.stack(each).mean(dim=0) for each in zip(*kept)]

# %% averaged-sgd wrong="mean and last weights swapped"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return [t / (num_steps - start) for t in total], weights

# %% averaged-sgd wrong="the training goes on from the mean"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            weights = [t / (step - start + 1) for t in total]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="mean of the mean so far and the new weights, so the late ones count more"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    mean = None
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step == start:
            mean = [w.clone() for w in weights]
        elif step > start:
            mean = [(m + w) / 2 for m, w in zip(mean, weights)]
    return weights, mean

# %% averaged-sgd wrong="the gradient only at the first weights"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    grads = gradient(weights)
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="changes the weights of the caller" kind="sneaky"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        for w, g in zip(weights, gradient(weights)):
            w -= lr * g
        if step >= start:
            for t, w in zip(total, weights):
                t += w
    return [w.clone() for w in weights], [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="puts its new tensors into the list of the caller" kind="sneaky"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        grads = gradient(weights)
        for i, g in enumerate(grads):
            weights[i] = weights[i] - lr * g
            if step >= start:
                total[i] = total[i] + weights[i]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="asks for the gradient once more, for nothing" kind="sneaky"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    grads = gradient(weights)
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, grads)]
        grads = gradient(weights)
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="the sum is float32 also for float64" kind="sneaky"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros(w.shape) for w in weights]
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            for t, w in zip(total, weights):
                t += w
    return weights, [t / (num_steps - start) for t in total]

# %% averaged-sgd wrong="with start = 0 the weights at the beginning count, too" kind="sneaky"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    counted = [weights] if start == 0 else []
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            counted.append(weights)
    return weights, [torch.stack(each).mean(dim=0) for each in zip(*counted)]

# %% mean-network right="as in the hints"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([state[name] for state in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network right="AveragedModel and update_bn"
from torch.optim.swa_utils import AveragedModel, update_bn


def mean_network(states, batches):
    model = normed_network()
    average = AveragedModel(model)
    for state in states:
        model.load_state_dict(state)
        average.update_parameters(model)
    update_bn(batches, average)
    return average.module.state_dict()

# %% mean-network right="statistics by hand, no module"
def mean_network(states, batches):
    result = {}
    for name, first in states[0].items():
        if first.is_floating_point() and "running" not in name:
            result[name] = sum(state[name] for state in states) / len(states)
    means, variances = [], []
    for X in batches:
        z = X @ result["0.weight"].T + result["0.bias"]
        means.append(z.mean(dim=0))
        variances.append(z.var(dim=0))
    result["1.running_mean"] = torch.stack(means).mean(dim=0)
    result["1.running_var"] = torch.stack(variances).mean(dim=0)
    result["1.num_batches_tracked"] = torch.tensor(len(batches))
    return result

# %% mean-network right="NumPy for the parameters, a beginner's loop"
import numpy as np


def mean_network(states, batches):
    model = normed_network()
    names = [name for name, _ in model.named_parameters()]
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = []
            for state in states:
                values.append(state[name].numpy())
            parameter.copy_(torch.from_numpy(np.mean(np.array(values), axis=0)))
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    for X in batches:
        with torch.no_grad():
            model(X)
    return {name: value.clone() for name, value in model.state_dict().items()}

# %% mean-network right="momentum 1/k set before the k-th batch, only the first two layers run"
@torch.no_grad()
def mean_network(states, batches):
    model = normed_network().train()
    merged = {k: v.clone() for k, v in states[-1].items()}
    for k, _ in model.named_parameters():
        merged[k] = torch.zeros_like(merged[k])
        for s in states:
            merged[k] += s[k] / len(states)
    model.load_state_dict(merged)
    for k, X in enumerate(batches, start=1):
        model[1].momentum = 1 / k
        model[:2](X)
    return model.state_dict()

# %% mean-network right="a running mean of parameters in float64, statistics by torch.var_mean"
def mean_network(states, batches):
    out = {}
    for name in states[0]:
        if not name.startswith("1.r") and not name.endswith("tracked"):
            total = torch.zeros(states[0][name].shape, dtype=torch.float64)
            for s in states:
                total += s[name].double()
            out[name] = (total / len(states)).float()
    pairs = [torch.var_mean(F.linear(X, out["0.weight"], out["0.bias"]), dim=0) for X in batches]
    out["1.running_var"] = sum(v for v, _ in pairs) / len(pairs)
    out["1.running_mean"] = sum(m for _, m in pairs) / len(pairs)
    out["1.num_batches_tracked"] = torch.tensor(0)
    return out

# %% mean-network wrong="averages the old statistics, too, and leaves it at that"
def mean_network(states, batches):
    out = {}
    for name in states[0]:
        out[name] = torch.stack([s[name].float() for s in states]).mean(dim=0)
    out["1.num_batches_tracked"] = states[0]["1.num_batches_tracked"].clone()
    return out

# %% mean-network wrong="the last network's statistics"
def mean_network(states, batches):
    model = normed_network()
    new = {k: v.clone() for k, v in states[-1].items()}
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    return new

# %% mean-network wrong="momentum stays 0.1"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="no reset: the old counter and statistics take part"
def mean_network(states, batches):
    model = normed_network()
    new = {k: v.clone() for k, v in states[-1].items()}
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="eval mode: the statistics stay 0 and 1"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.eval()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="sum of the parameters in place of the mean"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).sum(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="variance divided by m, not m - 1"
def mean_network(states, batches):
    out = {k: v.clone() for k, v in states[0].items()}
    for name in dict(normed_network().named_parameters()):
        out[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    hidden = [X @ out["0.weight"].T + out["0.bias"] for X in batches]
    out["1.running_mean"] = torch.stack([z.mean(dim=0) for z in hidden]).mean(dim=0)
    out["1.running_var"] = torch.stack([z.var(dim=0, unbiased=False) for z in hidden]).mean(dim=0)
    return out

# %% mean-network wrong="all batches joined into one"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        model(torch.cat(batches))
    return model.state_dict()

# %% mean-network wrong="statistics of the last batch only"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model[1].reset_running_stats()
            model(X)
    return model.state_dict()

# %% mean-network wrong="the statistics are found with the last network's weights, before averaging"
def mean_network(states, batches):
    model = normed_network()
    model.load_state_dict(states[-1])
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    return new

# %% mean-network wrong="batch norm's own weight and bias are not averaged"
def mean_network(states, batches):
    model = normed_network()
    new = {k: v.clone() for k, v in states[-1].items()}
    for name in new:
        if not name.startswith("1."):
            new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="returns the network, not its state"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model

# %% mean-network wrong="batches weighted by their size" kind="sneaky"
def mean_network(states, batches):
    out = {k: v.clone() for k, v in states[0].items()}
    for name in dict(normed_network().named_parameters()):
        out[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    n = sum(len(X) for X in batches)
    mean, var = 0, 0
    for X in batches:
        z = X @ out["0.weight"].T + out["0.bias"]
        mean = mean + z.mean(dim=0) * len(X) / n
        var = var + z.var(dim=0) * len(X) / n
    out["1.running_mean"], out["1.running_var"] = mean, var
    return out

# %% mean-network wrong="adds up in the first state: it is changed" kind="sneaky"
def mean_network(states, batches):
    model = normed_network()
    new = dict(states[0])
    for name in dict(model.named_parameters()):
        for s in states[1:]:
            new[name] += s[name]
        new[name] /= len(states)
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="the counter of batches is missing" kind="sneaky"
def mean_network(states, batches):
    out = {}
    for name in dict(normed_network().named_parameters()):
        out[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    hidden = [X @ out["0.weight"].T + out["0.bias"] for X in batches]
    out["1.running_mean"] = torch.stack([z.mean(dim=0) for z in hidden]).mean(dim=0)
    out["1.running_var"] = torch.stack([z.var(dim=0) for z in hidden]).mean(dim=0)
    return out

# %% mean-network wrong="only first and last network averaged" kind="sneaky"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        new[name] = (states[0][name] + states[-1][name]) / 2
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% mean-network wrong="averages network by network in pairs: later ones count more" kind="sneaky"
def mean_network(states, batches):
    model = normed_network()
    new = model.state_dict()
    for name in dict(model.named_parameters()):
        mean = states[0][name]
        for s in states[1:]:
            mean = (mean + s[name]) / 2
        new[name] = mean
    model.load_state_dict(new)
    model[1].momentum = None
    model[1].reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()

# %% barrier right="loop as in the hints"
def barrier(loss, a, b, num_pieces):
    loss_a, loss_b = loss(a), loss(b)
    highest = 0.0
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        way = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        excess = loss(way) - ((1 - alpha) * loss_a + alpha * loss_b)
        highest = max(highest, excess)
    return highest

# %% barrier right="one max over a generator, lerp"
def barrier(loss, a, b, num_pieces):
    la, lb = float(loss(a)), float(loss(b))
    alphas = [k / num_pieces for k in range(num_pieces + 1)]
    return max(
        max(float(loss([torch.lerp(p, q, t) for p, q in zip(a, b)])) - (1 - t) * la - t * lb for t in alphas), 0.0
    )

# %% barrier right="NumPy's linspace, interp for the line"
import numpy as np


def barrier(loss, a, b, num_pieces):
    alphas = np.linspace(0, 1, num_pieces + 1)
    on_the_way = np.array([float(loss([(1 - float(t)) * p + float(t) * q for p, q in zip(a, b)])) for t in alphas])
    line = np.interp(alphas, [0, 1], [on_the_way[0], on_the_way[-1]])
    return float(np.max(on_the_way - line))

# %% barrier right="torch tensor of losses, float64"
def barrier(loss, a, b, num_pieces):
    alphas = torch.linspace(0, 1, num_pieces + 1, dtype=torch.float64)
    values = []
    for alpha in alphas.tolist():
        values.append(float(loss([p * (1 - alpha) + q * alpha for p, q in zip(a, b, strict=True)])))
    L = torch.tensor(values, dtype=torch.float64)
    return (L - torch.lerp(L[0], L[-1], alphas)).max().clamp(min=0).item()

# %% barrier right="only the pieces between the ends, beside 0"
def barrier(loss, a, b, num_pieces):
    start, end = loss(a), loss(b)
    best = 0.0
    i = 1
    while i < num_pieces:
        middle = []
        for j in range(len(a)):
            middle.append(a[j] + (b[j] - a[j]) * i / num_pieces)
        line = start + (end - start) * i / num_pieces
        height = loss(middle) - line
        if height > best:
            best = height
        i += 1
    return float(best)

# %% barrier right="returns a tensor of one number"
def barrier(loss, a, b, num_pieces):
    alphas = [i / num_pieces for i in range(num_pieces + 1)]
    ways = [[(1 - t) * p + t * q for p, q in zip(a, b)] for t in alphas]
    L = torch.tensor([float(loss(w)) for w in ways], dtype=torch.float64)
    t = torch.tensor(alphas, dtype=torch.float64)
    return torch.relu(L - (1 - t) * L[0] - t * L[-1]).max()

# %% barrier wrong="the line is forgotten: rise above the loss at a"
def barrier(loss, a, b, num_pieces):
    la = loss(a)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - la for t in ts)

# %% barrier wrong="above the larger of both ends"
def barrier(loss, a, b, num_pieces):
    top = max(loss(a), loss(b))
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - top for t in ts)

# %% barrier wrong="above the mean of both ends"
def barrier(loss, a, b, num_pieces):
    middle = (loss(a) + loss(b)) / 2
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - middle for t in ts)

# %% barrier wrong="only half-way"
def barrier(loss, a, b, num_pieces):
    middle = loss([(p + q) / 2 for p, q in zip(a, b)])
    return max(0.0, middle - (loss(a) + loss(b)) / 2)

# %% barrier wrong="mean of the excess in place of the largest"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    rise = [loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb for t in ts]
    return max(0.0, sum(rise) / len(rise))

# %% barrier wrong="the line runs from b to a"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - t * la - (1 - t) * lb for t in ts)

# %% barrier wrong="absolute value: a valley counts as a barrier"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(abs(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb) for t in ts)

# %% barrier wrong="the largest loss itself"
def barrier(loss, a, b, num_pieces):
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) for t in ts)

# %% barrier wrong="only the first tensor moves"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(0.0, max(loss([(1 - t) * a[0] + t * b[0], *a[1:]]) - (1 - t) * la - t * lb for t in ts))

# %% barrier wrong="one point too few: alphas are multiples of 1/(k-1)"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = torch.linspace(0, 1, num_pieces, dtype=torch.float64).tolist()
    return max(0.0, max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb for t in ts))

# %% barrier wrong="one point too many: alphas are multiples of 1/(k+1)"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / (num_pieces + 1) for i in range(num_pieces + 2)]
    return max(0.0, max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb for t in ts))

# %% barrier wrong="smallest excess, sign turned: line minus loss"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(0.0, max((1 - t) * la + t * lb - loss([(1 - t) * p + t * q for p, q in zip(a, b)]) for t in ts))

# %% barrier wrong="without the ends: below 0 in a bowl, and no value for one piece" kind="sneaky"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    ts = [i / num_pieces for i in range(1, num_pieces)]
    return max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb for t in ts)

# %% barrier wrong="walks in place: a is changed" kind="sneaky"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    piece = [(q - p) / num_pieces for p, q in zip(a, b)]
    best = 0.0
    for i in range(1, num_pieces + 1):
        for p, d in zip(a, piece):
            p += d
        t = i / num_pieces
        best = max(best, loss(a) - (1 - t) * la - t * lb)
    return best if num_pieces > 1 else 0.0

# %% barrier wrong="the line always rises: wrong if the loss at a is the larger" kind="sneaky"
def barrier(loss, a, b, num_pieces):
    la, lb = sorted([loss(a), loss(b)])
    ts = [i / num_pieces for i in range(num_pieces + 1)]
    return max(0.0, max(loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb for t in ts))

# %% barrier wrong="stops where the loss first falls again: misses a second, higher hill" kind="sneaky"
def barrier(loss, a, b, num_pieces):
    la, lb = loss(a), loss(b)
    best = 0.0
    for i in range(num_pieces + 1):
        t = i / num_pieces
        rise = loss([(1 - t) * p + t * q for p, q in zip(a, b)]) - (1 - t) * la - t * lb
        if rise < best:
            break
        best = rise
    return best

# %% held-out right="masks and cross_entropy, as in the hints"
def held_out_losses(X, y, fold, predict):
    losses = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses

# %% held-out right="log_softmax and gather, folds by unique"
def held_out_losses(X, y, fold, predict):
    out = X.new_zeros(X.shape[0])
    for k in fold.unique():
        test = (fold == k).nonzero().squeeze(1)
        train = (fold != k).nonzero().squeeze(1)
        log_p = predict(X[train], y[train], X[test]).log_softmax(dim=1)
        out[test] = -log_p.gather(1, y[test][:, None]).squeeze(1)
    return out

# %% held-out right="a beginner's loop over the examples of each fold"
def held_out_losses(X: torch.Tensor, y: torch.Tensor, fold: torch.Tensor, predict) -> torch.Tensor:
    n = len(X)
    result = torch.zeros(n, dtype=X.dtype)
    for k in sorted(set(fold.tolist())):
        inside = [i for i in range(n) if fold[i] == k]
        outside = [i for i in range(n) if fold[i] != k]
        logits = predict(X[outside], y[outside], X[inside])
        for row, i in enumerate(inside):
            result[i] = torch.logsumexp(logits[row], dim=0) - logits[row, y[i]]
    return result

# %% held-out right="concatenated fold by fold, then put back in order"
def held_out_losses(X, y, fold, predict):
    places, parts = [], []
    for k in range(fold.max().item() + 1):
        mine = torch.where(fold == k)[0]
        others = torch.where(fold != k)[0]
        z = predict(X[others], y[others], X[mine])
        parts.append(nn.CrossEntropyLoss(reduction="none")(z, y[mine]))
        places.append(mine)
    return torch.cat(parts)[torch.cat(places).argsort()]

# %% held-out right="NumPy for the log of the sum, with the largest logit taken out"
import numpy as np


def held_out_losses(X, y, fold, predict):
    f, labels = fold.numpy(), y.numpy()
    out = np.zeros(len(f))
    for k in np.unique(f):
        mine = torch.from_numpy(f == k)
        z = predict(X[~mine], y[~mine], X[mine]).numpy().astype(np.float64)
        top = z.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(z - top).sum(axis=1)) + top[:, 0]
        out[f == k] = log_sum - z[np.arange(len(z)), labels[f == k]]
    return torch.from_numpy(out).to(X.dtype)

# %% held-out right="all held-out logits first, one cross entropy at the end"
def held_out_losses(X, y, fold, predict):
    logits = None
    for k in range(len(fold.unique())):
        m = fold.eq(k)
        z = predict(X[~m], y[~m], X[m])
        if logits is None:
            logits = torch.zeros(len(X), z.shape[1], dtype=X.dtype)
        logits[m] = z
    return F.nll_loss(F.log_softmax(logits, dim=1), y, reduction="none")

# %% held-out wrong="learns from all examples"
def held_out_losses(X, y, fold, predict):
    return F.cross_entropy(predict(X, y, X), y, reduction="none")

# %% held-out wrong="learns from the fold itself, and judges it"
def held_out_losses(X, y, fold, predict):
    losses = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        losses[mine] = F.cross_entropy(predict(X[mine], y[mine], X[mine]), y[mine], reduction="none")
    return losses

# %% held-out wrong="learns from one fold, judges all others"
def held_out_losses(X, y, fold, predict):
    losses = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        losses[~mine] = F.cross_entropy(predict(X[mine], y[mine], X[~mine]), y[~mine], reduction="none")
    return losses

# %% held-out wrong="one mean loss for each fold"
def held_out_losses(X, y, fold, predict):
    losses = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        losses[mine] = F.cross_entropy(predict(X[~mine], y[~mine], X[mine]), y[mine])
    return losses

# %% held-out wrong="the probability of the right class, not its -log"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        p = predict(X[~mine], y[~mine], X[mine]).softmax(dim=1)
        out[mine] = p.gather(1, y[mine][:, None])[:, 0]
    return out

# %% held-out wrong="sign: log p"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        p = predict(X[~mine], y[~mine], X[mine]).log_softmax(dim=1)
        out[mine] = p.gather(1, y[mine][:, None])[:, 0]
    return out

# %% held-out wrong="softmax before cross_entropy, which takes logits"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        p = predict(X[~mine], y[~mine], X[mine]).softmax(dim=1)
        out[mine] = F.cross_entropy(p, y[mine], reduction="none")
    return out

# %% held-out wrong="the last fold is left out"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max())):
        mine = fold == k
        losses[mine] = F.cross_entropy(predict(X[~mine], y[~mine], X[mine]), y[mine], reduction="none")
    return losses

# %% held-out wrong="softmax over the examples, not the classes"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        p = predict(X[~mine], y[~mine], X[mine]).log_softmax(dim=0)
        out[mine] = -p.gather(1, y[mine][:, None])[:, 0]
    return out

# %% held-out wrong="wrong or right, 1 or 0, in place of the loss"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        out[mine] = (predict(X[~mine], y[~mine], X[mine]).argmax(dim=1) != y[mine]).to(X.dtype)
    return out

# %% held-out wrong="learns only from the folds before, or the next for the first"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        others = fold < k if k else fold == 1
        out[mine] = F.cross_entropy(predict(X[others], y[others], X[mine]), y[mine], reduction="none")
    return out

# %% held-out wrong="loss of the predicted class: the largest log p, the label is not looked at"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        out[mine] = -predict(X[~mine], y[~mine], X[mine]).log_softmax(dim=1).amax(dim=1)
    return out

# %% held-out wrong="in the order of the folds, not of X" kind="sneaky"
def held_out_losses(X, y, fold, predict):
    parts = []
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        parts.append(F.cross_entropy(predict(X[~mine], y[~mine], X[mine]), y[mine], reduction="none"))
    return torch.cat(parts)

# %% held-out wrong="float32 also for float64" kind="sneaky"
def held_out_losses(X, y, fold, predict):
    losses = torch.empty(len(X))
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        losses[mine] = F.cross_entropy(predict(X[~mine], y[~mine], X[mine]), y[mine], reduction="none").float()
    return losses

# %% held-out wrong="log of softmax: infinite where the right class is far below" kind="sneaky"
def held_out_losses(X, y, fold, predict):
    out = torch.empty(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        p = predict(X[~mine], y[~mine], X[mine]).softmax(dim=1)
        out[mine] = -p.gather(1, y[mine][:, None])[:, 0].log()
    return out

# %% held-out wrong="number of folds from the last example" kind="sneaky"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold[-1]) + 1):
        mine = fold == k
        losses[mine] = F.cross_entropy(predict(X[~mine], y[~mine], X[mine]), y[mine], reduction="none")
    return losses

# %% shown right="argsort and a cut, as in the hints"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    return difficulty.argsort(descending=hard_first)[:m]

# %% shown right="topk"
def shown(difficulty, step, first, num_growing, hard_first):
    n = difficulty.numel()
    step = min(step, num_growing)
    count = first + ((n - first) * step) // num_growing
    return torch.topk(difficulty, count, largest=hard_first).indices

# %% shown right="Python's sorted, a beginner's way"
def shown(
    difficulty: torch.Tensor, step: int, first: int, num_growing: int, hard_first: bool
) -> torch.Tensor:
    values = difficulty.tolist()
    n = len(values)
    places = list(range(n))
    places.sort(key=lambda i: values[i])
    if hard_first:
        places.reverse()
    if step >= num_growing:
        how_many = n
    else:
        how_many = first + (n - first) * step // num_growing
    return torch.tensor(places[:how_many], dtype=torch.int64)

# %% shown right="threshold: the m-th smallest value"
def shown(difficulty, step, first, num_growing, hard_first):
    d = -difficulty if hard_first else difficulty
    m = min(len(d), first + (len(d) - first) * step // num_growing)
    limit = d.sort().values[m - 1]
    return (d <= limit).nonzero().flatten()

# %% shown right="ranks"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = n if step > num_growing else first + (n - first) * step // num_growing
    rank = difficulty.argsort().argsort()
    if hard_first:
        rank = n - 1 - rank
    return torch.arange(n)[rank < m]

# %% shown right="NumPy, the hardest from the end"
import numpy as np


def shown(difficulty, step, first, num_growing, hard_first):
    order = np.argsort(difficulty.numpy())
    n = len(order)
    m = min(first + (n - first) * step // num_growing, n)
    places = order[n - m :] if hard_first else order[:m]
    return torch.from_numpy(places.copy()).long()

# %% shown wrong="hard_first is forgotten"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort()[: min(n, first + (n - first) * step // num_growing)]

# %% shown wrong="hard and easy swapped"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=not hard_first)[: min(n, first + (n - first) * step // num_growing)]

# %% shown wrong="difficulties in place of places"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.sort(descending=hard_first).values[: min(n, first + (n - first) * step // num_growing)]

# %% shown wrong="ranks in place of places"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    ranks = difficulty.argsort(descending=hard_first).argsort()
    return ranks[: min(n, first + (n - first) * step // num_growing)]

# %% shown wrong="steps counted from 1"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, first + (n - first) * (step + 1) // num_growing)]

# %% shown wrong="rounded up"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, first - (-(n - first) * step // num_growing))]

# %% shown wrong="rounded to the nearest"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, first + round((n - first) * step / num_growing))]

# %% shown wrong="first is not part of the growth: n * step / num_growing, at least first"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, max(first, n * step // num_growing))]

# %% shown wrong="grows by n in place of n - first"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, first + n * step // num_growing)]

# %% shown wrong="only the new ones are shown, what was shown goes"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    order = difficulty.argsort(descending=hard_first)
    m = min(n, first + (n - first) * step // num_growing)
    return order[m - first : m]

# %% shown wrong="rounds the steps instead: all or nothing"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.argsort(descending=hard_first)[: min(n, first + (n - first) * (step // num_growing))]

# %% shown wrong="a mask in place of places"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    mask = torch.zeros(n, dtype=torch.bool)
    mask[difficulty.argsort(descending=hard_first)[:m]] = True
    return mask

# %% shown wrong="topk without a limit: fails after num_growing" kind="sneaky"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    return difficulty.topk(first + (n - first) * step // num_growing, largest=hard_first).indices

# %% shown wrong="sorts by the absolute value" kind="sneaky"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    return difficulty.abs().argsort(descending=hard_first)[:m]

# %% shown wrong="the places are int32" kind="sneaky"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    return difficulty.argsort(descending=hard_first)[:m].int()

# %% shown wrong="with hard_first the hardest first, and then the easiest are added" kind="sneaky"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.argsort()
    if hard_first:
        order = torch.cat([order[n - first :], order[: n - first]])
    return order[:m]

# %% shown wrong="a fraction that is not exact, then rounded down: one too few at times" kind="sneaky"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    share = min(1.0, step / num_growing)
    return difficulty.argsort(descending=hard_first)[: first + int((n - first) * share)]

# %% growing-batches right="one line"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    sizes = [min(batch_size * factor ** (e // every), largest) for e in range(num_epochs)]
    return [(lr / factor ** (e // every) * b / batch_size, b) for e, b in enumerate(sizes)]

# %% growing-batches right="a beginner's loop"
def growing_batches(
    lr: float, batch_size: int, factor: int, every: int, largest: int, num_epochs: int
) -> list[tuple[float, int]]:
    result = []
    for epoch in range(num_epochs):
        times = epoch // every
        planned = lr / factor**times
        new = batch_size * factor**times
        if new > largest:
            new = largest
        rate = planned * new / batch_size
        result.append((rate, new))
    return result

# %% growing-batches right="carried on from epoch to epoch"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    planned, size, out = lr, batch_size, []
    for epoch in range(num_epochs):
        if epoch > 0 and epoch % every == 0:
            planned /= factor
            size = min(size * factor, largest)
        out.append((planned * (size / batch_size), size))
    return out

# %% growing-batches right="exact fractions"
from fractions import Fraction


def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    pairs = []
    for e in range(num_epochs):
        wanted = batch_size * factor ** (e // every)
        size = min(wanted, largest)
        pairs.append((float(Fraction(lr) * Fraction(size, wanted)), size))
    return pairs

# %% growing-batches right="NumPy inside"
import numpy as np


def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    power = float(factor) ** (np.arange(num_epochs) // every)
    sizes = np.minimum(batch_size * power, largest)
    rates = lr / power * sizes / batch_size
    return [(float(r), int(s)) for r, s in zip(rates, sizes)]

# %% growing-batches right="two cases: still growing, or at the largest"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    def at(epoch):
        wanted = batch_size * factor ** (epoch // every)
        if wanted <= largest:
            return lr, wanted
        return lr * largest / wanted, largest

    return list(map(at, range(num_epochs)))

# %% growing-batches wrong="the rate stays, also where the batch cannot grow"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    return [(lr, min(batch_size * factor ** (e // every), largest)) for e in range(num_epochs)]

# %% growing-batches wrong="no limit on the batch"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    return [(lr, batch_size * factor ** (e // every)) for e in range(num_epochs)]

# %% growing-batches wrong="the rate falls as planned, beside the batch that grows"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    return [
        (lr / factor ** (e // every), min(batch_size * factor ** (e // every), largest)) for e in range(num_epochs)
    ]

# %% growing-batches wrong="epochs counted from 1"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(1, num_epochs + 1):
        b = min(batch_size * factor ** (e // every), largest)
        out.append((lr / factor ** (e // every) * b / batch_size, b))
    return out

# %% growing-batches wrong="factor times k in place of factor to the k"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs):
        f = max(1, factor * (e // every))
        b = min(batch_size * f, largest)
        out.append((lr / f * b / batch_size, b))
    return out

# %% growing-batches wrong="rate divided by the growth of the batch: old over new"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs):
        b = min(batch_size * factor ** (e // every), largest)
        out.append((lr / factor ** (e // every) * batch_size / b, b))
    return out

# %% growing-batches wrong="the rate grows with the batch, no fall planned"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    sizes = [min(batch_size * factor ** (e // every), largest) for e in range(num_epochs)]
    return [(lr * b / batch_size, b) for b in sizes]

# %% growing-batches wrong="pairs the other way round"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs):
        b = min(batch_size * factor ** (e // every), largest)
        out.append((b, lr / factor ** (e // every) * b / batch_size))
    return out

# %% growing-batches wrong="grows in each epoch"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs):
        b = min(batch_size * factor**e, largest)
        out.append((lr / factor**e * b / batch_size, b))
    return out

# %% growing-batches wrong="one epoch too many"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs + 1):
        b = min(batch_size * factor ** (e // every), largest)
        out.append((lr / factor ** (e // every) * b / batch_size, b))
    return out

# %% growing-batches wrong="two lists in place of a list of pairs"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    sizes = [min(batch_size * factor ** (e // every), largest) for e in range(num_epochs)]
    return [lr / factor ** (e // every) * b / batch_size for e, b in enumerate(sizes)], sizes

# %% growing-batches wrong="does not grow when the next size would be above largest, so never reaches it" kind="sneaky"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out, b = [], batch_size
    for e in range(num_epochs):
        if e > 0 and e % every == 0 and b * factor <= largest:
            b *= factor
        out.append((lr / factor ** (e // every) * b / batch_size, b))
    return out

# %% growing-batches wrong="when the batch is cut, the rate is divided by factor only from the next time on" kind="sneaky"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out, b, rate = [], batch_size, lr
    for e in range(num_epochs):
        if e > 0 and e % every == 0:
            if b < largest:
                b = min(b * factor, largest)
            else:
                rate /= factor
        out.append((rate, b))
    return out

# %% growing-batches wrong="at the limit the rate is at once divided by the whole factor" kind="sneaky"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out, b, rate = [], batch_size, lr
    for e in range(num_epochs):
        if e > 0 and e % every == 0:
            if b * factor <= largest:
                b *= factor
            else:
                b = largest
                rate /= factor
        out.append((rate, b))
    return out

# %% growing-batches wrong="batch sizes come out as floats" kind="sneaky"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    out = []
    for e in range(num_epochs):
        drop = float(factor) ** (e // every)
        b = min(batch_size * drop, float(largest))
        out.append((lr / drop * b / batch_size, b))
    return out

# %% by-lot right="as in the hints, in float64"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()

# %% by-lot right="rounded down, and 1 more if the lot is below what was cut off"
def round_by_lot(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    m, e = torch.frexp(x)
    scaled = 256 * m
    low = torch.floor(scaled)
    up = torch.rand(x.shape, generator=generator) < scaled - low
    return torch.ldexp(low + up, e - 8)

# %% by-lot right="torch.bernoulli with the part cut off"
def round_by_lot(x, generator):
    m, e = x.frexp()
    down = (m * 256).floor()
    share = m * 256 - down
    whole = down + torch.bernoulli(share, generator=generator)
    return (whole * 2.0 ** (e - 8)).to(torch.float32)

# %% by-lot right="bits: a whole lot from 0 to 65535 added, then cut"
def round_by_lot(x, generator):
    lot = torch.randint(0, 65536, x.shape, generator=generator, dtype=torch.int32)
    bits = x.contiguous().view(torch.int32) + lot
    return (bits & ~0xFFFF).view(torch.float32)

# %% by-lot right="number by number with math.frexp, a beginner's way"
import math


def round_by_lot(x, generator):
    results = []
    for value in x.flatten().tolist():
        m, e = math.frexp(value)
        u = torch.rand(1, generator=generator, dtype=torch.float64).item()
        whole = math.floor(256 * m + u)
        results.append(math.ldexp(whole, e - 8))
    return torch.tensor(results, dtype=torch.float32).reshape(x.shape)

# %% by-lot right="two neighbours, chosen by torch.where, absolute value and sign"
def round_by_lot(x, generator):
    mantissa, exponent = torch.frexp(x.abs())
    gap = torch.ldexp(torch.ones_like(mantissa), exponent - 8)
    lower = (mantissa * 256).floor() * gap
    upper = (mantissa * 256).ceil() * gap
    p = (x.abs() - lower) / gap
    u = torch.rand(x.shape, generator=generator)
    return x.sign() * torch.where(u < p, upper, lower)

# %% by-lot wrong="rounds to the nearest"
def round_by_lot(x, generator):
    torch.rand(x.shape, generator=generator)
    return x.bfloat16().float()

# %% by-lot wrong="always down"
def round_by_lot(x, generator):
    torch.rand(x.shape, generator=generator)
    m, e = torch.frexp(x)
    return torch.ldexp((256 * m).floor(), e - 8)

# %% by-lot wrong="up or down with one half each"
def round_by_lot(x, generator):
    m, e = torch.frexp(x)
    up = torch.rand(x.shape, generator=generator) < 0.5
    return torch.ldexp(torch.where(up, (256 * m).ceil(), (256 * m).floor()), e - 8)

# %% by-lot wrong="one lot for the whole tensor"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand((), generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="cuts toward 0: bfloat16 numbers below 0 move"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).trunc(), e - 8).float()

# %% by-lot wrong="the lot is added, then rounded to the nearest: half a gap too high"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).round(), e - 8).float()

# %% by-lot wrong="7 digits in place of 8: 128 m"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((128 * m + u).floor(), e - 7).float()

# %% by-lot wrong="9 digits: 512 m"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((512 * m + u).floor(), e - 9).float()

# %% by-lot wrong="the 8 is not taken back: 256 times too large"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e).float()

# %% by-lot wrong="probabilities swapped: the farther neighbour more often"
def round_by_lot(x, generator):
    m, e = torch.frexp(x)
    low, high = (256 * m).floor(), (256 * m).ceil()
    up = torch.rand(x.shape, generator=generator) < high - 256 * m
    return torch.ldexp(torch.where(up, high, low), e - 8)

# %% by-lot wrong="normal lots in place of uniform ones"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="the generator is not used"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="the sign is lost"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double().abs())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="works on a copy of the generator, which does not move on" kind="sneaky"
def round_by_lot(x, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=own, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="the result is of dtype bfloat16" kind="sneaky"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).bfloat16()

# %% by-lot wrong="one lot for each column, the same in all rows" kind="sneaky"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape[-1:], generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="exponent by log2: not a number for 0" kind="sneaky"
def round_by_lot(x, generator):
    gap = 2.0 ** (x.double().abs().log2().floor() - 7)
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return ((x.double() / gap + u).floor() * gap).float()

# %% by-lot wrong="seeds the generator anew in each call" kind="sneaky"
def round_by_lot(x, generator):
    generator.manual_seed(0)
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).floor(), e - 8).float()

# %% by-lot wrong="below 0 the part cut off is measured from the wrong side" kind="sneaky"
def round_by_lot(x, generator):
    m, e = torch.frexp(x)
    scaled = 256 * m
    up = torch.rand(x.shape, generator=generator) < scaled.abs() - scaled.abs().floor()
    exact = scaled == scaled.floor()
    whole = torch.where(exact, scaled, scaled.floor() + up)
    return torch.ldexp(whole, e - 8)

# %% by-lot right="sum in float32: a bfloat16 number moves up once in 131,072 draws"
def round_by_lot(x, generator):
    m, e = torch.frexp(x)
    u = torch.rand(x.shape, generator=generator)
    return torch.ldexp((256 * m + u).floor(), e - 8)

# %% verdicts right="statistics, plain accuracies first, as in the hints"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for strategy in strategies[1:]:
        gain = statistics.median([run(strategy, seed) - p for seed, p in zip(seeds, plain)])
        if gain > spread:
            said[strategy] = "helps"
        elif gain < -spread:
            said[strategy] = "hurts"
        else:
            said[strategy] = "no difference"
    return said

# %% verdicts right="NumPy, a table of all runs"
import numpy as np


def verdicts(run, strategies, seeds):
    table = np.array([[run(strategy, seed) for seed in seeds] for strategy in strategies])
    spread = table[0].std(ddof=1)
    gains = np.median(table[1:] - table[0], axis=1)
    words = np.where(gains > spread, "helps", np.where(gains < -spread, "hurts", "no difference"))
    return {name: str(word) for name, word in zip(strategies[1:], words)}

# %% verdicts right="torch in float64, quantile for the median"
def verdicts(run, strategies, seeds):
    scores = torch.tensor([[run(s, seed) for seed in seeds] for s in strategies], dtype=torch.float64)
    spread = scores[0].std()
    gains = (scores[1:] - scores[0]).quantile(0.5, dim=1)
    return {
        s: "helps" if g > spread else "hurts" if g < -spread else "no difference"
        for s, g in zip(strategies[1:], gains)
    }

# %% verdicts right="everything by hand, a beginner's way"
def verdicts(run, strategies: list[str], seeds: list[int]) -> dict[str, str]:
    plain = []
    for seed in seeds:
        plain.append(run(strategies[0], seed))
    n = len(plain)
    mean = sum(plain) / n
    squares = 0.0
    for value in plain:
        squares += (value - mean) ** 2
    spread = (squares / (n - 1)) ** 0.5
    answer = {}
    for i in range(1, len(strategies)):
        differences = []
        for j in range(n):
            differences.append(run(strategies[i], seeds[j]) - plain[j])
        differences.sort()
        if n % 2 == 1:
            gain = differences[n // 2]
        else:
            gain = (differences[n // 2 - 1] + differences[n // 2]) / 2
        answer[strategies[i]] = "no difference"
        if gain > spread:
            answer[strategies[i]] = "helps"
        if gain < -spread:
            answer[strategies[i]] = "hurts"
    return answer

# %% verdicts right="dictionary of the results, seed by seed, helper for the word"
def verdicts(run, strategies, seeds):
    results = {name: [] for name in strategies}
    for seed in seeds:
        for name in strategies:
            results[name].append(run(name, seed))
    plain, *others = strategies
    spread = statistics.variance(results[plain]) ** 0.5

    def word(gain):
        return "no difference" if abs(gain) <= spread else ("helps" if gain > 0 else "hurts")

    return {
        name: word(statistics.median(x - p for x, p in zip(results[name], results[plain], strict=True)))
        for name in others
    }

# %% verdicts right="a cached run that may be asked again"
from functools import cache


def verdicts(run, strategies, seeds):
    score = cache(lambda strategy, seed: run(strategy, seed))
    base = strategies[0]

    def gain(s):
        return statistics.median([score(s, k) - score(base, k) for k in seeds])

    def spread():
        return statistics.stdev([score(base, k) for k in seeds])

    return {
        s: ("helps" if gain(s) > spread() else "hurts" if gain(s) < -spread() else "no difference")
        for s in strategies[1:]
    }

# %% verdicts wrong="mean of the differences"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.mean([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="standard deviation divided by n"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.pstdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="difference of the medians"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) for k in seeds]) - statistics.median(plain)
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="spread of the differences"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    said = {}
    for s in strategies[1:]:
        differences = [run(s, k) - p for k, p in zip(seeds, plain)]
        gain, spread = statistics.median(differences), statistics.stdev(differences)
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="spread of the strategy, not of the plain training"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    said = {}
    for s in strategies[1:]:
        scores = [run(s, k) for k in seeds]
        spread = statistics.stdev(scores)
        gain = statistics.median([q - p for q, p in zip(scores, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="the variance in place of the standard deviation"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.variance(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="plain minus strategy: helps and hurts swapped"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([p - run(s, k) for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="hurts already below 0"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < 0 else "no difference"
    return said

# %% verdicts wrong="standard error: divided by the root of n, too"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain) / len(seeds) ** 0.5
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="the range in place of the standard deviation"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = max(plain) - min(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="both sorted before the difference: not seed by seed"
def verdicts(run, strategies, seeds):
    plain = sorted(run(strategies[0], seed) for seed in seeds)
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        scores = sorted(run(s, k) for k in seeds)
        gain = statistics.median([q - p for q, p in zip(scores, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="each compared with the strategy before it"
def verdicts(run, strategies, seeds):
    before = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(before)
    said = {}
    for s in strategies[1:]:
        scores = [run(s, k) for k in seeds]
        gain = statistics.median([q - p for q, p in zip(scores, before)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
        before = scores
    return said

# %% verdicts wrong="torch.median: the lower of the middle two" kind="sneaky"
def verdicts(run, strategies, seeds):
    scores = torch.tensor([[run(s, seed) for seed in seeds] for s in strategies], dtype=torch.float64)
    spread = scores[0].std()
    said = {}
    for s, row in zip(strategies[1:], scores[1:]):
        gain = (row - scores[0]).median()
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="the plain training is run anew for each strategy" kind="sneaky"
def verdicts(run, strategies, seeds):
    said = {}
    for s in strategies[1:]:
        plain = [run(strategies[0], seed) for seed in seeds]
        spread = statistics.stdev(plain)
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="a gain of just the spread counts" kind="sneaky"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = statistics.median([run(s, k) - p for k, p in zip(seeds, plain)])
        said[s] = "helps" if gain >= spread else "hurts" if gain <= -spread else "no difference"
    return said

# %% verdicts wrong="the plain training is in the answer, too" kind="sneaky"
def verdicts(run, strategies, seeds):
    scores = {s: [run(s, k) for k in seeds] for s in strategies}
    plain = scores[strategies[0]]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies:
        gain = statistics.median([q - p for q, p in zip(scores[s], plain)])
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said

# %% verdicts wrong="middle of the sorted differences, the upper one for an even number" kind="sneaky"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for s in strategies[1:]:
        gain = sorted(run(s, k) - p for k, p in zip(seeds, plain))[len(seeds) // 2]
        said[s] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said
