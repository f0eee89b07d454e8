"""Answers to the exercises of *Transfer learning* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% features correct="layer by layer"
def extract_features(state, mean, std, X):
    net = models.convnet(state["head.weight"].shape[0])
    net.load_state_dict(state)
    net.train(False)
    h = (X - mean) / std
    with torch.inference_mode():
        for name, layer in net.named_children():
            if name != "head":
                h = layer(h)
    return h.clone(), dict(net.state_dict())


# %% features correct="a hook before the head"
def extract_features(weights, mu, sigma, images):
    net = models.convnet(len(weights["head.bias"])).eval()
    net.load_state_dict(weights)
    caught = []
    net.head.register_forward_pre_hook(lambda module, inputs: caught.append(inputs[0].detach()))
    net((images - mu) / sigma)
    return caught[0], net.state_dict()


# %% features correct="functional, on copies"
def extract_features(state, mean, std, X):
    h = ((X - mean) / std).view(len(X), 1, 8, 8)
    for k in "123":
        h = F.conv2d(h, state[f"block{k}.0.weight"], padding=1)
        names = ("running_mean", "running_var", "weight", "bias")
        h = F.relu(F.batch_norm(h, *(state[f"block{k}.1.{name}"] for name in names)))
        if k != "1":
            h = F.max_pool2d(h, 2)
    return h.flatten(1), {name: tensor.clone() for name, tensor in state.items()}


# %% features wrong="train mode" says="The network is in train mode: batch norm uses this batch. Call model.eval() first."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), model.state_dict()


# %% features wrong="train mode, eval afterwards" says="Batch norm's running statistics have moved: the network was in train mode."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model[:-1]((X - mean) / std)
    return model.eval()[:-1]((X - mean) / std), model.state_dict()


# %% features wrong="raw counts" says="The inputs are not normalized: (X − mean) / std."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X), model.state_dict()


# %% features wrong="own normalization" says="You normalize with the mean and deviation of these pictures. The network expects the source's."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - X.mean()) / X.std()), model.state_dict()


# %% features wrong="subtracts only" says="You subtract the mean, and do not divide by the standard deviation."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X - mean), model.state_dict()


# %% features wrong="divides by 16" says="You divide by 16. This network was trained on (X − mean) / std."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X / 16), model.state_dict()


# %% features wrong="logits" says="These are logits for letters. Leave out the head."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model((X - mean) / std), model.state_dict()


# %% features wrong="parameters only" says="Batch norm's running statistics are missing: they are buffers, not parameters. state_dict() has both."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), {n: p.detach() for n, p in model.named_parameters()}


# %% features wrong="backbone's state only" says="The head is missing: return the state of the whole network."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    backbone = model[:-1]
    with torch.no_grad():
        return backbone((X - mean) / std), backbone.state_dict()


# %% features wrong="loads nothing"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    with torch.no_grad():
        return model[:-1]((X - mean) / std), model.state_dict()


# %% what-moves correct="a copy before the pass"
def what_moves(state, X, training):
    net = models.convnet(len(state["head.bias"]))
    net.load_state_dict(state)
    for p in net.parameters():
        p.requires_grad = False
    net.train() if training else net.eval()
    old = {k: v.clone() for k, v in net.state_dict().items()}
    with torch.no_grad():
        net(X)
    out = {}
    for k, v in net.state_dict().items():
        change = (v.double() - old[k].double()).abs().max()
        if change != 0:
            out[k] = float(change)
    return out


# %% what-moves correct="deepcopy, and an infinity norm"
def what_moves(weights, batch, mode):
    import copy

    net = models.convnet(len(weights["head.bias"]))
    net.load_state_dict(copy.deepcopy(weights))
    net.requires_grad_(False).train(mode)(batch)
    new = net.state_dict()
    return {
        k: torch.linalg.vector_norm((new[k] - weights[k]).double().flatten(), ord=math.inf).item()
        for k in weights
        if not torch.equal(new[k], weights[k])
    }


# %% what-moves correct="buffers only, as they alone can move"
def what_moves(state, X, training):
    net = models.convnet(len(state["head.bias"])).requires_grad_(False)
    net.load_state_dict(state)
    net.train(training)(X)
    found = {}
    for name, buffer in net.named_buffers():
        top = (buffer - state[name]).abs().max().item()
        if top:
            found[name] = float(top)
    return found


# %% what-moves wrong="compares the live tensors" says="You found nothing. state_dict() gives the live tensors, so you compare them with themselves: clone them before the pass. And look at buffers, not only at parameters."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    before = model.state_dict()
    model.train(training)(X)
    after = model.state_dict()
    changes = {n: (after[n].double() - before[n].double()).abs().max().item() for n in before}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="parameters only" says="And look at buffers, not only at parameters."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    changes = {n: (p - state[n]).abs().max().item() for n, p in model.named_parameters()}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="lists zeros" says="These have not moved: leave out changes of 0."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    return {n: (new[n].double() - state[n].double()).abs().max().item() for n in state}


# %% what-moves wrong="floats only" says="The counters of batches are missing: they are part of the state too."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    changes = {
        n: (t - state[n]).abs().max().item()
        for n, t in model.state_dict().items()
        if t.is_floating_point()
    }
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="the mean change" says="That is the mean change. The largest is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {n: (new[n].double() - state[n].double()).abs().mean().item() for n in state}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="no absolute value" says="That is the largest change with its sign: take the absolute value first."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {n: (new[n].double() - state[n].double()).max().item() for n in state}
    return {n: c for n, c in changes.items() if c != 0}


# %% what-moves wrong="the sum" says="That is the sum of the changes. The largest is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {n: (new[n].double() - state[n].double()).abs().sum().item() for n in state}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="the modes are exchanged"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(not training)(X)
    new = model.state_dict()
    changes = {n: (new[n].double() - state[n].double()).abs().max().item() for n in state}
    return {n: c for n, c in changes.items() if c > 0}


# %% probe correct="scikit-learn"
def train_probe(features, y, num_classes, strength):
    fitted = LogisticRegression(C=1 / (len(y) * strength), tol=1e-8, max_iter=5000)
    fitted.fit(features.double().numpy(), y.numpy())
    return (
        torch.tensor(fitted.coef_, dtype=features.dtype),
        torch.tensor(fitted.intercept_, dtype=features.dtype),
    )


# %% probe correct="an nn.Linear, in double"
def train_probe(f, labels, k, lam):
    x = f.double()
    head = nn.Linear(x.shape[1], k, dtype=torch.float64)
    nn.init.zeros_(head.weight), nn.init.zeros_(head.bias)
    opt = torch.optim.LBFGS(head.parameters(), max_iter=1000, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = nn.CrossEntropyLoss()(head(x), labels) + lam * (head.weight**2).sum() / 2
        loss.backward()
        return loss

    opt.step(closure)
    return head.weight.detach().to(f.dtype), head.bias.detach().to(f.dtype)


# %% probe correct="gradient descent with momentum, its own gradient"
def train_probe(features, y, num_classes, strength):
    A = torch.cat([features, torch.ones(len(y), 1)], dim=1).double()
    A = A if features.dtype == torch.float64 else A
    target = F.one_hot(y, num_classes).double()
    W = torch.zeros(num_classes, A.shape[1], dtype=torch.float64)
    mask = torch.ones_like(W)
    mask[:, -1] = 0
    lr = 1 / (torch.linalg.eigvalsh(A.T @ A / len(y)).max() / 2 + strength)
    ahead = W.clone()
    for t in range(6000):
        p = torch.softmax(A @ ahead.T, dim=1)
        grad = (p - target).T @ A / len(y) + strength * mask * ahead
        new = ahead - lr * grad
        ahead = new + t / (t + 3) * (new - W)
        W = new
    return W[:, :-1].to(features.dtype), W[:, -1].to(features.dtype)


# %% probe wrong="without the half" says="That is λ‖W‖². The penalty has a ½ in front."
def train_probe(features, y, num_classes, strength):
    fitted = LogisticRegression(C=1 / (2 * len(y) * strength), max_iter=5000).fit(features, y)
    return torch.tensor(fitted.coef_).float(), torch.tensor(fitted.intercept_).float()


# %% probe wrong="adds up the examples" says="You add up the examples. Take their mean, or the penalty is n times too weak."
def train_probe(features, y, num_classes, strength):
    fitted = LogisticRegression(C=1 / strength, max_iter=5000, tol=1e-8).fit(features, y)
    return torch.tensor(fitted.coef_).float(), torch.tensor(fitted.intercept_).float()


# %% probe wrong="penalizes the biases" says="The biases are penalized too. Leave them free."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], requires_grad=True)
    b = torch.zeros(num_classes, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y)
        loss = loss + strength / 2 * (W.square().sum() + b.square().sum())
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="no biases" says="There are no biases: b must be learned as well."
def train_probe(features, y, num_classes, strength):
    C = 1 / (len(y) * strength)
    fitted = LogisticRegression(C=C, max_iter=5000, fit_intercept=False).fit(features, y)
    return torch.tensor(fitted.coef_).float(), torch.zeros(num_classes)


# %% probe wrong="softmax twice" says="There is a softmax before the cross-entropy, which has one inside."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], requires_grad=True)
    b = torch.zeros(num_classes, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=2000, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        p = torch.softmax(features @ W.T + b, dim=1)
        loss = F.cross_entropy(p, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="transposed" says="W is transposed: (num_classes, num_features) is wanted."
def train_probe(features, y, num_classes, strength):
    fitted = LogisticRegression(C=1 / (len(y) * strength), max_iter=5000).fit(features, y)
    return torch.tensor(fitted.coef_.T).float(), torch.tensor(fitted.intercept_).float()


# %% probe wrong="no gradient arrives" says="The weights have not moved: it is the minimum that is wanted."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], requires_grad=True)
    b = torch.zeros(num_classes, requires_grad=True)
    with torch.no_grad():
        for _ in range(10):
            F.cross_entropy(features @ W.T + b, y)
    return W.detach() * torch.ones(1, features.shape[1])[:, :2], b.detach()


# %% probe wrong="stops after ten steps"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], requires_grad=True)
    b = torch.zeros(num_classes, requires_grad=True)
    opt = torch.optim.SGD([W, b], lr=0.1)
    for _ in range(10):
        opt.zero_grad()
        (F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()).backward()
        opt.step()
    return W.detach(), b.detach()


# %% few-shots correct="one mix of all, then the first few"
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique(sorted=True)])
    rest = torch.tensor(sorted(set(range(len(y))) - set(few.tolist())))
    return few, rest


# %% few-shots correct="random keys, sorted"
def draw_few(labels, n, gen):
    keys = torch.rand(len(labels), generator=gen)
    taken = torch.zeros(len(labels), dtype=torch.bool)
    picks = []
    for c in sorted(set(labels.tolist())):
        where = torch.where(labels == c)[0]
        pick = where[keys[where].argsort()[:n]]
        taken[pick] = True
        picks += pick.tolist()
    return torch.tensor(picks), torch.where(~taken)[0]


# %% few-shots correct="multinomial without replacement"
def draw_few(y, per_class, generator):
    few = [torch.multinomial((y == k).double(), per_class, generator=generator) for k in y.unique()]
    few = torch.cat(few)
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="the classes are mixed" says="The classes are mixed: first those of the smallest class, and so on."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.stack([order[y[order] == k][:per_class] for k in y.unique()], dim=1).flatten()
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="so many in all" says="These are three in all. Three of each class are wanted."
def draw_few(y, per_class, generator):
    few = torch.randperm(len(y), generator=generator)[:per_class]
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="exchanged" says="All that you left out is here, and the other way round: (chosen, others)."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return torch.tensor([i for i in range(len(y)) if i not in few]), few


# %% few-shots wrong="with putting back" says="An example was drawn twice. Draw without putting back."
def draw_few(y, per_class, generator):
    few = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        few.append(places[torch.randint(2, (per_class,), generator=generator)])
    few = torch.cat(few)
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="judges on everything" says="Some examples are in both parts: what was drawn must not be judged on."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    return torch.cat([order[y[order] == k][:per_class] for k in y.unique()]), torch.arange(len(y))


# %% few-shots wrong="the first of each" says="Five draws are all the same: draw at random, from `generator`, and do not seed."
def draw_few(y, per_class, generator):
    few = torch.cat([(y == k).nonzero().flatten()[:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="the global generator" says="The same generator gives another draw: all randomness must come from `generator`."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y))
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="one draw for all classes"
def draw_few(y, per_class, generator):
    smallest = min(int((y == k).sum()) for k in y.unique())
    at = torch.randperm(smallest, generator=generator)[:per_class]
    few = torch.cat([(y == k).nonzero().flatten()[at] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% where-it-stops correct="numpy"
def pays_up_to(labels, scratch, tuned, margin):
    import numpy as np

    median = np.median((tuned - scratch).numpy(), axis=0)
    return int(max([n for n, m in zip(labels, median) if m >= margin] + [0]))


# %% where-it-stops correct="statistics, column by column"
def pays_up_to(labels, scratch, tuned, margin):
    from statistics import median

    best = 0
    for j, n in enumerate(labels):
        differences = [b - a for a, b in zip(scratch[:, j].tolist(), tuned[:, j].tolist())]
        if median(differences) >= margin and n > best:
            best = n
    return best


# %% where-it-stops correct="a sort and the middle two"
def pays_up_to(labels, scratch, tuned, margin):
    s = (tuned - scratch).sort(dim=0).values
    n = len(s)
    median = (s[(n - 1) // 2] + s[n // 2]) / 2
    good = torch.tensor(labels)[median >= margin]
    return good.max().item() if len(good) else 0


# %% where-it-stops wrong="the mean" says="That is decided by the mean, which one lucky draw drags along. Take the median."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).mean(dim=0)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="the best draw" says="That is where the best draw gains. Take the median over the draws."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).max(dim=0).values
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="the lower median" says="Of the middle two values you took the lower one. Take their mean: .quantile(0.5)."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).median(dim=0).values
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="the first" says="That is the first one in the list. The largest is wanted."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return next((n for n, g in zip(labels, gain) if g >= margin), 0)


# %% where-it-stops wrong="the first that does not pay" says="That is the smallest number of labels at which it does not pay"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return min((n for n, g in zip(labels, gain) if g < margin), default=0)


# %% where-it-stops wrong="the place" says="That is the place in the list. Return the number of labels."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0).tolist()
    good = [i for i in range(len(labels)) if gain[i] >= margin]
    return max(good, key=lambda i: labels[i], default=0)


# %% where-it-stops wrong="scratch − tuned" says="It is the gain that counts, tuned − scratch; you compare the other way round."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (scratch - tuned).quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="the difference of the medians" says="That is the difference of the medians. Take the median of the differences."
def pays_up_to(labels, scratch, tuned, margin):
    gain = tuned.quantile(0.5, dim=0) - scratch.quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% groups correct="grouped in a dictionary"
def parameter_groups(names, num_frozen, lr, ratio):
    by_layer = {}
    for name in names:
        by_layer.setdefault(name.partition(".")[0], []).append(name)
    trained = list(by_layer.values())[num_frozen:]
    return [{"params": some, "lr": lr * ratio**k} for k, some in enumerate(trained[::-1])]


# %% groups correct="itertools"
def parameter_groups(names, num_frozen, lr, ratio):
    from itertools import groupby

    runs = [list(run) for _, run in groupby(names, key=lambda n: n.split(".", 1)[0])]
    out = []
    while len(runs) > num_frozen:
        out.append({"lr": lr, "params": runs.pop()})
        lr = lr * ratio
    return out


# %% groups correct="startswith, with the dot"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = []
    for name in names:
        layer = name[: name.index(".")]
        if layer not in layers:
            layers.append(layer)
    groups = []
    for i in range(len(layers) - 1, num_frozen - 1, -1):
        mine = [n for n in names if n.startswith(layers[i] + ".")]
        groups.append(dict(params=mine, lr=lr * ratio ** (len(layers) - 1 - i)))
    return groups


# %% groups wrong="the ratio inverted" says="The ratio is inverted: layers far from the head are to learn more slowly."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr / ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="counts from the first layer" says="You count from the first layer. The head gets the full rate."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers)
    ][::-1]


# %% groups wrong="one power too many" says="The head gets lr · ratio. It gets lr itself."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1], start=1)
    ]


# %% groups wrong="two rates only" says="All layers but the head have the same rate. Each is ratio times the next."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {
            "params": [n for n in names if n.split(".")[0] == layer],
            "lr": lr if layer == layers[-1] else lr * ratio,
        }
        for layer in layers[::-1]
    ]


# %% groups wrong="linear rates" says="The rates fall along a line. Multiply by the ratio for each layer."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {
            "params": [n for n in names if n.split(".")[0] == layer],
            "lr": lr * max(0.0, 1 - k * (1 - ratio)),
        }
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="one rate" says="All layers have the same rate."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr}
        for layer in layers[::-1]
    ]


# %% groups wrong="in the order of the network" says="The groups are in the wrong order: the head's comes first."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ][::-1]


# %% groups wrong="no head" says="The head is left out, and it has most to learn."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:-1]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="nothing frozen" says="The first layer is not frozen: leave it out."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="the last are frozen" says="The head is left out, and it has most to learn."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    layers = layers[: len(layers) - num_frozen]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="weights only" says="The biases are left out: a layer is all that has its name."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {
            "params": [n for n in names if n.split(".")[0] == layer and n.endswith("weight")],
            "lr": lr * ratio**k,
        }
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="block1 takes block10 along" says="block10 is gone: it begins with block1, but it is another layer."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    frozen = tuple(layers[:num_frozen])
    kept = [n for n in names if not (frozen and n.startswith(frozen))]
    layers = list(dict.fromkeys(n.split(".")[0] for n in kept))
    return [
        {"params": [n for n in kept if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="the head twice" says="A parameter is in two groups."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    groups = [{"params": [n for n in names if n.startswith("head")], "lr": lr}]
    return groups + [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% loading correct="a loop"
def fitted_state(own, file, fresh):
    prefix = "module." if all(n[:7] == "module." for n in file) else ""
    given = {n[len(prefix) :]: t for n, t in file.items()}
    given = {n: t for n, t in given.items() if n.split(".")[0] not in fresh}
    out = {}
    for name, tensor in own.items():
        if name.split(".")[0] in fresh:
            out[name] = tensor
        elif name not in given:
            raise ValueError(f"missing in the file: {name}")
        elif given[name].shape != tensor.shape:
            raise ValueError(f"another shape: {name}")
        else:
            out[name] = given.pop(name)
    if given:
        raise ValueError(f"unexpected: {', '.join(given)}")
    return out


# %% loading correct="own exception, copies"
class Mismatch(ValueError):
    pass


def fitted_state(own, file, fresh):
    def layer(name):
        return name.partition(".")[0]

    names = list(file)
    if all(name.startswith("module.") for name in names):
        file = {name.split(".", 1)[1]: file[name] for name in names}
    faults = [n for n in own if layer(n) not in fresh and n not in file]
    faults += [n for n in file if layer(n) not in fresh and n not in own]
    faults += [
        n for n in own if n in file and layer(n) not in fresh and own[n].shape != file[n].shape
    ]
    if faults:
        raise Mismatch(str(faults))
    return {n: (own if layer(n) in fresh else file)[n].clone() for n in own}


# %% loading correct="an error from a dictionary, told anew"
def fitted_state(own, file, fresh):
    if {name.split(".")[0] for name in file} == {"module"}:
        file = {name.removeprefix("module."): t for name, t in file.items()}
    keep = {n: t for n, t in own.items() if n.split(".")[0] in set(fresh)}
    rest = {n: t for n, t in file.items() if n.split(".")[0] not in set(fresh)}
    extra = rest.keys() - own.keys()
    if extra:
        raise ValueError(f"not in the network: {sorted(extra)}")
    merged = {}
    for n in own:
        try:
            merged[n] = keep[n] if n in keep else rest[n]
        except KeyError:
            raise ValueError(f"not in the file: {n}") from None
        if merged[n].size() != own[n].size():
            raise ValueError(f"{n}: {merged[n].size()} is not {own[n].size()}")
    return merged


# %% loading wrong="the head from the file" says="The head comes from the file, with the classes of the source. It is fresh."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    for n in own:
        if n not in file:
            raise ValueError(n)
    return {n: file[n] for n in own}


# %% loading wrong="what fits, like strict=False" says="Nothing was taken from the file: all its names begin with `module.`."
def fitted_state(own, file, fresh):
    return {
        n: file[n] if n in file and file[n].shape == t.shape and n.split(".")[0] not in fresh else t
        for n, t in own.items()
    }


# %% loading wrong="startswith" says="header is not head: compare what stands before the first dot."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    kept = tuple(fresh)
    wanted = {n for n in own if not n.startswith(kept)}
    given = {n for n in file if not n.startswith(kept)}
    if wanted != given:
        raise ValueError(str(wanted ^ given))
    for n in wanted:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in wanted else own[n] for n in own}


# %% loading wrong="the file's own extra entries" says="The file's bias of the head is in it, which this network does not have."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    head = {n: t for n, t in own.items() if n.split(".")[0] in fresh}
    return {**file, **head}


# %% loading wrong="without the head" says="The head is missing: a state is complete, fresh layers included."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    return {n: file[n] for n in own if n.split(".")[0] not in fresh}


# %% loading wrong="weights and biases only" says="The running mean is not the file's: buffers belong to the weights."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    return {
        n: file[n] if n.split(".")[0] not in fresh and n.endswith(("weight", "bias")) else t
        for n, t in own.items()
    }


# %% loading wrong="a lost layer stays random" says="A layer is missing in the file, and nobody is told: it would stay random."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    return {n: t if n.split(".")[0] in fresh else file.get(n, t) for n, t in own.items()}


# %% loading wrong="what is too much goes unnoticed" says="The file has a layer that the network lacks, and nobody is told."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    out = {}
    for n, t in own.items():
        if n.split(".")[0] in fresh:
            out[n] = t
            continue
        if n not in file or file[n].shape != t.shape:
            raise ValueError(n)
        out[n] = file[n]
    return out


# %% loading wrong="counts numbers, not shapes" says="A tensor has another shape (as many numbers are not enough), and nobody is told."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].numel() != file[n].numel():
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="takes off what it finds" says="Only some names begin with `module.`: that is no wrapping, so refuse it."
def fitted_state(own, file, fresh):
    file = {n.removeprefix("module."): t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="an error without a name" says="The error does not name the entry."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs or any(own[n].shape != file[n].shape for n in mine):
        raise ValueError("the file does not fit")
    return {n: file[n] if n in mine else own[n] for n in own}


# %% probe-then-tune correct="requires_grad, two optimizers"
def probe_then_tune(state, X, y, steps, lrs):
    net = models.convnet(state["head.weight"].shape[0])
    net.load_state_dict(state)
    for name, p in net.named_parameters():
        p.requires_grad = name.startswith("head")
    net.eval()
    opt = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        nn.CrossEntropyLoss()(net(X), y).backward()
        opt.step()
    net.requires_grad_(True).train()
    opt = torch.optim.SGD(net.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        nn.CrossEntropyLoss()(net(X), y).backward()
        opt.step()
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


# %% probe-then-tune correct="cached features, add_param_group"
def probe_then_tune(state, X, y, steps, lrs):
    net = models.convnet(len(state["head.bias"])).eval()
    net.load_state_dict(state)
    with torch.no_grad():
        cached = net[:-1](X)
    opt = torch.optim.SGD(net.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(net.head(cached), y).backward()
        opt.step()
    opt.add_param_group({"params": [*net[:-1].parameters()]})
    for group in opt.param_groups:
        group["lr"] = lrs[1]
    net.train()
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(net(X), y).backward()
        opt.step()
    return net.state_dict()


# %% probe-then-tune correct="by hand, with autograd.grad"
def probe_then_tune(state, X, y, steps, lrs):
    net = models.convnet(len(state["head.bias"]))
    net.load_state_dict(state)
    for phase in range(2):
        net.train(phase == 1)
        params = list(net.head.parameters()) if phase == 0 else list(net.parameters())
        for _ in range(steps[phase]):
            grads = torch.autograd.grad(F.cross_entropy(net(X), y), params)
            with torch.no_grad():
                for p, g in zip(params, grads):
                    p -= lrs[phase] * g
    return net.state_dict()


# %% probe-then-tune wrong="statistics drift" says="Frozen, and yet it moves: the backbone is in train mode in the first phase, so batch norm's statistics drift."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, n, lr in ((model.head, steps[0], lrs[0]), (model, steps[1], lrs[1])):
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="everything in both phases" says="The backbone is trained in the first phase: only the head may be."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for mode, n, lr in zip((False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="the head frozen too" says="The head is frozen too: it is the one to be trained."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).train()
    model.load_state_dict(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="rates exchanged" says="The rates of the two phases are exchanged."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs[::-1]):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one step too many" says="You take one step too many."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n + (not mode)):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="uphill" says="The step goes uphill."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            with torch.no_grad():
                for p in trained.parameters():
                    p += lr * p.grad
    return model.state_dict()


# %% probe-then-tune wrong="optimizer made before unfreezing" says="The backbone never learns: the optimizer was made before it was unfrozen, and does not know of it."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model[:-1].requires_grad_(False)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lrs[0])
    model.eval()
    for phase in range(2):
        for _ in range(steps[phase]):
            optimizer.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
        model.requires_grad_(True).train()
        optimizer.param_groups[0]["lr"] = lrs[1]
    return model.state_dict()


# %% probe-then-tune wrong="eval never undone" says="The network is still in eval mode in the second phase: model.train()."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    for trained, n, lr in ((model.head, steps[0], lrs[0]), (model, steps[1], lrs[1])):
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="the second phase is like the first" says="Everything is left frozen, and still in eval mode, in the second phase."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    for n, lr in zip(steps, lrs):
        optimizer = torch.optim.SGD(model.head.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one rate" says="The second phase has the rate of the first."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n in zip((model.head, model), (False, True), steps):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lrs[0])
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="no second phase" says="The second phase is missing."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    optimizer = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        model.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="no first phase" says="The first phase is missing: everything is trained at once."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).train()
    model.load_state_dict(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="numbers of steps exchanged" says="The numbers of steps are exchanged."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps[::-1], lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% choose-source correct="a loop with a mask"
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source correct="lists of numbers, math.dist"
def nearest_mean_accuracy(f, labels):
    points, classes = f.tolist(), labels.tolist()
    hits = 0
    for i, (point, own) in enumerate(zip(points, classes)):
        far = {}
        for k in set(classes):
            mine = [p for j, p in enumerate(points) if classes[j] == k and j != i]
            far[k] = math.dist(point, [sum(column) / len(mine) for column in zip(*mine)])
        hits += min(far, key=far.get) == own
    return hits / len(points)


# %% choose-source correct="squared distances, the own class scaled"
def nearest_mean_accuracy(features, y):
    X = features.double()
    k = int(y.max()) + 1
    m = torch.bincount(y, minlength=k)
    means = torch.zeros(k, X.shape[1], dtype=X.dtype).index_add_(0, y, X) / m[:, None]
    d = ((X[:, None] - means) ** 2).sum(dim=2)
    own = (m / (m - 1.0))[y] ** 2
    d[range(len(y)), y] *= own
    return sum(d.argmin(dim=1) == y).item() / len(y)


# %% choose-source wrong="the example counts" says="Each example counts in the mean of its own class, and pulls it near. Leave it out."
def nearest_mean_accuracy(features, y):
    means = torch.stack([features[y == k].mean(dim=0) for k in range(int(y.max()) + 1)])
    return (torch.cdist(features, means).argmin(dim=1) == y).double().mean().item()


# %% choose-source wrong="divides by one too many" says="The own class's sum is without the example, but is divided by all: there is one less."
def nearest_mean_accuracy(features, y):
    sums = torch.stack([features[y == k].sum(dim=0) for k in range(int(y.max()) + 1)])
    count = torch.bincount(y)
    d = torch.cdist(features, sums / count[:, None])
    d[range(len(y)), y] = (features - (sums[y] - features) / count[y][:, None]).norm(dim=1)
    return (d.argmin(dim=1) == y).double().mean().item()


# %% choose-source wrong="the nearest example" says="That is the nearest example. The nearest class mean is wanted."
def nearest_mean_accuracy(features, y):
    d = torch.cdist(features, features).fill_diagonal_(math.inf)
    return (y[d.argmin(dim=1)] == y).double().mean().item()


# %% choose-source wrong="absolute differences" says="That is the sum of absolute differences. The distance is Euclidean."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).abs().sum(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="cosines" says="You scale the features to length 1 first. Take them as they are."
def nearest_mean_accuracy(features, y):
    features = F.normalize(features, dim=1)
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="the mean over the classes" says="That is the mean over the classes. Take the share of all examples."
def nearest_mean_accuracy(features, y):
    right = []
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right.append(float((means - features[i]).norm(dim=1).argmin() == y[i]))
    right = torch.tensor(right)
    return torch.stack([right[y == k].mean() for k in range(int(y.max()) + 1)]).mean().item()


# %% choose-source wrong="errors" says="That is the share of errors."
def nearest_mean_accuracy(features, y):
    wrong = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        wrong += int((means - features[i]).norm(dim=1).argmin() != y[i])
    return wrong / len(y)


# %% choose-source wrong="a count" says="That is how many are right. Divide by how many there are."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right


# %% forgetting correct="two networks, a new head module"
def forgetting(before, tuned, X, y):
    def score(state):
        net = models.convnet(len(state["head.bias"]))
        net.load_state_dict(state)
        net.eval()
        with torch.no_grad():
            return float((net(X).argmax(1) == y).float().mean())

    return score(before), score(tuned | {n: before[n] for n in ("head.weight", "head.bias")})


# %% forgetting correct="swaps the heads of whole networks"
def forgetting(old, new, images, labels):
    a, b = models.convnet(len(old["head.bias"])), models.convnet(len(new["head.bias"]))
    a.load_state_dict(old)
    b.load_state_dict(new)
    b.head = a.head
    with torch.inference_mode():
        hits = [m.eval()(images).max(dim=1).indices.eq(labels).sum().item() for m in (a, b)]
    return hits[0] / len(labels), hits[1] / len(labels)


# %% forgetting correct="functional_call"
def forgetting(before, tuned, X, y):
    net = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {n: (before if n[:5] == "head." else tuned)[n] for n in before}):
        with torch.no_grad():
            logits = torch.func.functional_call(net, dict(state), (X,))
        result.append(torch.mean((logits.argmax(dim=-1) == y).double()).item())
    return tuple(result)


# %% forgetting wrong="the new head" says="That is the tuned network with its new head, which knows the target's classes. Put the old head on."
def forgetting(before, tuned, X, y):
    result = []
    for state in (before, tuned):
        model = models.convnet(len(state["head.bias"])).eval()
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="old statistics" says="The running statistics are still the old ones: buffers belong to the backbone."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    model.load_state_dict(before)
    result = []
    for state in (before, tuned):
        with torch.no_grad():
            for name, p in model.named_parameters():
                if not name.startswith("head"):
                    p.copy_(state[name])
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="the old one twice" says="That is the old network twice: the new backbone never came in."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, tuned | before):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="train mode" says="The network is in train mode: it is judged as it would be used, in eval mode."
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head")}
    model = models.convnet(len(before["head.bias"]))
    result = []
    for state in (before, {**tuned, **head}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="exchanged" says="Before and after are exchanged."
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head")}
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in ({**tuned, **head}, before):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="errors" says="These are errors. Accuracies are wanted."
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head")}
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {**tuned, **head}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) != y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="the loss of accuracy alone"
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head")}
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {**tuned, **head}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return result[0] - result[1], 0.0
