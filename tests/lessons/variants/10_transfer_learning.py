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


# %% features wrong="logits" says="These are logits. Leave out the head."
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


# %% features correct="a batch of one at a time, in inference mode"
def extract_features(state, mean, std, X):
    net = models.convnet(len(state["head.bias"])).cpu().eval()
    net.load_state_dict(state)
    net.head = nn.Identity()
    with torch.inference_mode():
        rows = torch.cat([net((picture - mean) / std) for picture in X.split(1)])
    after = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    return rows, after | {name: state[name].clone() for name in ("head.weight", "head.bias")}


# %% features wrong="divides only" says="You divide by the standard deviation, and do not subtract the mean."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X / std), model.state_dict()


# %% features wrong="brackets forgotten" says="`X - mean / std` divides the mean alone. Put brackets around X − mean."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X - mean / std), model.state_dict()


# %% features wrong="mean and std exchanged" says="mean and std have changed places."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - std) / mean), model.state_dict()


# %% features wrong="the inverse" says="X · std + mean undoes a normalization. Subtract the mean, then divide."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1](X * std + mean), model.state_dict()


# %% features wrong="std squared" says="You divide by std². It is the standard deviation, and no variance."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / (std * std)), model.state_dict()


# %% features wrong="divides by 16 first" says="You divide by 16 before you normalize. mean and std are those of the counts."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X / 16 - mean) / std), model.state_dict()


# %% features wrong="probabilities" says="These are probabilities of classes. Leave out the head, and the softmax."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return torch.softmax(model((X - mean) / std), 1), model.state_dict()


# %% features wrong="the first picture alone" says="These are the features of the first picture alone. A row for each is wanted."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std)[0], model.state_dict()


# %% features wrong="not flattened" says="The numbers are right, in the shape"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-2]((X - mean) / std), model.state_dict()


# %% features wrong="keeps the graph" says="The features still have a graph: compute them under torch.no_grad()."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    return model[:-1]((X - mean) / std), model.state_dict()


# %% features wrong="returns the state that it was given" says="The result holds a tensor that you were given"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), state


# %% features wrong="forgets to return" says="Your function returned None: is the `return` missing?"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)


# %% features wrong="state first" says="The two results are exchanged."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return model.state_dict(), features


# %% features wrong="floats only in the state" says="Batch norm's counters are missing: `num_batches_tracked` is a part of the state."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), {
            k: v for k, v in model.state_dict().items() if v.is_floating_point()
        }


# %% features wrong="the state of the head" says="Only the head is there: return the state of the whole network."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), {
            n: t for n, t in model.state_dict().items() if n.startswith("head")
        }


# %% features wrong="the state of a new network" says="All weights are others than those that you were given: `load_state_dict(state)`."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), models.convnet(len(state["head.bias"])).state_dict()


# %% features wrong="the state in double" says="All weights have another dtype. Leave them as they are."
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model[:-1]((X - mean) / std), model.double().state_dict()


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


# %% what-moves wrong="compares the live tensors" says="You found nothing, and something has moved. Are the tensors before the pass clones, and are buffers among them?"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    before = model.state_dict()
    model.train(training)(X)
    after = model.state_dict()
    changes = {n: (after[n].double() - before[n].double()).abs().max().item() for n in before}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="parameters only" says="You found nothing, and something has moved."
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


# %% what-moves wrong="the modes are exchanged" says="Train and eval mode have changed places."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(not training)(X)
    new = model.state_dict()
    changes = {n: (new[n].double() - state[n].double()).abs().max().item() for n in state}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves correct="eval mode is known to move nothing"
def what_moves(state, X, training):
    if not training:
        return {}
    net = models.convnet(len(state["head.bias"])).cpu()
    net.load_state_dict(state)
    with torch.inference_mode():
        net(X)
    pairs = {name: (old, net.state_dict()[name].clone()) for name, old in state.items()}
    return {
        name: float(max(abs(a - b) for a, b in zip(old.flatten().tolist(), new.flatten().tolist())))
        for name, (old, new) in pairs.items()
        if (old != new).any()
    }


# %% what-moves wrong="means only" says="The running variances are missing: batch norm keeps them beside the means."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    names = [n for n in state if n.endswith(("running_mean", "num_batches_tracked"))]
    changes = {n: (new[n].double() - state[n].double()).abs().max().item() for n in names}
    return {n: c for n, c in changes.items() if c > 0}


# %% what-moves wrong="the 2-norm" says="That is the root of the sum of squares. The largest change is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: torch.linalg.vector_norm(new[n].double() - state[n].double()).item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="before minus after" says="That is before minus after, with its sign: take the absolute value first."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: (state[n].double() - new[n].double()).max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="the largest before and after" says="That is how much the largest entry has changed. The largest change of all is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: abs(new[n].double().max() - state[n].double().max()).item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="what is there afterwards" says="These are largest values after the pass. How much they have changed is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: new[n].double().abs().max().item() for n in state if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="relative changes" says="These are changes in proportion. The change itself is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: ((new[n].double() - state[n].double()).abs() / state[n].double().abs()).max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="always in train mode" says="The network is in train mode both times: `model.train(training)`."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model(X)
    new = model.state_dict()
    changes = {
        n: (new[n].double() - state[n].double()).abs().max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="two passes" says="Two passes have been made. One is wanted."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X), model(X)
    new = model.state_dict()
    changes = {
        n: (new[n].double() - state[n].double()).abs().max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return changes


# %% what-moves wrong="only changes worth mentioning" says="Small changes are left out. Whatever has changed at all counts."
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: (new[n].double() - state[n].double()).abs().max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return {n: c for n, c in changes.items() if c > 1e-3}


# %% what-moves wrong="names alone" says="A dictionary is wanted"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).requires_grad_(False)
    model.load_state_dict(state)
    model.train(training)(X)
    new = model.state_dict()
    changes = {
        n: (new[n].double() - state[n].double()).abs().max().item()
        for n in state
        if not torch.equal(new[n], state[n])
    }
    return sorted(changes)


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
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
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
    return torch.tensor(fitted.coef_).to(features.dtype), features.new_zeros(num_classes)


# %% probe wrong="softmax twice" says="There is a softmax before the cross-entropy, which has one inside."
def train_probe(features, y, num_classes, strength):
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
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
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
    with torch.no_grad():
        for _ in range(10):
            F.cross_entropy(features @ W.T + b, y)
    return W.detach(), b.detach()


# %% probe wrong="stops after ten steps of another rate"
def train_probe(features, y, num_classes, strength):
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
    opt = torch.optim.SGD([W, b], lr=0.3)
    for _ in range(10):
        opt.zero_grad()
        (F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()).backward()
        opt.step()
    return W.detach(), b.detach()


# %% probe correct="the first hint, word by word"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe correct="results that still require gradients, b not centred"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W, b + 3


# %% probe wrong="b as a row" says="b is wanted with one dimension, (num_classes,)."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach().reshape(1, -1)


# %% probe wrong="b as a column" says="b is a column. (num_classes,) is wanted."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach().unsqueeze(1)


# %% probe wrong="the biases in W" says="The biases are still a column of W. Return them apart, as b."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return torch.column_stack([W, b]).detach(), b.detach()


# %% probe wrong="C is the strength" says="scikit-learn's C is not λ: C = 1/(n λ)."
def train_probe(features, y, num_classes, strength):
    fitted = LogisticRegression(C=strength, max_iter=5000, tol=1e-8).fit(features, y)
    return torch.tensor(fitted.coef_).to(features), torch.tensor(fitted.intercept_).to(features)


# %% probe wrong="the norm, not squared" says="The penalty is ‖W‖. It is the square of it, ‖W‖², that is wanted."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.norm()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="the mean of the squares" says="The penalty is the mean of the squares of W. ‖W‖² is their sum."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * (W**2).mean()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="the mean of the squares, no half" says="The penalty is the mean of the squares of W, without the ½. ‖W‖² is their sum."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength * (W**2).mean()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="standardizes" says="These weights belong to standardized features. Take the features as they are."
def train_probe(features, y, num_classes, strength):
    features = (features - features.mean(0)) / features.std(0, correction=0)
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="ten steps" says="There stand ten steps of gradient descent with rate 0.1. Go on to the minimum."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.SGD([W, b], lr=0.1)
    for _ in range(10):
        opt.zero_grad()
        (F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()).backward()
        opt.step()
    return W.detach(), b.detach()


# %% probe wrong="a hundred steps" says="There stand 100 steps of gradient descent with rate 0.1. Go on to the minimum."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.SGD([W, b], lr=0.1)
    for _ in range(100):
        opt.zero_grad()
        (F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()).backward()
        opt.step()
    return W.detach(), b.detach()


# %% probe wrong="no penalty" says="Your result does not depend on `strength`, though it should."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + 0
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="float32 whatever comes"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach().float(), b.detach().float()


# %% probe wrong="b first" says="W and b have changed places: (W, b)."
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return b.detach(), W.detach()


# %% probe wrong="W alone"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach()


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


# %% few-shots wrong="so many in all" says="You draw `per_class` in all. So many of each class are wanted."
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
        few.append(places[torch.randint(len(places), (per_class,), generator=generator)])
    few = torch.cat(few)
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="judges on everything" says="Some examples are in both parts: what was drawn must not be judged on."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    return torch.cat([order[y[order] == k][:per_class] for k in y.unique()]), torch.arange(len(y))


# %% few-shots wrong="the first of each" says="All draws are the same: draw from `generator`, and do not seed."
def draw_few(y, per_class, generator):
    few = torch.cat([(y == k).nonzero().flatten()[:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="the global generator" says="From the same generator something else comes"
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y))
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="one draw for all classes" says="One draw serves for all classes. Draw anew for each, from all that it has."
def draw_few(y, per_class, generator):
    smallest = min(int((y == k).sum()) for k in y.unique())
    at = torch.randperm(smallest, generator=generator)[:per_class]
    few = torch.cat([(y == k).nonzero().flatten()[at] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots correct="a NumPy generator, seeded from the generator"
def draw_few(y, per_class, generator):
    import numpy as np

    rng = np.random.default_rng(int(torch.randint(2**60, (), generator=generator)))
    few = [rng.choice(np.flatnonzero(y == k), per_class, replace=False) for k in np.unique(y)]
    few = torch.from_numpy(np.concatenate(few))
    return few, torch.from_numpy(np.setdiff1d(np.arange(len(y)), few))


# %% few-shots correct="sorted within a class"
def draw_few(y, per_class, generator):
    few = []
    for k in y.unique().tolist():
        at = (y == k).nonzero().flatten()
        few += sorted(at[torch.randperm(len(at), generator=generator)[:per_class]].tolist())
    rest = [i for i in range(len(y)) if i not in set(few)]
    return torch.tensor(few), torch.tensor(rest)


# %% few-shots wrong="others are as many" says="Some examples are in neither part: `others` are all that were not drawn."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    rest = [i for i in range(len(y)) if i not in few]
    return few, torch.tensor(rest[: len(few)])


# %% few-shots wrong="a seed of its own" says="All draws are the same: draw from `generator`, and do not seed."
def draw_few(y, per_class, generator):
    generator = torch.Generator().manual_seed(42)
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="another generator of the same seed" says="All draws with one seed are the same: let `generator` go on"
def draw_few(y, per_class, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="others mixed" says="The others are not in rising order."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    rest = torch.tensor([i for i in range(len(y)) if i not in few])
    return few, rest[torch.randperm(len(rest), generator=generator)]


# %% few-shots wrong="classes as they come" says="The classes come in the order in which `y` has them. Begin with the smallest."
def draw_few(y, per_class, generator):
    few = []
    for k in dict.fromkeys(y.tolist()):
        places = torch.where(y == k)[0]
        few.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    few = torch.cat(few)
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="sorted by place" says="The chosen are sorted by place. Let the classes follow one another."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    few = few.sort().values
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="a mask of the others" says="A mask of booleans came. Places are wanted: `.nonzero().flatten()`."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    left = torch.ones(len(y), dtype=torch.bool)
    left[few] = False
    return few, left


# %% few-shots wrong="classes in place of places" says="These are classes, `y[chosen]`. Places are wanted."
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    left = torch.ones(len(y), dtype=torch.bool)
    left[few] = False
    return y[few], y[left]


# %% few-shots wrong="never the last of a class"
def draw_few(y, per_class, generator):
    few = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        few.append(places[torch.randperm(len(places) - 1, generator=generator)[:per_class]])
    few = torch.cat(few)
    return few, torch.tensor([i for i in range(len(y)) if i not in few])


# %% few-shots wrong="the chosen alone"
def draw_few(y, per_class, generator):
    order = torch.randperm(len(y), generator=generator)
    few = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    return few


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


# %% where-it-stops wrong="the lower median" says="The lower of the middle two values decides. Take their mean: .quantile(0.5)."
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


# %% where-it-stops correct="nanmedian of NumPy, sorted from above"
def pays_up_to(counts, a, b, least):
    import numpy as np

    typical = np.nanmedian(np.asarray(b) - np.asarray(a), axis=0)
    for place in np.argsort(counts)[::-1]:
        if typical[place] >= least:
            return counts[place]
    return 0


# %% where-it-stops wrong="the worst draw" says="That is where even the worst draw gains. Take the median over the draws."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).min(dim=0).values
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="the upper median" says="The upper of the middle two values decides. Take their mean: .quantile(0.5)."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).sort(dim=0).values[len(scratch) // 2]
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="a vote of the draws" says="The lower of the middle two values decides."
def pays_up_to(labels, scratch, tuned, margin):
    gain = ((tuned - scratch) >= margin).double().mean(dim=0)
    return max((n for n, g in zip(labels, gain) if g > 0.5), default=0)


# %% where-it-stops wrong="over the labels" says="The median is taken over the numbers of labels. Take it over the seeds, dimension 0."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=1)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="more than the margin" says="A gain of just `margin` pays as well: at least, ≥."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g > margin), default=0)


# %% where-it-stops wrong="any gain" says="Any gain is enough for you. Compare it with `margin`."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g > 0), default=0)


# %% where-it-stops wrong="the last in the list" says="That is the last one in the list. The largest is wanted."
def pays_up_to(labels, scratch, tuned, margin):
    best = 0
    for n, g in zip(labels, (tuned - scratch).quantile(0.5, dim=0)):
        if g >= margin:
            best = n
    return best


# %% where-it-stops wrong="the smallest that pays" says="That is the smallest number of labels at which it pays. The largest is wanted."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return min((n for n, g in zip(labels, gain) if g >= margin), default=0)


# %% where-it-stops wrong="until it fails once" says="You stop at the first number that does not pay. A larger one may pay again."
def pays_up_to(labels, scratch, tuned, margin):
    gain = dict(zip(labels, (tuned - scratch).quantile(0.5, dim=0).tolist()))
    best = 0
    for n in sorted(labels):
        if gain[n] < margin:
            return best
        best = n
    return best


# %% where-it-stops wrong="how many pay" says="That is how many numbers pay. Return the largest of them."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return sum(g >= margin for g in gain.tolist())


# %% where-it-stops wrong="nothing where it never pays" says="Where it pays nowhere, 0 is wanted. None came."
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=None)


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


# %% groups wrong="nothing frozen" says="Nothing is frozen: leave out the first `num_frozen` layers."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="the last are frozen" says="The last layers are frozen. It is the first that are to be."
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


# %% groups wrong="the head twice" says="The head is in two groups."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    groups = [{"params": [n for n in names if n.split(".")[0] == layers[-1]], "lr": lr}]
    return groups + [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups correct="tuples, and rates by repeated multiplication"
def parameter_groups(parameters, frozen, rate, r):
    layers = []
    for name in parameters:
        first, _, _ = name.partition(".")
        if not layers or layers[-1][0] != first:
            layers.append((first, []))
        layers[-1][1].append(name)
    groups = []
    for _, own in reversed(layers[frozen:]):
        groups += [{"lr": rate, "params": tuple(own)}]
        rate *= r
    return groups


# %% groups wrong="times the distance" says="You multiply the ratio by the distance. It is a power: lr · ratio ** distance."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio * k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="a power of both" says="The rate is raised to the power too"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {
            "params": [n for n in names if n.split(".")[0] == layer],
            "lr": (lr * ratio) ** k if k else lr,
        }
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="names in reverse" says="Within a group the names are in reverse. They keep their order."
def parameter_groups(names, num_frozen, lr, ratio):
    by_layer = {}
    for n in reversed(names):
        by_layer.setdefault(n.split(".")[0], []).append(n)
    count = len(by_layer) - num_frozen
    chosen = list(by_layer.values())[:count]
    return [{"params": some, "lr": lr * ratio**k} for k, some in enumerate(chosen)]


# %% groups wrong="counts parameters" says="You freeze the first `num_frozen` parameters. It is layers that are counted."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names[num_frozen:]))
    return [
        {"params": [n for n in names[num_frozen:] if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="frozen at rate 0" says="Frozen layers have a group with rate 0. They get no group at all."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    groups = []
    for i in reversed(range(len(layers))):
        rate = lr * ratio ** (len(layers) - 1 - i) if i >= num_frozen else 0.0
        groups.append({"params": [n for n in names if n.split(".")[0] == layers[i]], "lr": rate})
    return groups


# %% groups wrong="startswith" says="block1 has taken block10 along: it begins with block1, but it is another layer."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": [n for n in names if n.startswith(layer)], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="layers sorted by name" says="The layers are sorted by name. Keep the order of the network."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = sorted({n.split(".")[0] for n in names})[num_frozen:]
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="names of layers" says="These are names of layers. `params` are the names of their parameters."
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [{"params": [layer], "lr": lr * ratio**k} for k, layer in enumerate(layers[::-1])]


# %% groups wrong="the names are a generator"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    return [
        {"params": (n for n in names if n.split(".")[0] == layer), "lr": lr * ratio**k}
        for k, layer in enumerate(layers[::-1])
    ]


# %% groups wrong="prints" says="None"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))[num_frozen:]
    print(
        [
            {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
            for k, layer in enumerate(layers[::-1])
        ]
    )


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


# %% loading wrong="the file's own extra entries" says="The file's entries of a fresh layer are in it. Only the network's own belong there."
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


# %% loading wrong="a lost layer stays random" says="An entry is missing in the file, and nobody is told: its layer would stay random."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    rest = {n: t for n, t in file.items() if n.split(".")[0] not in fresh}
    for n, t in rest.items():
        if n not in own or own[n].shape != t.shape:
            raise ValueError(n)
    return {**own, **rest}


# %% loading wrong="what is too much goes unnoticed" says="The file has an entry that the network lacks, and nobody is told."
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


# %% loading wrong="counts numbers, not shapes" says="A tensor has another shape, and nobody is told. As many numbers are not enough."
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


# %% loading correct="the error names the whole file's prefix too"
def fitted_state(own, file, fresh):
    prefix = "module." * all(name.startswith("module.") for name in file)
    out = dict(own)
    left = {name for name in own if name.split(".")[0] not in fresh}
    for name, tensor in file.items():
        short = name[len(prefix) :]
        if short.split(".")[0] in fresh:
            continue
        if short not in left or tuple(own[short].shape) != tuple(tensor.shape):
            raise ValueError(f"{name} does not fit")
        left.remove(short)
        out[short] = tensor
    if left:
        raise ValueError("missing: " + ", ".join(sorted(left)))
    return out


# %% loading wrong="everything its own" says="Everything is the network's own. What is not fresh comes from the file."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return dict(own)


# %% loading wrong="knows no wrapping" says="A file in which all names begin with `module.` is refused. Take that off first."
def fitted_state(own, file, fresh):
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="leaves the prefix" says="The names still begin with `module.`."
def fitted_state(own, file, fresh):
    wrapped = all(n.startswith("module.") for n in file)
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    state = {n: file[n] if n in mine else own[n] for n in own}
    return {"module." + n: t for n, t in state.items()} if wrapped else state


# %% loading wrong="lstrip" says="takes off all these letters, also of the layer's name"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.lstrip("module."): t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="replace" says="`module.` is gone inside of names as well. Take it off at the beginning only."
def fitted_state(own, file, fresh):
    file = {n.replace("module.", ""): t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="the name anywhere" says="A layer is what stands before the first dot. You find its name anywhere."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if not any(layer in n for layer in fresh)}
    theirs = {n for n in file if not any(layer in n for layer in fresh)}
    for n in mine ^ theirs:
        raise ValueError(n)
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="the first fresh layer only" says="Only the first layer of `fresh` is fresh. There may be several."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    out = {}
    for n, t in own.items():
        out[n] = t if fresh and n.split(".")[0] == fresh[0] else file[n]
    return out


# %% loading wrong="strict=False" says="Whatever does not fit is skipped, and nobody is told."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    fits = {n for n in own if n in file and file[n].shape == own[n].shape}
    return {n: file[n] if n in fits and n.split(".")[0] not in fresh else own[n] for n in own}


# %% loading wrong="names only" says="Shapes are not compared: an entry must have the same one in both."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="rows only" says="The first dimension alone is compared. Shapes must agree as a whole."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if len(own[n]) != len(file[n]):
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="refuses everything" says="Good files are refused too."
def fitted_state(own, file, fresh):
    raise ValueError("this file does not fit")


# %% loading wrong="compares fresh layers too" says="Fresh layers are compared as well. What the file has for them is ignored."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    for n in own.keys() ^ file.keys():
        raise ValueError(n)
    for n in own:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: own[n] if n.split(".")[0] in fresh else file[n] for n in own}


# %% loading wrong="KeyError" says="That is a KeyError. Raise a ValueError that names the entry."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise KeyError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise KeyError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="assert" says="That is an AssertionError. Raise a ValueError that names the entry."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    assert mine == theirs, f"{mine ^ theirs}"
    assert all(own[n].shape == file[n].shape for n in mine), "another shape"
    return {n: file[n] if n in mine else own[n] for n in own}


# %% loading wrong="returns the error" says="Neither an error nor a state came: `raise ValueError(...)`."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n[7:]: t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        return ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            return ValueError(n)
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


# %% probe-then-tune wrong="statistics drift" says="Frozen, and yet it moves: no step of the second phase is due, and a pass was made in train mode, so batch norm's statistics drifted."
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


# %% probe-then-tune wrong="the head frozen too" says="Nothing has changed, not even the head: is it frozen, or does no step come?"
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


# %% probe-then-tune wrong="one step too many" says="The head was trained, with no step to take: you take one step too many."
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


# %% probe-then-tune wrong="optimizer made before unfreezing" says="The backbone never learns in the second phase."
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


# %% probe-then-tune wrong="the second phase is like the first" says="Below the head nothing has changed. Is there a second phase, on everything, in train mode?"
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


# %% probe-then-tune wrong="no second phase" says="Below the head nothing has changed."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).eval()
    model.load_state_dict(state)
    optimizer = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        model.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="no first phase" says="What the first phase learned is not in it. Is there one, and does the second go on from it?"
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


# %% probe-then-tune correct="functional, on a dictionary"
def probe_then_tune(state, X, y, steps, lrs):
    net = models.convnet(len(state["head.bias"])).cpu()
    now = {name: tensor.clone() for name, tensor in state.items()}
    learned = [name for name, _ in net.named_parameters()]
    for phase, (count, rate) in enumerate(zip(steps, lrs)):
        names = learned if phase else ["head.weight", "head.bias"]
        net.train(bool(phase))
        for _ in range(count):
            leaves = {name: now[name].detach().requires_grad_() for name in names}
            logits = torch.func.functional_call(net, now | leaves, (X,))
            slopes = torch.autograd.grad(F.cross_entropy(logits, y), list(leaves.values()))
            for (name, leaf), slope in zip(leaves.items(), slopes):
                now[name] = (leaf - rate * slope).detach()
    return now


# %% probe-then-tune wrong="everything in both phases, always in train mode" says="Everything is trained in the first phase, and in train mode: the head only, in eval mode."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model, model), (True, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="no bias of the head" says="The head's weights alone are trained. Its bias belongs to it."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters() if mode else [model.head.weight], lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one step too few" says="You take one step too few."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n if mode else n - 1):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="gradients add up" says="Gradients add up from step to step: zero them before each backward."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            pass
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="the sum of the losses" says="The loss is the sum over the examples. Take their mean."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y, reduction="sum").backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="softmax first" says="There is a softmax before the cross-entropy, which has one inside."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X).softmax(dim=1), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="Adam" says="That is Adam. Plain gradient descent is wanted: SGD."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.Adam(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="AdamW" says="That is AdamW. Plain gradient descent is wanted: SGD."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.AdamW(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="momentum" says="That is gradient descent with momentum 0.9. The plain one is wanted."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr, momentum=0.9)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="the backbone alone in the second phase" says="The head is not trained in the second phase. Everything is to be."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model[:-1]), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="train mode throughout" says="The backbone is in train mode in the first phase, so batch norm's statistics drift."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (True, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="modes exchanged" says="The modes have changed places: eval in the first phase, train in the second."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (True, False), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one step too many at the end" says="The second phase takes one step too many."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n + mode):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one step too few at the end" says="The second phase takes one step too few."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n - mode):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="zeroes what it trains, afterwards" says="The second phase begins with gradients that the first has left."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
            optimizer.zero_grad()
    return model.state_dict()


# %% probe-then-tune wrong="begins anew" says="What the first phase learned is not in it."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.load_state_dict(state)
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="trains the network that it was given" says="an argument was changed"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state, assign=True)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD([p.requires_grad_() for p in trained.parameters()], lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="forgets to return" says="Your function returned None: is the `return` missing?"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    model.state_dict()


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


# %% choose-source correct="NumPy, one class at a time"
def nearest_mean_accuracy(features, y):
    import numpy as np

    f, labels = np.asarray(features, dtype=np.float64), np.asarray(y)
    table = np.empty((len(f), labels.max() + 1))
    for k in range(table.shape[1]):
        own = labels == k
        total, count = f[own].sum(axis=0), own.sum()
        centre = np.where(own[:, None], (total - f) / (count - 1), total / count)
        table[:, k] = np.linalg.norm(f - centre, axis=1)
    return float(np.mean(table.argmin(axis=1) == labels))


# %% choose-source wrong="divides by one less, and keeps it" says="The own class's sum is divided by one less, but still has the example in it."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [
                features[y == k].sum(dim=0) / ((y == k).sum() - (y[i] == k).long())
                for k in range(int(y.max()) + 1)
            ]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="one less for all classes" says="The sums of the other classes are divided by one less as well. They miss no example."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [
                features[left & (y == k)].sum(dim=0) / ((y == k).sum() - 1)
                for k in range(int(y.max()) + 1)
            ]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="sums" says="You compare with sums. Divide by how many there are."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack([features[left & (y == k)].sum(dim=0) for k in range(int(y.max()) + 1)])
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="medians" says="You take medians of the classes. Their means are wanted."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].quantile(0.5, dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="the mean of the distances" says="That is the mean distance to a class. The distance to its mean is wanted."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [
                (features[left & (y == k)] - features[i]).norm(dim=1).mean()
                for k in range(int(y.max()) + 1)
            ]
        )
        right += int(means.argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="the largest difference" says="That is the largest difference in one feature. The distance is Euclidean."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(p=math.inf, dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="inner products" says="That is the largest inner product. The distance is Euclidean."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means @ features[i]).argmax() == y[i])
    return right / len(y)


# %% choose-source wrong="argmax" says="That is the farthest class mean: `argmin`."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmax() == y[i])
    return right / len(y)


# %% choose-source wrong="standardizes" says="You standardize each feature first. Take them as they are."
def nearest_mean_accuracy(features, y):
    features = (features - features.mean(0)) / features.std(0)
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return right / len(y)


# %% choose-source wrong="percent" says="What came is 100 times what is wanted, everywhere."
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return 100 * right / len(y)


# %% choose-source wrong="the class nearest to the last example"
def nearest_mean_accuracy(features, y):
    right = 0
    for i in range(len(y)):
        left = torch.arange(len(y)) != i
        means = torch.stack(
            [features[left & (y == k)].mean(dim=0) for k in range(int(y.max()) + 1)]
        )
        right += int((means - features[-1]).norm(dim=1).argmin() == y[i])
    return right / len(y)


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


# %% forgetting wrong="what was lost, in place of what is left" says="The second is what was lost. The accuracy after tuning is wanted."
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head")}
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {**tuned, **head}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return result[0], result[0] - result[1]


# %% forgetting correct="in two batches, a float32 mean"
def forgetting(old, new, pictures, classes):
    reader = models.convnet(len(old["head.bias"])).cpu()
    shares = []
    for backbone in (old, new):
        reader.load_state_dict(
            {n: (old if n.split(".")[0] == "head" else backbone)[n] for n in old}
        )
        reader.eval()
        with torch.no_grad():
            guesses = torch.cat([reader(part).argmax(1) for part in pictures.split(100)])
        shares.append((guesses == classes).float().mean().item())
    return tuple(shares)


# %% forgetting wrong="the old weights, the new bias" says="The head has the old weights and the new bias. Both belong to it."
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"])).eval()
        model.load_state_dict(state)
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    return score(before), score(tuned | {"head.weight": before["head.weight"]})


# %% forgetting wrong="convolutions only" says="Batch norm is still the old one, weights and statistics: it belongs to the backbone."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, before | {n: t for n, t in tuned.items() if n.endswith(".0.weight")}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="statistics only" says="Only the running statistics are new: the weights of the backbone never came in."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, before | {n: t for n, t in tuned.items() if "running" in n}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return tuple(result)


# %% forgetting wrong="percent" says="These are percentages. Shares between 0 and 1 are wanted."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {n: before[n] if n.startswith("head") else tuned[n] for n in before}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return 100 * result[0], 100 * result[1]


# %% forgetting wrong="counts" says="That is how many are right. Divide by how many there are."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {n: before[n] if n.startswith("head") else tuned[n] for n in before}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).sum().item())
    return tuple(result)


# %% forgetting wrong="one number, the loss" says="2 results are wanted, one came."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {n: before[n] if n.startswith("head") else tuned[n] for n in before}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return result[0] - result[1]


# %% forgetting wrong="after tuning alone" says="2 results are wanted, one came, the one with index 1."
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"])).eval()
    result = []
    for state in (before, {n: before[n] if n.startswith("head") else tuned[n] for n in before}):
        model.load_state_dict(state)
        with torch.no_grad():
            result.append((model(X).argmax(dim=1) == y).double().mean().item())
    return result[1]


# %% features wrong="the last pictures of an incomplete batch are dropped"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    model.eval()
    parts = []
    with torch.no_grad():
        for i in range(max(1, len(X) // 50)):
            parts.append(model[:-1]((X[50 * i : 50 * i + 50] - mean) / std))
    return torch.cat(parts), model.state_dict()


# %% features wrong="the features alone" says="2 results are wanted, one came"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    with torch.no_grad():
        return model.eval()[:-1]((X - mean) / std)


# %% what-moves wrong="in batches of 50"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    model.train(training)
    with torch.no_grad():
        for batch in X.split(50):
            model(batch)
    changes = {
        n: (t.double() - state[n].double()).abs().max().item()
        for n, t in model.state_dict().items()
    }
    return {n: change for n, change in changes.items() if change}


# %% probe wrong="LBFGS that is not told to go on"
def train_probe(features, y, num_classes, strength):
    W = features.new_zeros(num_classes, features.shape[1], requires_grad=True)
    b = features.new_zeros(num_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, b], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return W.detach(), b.detach()


# %% probe wrong="always float64" says="The numbers are right, the dtype is not"
def train_probe(features, y, num_classes, strength):
    model = LogisticRegression(C=1 / (len(y) * strength), tol=1e-9, max_iter=20000)
    model.fit(features.double().numpy(), y.numpy())
    return torch.tensor(model.coef_), torch.tensor(model.intercept_)


# %% few-shots wrong="others as a column" says="The others have a second dimension, of length 1"
def draw_few(y, per_class, generator):
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    chosen = torch.cat(chosen)
    left = torch.ones(len(y), dtype=torch.bool)
    left[chosen] = False
    return chosen, left.nonzero()


# %% few-shots wrong="chosen stacked" says="The chosen have two dimensions, a row for each class."
def draw_few(y, per_class, generator):
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    chosen = torch.stack(chosen)
    left = torch.ones(len(y), dtype=torch.bool)
    left[chosen.flatten()] = False
    return chosen, left.nonzero().flatten()


# %% few-shots wrong="ten classes at most"
def draw_few(y, per_class, generator):
    chosen = []
    for k in range(10):
        places = (y == k).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    chosen = torch.cat(chosen)
    left = torch.ones(len(y), dtype=torch.bool)
    left[chosen] = False
    return chosen, left.nonzero().flatten()


# %% groups wrong="for a network of four layers"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    return [
        {"params": [n for n in names if n.split(".")[0] == layers[i]], "lr": lr * ratio ** (3 - i)}
        for i in reversed(range(num_frozen, len(layers)))
    ]


# %% loading wrong="replace, in a wrapped file" says="`replace` takes `module.` out of the middle of names too: `removeprefix`."
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.replace("module.", ""): t for n, t in file.items()}
    mine = {n for n in own if n.split(".")[0] not in fresh}
    theirs = {n for n in file if n.split(".")[0] not in fresh}
    if mine != theirs:
        raise ValueError(str(mine ^ theirs))
    for n in mine:
        if own[n].shape != file[n].shape:
            raise ValueError(n)
    return {n: file[n] if n in mine else own[n] for n in own}


# %% probe-then-tune wrong="the state never comes in" says="Everything is other than what you were given, with no step to take: is `state` loaded?"
def probe_then_tune(state, X, y, steps, lrs):
    fresh = {
        n: torch.randn(t.shape) if t.is_floating_point() else torch.zeros_like(t)
        for n, t in state.items()
    }
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(fresh)
    for part, training, num_steps, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(training)
        optimizer = torch.optim.SGD(part.parameters(), lr=lr)
        for _ in range(num_steps):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="a last pass in train mode" says="Batch norm's statistics have moved, with no step to take: a pass too many, in train mode."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"])).cpu()
    model.load_state_dict(state)
    for part, training, num_steps, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(training)
        optimizer = torch.optim.SGD(part.parameters(), lr=lr)
        for _ in range(num_steps):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    with torch.no_grad():
        model.train()(X)
    return model.state_dict()


# %% forgetting wrong="rounded to two decimals"
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head.")}
    accuracies = []
    for state in (before, tuned | head):
        model = models.convnet(len(before["head.bias"])).cpu().eval()
        model.load_state_dict(state)
        with torch.no_grad():
            accuracies.append(round((model(X).argmax(dim=1) == y).double().mean().item(), 2))
    return tuple(accuracies)


# %% forgetting wrong="the mean over batches of 100"
def forgetting(before, tuned, X, y):
    head = {n: t for n, t in before.items() if n.startswith("head.")}
    accuracies = []
    for state in (before, tuned | head):
        model = models.convnet(len(before["head.bias"])).cpu().eval()
        model.load_state_dict(state)
        with torch.no_grad():
            parts = [
                (model(a).argmax(dim=1) == b).double().mean()
                for a, b in zip(X.split(100), y.split(100))
            ]
        accuracies.append(torch.stack(parts).mean().item())
    return tuple(accuracies)


# %% probe-then-tune wrong="one step too many, where there is one" says="You take one step too many."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n + (not mode) if n else 0):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()


# %% probe-then-tune wrong="one step too many at the end" says="Everything was trained once, with no step to take: you take one step too many."
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for trained, mode, n, lr in zip((model.head, model), (False, True), steps, lrs):
        model.train(mode)
        optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
        for _ in range(n + mode):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
    return model.state_dict()
