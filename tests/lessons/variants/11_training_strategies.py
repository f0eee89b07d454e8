"""Answers to the exercises of *Training strategies* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% ema correct="as the formula stands"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)


# %% ema correct="lerp, into a table"
def moving_average(weights, beta):
    table = torch.empty_like(weights)
    m = torch.zeros(weights.shape[1], dtype=weights.dtype)
    for t in range(len(weights)):
        m = torch.lerp(weights[t], m, beta)
        table[t] = m / (1 - beta ** (t + 1))
    return table


# %% ema correct="closed form, a matrix of powers"
def moving_average(weights, beta):
    t = torch.arange(len(weights))
    ages = t[:, None] - t
    share = torch.where(ages >= 0, float(beta) ** ages.clamp(min=0).double(), 0.0)
    share = share / share.sum(dim=1, keepdim=True)
    return (share @ weights.double()).to(weights.dtype)


# %% ema correct="the sum of the factors beside it"
def moving_average(weights, beta):
    total, size, rows = weights[0] * 0, 0.0, []
    for w in weights:
        total = total * beta + w
        size = size * beta + 1
        rows += [total / size]
    return torch.stack(rows)


# %% ema wrong="no correction" says="The correction is missing: starting at 0"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean)
    return torch.stack(rows)


# %% ema wrong="factors exchanged" says="β and 1 − β are exchanged: β belongs"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = (1 - beta) * mean + beta * row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)


# %% ema wrong="factors exchanged, and corrected so" says="β and 1 − β are exchanged, and the correction with them"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = (1 - beta) * mean + beta * row
        rows.append(mean / (1 - (1 - beta) ** t))
    return torch.stack(rows)


# %% ema wrong="factors exchanged, no correction" says="β and 1 − β are exchanged, and the correction is missing."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = (1 - beta) * mean + beta * row
        rows.append(mean)
    return torch.stack(rows)


# %% ema wrong="begun at the first" says="That begins at the first weights, without correction"
def moving_average(weights, beta):
    mean = weights[0]
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean)
    return torch.stack(rows)


# %% ema wrong="begun at the first, corrected" says="That begins at the first weights and corrects as well."
def moving_average(weights, beta):
    mean = weights[0]
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)


# %% ema wrong="t from 0" says="The correction counts from 0"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=0):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - torch.tensor(float(beta)).double() ** t).to(mean.dtype))
    return torch.stack(rows)


# %% ema wrong="one step ahead" says="The correction is one step ahead"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta ** (t + 1)))
    return torch.stack(rows)


# %% ema wrong="divided by 1 − β" says="You divide by 1 − β at each step."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta))
    return torch.stack(rows)


# %% ema wrong="β times t" says="You multiply β by t."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta * t))
    return torch.stack(rows)


# %% ema wrong="times the correction" says="You multiply by 1 − βᵗ. Divide."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean * (1 - beta**t))
    return torch.stack(rows)


# %% ema wrong="corrected and carried on" says="The corrected average is carried on."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        mean = mean / (1 - beta**t)
        rows.append(mean)
    return torch.stack(rows)


# %% ema wrong="new weights whole" says="The new weights are added whole."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows)


# %% ema wrong="plain mean" says="That is the plain mean of all weights so far"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = mean + (row - mean) / t
        rows.append(mean)
    return torch.stack(rows)


# %% ema wrong="the weights" says="These are the weights themselves."
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(row)
    return torch.stack(rows)


# %% ema wrong="the last row only"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    return rows[-1]


# %% ema wrong="no return" says="Your function returned None"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    torch.stack(rows)


# %% ema wrong="float64 always"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t, row in enumerate(weights, start=1):
        mean = beta * mean + (1 - beta) * row
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows).double()


# %% averaged-sgd correct="a sum and a count"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd correct="the whole path kept"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    path = [list(weights)]
    for _ in range(num_steps):
        path.append([w - lr * g for w, g in zip(path[-1], gradient(path[-1]))])
    late = path[start + 1 :]
    return path[-1], [torch.stack(same).mean(dim=0) for same in zip(*late)]


# %% averaged-sgd correct="in place on clones, a running mean"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    weights = [w.clone() for w in weights]
    mean, k = [torch.zeros_like(w) for w in weights], 0
    for step in range(1, num_steps + 1):
        for w, g in zip(weights, gradient(weights)):
            w -= lr * g
        if step > start:
            k += 1
            for m, w in zip(mean, weights):
                m += (w - m) / k
    return weights, mean


# %% averaged-sgd wrong="before the step" says="The mean is that of the weights *before* each step"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="one too many" says="The mean has one set of weights too many"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start - 1:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="a step late" says="The mean begins a step late"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step > start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="last missing" says="The last weights are missing in the mean."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if start <= step < num_steps - 1:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="all steps" says="That is the mean over all steps. `start`"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if True:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="all steps and the beginning" says="That is the mean over all steps and over the weights at the beginning."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [w.clone() for w in weights]
    count = 1
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if True:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="divided by all" says="The sum is divided by `num_steps`."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / num_steps for t in total]
    return weights, mean


# %% averaged-sgd wrong="sum" says="That is the sum of the weights."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t for t in total]
    return weights, mean


# %% averaged-sgd wrong="half and half" says="You take the mean of the mean and the new weights"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [w if count == 0 else (t + w) / 2 for t, w in zip(total, weights)]
            count += 1
    mean = [t for t in total]
    return weights, mean


# %% averaged-sgd wrong="a second name" says="The mean equals the last weights"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            mean = weights
            count += 1
    return weights, mean


# %% averaged-sgd wrong="a running mean over all steps" says="The running mean divides by the number of all steps so far."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    mean = None
    for step in range(1, num_steps + 1):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step == start + 1:
            mean = weights
        elif step > start:
            mean = [m + (w - m) / step for m, w in zip(mean, weights)]
    return weights, mean


# %% averaged-sgd wrong="goes on from the mean" says="The training goes on from the mean."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    kept = []
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        if step >= start:
            kept.append(weights)
            weights = [torch.stack(same).mean(dim=0) for same in zip(*kept)]
    return weights, weights


# %% averaged-sgd wrong="gradient at the mean" says="The gradient is taken at the mean."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    kept, mean = [], None
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(mean or weights))]
        if step >= start:
            kept.append(weights)
            mean = [torch.stack(same).mean(dim=0) for same in zip(*kept)]
    return weights, mean


# %% averaged-sgd wrong="the first steps" says="The mean is that of the first `start` steps."
def averaged_sgd(weights, gradient, lr, num_steps, start):
    kept = []
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, gradient(weights))]
        kept.append(weights)
    return weights, [torch.stack(same).mean(dim=0) for same in zip(*kept[:start])]


# %% averaged-sgd wrong="uphill" says="The steps go uphill"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w + lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% averaged-sgd wrong="in place on what was given" says="Return something new and leave what you are given as it is"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    for step in range(num_steps):
        for w, g in zip(weights, gradient(weights)):
            w -= lr * g
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
    return weights, [t / (num_steps - start) for t in total]


# %% averaged-sgd wrong="total is a second name" says="The mean equals the last weights"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    weights = [w.clone() for w in weights]
    mean = weights
    for step in range(num_steps):
        for w, g in zip(weights, gradient(weights)):
            w -= lr * g
    return weights, mean


# %% averaged-sgd wrong="exchanged"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return mean, weights


# %% averaged-sgd wrong="the gradient asked for once"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    total = [torch.zeros_like(w) for w in weights]
    count = 0
    grads = gradient(weights)
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            total = [t + w for t, w in zip(total, weights)]
            count += 1
    mean = [t / count for t in total]
    return weights, mean


# %% mean-network correct="as the hints have it"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network correct="AveragedModel and update_bn"
def mean_network(states, batches):
    from torch.optim.swa_utils import AveragedModel, update_bn

    model = normed_network()
    model.load_state_dict(states[0])
    mean = AveragedModel(model)
    for state in states:
        model.load_state_dict(state)
        mean.update_parameters(model)
    update_bn(batches, mean)
    return mean.module.state_dict()


# %% mean-network correct="statistics by hand"
def mean_network(states, batches):
    mean = {}
    for name, tensor in states[0].items():
        mean[name] = torch.stack([s[name].float() for s in states]).mean(0)
    W, b = mean["0.weight"], mean["0.bias"]
    hidden = [X @ W.T + b for X in batches]
    mean["1.running_mean"] = sum(h.mean(0) for h in hidden) / len(hidden)
    mean["1.running_var"] = sum(h.var(0) for h in hidden) / len(hidden)
    mean["1.num_batches_tracked"] = torch.tensor(len(batches))
    return mean


# %% mean-network correct="momentum 1/k by hand"
def mean_network(states, batches):
    model = normed_network()
    model.load_state_dict(states[-1])
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.stack([state[name] for state in states]).mean(dim=0))
        for k, X in enumerate(batches, 1):
            model[1].momentum = 1 / k
            model(X)
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


# %% mean-network wrong="the last weights" says="These are the last network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = states[-1][name]
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="the first weights" says="These are the first network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = states[0][name]
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="sum" says="That is the sum of the weights. Divide by the number of networks."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="divided by 2" says="The sum is divided by 2, whatever"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / 2
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="divided by one less" says="The sum is divided by one less"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / max(len(states) - 1, 1)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="median" says="That is the median. The mean is wanted."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = torch.stack([state[name] for state in states]).median(dim=0).values
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="mean of the mean" says="You take the mean of the mean so far"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        for state in states[1:]:
            mean[name] = (mean[name] + state[name]) / 2
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="mean of the old statistics" says="The statistics are the mean of the old ones."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in [*model.named_parameters(), ("1.running_mean", 0), ("1.running_var", 0)]:
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    model.eval()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="the last statistics" says="The statistics are those of the last network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[-1])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    model.eval()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="eval mode" says="The statistics are as in a new network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.eval()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="momentum 0.1" says="The statistics move by a tenth at each batch, from 0 and 1"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="momentum 0.1 from the mean of the old" says="The old statistics are still in it: they moved on from the mean of the old ones"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in [*model.named_parameters(), ("1.running_mean", 0), ("1.running_var", 0)]:
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="momentum 0.1 from the last" says="The old statistics are still in it: they moved on from those of the last network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[-1])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="counted on from the mean of the old" says="All batches count alike, and the old statistics with them"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[-1])
    for name, _ in [*model.named_parameters(), ("1.running_mean", 0), ("1.running_var", 0)]:
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="counted on from the last" says="All batches count alike, and the last network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[-1])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="momentum 1" says="These are the statistics of the last batch alone."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = 1.0
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="the first batch" says="These are the statistics of the first batch alone."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches[:1]:
            model(X)
    return model.state_dict()


# %% mean-network wrong="all in one batch" says="All examples are in one batch."
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in [torch.cat(batches)]:
            model(X)
    return model.state_dict()


# %% mean-network wrong="batches before the mean, last" says="The batches ran through the last network"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(states[-1])
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return {**model.state_dict(), **{k: mean[k] for k, _ in model.named_parameters()}}


# %% mean-network wrong="batches before the mean, first" says="The batches ran through a network with other weights"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(states[0])
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return {**model.state_dict(), **{k: mean[k] for k, _ in model.named_parameters()}}


# %% mean-network wrong="the network returned"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model


# %% mean-network wrong="no return" says="Your function returned None"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    model.state_dict()


# %% mean-network wrong="only the parameters"
def mean_network(states, batches):
    model = normed_network()
    mean = dict(states[0])
    for name, _ in model.named_parameters():
        mean[name] = sum(state[name] for state in states) / len(states)
    model.load_state_dict(mean)
    norm = model[1]
    norm.reset_running_stats()
    norm.momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return dict(model.named_parameters())


# %% mean-network wrong="variance divided by m" says="The variance is divided by the size of the batch."
def mean_network(states, batches):
    mean = {name: sum(s[name] for s in states) / len(states) for name in states[0]}
    hidden = [X @ mean["0.weight"].T + mean["0.bias"] for X in batches]
    mean["1.running_mean"] = torch.stack([h.mean(0) for h in hidden]).mean(0)
    mean["1.running_var"] = torch.stack([h.var(0, correction=0) for h in hidden]).mean(0)
    return mean


# %% barrier correct="a list of heights"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier correct="lerp and linspace"
def barrier(loss, a, b, num_pieces):
    alphas = torch.linspace(0, 1, num_pieces + 1).double()
    values = torch.tensor(
        [loss([torch.lerp(p, q, float(s)) for p, q in zip(a, b)]) for s in alphas]
    )
    line = values[0] + alphas * (values[-1] - values[0])
    return (values - line).max()


# %% barrier correct="the inner places, at least 0"
def barrier(loss, a, b, num_pieces):
    first, last, best = loss(a), loss(b), 0.0
    for i in range(1, num_pieces):
        s = i / num_pieces
        here = loss([p + s * (q - p) for p, q in zip(a, b)])
        best = max(best, here - (first + s * (last - first)))
    return best


# %% barrier wrong="over the mean" says="That is the height over the mean of both ends."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (at_a + at_b) / 2
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="over the higher" says="That is the height over the higher end."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = max(at_a, at_b)
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="over the lower" says="That is the height over the lower end."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = min(at_a, at_b)
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="over a" says="That is the height over the loss of a."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = at_a
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="over b" says="That is the height over the loss of b."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="no line" says="That is the largest loss on the way."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed))
    return max(heights)


# %% barrier wrong="line reversed" says="The straight line runs the other way"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = alpha * at_a + (1 - alpha) * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="middle only" says="You look at the middle only."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in [1]:
        alpha = 0.5
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="middle and ends" says="You look at the middle and at the ends only."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(3):
        alpha = i / 2
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="without ends" says="The ends are left out"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(1, num_pieces):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="too few places" says="There are `num_pieces` places only."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces):
        alpha = i / max(num_pieces - 1, 1)
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="the first tensor" says="The first tensor alone is mixed."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * a[0] + alpha * b[0], *a[1:]]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(heights)


# %% barrier wrong="lowest" says="That is the lowest place"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return min(heights)


# %% barrier wrong="mean" says="That is the mean over the way."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return sum(heights) / len(heights)


# %% barrier wrong="absolute" says="That is the largest distance from the line"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return max(abs(h) for h in heights)


# %% barrier wrong="line minus loss" says="You subtract the loss from the line."
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(line - loss(mixed))
    return max(heights)


# %% barrier wrong="a list"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    return heights


# %% barrier wrong="no return" says="Your function returned None"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        line = (1 - alpha) * at_a + alpha * at_b
        heights.append(loss(mixed) - line)
    max(heights)


# %% held-out correct="masks"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out correct="log-softmax and gather"
def held_out_losses(X, y, fold, predict):
    out = X.new_empty(len(X))
    for k in fold.unique():
        test = (fold == k).nonzero().flatten()
        train = (fold != k).nonzero().flatten()
        logp = predict(X[train], y[train], X[test]).log_softmax(dim=1)
        out[test] = -logp.gather(1, y[test, None]).squeeze(1)
    return out


# %% held-out correct="all logits first"
def held_out_losses(X, y, fold, predict):
    logits = None
    for k in range(fold.max() + 1):
        some = predict(X[fold != k], y[fold != k], X[fold == k])
        if logits is None:
            logits = torch.zeros(len(X), some.shape[1], dtype=X.dtype)
        logits[fold == k] = some
    return torch.logsumexp(logits, 1) - logits[torch.arange(len(y)), y]


# %% held-out wrong="all learn" says="Each model learned from all examples"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X, y, X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="its own" says="Each model is judged on what it learned from."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[mine], y[mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="the next fold" says="Each model learned from one other fold."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        other = fold == (k + 1) % (int(fold.max()) + 1)
        logits = predict(X[other], y[other], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="the folds before" says="Each model learned from the folds before its own only"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        before = fold < k if k > 0 else fold > 0
        logits = predict(X[before], y[before], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="mean of the fold" says="That is the mean loss of the fold"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine])
    return losses


# %% held-out wrong="probability" says="That is the probability of the labelled class."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = logits.softmax(1).gather(1, y[mine, None])[:, 0]
    return losses


# %% held-out wrong="1 − p" says="That is 1 − p of the labelled class."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = 1 - logits.softmax(1).gather(1, y[mine, None])[:, 0]
    return losses


# %% held-out wrong="sign" says="The sign is wrong: the loss is −log p"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = -F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="wrong or right" says="That says whether the decision is wrong"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = (logits.argmax(1) != y[mine]).to(X.dtype)
    return losses


# %% held-out wrong="softmax twice" says="The softmax is taken twice"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits.softmax(1), y[mine], reduction="none")
    return losses


# %% held-out wrong="own decision" says="That is the loss for the class that the model itself decides for."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, logits.argmax(1), reduction="none")
    return losses


# %% held-out wrong="minus logit" says="That is minus the logit of the labelled class."
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = -logits[torch.arange(len(logits)), y[mine]]
    return losses


# %% held-out wrong="a list"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses.mean()


# %% held-out wrong="float64 always"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=torch.float64)
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses[mine] = F.cross_entropy(logits, y[mine], reduction="none")
    return losses


# %% held-out wrong="fold by fold" says="The losses are right, and stand fold by fold."
def held_out_losses(X, y, fold, predict):
    losses = []
    for k in range(int(fold.max()) + 1):
        mine = fold == k
        logits = predict(X[~mine], y[~mine], X[mine])
        losses.append(F.cross_entropy(logits, y[mine], reduction="none"))
    return torch.cat(losses)


# %% shown correct="as the formula stands"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown correct="topk"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    step = min(step, num_growing)
    m = first + (n - first) * step // num_growing
    return torch.topk(difficulty, m, largest=hard_first).indices


# %% shown correct="sorted in Python"
def shown(difficulty, step, first, num_growing, hard_first):
    n = difficulty.shape[0]
    m = n if step >= num_growing else first + ((n - first) * step) // num_growing
    places = sorted(range(n), key=lambda i: difficulty[i].item(), reverse=hard_first)
    return torch.tensor(places[:m])


# %% shown correct="minus the difficulty, torch floor"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    more = torch.div((n - first) * torch.tensor(step), num_growing, rounding_mode="floor")
    key = -difficulty if hard_first else difficulty
    return torch.argsort(key)[: first + int(more)]


# %% shown wrong="exchanged" says="Easy and hard are exchanged"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=not hard_first)
    return order[:m]


# %% shown wrong="hard_first ignored" says="`hard_first` makes no difference"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort()
    return order[:m]


# %% shown wrong="not sorted" says="These are the first places, whatever"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = torch.arange(n)
    return order[:m]


# %% shown wrong="ranks" says="These are ranks."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first).argsort()
    return order[:m]


# %% shown wrong="from 0" says="The number grows from 0 and not"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = n * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="from 0, at least first" says="The number grows from 0, with `first` as the least."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = max(first, n * step // num_growing)
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="by n" says="The number grows by n and not"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + n * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="does not grow" says="The number does not grow."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="by first" says="The number grows by `first` in all"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + first * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="too early" says="All are shown a step too early"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * (step + 1) // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="too late" says="The number grows a step too late"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * max(step - 1, 0) // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="up" says="You round up."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first - ((first - n) * step // num_growing)
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="nearest" says="You round to the nearest number."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + int((n - first) * step / num_growing + 0.5)
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="one missing" says="One example is never shown"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n - 1)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="range" says="A part of the *range* of difficulties"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    low, high = difficulty.min(), difficulty.max()
    if hard_first:
        return (difficulty >= high - m / n * (high - low)).nonzero().flatten()
    return (difficulty <= low + m / n * (high - low)).nonzero().flatten()


# %% shown wrong="window" says="The easy ones are taken away again."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[m - first : m]


# %% shown wrong="not shown" says="These are the examples that are *not* shown yet."
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return order[m:]


# %% shown wrong="difficulties"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return difficulty[order[:m]]


# %% shown wrong="a mask"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    return torch.isin(torch.arange(n), order[:m])


# %% shown wrong="no return" says="Your function returned None"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = first + (n - first) * step // num_growing
    m = min(m, n)
    order = difficulty.argsort(descending=hard_first)
    order[:m]


# %% growing-batches correct="as hinted"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches correct="step by step"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan, ratio, wish = [], lr / batch_size, batch_size
    for epoch in range(num_epochs):
        if epoch > 0 and epoch % every == 0:
            ratio, wish = ratio / factor, wish * factor
        batch = wish if wish < largest else largest
        plan.append([ratio * batch, batch])
    return plan


# %% growing-batches correct="a comprehension"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    drops = [factor ** (e // every) for e in range(num_epochs)]
    sizes = [min(batch_size * d, largest) for d in drops]
    return [(lr * size / (batch_size * d), size) for d, size in zip(drops, sizes)]


# %% growing-batches wrong="no limit" says="The batch grows beyond `largest`."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = batch_size * factor**k
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="rate stays" says="Where the batch can grow no more"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((lr, batch))
    return plan


# %% growing-batches wrong="both" says="The rate falls as planned, and the batch grows as well"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned, batch))
    return plan


# %% growing-batches wrong="batch stays" says="The batch does not grow."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = batch_size
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="rate grows" says="The rate grows with the batch"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((lr * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="divided" says="You divide the rate by what the batch has grown by."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch_size / batch, batch))
    return plan


# %% growing-batches wrong="root" says="You take the root of what the batch"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * (batch / batch_size) ** 0.5, batch))
    return plan


# %% growing-batches wrong="early" says="The first change comes an epoch too early"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = (epoch + 1) // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="late" says="The changes come an epoch too late"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = max(epoch - 1, 0) // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="each epoch" says="There is a change in each epoch."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="once" says="There is one change only."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = min(epoch // every, 1)
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="added" says="The batch grows by the same number each time."
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size + batch_size * (factor - 1) * k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="whole factors" says="The batch stops at the last whole factor"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = batch_size
        while batch * factor <= min(batch_size * factor**k, largest):
            batch *= factor
        plan.append((planned * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="exchanged"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((batch, planned * batch / batch_size))
    return plan


# %% growing-batches wrong="the last pair"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    return plan[-1]


# %% growing-batches wrong="no return" says="Your function returned None"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        k = epoch // every
        planned = lr / factor**k
        batch = min(batch_size * factor**k, largest)
        plan.append((planned * batch / batch_size, batch))
    plan


# %% by-lot correct="as hinted"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot correct="by bits"
def round_by_lot(x, generator):
    bits = x.contiguous().view(torch.int32)
    noise = torch.randint(0, 65536, x.shape, generator=generator, dtype=torch.int32)
    return ((bits + noise) & ~0xFFFF).view(torch.float32)


# %% by-lot correct="in float32"
def round_by_lot(x, generator):
    m, e = torch.frexp(x)
    u = torch.rand(x.shape, generator=generator)
    return torch.ldexp(torch.floor(m * 256 + u), e - 8)


# %% by-lot correct="two neighbours and a choice"
def round_by_lot(x, generator):
    gap = 2.0 ** (x.double().abs().clamp(min=1e-40).log2().floor() - 7)
    low = (x.double() / gap).floor() * gap
    p = (x.double() - low) / gap
    up = torch.rand(x.shape, generator=generator, dtype=torch.float64) < p
    return torch.where(up, low + gap, low).float()


# %% by-lot wrong="nearest" says="That is rounding to the nearest"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m).round()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="towards 0" says="That is rounding towards 0"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m).trunc()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="half and half" says="Each neighbour comes in half of the draws."
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = torch.where(u < 0.5, (256 * m).floor(), (256 * m).ceil())
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="wrong way round" says="It is the wrong way round"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = torch.where(u < 256 * m - (256 * m).floor(), (256 * m).floor(), (256 * m).ceil())
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="bfloat16" says="The result is a bfloat16 tensor."
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).bfloat16()


# %% by-lot wrong="too fine" says="The grid is too fine"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (512 * m + u).floor()
    return torch.ldexp(whole, e - 9).float()


# %% by-lot wrong="too coarse" says="The grid is too coarse"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (128 * m + u).floor()
    return torch.ldexp(whole, e - 7).float()


# %% by-lot wrong="one lot" says="One lot is drawn for many numbers."
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand((), generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="noise, then nearest" says="Noise is added, and then it is rounded to the nearest"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).round()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="seeded" says="All draws are the same: draw from `generator`"
def round_by_lot(x, generator):
    generator = torch.Generator().manual_seed(0)
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="seeded by its seed" says="All draws with one seed are the same"
def round_by_lot(x, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="not from the generator" says="From the same generator something else comes"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="sign lost" says="The sign is lost."
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double().abs())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="up, always"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m).ceil()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="normal noise"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="not put together"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    return whole.float()


# %% by-lot wrong="no return" says="Your function returned None"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).floor()
    torch.ldexp(whole, e - 8).float()


# %% verdicts correct="lists and statistics"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts correct="a table of tensors"
def verdicts(run, strategies, seeds):
    table = torch.tensor([[run(s, seed) for seed in seeds] for s in strategies]).double()
    spread = table[0].std()
    gains = (table[1:] - table[0]).quantile(0.5, dim=1)
    words = ["hurts", "no difference", "helps"]
    return {
        name: words[1 + int(g > spread) - int(g < -spread)]
        for name, g in zip(strategies[1:], gains)
    }


# %% verdicts correct="numpy, seed by seed"
def verdicts(run, strategies, seeds):
    import numpy as np

    rows = np.array([[run(name, seed) for name in strategies] for seed in seeds])
    limit = rows[:, 0].std(ddof=1)
    answer = {}
    for j, name in enumerate(strategies):
        if j == 0:
            continue
        gain = np.median(rows[:, j] - rows[:, 0])
        answer[name] = "no difference"
        if gain > limit:
            answer[name] = "helps"
        if gain < -limit:
            answer[name] = "hurts"
    return answer


# %% verdicts wrong="medians subtracted" says="The medians are subtracted."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median(scores) - statistics.median(plain)
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="mean" says="That is the mean gain."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.mean([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="torch.median" says="`torch.median` takes the lower"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = torch.tensor([s - p for s, p in zip(scores, plain)]).median().item()
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="one seed" says="One seed decides, the first."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = scores[0] - plain[0]
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="the best" says="The best seed decides."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = max(scores) - max(plain)
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="the largest gain" says="The largest gain of all seeds decides."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = max([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="own spread" says="The spread is the strategy"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        spread = statistics.stdev(scores)
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="spread of the gains" says="The spread is that of the gains."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        spread = statistics.stdev([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="variance" says="The spread is a variance."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.variance(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="divided by n" says="The variance is divided by the number of seeds."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.pstdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="range" says="The spread is the range"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = max(plain) - min(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="standard error" says="The spread is divided by the root"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain) / len(plain) ** 0.5
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="above 0" says="Whatever is above 0 helps"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = 0
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="sign lost" says="The sign is lost: what loses more"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if abs(gain) > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="never hurts" says="You never say"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="exchanged" says="Helps and hurts are exchanged"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "hurts"
        elif gain < -spread:
            said[name] = "helps"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="plain too" says="The plain training is among the verdicts."
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {strategies[0]: "no difference"}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="run twice"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([run(name, seed) - p for seed, p in zip(seeds, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="other seeds"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in reversed(seeds)]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="the gains"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = gain
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    return said


# %% verdicts wrong="no return" says="Your function returned None"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        if gain > spread:
            said[name] = "helps"
        elif gain < -spread:
            said[name] = "hurts"
        else:
            said[name] = "no difference"
    said


# %% ema wrong="last row" says="That is the last average alone"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t in range(1, len(weights) + 1):
        mean = beta * mean + (1 - beta) * weights[t - 1]
        rows.append(mean / (1 - beta**t))
    return rows[-1]


# %% ema wrong="columns" says="You go along the columns"
def moving_average(weights, beta):
    weights = weights.T
    mean = torch.zeros_like(weights[0])
    rows = []
    for t in range(1, len(weights) + 1):
        mean = beta * mean + (1 - beta) * weights[t - 1]
        rows.append(mean / (1 - beta**t))
    return torch.stack(rows).T


# %% ema wrong="one tensor" says="All rows are the same tensor"
def moving_average(weights, beta):
    mean = torch.zeros_like(weights[0])
    rows = []
    for t in range(1, len(weights) + 1):
        mean.mul_(beta).add_((1 - beta) * weights[t - 1])
        rows.append(mean)
    return torch.stack([row / (1 - beta ** (t + 1)) for t, row in enumerate(rows)])


# %% averaged-sgd wrong="one gradient" says="The gradient is asked for once in all"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    seen, grads = [], gradient(weights)
    for step in range(num_steps):
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            seen.append(weights)
    return weights, [sum(each) / len(seen) for each in zip(*seen)]


# %% averaged-sgd wrong="asked once more" says="once more than there are steps"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    seen = []
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            seen.append(weights)
    gradient(weights)
    return weights, [sum(each) / len(seen) for each in zip(*seen)]


# %% averaged-sgd wrong="tensor by tensor" says="anew for each tensor"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    seen = []
    for step in range(num_steps):
        weights = list(weights)
        for i, w in enumerate(weights):
            weights[i] = w - lr * gradient(weights)[i]
        if step >= start:
            seen.append(weights)
    return weights, [sum(each) / len(seen) for each in zip(*seen)]


# %% averaged-sgd wrong="beginning at start 0" says="With `start` 0 the weights at the beginning"
def averaged_sgd(weights, gradient, lr, num_steps, start):
    seen = [] if start else [weights]
    for step in range(num_steps):
        grads = gradient(weights)
        weights = [w - lr * g for w, g in zip(weights, grads)]
        if step >= start:
            seen.append(weights)
    return weights, [sum(each) / len(seen) for each in zip(*seen)]


# %% mean-network wrong="no counter" says="The counter of batches is missing"
def mean_network(states, batches):
    model = normed_network()
    state = {name: tensor.clone() for name, tensor in states[0].items()}
    for name, _ in model.named_parameters():
        state[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(state)
    model[1].reset_running_stats()
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    state = dict(model.state_dict())
    del state["1.num_batches_tracked"]
    return state


# %% mean-network wrong="batch norm of the last" says="are those of the last network. They"
def mean_network(states, batches):
    model = normed_network()
    state = {name: tensor.clone() for name, tensor in states[-1].items()}
    for name, _ in model.named_parameters():
        if not name.startswith("1."):
            state[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(state)
    model[1].reset_running_stats()
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="batch norm of the first" says="are those of the first network. They"
def mean_network(states, batches):
    model = normed_network()
    state = {name: tensor.clone() for name, tensor in states[0].items()}
    for name, _ in model.named_parameters():
        if not name.startswith("1."):
            state[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(state)
    model[1].reset_running_stats()
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="first and last" says="Only the first and the last network"
def mean_network(states, batches):
    model = normed_network()
    state = {name: tensor.clone() for name, tensor in states[0].items()}
    for name, _ in model.named_parameters():
        state[name] = torch.stack([s[name] for s in (states[0], states[-1])]).mean(dim=0)
    model.load_state_dict(state)
    model[1].reset_running_stats()
    model[1].momentum = None
    model.train()
    with torch.no_grad():
        for X in batches:
            model(X)
    return model.state_dict()


# %% mean-network wrong="by size" says="The batches are weighted by their size"
def mean_network(states, batches):
    model = normed_network()
    state = {name: tensor.clone() for name, tensor in states[0].items()}
    for name, _ in model.named_parameters():
        state[name] = torch.stack([s[name] for s in states]).mean(dim=0)
    model.load_state_dict(state)
    sizes = torch.tensor([float(len(X)) for X in batches])
    share = (sizes / sizes.sum())[:, None]
    seen = [model[0](X).detach() for X in batches]
    state["1.running_mean"] = (share * torch.stack([z.mean(0) for z in seen])).sum(0)
    state["1.running_var"] = (share * torch.stack([z.var(0) for z in seen])).sum(0)
    return state


# %% barrier wrong="a piece more" says="There are `num_pieces` + 1 pieces"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    num_pieces = num_pieces + 1
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        heights.append(loss(mixed) - (1 - alpha) * at_a - alpha * at_b)
    return max(0.0, max(heights))


# %% barrier wrong="rises always" says="The line always rises"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    at_a, at_b = min(at_a, at_b), max(at_a, at_b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        heights.append(loss(mixed) - (1 - alpha) * at_a - alpha * at_b)
    return max(0.0, max(heights))


# %% barrier wrong="first hill" says="You stop where the excess first falls"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        here = loss(mixed) - (1 - alpha) * at_a - alpha * at_b
        if heights and here < max(heights):
            break
        heights.append(here)
    return max(0.0, max(heights))


# %% barrier wrong="mean, not below 0" says="or 0 where it is below"
def barrier(loss, a, b, num_pieces):
    at_a, at_b = loss(a), loss(b)
    heights = []
    for i in range(num_pieces + 1):
        alpha = i / num_pieces
        mixed = [(1 - alpha) * p + alpha * q for p, q in zip(a, b)]
        heights.append(loss(mixed) - (1 - alpha) * at_a - alpha * at_b)
    return max(0.0, sum(heights) / (num_pieces + 1))


# %% held-out wrong="other way round" says="Each model learned from its own fold and judges all others"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine, others = fold != k, fold == k
        out = predict(X[others], y[others], X[mine])
        losses[mine] = F.cross_entropy(out, y[mine], reduction="none")
    return losses


# %% held-out wrong="a fold too few" says="The last fold gets no losses"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max())):
        mine, others = fold == k, fold != k
        out = predict(X[others], y[others], X[mine])
        losses[mine] = F.cross_entropy(out, y[mine], reduction="none")
    return losses


# %% held-out wrong="last number" says="taken from the last example"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold[-1]) + 1):
        mine, others = fold == k, fold != k
        out = predict(X[others], y[others], X[mine])
        losses[mine] = F.cross_entropy(out, y[mine], reduction="none")
    return losses


# %% held-out wrong="dim 0" says="The softmax goes over the examples"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine, others = fold == k, fold != k
        out = predict(X[others], y[others], X[mine])
        losses[mine] = -out.log_softmax(0)[torch.arange(len(out)), y[mine]]
    return losses


# %% held-out wrong="log of 0" says="Where p is tiny it is rounded to 0"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine, others = fold == k, fold != k
        out = predict(X[others], y[others], X[mine])
        losses[mine] = -torch.log(out.softmax(1)[torch.arange(len(out)), y[mine]])
    return losses


# %% held-out wrong="before, or the second" says="the first from the second"
def held_out_losses(X, y, fold, predict):
    losses = torch.zeros(len(X), dtype=X.dtype)
    for k in range(int(fold.max()) + 1):
        mine, others = fold == k, fold < k
        if k == 0:
            others = fold == 1
        out = predict(X[others], y[others], X[mine])
        losses[mine] = F.cross_entropy(out, y[mine], reduction="none")
    return losses


# %% shown wrong="share" says="The share of the growth is a fraction"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + int((n - first) * min(1.0, step / num_growing)))
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="per step" says="What comes in each step is a fraction"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + int((n - first) / num_growing * step))
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="per step, whole" says="What comes in each step is rounded down"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) // num_growing * step)
    order = difficulty.argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="difficulties" says="These are the difficulties"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.argsort(descending=hard_first)
    return difficulty[order[:m]]


# %% shown wrong="mask" says="That is a mask"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.argsort(descending=hard_first)
    mask = torch.zeros(n, dtype=torch.bool)
    mask[order[:m]] = True
    return mask


# %% shown wrong="int32" says="They must be of dtype int64"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.argsort(descending=hard_first)
    return order[:m].to(torch.int32)


# %% shown wrong="absolute" says="You sort by the size without the sign"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.abs().argsort(descending=hard_first)
    return order[:m]


# %% shown wrong="then the easiest" says="the hardest are followed by the easiest"
def shown(difficulty, step, first, num_growing, hard_first):
    n = len(difficulty)
    m = min(n, first + (n - first) * step // num_growing)
    order = difficulty.argsort()
    if hard_first:
        order = torch.cat([order[n - first :], order[: n - first]])
    return order[:m]


# %% growing-batches wrong="times" says="You multiply by `factor`"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan = []
    for epoch in range(num_epochs):
        drop = max(1, factor * (epoch // every))
        batch = min(batch_size * drop, largest)
        plan.append((lr / drop * batch / batch_size, batch))
    return plan


# %% growing-batches wrong="cut for free" says="must fall by what is missing"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan, batch = [], batch_size
    for epoch in range(num_epochs):
        if epoch and epoch % every == 0:
            lr = lr / factor if batch == largest else lr
            batch = min(batch * factor, largest)
        plan.append((lr, batch))
    return plan


# %% growing-batches wrong="whole at once" says="it still grows a little"
def growing_batches(lr, batch_size, factor, every, largest, num_epochs):
    plan, batch = [], batch_size
    for epoch in range(num_epochs):
        if epoch and epoch % every == 0:
            lr = lr if batch * factor <= largest else lr / factor
            batch = min(batch * factor, largest)
        plan.append((lr, batch))
    return plan


# %% by-lot wrong="floor" says="That is rounding down, each time"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m).floor()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="ceil" says="That is rounding up, each time"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m).ceil()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="noise, then up" says="and then it is rounded up"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u).ceil()
    return torch.ldexp(whole, e - 8).float()


# %% by-lot wrong="half a lot" says="The lot is half as large"
def round_by_lot(x, generator):
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    whole = (256 * m + u / 2).floor()
    return torch.ldexp(whole, e - 8).float()


# %% verdicts wrong="or equal" says="A gain of just the spread"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        said[name] = "helps" if gain >= spread else "hurts" if gain <= -spread else "no difference"
    return said


# %% verdicts wrong="hurts below 0" says="Whatever is below 0 hurts"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        said[name] = "helps" if gain > spread else "hurts" if gain < 0 else "no difference"
    return said


# %% verdicts wrong="helps above 0" says="Whatever is above 0 helps. It must"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        said[name] = "helps" if gain > 0 else "hurts" if gain < -spread else "no difference"
    return said


# %% verdicts wrong="sorted" says="Both are sorted before"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(sorted(scores), sorted(plain))])
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said


# %% verdicts wrong="upper" says="That is the upper of the middle two"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said = {}
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median_high([s - p for s, p in zip(scores, plain)])
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said


# %% verdicts wrong="one before" says="with the one before it"
def verdicts(run, strategies, seeds):
    plain = [run(strategies[0], seed) for seed in seeds]
    spread = statistics.stdev(plain)
    said, before = {}, plain
    for name in strategies[1:]:
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, before)])
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
        before = scores
    return said


# %% verdicts wrong="plain again" says="The plain training is run again"
def verdicts(run, strategies, seeds):
    said = {}
    for name in strategies[1:]:
        plain = [run(strategies[0], seed) for seed in seeds]
        spread = statistics.stdev(plain)
        scores = [run(name, seed) for seed in seeds]
        gain = statistics.median([s - p for s, p in zip(scores, plain)])
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said
