# %% features right="the plain way with the cut Sequential"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features right="decorator and a forward hook on the head"
@torch.no_grad()
def extract_features(state, mean, std, X):
    num_classes = state["head.weight"].shape[0]
    net = models.convnet(num_classes)
    net.load_state_dict(state)
    net.eval()
    caught = []
    handle = net.head.register_forward_pre_hook(lambda module, inputs: caught.append(inputs[0]))
    net(X.sub(mean).div(std))
    handle.remove()
    return caught[0].clone(), {k: v.clone() for k, v in net.state_dict().items()}

# %% features right="loops over the children and stops before the head"
def extract_features(state, mean, std, pictures):
    # build the network
    number_of_classes = len(state["head.bias"])
    network = models.convnet(number_of_classes)
    network.load_state_dict(state)
    network.train(False)

    # normalize with the statistics of the source
    values = pictures - mean
    values = values / std

    # all layers except the head
    with torch.no_grad():
        for name, layer in network.named_children():
            if name == "head":
                break
            values = layer(values)

    state_afterwards = {}
    for name, tensor in network.state_dict().items():
        state_afterwards[name] = tensor.detach().clone()
    return values, state_afterwards

# %% features right="replaces the head by the identity, puts it back"
def extract_features(state, mean, std, X):
    model = models.convnet(state["head.bias"].numel())
    model.load_state_dict(state)
    model.eval().requires_grad_(False)
    head, model.head = model.head, nn.Identity()
    features = model((X - mean) / std)
    model.head = head
    return features, dict(model.state_dict())

# %% features right="batches of 256, joined"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    backbone = nn.Sequential(*list(model.children())[:-1])
    parts = []
    with torch.no_grad():
        for batch in X.split(256):
            parts.append(backbone((batch - mean) / std))
    return torch.cat(parts, dim=0), model.state_dict()

# %% features right="a small class of its own"
class Extractor:
    def __init__(self, state):
        self.net = models.convnet(len(state["head.bias"]))
        self.net.load_state_dict(state)
        self.net.eval()

    def __call__(self, Z):
        with torch.no_grad():
            return self.net[:-1](Z).detach()


def extract_features(state, mean, std, X):
    extractor = Extractor(state)
    out = extractor((X - mean) / std)
    return out, extractor.net.state_dict()

# %% features wrong="forgot eval mode: batch norm uses the batch and moves"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="normalizes with the mean and std of X itself instead of the source's"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    X = (X - X.mean()) / X.std()
    with torch.no_grad():
        features = model[:-1](X)
    return features, model.state_dict()

# %% features wrong="does not normalize at all"
def extract_features(state, mean, std, X):
    net = models.convnet(len(state["head.bias"]))
    net.load_state_dict(state)
    net.eval()
    with torch.no_grad():
        f = net[:-1](X)
    return f, net.state_dict()

# %% features wrong="returns the logits of the whole network, not the features before the head"
@torch.no_grad()
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    return model((X - mean) / std), model.state_dict()

# %% features wrong="never loads the state: the backbone is random"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.eval()
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="divides by std before subtracting the mean (precedence)"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-1](X - mean / std)
    return features, model.state_dict()

# %% features wrong="the state returned is that of the cut network, without the head"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    backbone = model[:-1]
    backbone.eval()
    with torch.no_grad():
        features = backbone((X - mean) / std)
    return features, backbone.state_dict()

# %% features wrong="returns parameters only, the buffers of batch norm are missing from the state"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    after = {name: p.detach().clone() for name, p in model.named_parameters()}
    return features, after

# %% features wrong="no torch.no_grad: the features carry a graph and require gradients"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="returns the features only"
@torch.no_grad()
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    return model.eval()[:-1]((X - mean) / std)

# %% features wrong="cuts two modules off: the features are not flattened, shape (n, 32, 2, 2)"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-2]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="number of classes fixed at 37: another head cannot be loaded" kind="sneaky"
def extract_features(state, mean, std, X):
    model = models.convnet(37)
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="normalizes the caller's X in place" kind="sneaky"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    X -= mean
    X /= std
    with torch.no_grad():
        return model[:-1](X), model.state_dict()

# %% features wrong="a warm-up pass before eval: the running statistics have moved" kind="sneaky"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    X = (X - mean) / std
    with torch.no_grad():
        logits = model(X)
        assert logits.shape == (len(X), len(state["head.bias"]))
        model.eval()
        features = model[:-1](X)
    return features, model.state_dict()

# %% features wrong="train mode with momentum 0: means stay, but the batch is used for normalizing and the counter moves" kind="sneaky"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.0
    with torch.no_grad():
        features = model[:-1]((X - mean) / std)
    return features, model.state_dict()

# %% features wrong="batches of 32 by integer division: the last pictures are dropped" kind="sneaky"
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    X = (X - mean) / std
    features = []
    with torch.no_grad():
        for i in range(max(1, len(X) // 32)):
            features.append(model[:-1](X[32 * i : 32 * (i + 1)]))
    return torch.cat(features), model.state_dict()

# %% features wrong="squeeze: with one picture the features have shape (128,) and not (1, 128)" kind="sneaky"
@torch.no_grad()
def extract_features(state, mean, std, X):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    features = model[:-1]((X - mean) / std).squeeze()
    return features, model.state_dict()

# %% what-moves right="compares with the state given"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        change = (tensor.double() - state[name].double()).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves right="deep copy before, comprehension after"
import copy


def what_moves(state, X, training):
    net = models.convnet(state["head.bias"].shape[0])
    net.load_state_dict(state)
    for p in net.parameters():
        p.requires_grad = False
    if training:
        net.train()
    else:
        net.eval()
    before = copy.deepcopy(net.state_dict())
    with torch.no_grad():
        net(X)
    after = net.state_dict()
    return {
        n: float((after[n].double() - before[n].double()).abs().max())
        for n in before
        if not torch.equal(before[n], after[n])
    }

# %% what-moves right="numpy detour"
import numpy as np


def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    model.train(mode=training)
    old = {k: np.array(v.cpu().numpy(), dtype=np.float64) for k, v in model.state_dict().items()}
    _ = model(X)
    new = {k: np.array(v.cpu().numpy(), dtype=np.float64) for k, v in model.state_dict().items()}
    result = {}
    for k in old:
        d = np.abs(new[k] - old[k])
        if np.any(d != 0):
            result[k] = float(d.max())
    return result

# %% what-moves right="looks at the buffers only, since frozen parameters cannot move"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False).train(training)
    snapshot = {name: buffer.clone() for name, buffer in model.named_buffers()}
    model(X)
    changes = {}
    for name, buffer in model.named_buffers():
        delta = (buffer - snapshot[name]).abs().max()
        if delta != 0:
            changes[name] = float(delta)
    return changes

# %% what-moves right="helper functions for snapshot and difference"
def _snapshot(model):
    return {name: tensor.detach().clone().double() for name, tensor in model.state_dict().items()}


def _difference(a, b):
    return {name: (a[name] - b[name]).abs().flatten().max().item() for name in a}


def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for p in model.parameters():
        p.requires_grad = False
    model.train(training)
    first = _snapshot(model)
    model.forward(X)
    second = _snapshot(model)
    return dict(filter(lambda item: item[1] > 0.0, _difference(second, first).items()))

# %% what-moves right="functional call on copies of the state"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.requires_grad_(False)
    model.train(training)
    working = {name: t.clone() for name, t in state.items()}
    torch.func.functional_call(model, working, (X,))
    out = {}
    for name in state:
        biggest = max((working[name].double() - state[name].double()).abs().reshape(-1).tolist())
        if biggest > 0:
            out[name] = biggest
    return out

# %% what-moves wrong="state_dict is not copied: compares the network with itself, nothing moves"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    before = model.state_dict()
    model(X)
    after = model.state_dict()
    moved = {}
    for name in before:
        change = (after[name].double() - before[name].double()).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="a shallow copy of the dictionary still holds the same tensors"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for p in model.parameters():
        p.requires_grad = False
    model.train(training)
    before = model.state_dict().copy()
    model(X)
    return {
        k: (v.double() - before[k].double()).abs().max().item()
        for k, v in model.state_dict().items()
        if not torch.equal(v, before[k])
    }

# %% what-moves wrong="ignores training: always in train mode"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train()
    model(X)
    moved = {}
    for name, t in model.state_dict().items():
        d = (t.double() - state[name].double()).abs().max().item()
        if d > 0:
            moved[name] = d
    return moved

# %% what-moves wrong="if training it calls train, but never eval: a new network is in train mode anyway"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for p in model.parameters():
        p.requires_grad = False
    if training:
        model.train()
    with torch.no_grad():
        model(X)
    out = {}
    for name, t in model.state_dict().items():
        diff = (t.double() - state[name].double()).abs().max().item()
        if diff != 0:
            out[name] = diff
    return out

# %% what-moves wrong="looks at the parameters only, so nothing is ever found"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    changes = {}
    for name, p in model.named_parameters():
        change = (p - state[name]).abs().max().item()
        if change > 0:
            changes[name] = change
    return changes

# %% what-moves wrong="mean absolute change instead of the largest"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        change = (tensor.double() - state[name].double()).abs().mean().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="keeps the unchanged tensors with a change of 0"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    return {
        name: (tensor.double() - state[name].double()).abs().max().item()
        for name, tensor in model.state_dict().items()
    }

# %% what-moves wrong="values are tensors, not floats"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        change = (tensor.double() - state[name].double()).abs().max()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="a set of names instead of a dictionary with the changes"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False).train(training)
    model(X)
    return {name for name, t in model.state_dict().items() if not torch.equal(t, state[name])}

# %% what-moves wrong="never loads the state into the network: measures the distance of a random network"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    for p in model.parameters():
        p.requires_grad = False
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        change = (tensor.double() - state[name].double()).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="takes the mode of the flag the wrong way round"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.eval() if training else model.train()
    model(X)
    result = {}
    for name, tensor in model.state_dict().items():
        d = torch.max(torch.abs(tensor.double() - state[name].double())).item()
        if d > 0:
            result[name] = d
    return result

# %% what-moves wrong="maximum before the absolute value: a change that is largest downwards is too small or lost" kind="sneaky"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        change = (tensor.double() - state[name].double()).max().abs().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="leaves out the counter num_batches_tracked, which has changed too" kind="sneaky"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        change = (tensor - state[name]).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="assign=True: the pass changes the caller's own state" kind="sneaky"
def what_moves(state, X, training):
    before = {name: t.clone() for name, t in state.items()}
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state, assign=True)
    model.requires_grad_(False)
    model.train(training)
    model(X)
    moved = {}
    for name, t in model.state_dict().items():
        change = (t.double() - before[name].double()).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="batches of 32 instead of one batch: several passes" kind="sneaky"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    for batch in X.split(32):
        model(batch)
    moved = {}
    for name, t in model.state_dict().items():
        change = (t.double() - state[name].double()).abs().max().item()
        if change > 0:
            moved[name] = change
    return moved

# %% what-moves wrong="a tolerance of 0.001: what has changed by less is left out" kind="sneaky"
def what_moves(state, X, training):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for p in model.parameters():
        p.requires_grad_(False)
    model.train(training)
    model(X)
    out = {}
    for name, t in model.state_dict().items():
        a, b = t.double(), state[name].double()
        if not torch.allclose(a, b, atol=1e-3):
            out[name] = (a - b).abs().max().item()
    return out

# %% what-moves wrong="ten classes fixed: a state of the letters does not fit" kind="sneaky"
def what_moves(state, X, training):
    model = models.convnet(10)
    model.load_state_dict(state)
    model.requires_grad_(False)
    model.train(training)
    with torch.no_grad():
        model(X)
    return {
        k: (v.double() - state[k].double()).abs().max().item()
        for k, v in model.state_dict().items()
        if (v != state[k]).any()
    }

# %% probe right="LBFGS as in the hint, in float64"
def train_probe(features, y, num_classes, strength):
    f = features.detach().double()
    W = torch.zeros(num_classes, f.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(num_classes, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [W, b], max_iter=2000, tolerance_grad=1e-10, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(f @ W.T + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    for _ in range(4):  # again from where it stopped
        optimizer.step(closure)
        if W.grad.abs().max() < 1e-9 and b.grad.abs().max() < 1e-9:
            break
    return W.detach().to(features.dtype), b.detach().to(features.dtype)

# %% probe right="scikit-learn, with two classes done apart"
def train_probe(features, y, num_classes, strength):
    A, t = features.double().numpy(), y.numpy()
    n = len(t)
    if num_classes == 2:  # scikit-learn fits one vector for two classes: W = (-w/2, w/2)
        fit = LogisticRegression(C=2 / (n * strength), tol=1e-9, max_iter=20000).fit(A, t)
        w, c = torch.from_numpy(fit.coef_[0]) / 2, torch.from_numpy(fit.intercept_) / 2
        W, b = torch.stack([-w, w]), torch.cat([-c, c])
    else:
        fit = LogisticRegression(C=1 / (n * strength), tol=1e-9, max_iter=20000).fit(A, t)
        W, b = torch.from_numpy(fit.coef_), torch.from_numpy(fit.intercept_)
    return W.to(features.dtype), b.to(features.dtype)

# %% probe right="scipy.optimize with the gradient by hand"
import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp


def train_probe(features, y, num_classes, strength):
    A = features.numpy().astype(np.float64)
    n, d = A.shape
    Y = np.eye(num_classes)[y.numpy()]

    def objective(v):
        W = v[: num_classes * d].reshape(num_classes, d)
        b = v[num_classes * d :]
        Z = A @ W.T + b
        logp = Z - logsumexp(Z, axis=1, keepdims=True)
        loss = -(Y * logp).sum() / n + 0.5 * strength * (W**2).sum()
        G = (np.exp(logp) - Y) / n
        return loss, np.concatenate([(G.T @ A + strength * W).ravel(), G.sum(axis=0)])

    res = minimize(
        objective,
        np.zeros(num_classes * (d + 1)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-15, "gtol": 1e-9},
    )
    W = res.x[: num_classes * d].reshape(num_classes, d)
    b = res.x[num_classes * d :]
    return torch.tensor(W, dtype=features.dtype), torch.tensor(b, dtype=features.dtype)

# %% probe right="an nn.Linear on centred features, its bias beginning at random: the sum of the biases is free"
def train_probe(features, y, num_classes, strength):
    center = features.double().mean(dim=0)
    X = features.double() - center  # better conditioned; the bias makes up for it
    layer = nn.Linear(X.shape[1], num_classes, dtype=torch.float64)
    opt = torch.optim.LBFGS(
        layer.parameters(),
        max_iter=3000,
        tolerance_grad=1e-9,
        tolerance_change=1e-15,
        history_size=30,
        line_search_fn="strong_wolfe",
    )

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(layer(X), y) + 0.5 * strength * layer.weight.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    W = layer.weight.detach()
    b = layer.bias.detach() - W @ center
    return W.to(features.dtype), b.to(features.dtype)

# %% probe right="accelerated gradient descent, to a tiny gradient"
@torch.no_grad()
def train_probe(features, y, num_classes, strength):
    X = features.double()
    n, d = X.shape
    Xb = torch.cat([X, torch.ones(n, 1, dtype=torch.float64)], dim=1)
    Y = F.one_hot(y, num_classes).double()
    penalty = torch.full((d + 1,), strength, dtype=torch.float64)
    penalty[-1] = 0
    step = 1 / (0.5 * torch.linalg.matrix_norm(Xb, 2) ** 2 / n + strength)
    V = torch.zeros(num_classes, d + 1, dtype=torch.float64)
    ahead, t = V.clone(), 1.0
    for _ in range(200_000):
        gradient = (torch.softmax(Xb @ ahead.T, dim=1) - Y).T @ Xb / n + penalty * ahead
        if gradient.abs().max() < 1e-9:
            break
        new = ahead - step * gradient
        if ((ahead - new) * (new - V)).sum() > 0:
            t = 1.0  # restart
        t_next = (1 + math.sqrt(1 + 4 * t * t)) / 2
        ahead = new + (t - 1) / t_next * (new - V)
        V, t = new, t_next
    V = ahead
    return V[:, :-1].to(features.dtype).contiguous(), V[:, -1].to(features.dtype).clone()

# %% probe right="Newton's method with a line search, the Hessian by autograd"
def train_probe(features, y, num_classes, strength):
    X = features.double()
    d = X.shape[1]
    size = num_classes * d

    def loss(v):
        W, b = v[:size].view(num_classes, d), v[size:]
        return F.cross_entropy(X @ W.T + b, y) + strength / 2 * W.pow(2).sum()

    def newton_step(v):
        P = torch.softmax(X @ v[:size].view(num_classes, d).T + v[size:], dim=1)
        Xb = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
        S = torch.diag_embed(P) - P[:, :, None] * P[:, None, :]
        H4 = torch.einsum("nab,ni,nj->aibj", S, Xb, Xb) / len(X)
        k, e = num_classes, d + 1
        H4 = H4.reshape(k, e, k, e)
        order = [c * e + i for c in range(k) for i in range(d)] + [c * e + d for c in range(k)]
        H = H4.reshape(k * e, k * e)[order][:, order]
        ridge = torch.full((k * e,), 1e-10, dtype=X.dtype)
        ridge[:size] = strength
        w = v.clone().requires_grad_(True)
        (g,) = torch.autograd.grad(loss(w), w)
        return g, torch.linalg.solve(H + torch.diag(ridge), g)

    v = torch.zeros(size + num_classes, dtype=torch.float64)
    for _ in range(100):
        g, direction = newton_step(v)
        if g.abs().max() < 1e-11:
            break
        t, here = 1.0, loss(v)
        while loss(v - t * direction) > here - 1e-4 * t * (g @ direction) and t > 1e-8:
            t /= 2
        v = v - t * direction
    W, b = v[:size].view(num_classes, d), v[size:]
    return W.to(features.dtype), (b - b.mean()).to(features.dtype)

# %% probe wrong="only a hundred steps of gradient descent: not at the minimum"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.SGD([W, b], lr=0.1)
    for _ in range(100):
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        opt.step()
    return W.detach(), b.detach()

# %% probe wrong="the penalty is on the biases too"
def train_probe(features, y, num_classes, strength):
    X = torch.cat([features, torch.ones(len(features), 1, dtype=features.dtype)], dim=1)
    W = torch.zeros(num_classes, X.shape[1], dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(X @ W.T, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    W = W.detach()
    return W[:, :-1], W[:, -1]

# %% probe wrong="the half of the penalty is forgotten"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="sum of the cross-entropies instead of their mean"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        logits = features @ W.T + b
        loss = F.cross_entropy(logits, y, reduction="sum") + strength / 2 * W.square().sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="C = 1/strength: forgets that scikit-learn adds up the examples"
def train_probe(features, y, num_classes, strength):
    model = LogisticRegression(C=1 / strength, tol=1e-8, max_iter=10000)
    model.fit(features.numpy(), y.numpy())
    W = torch.tensor(model.coef_, dtype=features.dtype)
    b = torch.tensor(model.intercept_, dtype=features.dtype)
    return W, b

# %% probe wrong="the norm is not squared"
def train_probe(features, y, num_classes, strength):
    W = torch.full((num_classes, features.shape[1]), 1e-3, dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * W.norm()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="ridge regression on one-hot labels instead of softmax regression"
def train_probe(features, y, num_classes, strength):
    X = features
    Y = F.one_hot(y, num_classes).to(X.dtype)
    mu, my = X.mean(dim=0), Y.mean(dim=0)
    Xc, Yc = X - mu, Y - my
    A = Xc.T @ Xc / len(X) + strength * torch.eye(X.shape[1], dtype=X.dtype)
    W = torch.linalg.solve(A, Xc.T @ Yc / len(X)).T
    return W, my - W @ mu

# %% probe wrong="W is transposed: shape (num_features, num_classes)"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(features.shape[1], num_classes, dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="no strength at all: ignores the argument"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="AdamW with weight decay = strength is not the L2 term, and the bias is decayed too"
def train_probe(features, y, num_classes, strength):
    head = nn.Linear(features.shape[1], num_classes).to(features.dtype)
    opt = torch.optim.AdamW(head.parameters(), lr=0.01, weight_decay=strength)
    for _ in range(1000):
        opt.zero_grad()
        F.cross_entropy(head(features), y).backward()
        opt.step()
    return head.weight.detach(), head.bias.detach()

# %% probe wrong="softmax before cross_entropy, which does it itself"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        p = torch.softmax(features @ W.T + b, dim=1)
        loss = F.cross_entropy(p, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="for two classes scikit-learn has one row only: W of shape (1, num_features)" kind="sneaky"
def train_probe(features, y, num_classes, strength):
    n = len(y)
    fitted = LogisticRegression(C=1 / (n * strength), tol=1e-9, max_iter=20000)
    fitted.fit(features.double().numpy(), y.numpy())
    return (
        torch.from_numpy(fitted.coef_).to(features.dtype),
        torch.from_numpy(fitted.intercept_).to(features.dtype),
    )

# %% probe wrong="float32 whatever the features are" kind="sneaky"
def train_probe(features, y, num_classes, strength):
    f = features.double()
    W = torch.zeros(num_classes, f.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(num_classes, dtype=torch.float64, requires_grad=True)
    opt = torch.optim.LBFGS(
        [W, b], max_iter=1000, tolerance_grad=1e-9, tolerance_change=1e-13, line_search_fn="strong_wolfe"
    )

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(f @ W.T + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach().float(), b.detach().float()

# %% probe wrong="float64 from scikit-learn for float32 features" kind="sneaky"
def train_probe(features, y, num_classes, strength):
    A, t, n = features.double().numpy(), y.numpy(), len(y)
    two = num_classes == 2
    fit = LogisticRegression(C=(2 if two else 1) / (n * strength), tol=1e-9, max_iter=20000).fit(A, t)
    W, b = torch.tensor(fit.coef_), torch.tensor(fit.intercept_)
    if two:
        W, b = torch.cat([-W, W]) / 2, torch.cat([-b, b]) / 2
    return W, b

# %% probe wrong="standardizes the features first: W and b belong to other features than those given" kind="sneaky"
def train_probe(features, y, num_classes, strength):
    f = (features - features.mean(dim=0)) / (features.std(dim=0) + 1e-6)
    W = torch.zeros(num_classes, f.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b], max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(f @ W.T + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% probe wrong="LBFGS with its default of 20 iterations and no line search stops before the minimum" kind="sneaky"
def train_probe(features, y, num_classes, strength):
    W = torch.zeros(num_classes, features.shape[1], dtype=features.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=features.dtype, requires_grad=True)
    opt = torch.optim.LBFGS([W, b])

    def closure():
        opt.zero_grad()
        loss = F.cross_entropy(features @ W.T + b, y) + strength / 2 * (W**2).sum()
        loss.backward()
        return loss

    opt.step(closure)
    return W.detach(), b.detach()

# %% few-shots right="loop over the classes with randperm and a mask"
def draw_few(y, per_class, generator):
    rest = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)[:per_class]]
        rest[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), rest.nonzero().flatten()

# %% few-shots right="one permutation of everything, then a stable sort by class"
def draw_few(y, per_class, generator):
    order = torch.randperm(y.numel(), generator=generator)
    chosen = torch.cat([order[y[order] == k][:per_class] for k in sorted(set(y.tolist()))])
    others = torch.tensor(sorted(set(range(len(y))) - set(chosen.tolist())))
    return chosen, others

# %% few-shots right="plain Python lists, beginner style"
def draw_few(labels, per_class, generator):
    labels_list = labels.tolist()
    classes = sorted(set(labels_list))
    chosen = []
    for c in classes:
        positions = []
        for i in range(len(labels_list)):
            if labels_list[i] == c:
                positions.append(i)
        permutation = torch.randperm(len(positions), generator=generator).tolist()
        for j in range(per_class):
            chosen.append(positions[permutation[j]])
    others = []
    for i in range(len(labels_list)):
        if i not in chosen:
            others.append(i)
    return torch.tensor(chosen, dtype=torch.int64), torch.tensor(others, dtype=torch.int64)

# %% few-shots right="random numbers and the largest of each class"
def draw_few(y, per_class, generator):
    u = torch.rand(len(y), generator=generator, dtype=torch.float64)
    taken = torch.zeros_like(y, dtype=torch.bool)
    picks = []
    for k in torch.unique(y, sorted=True).tolist():
        score = torch.where(y == k, u, torch.full_like(u, -1.0))
        idx = score.topk(per_class).indices
        taken[idx] = True
        picks.append(idx)
    return torch.cat(picks), torch.nonzero(~taken).squeeze(1)

# %% few-shots right="multinomial without replacement, numpy for the rest"
import numpy as np


def draw_few(y, per_class, generator):
    picks = [
        torch.multinomial((y == k).double(), per_class, replacement=False, generator=generator)
        for k in y.unique()
    ]
    chosen = torch.cat(picks)
    others = np.setdiff1d(np.arange(len(y)), chosen.numpy())
    return chosen, torch.from_numpy(others)

# %% few-shots right="a numpy generator, seeded by a draw from the generator given"
import numpy as np


def draw_few(y, per_class, generator):
    seed = int(torch.randint(2**31, (1,), generator=generator))
    rng = np.random.default_rng(seed)
    y_np = y.numpy()
    chosen = np.concatenate(
        [rng.choice(np.flatnonzero(y_np == k), size=per_class, replace=False) for k in np.unique(y_np)]
    )
    others = np.delete(np.arange(len(y_np)), chosen)
    return torch.as_tensor(chosen, dtype=torch.long), torch.as_tensor(others, dtype=torch.long)

# %% few-shots wrong="takes the first ones of each class: nothing is random"
def draw_few(y, per_class, generator):
    mask = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        first = (y == k).nonzero().flatten()[:per_class]
        chosen.append(first)
        mask[first] = False
    return torch.cat(chosen), mask.nonzero().flatten()

# %% few-shots wrong="draws with replacement: the same example may come twice"
def draw_few(y, per_class, generator):
    mask = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randint(len(places), (per_class,), generator=generator)]
        chosen.append(picked)
        mask[picked] = False
    return torch.cat(chosen), mask.nonzero().flatten()

# %% few-shots wrong="returns positions within the class, not places in y"
def draw_few(y, per_class, generator):
    mask = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        m = int((y == k).sum())
        picked = torch.randperm(m, generator=generator)[:per_class]
        chosen.append(picked)
        mask[picked] = False
    return torch.cat(chosen), mask.nonzero().flatten()

# %% few-shots wrong="others are all places, the chosen ones included"
def draw_few(y, per_class, generator):
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    return torch.cat(chosen), torch.arange(len(y))

# %% few-shots wrong="per_class examples in all, drawn without regard to the class"
def draw_few(y, per_class, generator):
    num = per_class * len(y.unique())
    order = torch.randperm(len(y), generator=generator)
    return order[:num], order[num:].sort().values

# %% few-shots wrong="others come class by class, not rising"
def draw_few(y, per_class, generator):
    chosen, others = [], []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        places = places[torch.randperm(len(places), generator=generator)]
        chosen.append(places[:per_class])
        others.append(places[per_class:])
    return torch.cat(chosen), torch.cat(others)

# %% few-shots wrong="others is a mask of booleans, not places"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)][:per_class]
        left[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), left

# %% few-shots wrong="returns labels instead of places"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)][:per_class]
        left[picked] = False
        chosen.append(picked)
    return y[torch.cat(chosen)], y[left]

# %% few-shots wrong="a list of tensors, one for each class, instead of one tensor"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)[:per_class]]
        left[picked] = False
        chosen.append(picked)
    return chosen, left.nonzero().flatten()

# %% few-shots wrong="others has shape (m, 1): nonzero without flatten"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = torch.where(y == k)[0]
        picked = places[torch.randperm(len(places), generator=generator)[:per_class]]
        left[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), torch.nonzero(left)

# %% few-shots wrong="randperm(per_class) mixes the first per_class of each class only"
def draw_few(y, per_class, generator):
    keep = torch.ones_like(y).bool()
    parts = []
    for k in torch.unique(y):
        idx = (y == k).nonzero().flatten()
        parts.append(idx[torch.randperm(per_class, generator=generator)])
    chosen = torch.cat(parts)
    keep[chosen] = False
    return chosen, keep.nonzero().flatten()

# %% few-shots wrong="ignores the generator: draws from the global one" kind="sneaky"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places))[:per_class]]
        left[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), left.nonzero().flatten()

# %% few-shots wrong="ten classes fixed: classes from 10 on are never drawn" kind="sneaky"
def draw_few(y, per_class, generator):
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in range(10):
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)[:per_class]]
        left[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), left.nonzero().flatten()

# %% few-shots wrong="sets the generator back to its seed: every call draws the same" kind="sneaky"
def draw_few(y, per_class, generator):
    generator.manual_seed(generator.initial_seed())
    order = torch.randperm(len(y), generator=generator)
    chosen = torch.cat([order[y[order] == k][:per_class] for k in y.unique()])
    left = torch.ones(len(y), dtype=torch.bool)
    left[chosen] = False
    return chosen, left.nonzero().flatten()

# %% few-shots wrong="chosen is sorted by place: the classes are mixed" kind="sneaky"
def draw_few(y, per_class, generator):
    mask = torch.zeros(len(y), dtype=torch.bool)
    for k in y.unique():
        places = (y == k).nonzero().flatten()
        mask[places[torch.randperm(len(places), generator=generator)[:per_class]]] = True
    return mask.nonzero().flatten(), (~mask).nonzero().flatten()

# %% few-shots wrong="classes in the order in which they occur in y, not rising" kind="sneaky"
def draw_few(y, per_class, generator):
    classes = list(dict.fromkeys(y.tolist()))
    left = torch.ones(len(y), dtype=torch.bool)
    chosen = []
    for k in classes:
        places = (y == k).nonzero().flatten()
        picked = places[torch.randperm(len(places), generator=generator)[:per_class]]
        left[picked] = False
        chosen.append(picked)
    return torch.cat(chosen), left.nonzero().flatten()

# %% few-shots wrong="one permutation as long as the smallest class serves all classes: late examples of larger classes never come" kind="sneaky"
def draw_few(y, per_class, generator):
    classes = y.unique()
    smallest = min(int((y == k).sum()) for k in classes)
    pick = torch.randperm(smallest, generator=generator)[:per_class]
    chosen = torch.cat([(y == k).nonzero().flatten()[pick] for k in classes])
    left = torch.ones(len(y), dtype=torch.bool)
    left[chosen] = False
    return chosen, left.nonzero().flatten()

# %% where-it-stops right="quantile and max with a default"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=0)
    return max((n for n, gain in zip(labels, gains, strict=True) if gain >= margin), default=0)

# %% where-it-stops right="statistics.median over columns"
from statistics import median


def pays_up_to(labels, scratch, tuned, margin):
    difference = tuned - scratch
    best = 0
    for column, number in enumerate(labels):
        if torch.tensor(median(difference[:, column].tolist()), dtype=difference.dtype) >= margin:
            best = max(best, number)
    return best

# %% where-it-stops right="sorts the columns and takes the mean of the middle two by hand"
def pays_up_to(labels, scratch, tuned, margin):
    gains, _ = torch.sort(tuned - scratch, dim=0)
    n = gains.shape[0]
    if n % 2 == 1:
        middle = gains[n // 2]
    else:
        middle = (gains[n // 2 - 1] + gains[n // 2]) / 2
    paying = [labels[i] for i in range(len(labels)) if middle[i] >= margin]
    if len(paying) == 0:
        return 0
    return max(paying)

# %% where-it-stops right="numpy medians"
import numpy as np


def pays_up_to(labels, scratch, tuned, margin):
    gain = np.median(tuned.numpy() - scratch.numpy(), axis=0)
    return int(max([0] + [l for l, g in zip(labels, gain) if g >= np.asarray(margin, dtype=gain.dtype)]))

# %% where-it-stops right="from the largest number of labels down, stops at the first that pays"
def pays_up_to(labels, scratch, tuned, margin):
    gain = torch.quantile(tuned - scratch, 0.5, dim=0)
    for column in sorted(range(len(labels)), key=lambda i: labels[i], reverse=True):
        if gain[column] >= margin:
            return labels[column]
    return 0

# %% where-it-stops right="vectorised with a mask"
def pays_up_to(labels, scratch, tuned, margin):
    counts = torch.tensor(labels)
    pays = (tuned - scratch).quantile(0.5, dim=0) >= margin
    return int((counts * pays).max())

# %% where-it-stops wrong="more than the margin instead of margin or more"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=0)
    best = 0
    for n, gain in zip(labels, gains):
        if gain > margin:
            best = max(best, n)
    return best

# %% where-it-stops wrong="scratch minus tuned: the sign is wrong"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (scratch - tuned).quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gains) if g >= margin), default=0)

# %% where-it-stops wrong="median over the wrong dimension: over labels, not over seeds"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=1)
    paying = [n for n, gain in zip(labels, gains) if gain >= margin]
    return max(paying, default=0)

# %% where-it-stops wrong="mean over the seeds instead of the median"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).mean(dim=0)
    result = 0
    for i, n in enumerate(labels):
        if gains[i] >= margin and n > result:
            result = n
    return result

# %% where-it-stops wrong="difference of the medians, not median of the differences"
def pays_up_to(labels, scratch, tuned, margin):
    gain = tuned.quantile(0.5, dim=0) - scratch.quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gain) if g >= margin), default=0)

# %% where-it-stops wrong="returns the column and not the number of labels"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    best = 0
    for i in range(len(labels)):
        if gain[i] >= margin:
            best = i
    return best

# %% where-it-stops wrong="returns the smallest number at which it pays: leaves the loop at once"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    for n, g in sorted(zip(labels, gain.tolist())):
        if g >= margin:
            return n
    return 0

# %% where-it-stops wrong="returns a list of all numbers at which it pays"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    return [n for n, g in zip(labels, gain) if g >= margin]

# %% where-it-stops wrong="returns the gain instead of the number of labels"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    paying = gain[gain >= margin]
    return float(paying.max()) if len(paying) else 0

# %% where-it-stops wrong="prints the answer, returns nothing"
def pays_up_to(labels, scratch, tuned, margin):
    gain = (tuned - scratch).quantile(0.5, dim=0)
    best = 0
    for n, g in zip(labels, gain):
        if g >= margin and n > best:
            best = n
    print(best)

# %% where-it-stops wrong="torch.median takes the lower of the middle two" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).median(dim=0).values
    return max((n for n, g in zip(labels, gains) if g >= margin), default=0)

# %% where-it-stops wrong="takes the last that pays in the order given: labels may be in any order" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=0)
    best = 0
    for n, g in zip(labels, gains):
        if g >= margin:
            best = n
    return best

# %% where-it-stops wrong="max of an empty list: an error where it never pays" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=0)
    return max(n for n, g in zip(labels, gains) if g >= margin)

# %% where-it-stops wrong="stops at the first number at which it does not pay, though it may pay again later" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    gains = (tuned - scratch).quantile(0.5, dim=0).tolist()
    best = 0
    for n, g in sorted(zip(labels, gains)):
        if g < margin:
            break
        best = n
    return best

# %% where-it-stops wrong="sorts the caller's labels in place and so parts them from their columns" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    labels.sort()
    gains = (tuned - scratch).quantile(0.5, dim=0)
    paying = [n for n, g in zip(labels, gains) if g >= margin]
    return paying[-1] if paying else 0

# %% where-it-stops wrong="subtracts in place: the caller's table of tuned accuracies is changed" kind="sneaky"
def pays_up_to(labels, scratch, tuned, margin):
    tuned -= scratch
    gains = tuned.quantile(0.5, dim=0)
    return max((n for n, g in zip(labels, gains) if g >= margin), default=0)

# %% groups right="the layers by dict.fromkeys, from the head down"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for power, layer in enumerate(reversed(layers[num_frozen:])):
        params = [name for name in names if name.split(".")[0] == layer]
        groups.append({"params": params, "lr": lr * ratio**power})
    return groups

# %% groups right="itertools.groupby"
from itertools import groupby


def parameter_groups(names, num_frozen, lr, ratio):
    runs = [list(g) for _, g in groupby(names, key=lambda name: name.partition(".")[0])]
    return [
        {"params": run, "lr": lr * ratio**i} for i, run in enumerate(runs[num_frozen:][::-1])
    ]

# %% groups right="dictionary of lists, beginner style"
def parameter_groups(names, num_frozen, lr, ratio):
    by_layer_name = {}
    for name in names:
        layer = name.split(".")[0]
        if layer not in by_layer_name:
            by_layer_name[layer] = []
        by_layer_name[layer].append(name)

    all_layers = list(by_layer_name.keys())
    trained = all_layers[num_frozen:]
    trained.reverse()

    rate = lr
    result = []
    for layer in trained:
        group = {}
        group["params"] = by_layer_name[layer]
        group["lr"] = rate
        result.append(group)
        rate = rate * ratio
    return result

# %% groups right="recursive: the head, then the rest at a smaller rate"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(n.split(".")[0] for n in names))
    if len(layers) <= num_frozen:
        return []
    mine = [n for n in names if n.split(".")[0] == layers[-1]]
    below = names[: len(names) - len(mine)]
    return [{"params": mine, "lr": lr}, *parameter_groups(below, num_frozen, lr * ratio, ratio)]

# %% groups right="regular expression and defaultdict, exponent from the depth"
import re
from collections import defaultdict


def parameter_groups(names, num_frozen, lr, ratio):
    members = defaultdict(list)
    for n in names:
        members[re.match(r"[^.]*", n).group()].append(n)
    depth = len(members)
    out = [
        dict(params=ps, lr=lr * math.pow(ratio, depth - 1 - i))
        for i, ps in enumerate(members.values())
        if i >= num_frozen
    ]
    return out[::-1]

# %% groups right="startswith with the dot"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = []
    for name in names:
        first = name[: name.find(".")]
        if first not in layers:
            layers.append(first)
    num_layers = len(layers)
    groups = []
    for i in range(num_layers - 1, num_frozen - 1, -1):
        distance = num_layers - 1 - i
        groups.append(
            {"params": [n for n in names if n.startswith(layers[i] + ".")], "lr": lr * ratio**distance}
        )
    return groups

# %% groups wrong="the rate falls towards the head instead of away from it"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))[num_frozen:]
    groups = []
    for i, layer in enumerate(layers):
        params = [n for n in names if n.split(".")[0] == layer]
        groups.append({"params": params, "lr": lr * ratio**i})
    return groups[::-1]

# %% groups wrong="groups from the first layer to the head: the order is the wrong way round"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    last = len(layers) - 1
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio ** (last - i)}
        for i, layer in enumerate(layers)
        if i >= num_frozen
    ]

# %% groups wrong="freezes the last layers: takes the frozen ones from the reversed list"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))[::-1]
    groups = []
    for k, layer in enumerate(layers[num_frozen:]):
        groups.append(
            {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**k}
        )
    return groups

# %% groups wrong="one group for each parameter, not for each layer"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for name in reversed(names):
        i = layers.index(name.split(".")[0])
        if i < num_frozen:
            continue
        groups.append({"params": [name], "lr": lr * ratio ** (len(layers) - 1 - i)})
    return groups

# %% groups wrong="off by one: the head already gets lr times ratio"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))[num_frozen:]
    groups = []
    rate = lr
    for layer in reversed(layers):
        rate *= ratio
        groups.append({"params": [n for n in names if n.split(".")[0] == layer], "lr": rate})
    return groups

# %% groups wrong="the rate falls linearly: lr * ratio * distance"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for i, layer in enumerate(reversed(layers[num_frozen:])):
        rate = lr if i == 0 else lr * ratio * i
        groups.append({"params": [n for n in names if n.split(".")[0] == layer], "lr": rate})
    return groups

# %% groups wrong="num_frozen counts parameters instead of layers"
def parameter_groups(names, num_frozen, lr, ratio):
    names = names[num_frozen:]
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    return [
        {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**i}
        for i, layer in enumerate(reversed(layers))
    ]

# %% groups wrong="frozen layers get a group with rate 0 instead of none"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for i, layer in enumerate(layers):
        rate = 0.0 if i < num_frozen else lr * ratio ** (len(layers) - 1 - i)
        groups.append({"params": [n for n in names if n.split(".")[0] == layer], "lr": rate})
    groups.reverse()
    return groups

# %% groups wrong="num_frozen is ignored"
def parameter_groups(names, num_frozen, lr, ratio):
    groups = {}
    for name in names:
        groups.setdefault(name.split(".")[0], []).append(name)
    return [
        {"params": members, "lr": lr * ratio**i}
        for i, members in enumerate(reversed(list(groups.values())))
    ]

# %% groups wrong="names within a group are reversed too"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    frozen = set(layers[:num_frozen])
    groups = {}
    for name in reversed(names):
        layer = name.split(".")[0]
        if layer not in frozen:
            groups.setdefault(layer, []).append(name)
    return [{"params": p, "lr": lr * ratio**i} for i, p in enumerate(groups.values())]

# %% groups wrong="a dictionary by layer instead of a list of groups"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    return {
        layer: {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**i}
        for i, layer in enumerate(reversed(layers[num_frozen:]))
    }

# %% groups wrong="startswith without the dot: block1 takes the parameters of block10 as well" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for i, layer in enumerate(reversed(layers[num_frozen:])):
        groups.append({"params": [n for n in names if n.startswith(layer)], "lr": lr * ratio**i})
    return groups

# %% groups wrong="layers sorted by name: block10 comes before block2" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = sorted({name.split(".")[0] for name in names})
    groups = []
    for i, layer in enumerate(layers[num_frozen:][::-1]):
        groups.append(
            {"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**i}
        )
    return groups

# %% groups wrong="four layers fixed: the exponent is 3 - i whatever the network" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    for i, layer in enumerate(layers):
        if i >= num_frozen:
            params = [n for n in names if n.split(".")[0] == layer]
            groups.append({"params": params, "lr": lr * ratio ** (3 - i)})
    return groups[::-1]

# %% groups wrong="a layer is all before the last dot: block1.0 and block1.1 are parted" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.rsplit(".", 1)[0] for name in names))
    groups = []
    for i, layer in enumerate(reversed(layers[num_frozen:])):
        params = [n for n in names if n.rsplit(".", 1)[0] == layer]
        groups.append({"params": params, "lr": lr * ratio**i})
    return groups

# %% groups wrong="takes the frozen names off the caller's own list" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    layers = list(dict.fromkeys(name.split(".")[0] for name in names))
    groups = []
    rate = lr
    for layer in reversed(layers[num_frozen:]):
        params = []
        while names and names[-1].split(".")[0] == layer:
            params.insert(0, names.pop())
        groups.append({"params": params, "lr": rate})
        rate *= ratio
    return groups

# %% groups wrong="looks for a layer called head: a network whose last layer is called otherwise gets a wrong rate" kind="sneaky"
def parameter_groups(names, num_frozen, lr, ratio):
    body = [l for l in dict.fromkeys(n.split(".")[0] for n in names) if l != "head"]
    groups = [{"params": [n for n in names if n.startswith("head.")], "lr": lr}]
    for i, layer in enumerate(reversed(body[num_frozen:]), start=1):
        groups.append({"params": [n for n in names if n.split(".")[0] == layer], "lr": lr * ratio**i})
    return groups

# %% loading right="sets of names and the symmetric difference"
def fitted_state(own, file, fresh):
    if all(name.startswith("module.") for name in file):
        file = {name.removeprefix("module."): tensor for name, tensor in file.items()}
    wanted = {name for name in own if name.split(".")[0] not in fresh}
    given = {name for name in file if name.split(".")[0] not in fresh}
    if wanted ^ given:
        raise ValueError(f"missing or unexpected: {sorted(wanted ^ given)}")
    for name in wanted:
        if own[name].shape != file[name].shape:
            raise ValueError(f"{name}: {tuple(file[name].shape)} instead of {tuple(own[name].shape)}")
    return {name: file[name] if name in wanted else own[name] for name in own}

# %% loading right="one pass through own, then what is left over"
def fitted_state(own, file, fresh):
    prefix = "module."
    if all(k.startswith(prefix) for k in file):
        file = {k[len(prefix):]: v for k, v in file.items()}
    leftover = dict(file)
    result = {}
    for name, tensor in own.items():
        layer = name.split(".")[0]
        if layer in fresh:
            result[name] = tensor
            continue
        if name not in leftover:
            raise ValueError("missing entry: " + name)
        candidate = leftover.pop(name)
        if candidate.shape != tensor.shape:
            raise ValueError("wrong shape: " + name)
        result[name] = candidate
    for name in leftover:
        if name.split(".")[0] not in fresh:
            raise ValueError("unexpected entry: " + name)
    return result

# %% loading right="collects all complaints, one error with all of them"
def fitted_state(own, file, fresh):
    def is_fresh(name):
        return name.partition(".")[0] in set(fresh)

    stripped = (
        {n.removeprefix("module."): t for n, t in file.items()}
        if all(n.startswith("module.") for n in file)
        else dict(file)
    )
    mine = {n: t for n, t in own.items() if not is_fresh(n)}
    theirs = {n: t for n, t in stripped.items() if not is_fresh(n)}
    problems = [f"missing {n}" for n in mine if n not in theirs]
    problems += [f"unexpected {n}" for n in theirs if n not in mine]
    problems += [
        f"shape of {n}" for n in mine if n in theirs and list(mine[n].shape) != list(theirs[n].shape)
    ]
    if problems:
        raise ValueError("; ".join(problems))
    return {**own, **theirs}

# %% loading right="dictionary union, copies of the tensors"
def fitted_state(own, file, fresh):
    layer = lambda name: name.split(".")[0]
    if all(name.split(".")[0] == "module" and "." in name for name in file):
        file = {name.split(".", 1)[1]: tensor for name, tensor in file.items()}
    new = {n: t.clone() for n, t in own.items() if layer(n) in fresh}
    old = {n: t.clone() for n, t in file.items() if layer(n) not in fresh}
    state = new | old
    bad = [
        n
        for n in {**own, **state}
        if n not in own or n not in state or own[n].size() != state[n].size()
    ]
    if bad:
        raise ValueError(f"these do not fit: {', '.join(bad)}")
    return {n: state[n] for n in own}

# %% loading right="verbose, with helper functions, errors one by one"
def layer_of(name):
    return name.split(".")[0]


def without_prefix(file):
    for name in file:
        if not name.startswith("module."):
            return dict(file)
    cleaned = {}
    for name, tensor in file.items():
        cleaned[name[7:]] = tensor
    return cleaned


def fitted_state(own, file, fresh):
    file = without_prefix(file)
    for name in file:
        if layer_of(name) in fresh:
            continue
        if name not in own:
            raise ValueError(f"the file has an unexpected entry {name}")
        if file[name].shape != own[name].shape:
            raise ValueError(f"the entry {name} has another shape")
    for name in own:
        if layer_of(name) not in fresh and name not in file:
            raise ValueError(f"the file has no entry {name}")
    result = {}
    for name in own:
        if layer_of(name) in fresh:
            result[name] = own[name]
        else:
            result[name] = file[name]
    return result

# %% loading right="compares shapes and names at once, as dictionaries of shapes"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.replace("module.", "", 1): t for n, t in file.items()}
    shapes = [
        {n: tuple(t.shape) for n, t in d.items() if n.split(".")[0] not in fresh} for d in (own, file)
    ]
    differing = {n for n, _ in shapes[0].items() ^ shapes[1].items()}
    if differing:
        raise ValueError(f"does not fit: {differing}")
    return {n: file[n] if n in shapes[0] else t for n, t in own.items()}

# %% loading wrong="skips whatever does not fit, like strict=False"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    result = dict(own)
    for name, tensor in file.items():
        if name in own and name.split(".")[0] not in fresh and tensor.shape == own[name].shape:
            result[name] = tensor
    return result

# %% loading wrong="a missing entry gives a KeyError, not a ValueError"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    result = {}
    for name, tensor in own.items():
        if name.split(".")[0] in fresh:
            result[name] = tensor
        else:
            if file[name].shape != tensor.shape:
                raise ValueError(f"shape of {name}")
            result[name] = file[name]
    for name in file:
        if name not in own and name.split(".")[0] not in fresh:
            raise ValueError(f"unexpected {name}")
    return result

# %% loading wrong="the error does not name any entry"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a != b:
        raise ValueError("the names do not match")
    if any(own[n].shape != file[n].shape for n in a):
        raise ValueError("the shapes do not match")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="the prefix is never taken off"
def fitted_state(own, file, fresh):
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {a ^ b}")
    for n in a:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="lstrip takes single letters off, not the prefix"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.lstrip("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {a ^ b}")
    for n in a:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="fresh and others exchanged: fresh layers come from the file"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    result = {}
    for name in own:
        layer = name.split(".")[0]
        if layer in fresh:
            if name not in file:
                raise ValueError(name)
            result[name] = file[name]
        else:
            result[name] = own[name]
    return result

# %% loading wrong="returns the error text instead of raising it"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    for n in a ^ b:
        return ValueError(f"missing or unexpected: {n}")
    for n in a:
        if own[n].shape != file[n].shape:
            return ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="assert: an AssertionError in place of a ValueError"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    assert not a ^ b, f"missing or unexpected: {a ^ b}"
    for n in a:
        assert own[n].shape == file[n].shape, f"shape of {n}"
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="the fresh layers are left out of the state returned"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    mine = {n: t for n, t in own.items() if n.split(".")[0] not in fresh}
    theirs = {n: t for n, t in file.items() if n.split(".")[0] not in fresh}
    for n in mine.keys() ^ theirs.keys():
        raise ValueError(f"{n} is in one only")
    for n, t in mine.items():
        if t.shape != theirs[n].shape:
            raise ValueError(f"{n} has shape {tuple(theirs[n].shape)}")
    return theirs

# %% loading wrong="refuses fresh layers whose shape in the file differs, though these should be ignored"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    if set(own) ^ set(file):
        raise ValueError(f"{set(own) ^ set(file)}")
    for n in own:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n}: shape")
    return {n: own[n] if n.split(".")[0] in fresh else file[n] for n in own}

# %% loading wrong="shapes are not compared" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {sorted(a ^ b)}")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="compares the number of elements, not the shape: a transposed matrix passes" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {sorted(a ^ b)}")
    for n in a:
        if own[n].numel() != file[n].numel():
            raise ValueError(f"size of {n}")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="unexpected entries of the file pass without a word" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    result = {}
    for name, tensor in own.items():
        if name.split(".")[0] in fresh:
            result[name] = tensor
        elif name not in file:
            raise ValueError(f"{name} is missing")
        elif file[name].shape != tensor.shape:
            raise ValueError(f"{name} has another shape")
        else:
            result[name] = file[name]
    return result

# %% loading wrong="the prefix is taken off wherever it stands, also when only some names have it" kind="sneaky"
def fitted_state(own, file, fresh):
    file = {n.removeprefix("module."): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {sorted(a ^ b)}")
    for n in a:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="fresh by startswith: with head also head2 counts as fresh" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.removeprefix("module."): t for n, t in file.items()}
    prefixes = tuple(fresh)
    a = {n for n in own if not n.startswith(prefixes)}
    b = {n for n in file if not n.startswith(prefixes)}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {sorted(a ^ b)}")
    for n in a:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% loading wrong="deletes the fresh entries from the caller's file" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        for n in list(file):
            file[n.removeprefix("module.")] = file.pop(n)
    for n in list(file):
        if n.split(".")[0] in fresh:
            del file[n]
    for n in own:
        if n.split(".")[0] in fresh:
            file[n] = own[n]
    for n in own.keys() ^ file.keys():
        raise ValueError(f"{n} is missing or unexpected")
    for n in own:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return file

# %% loading wrong="replace takes module. out of the middle of names too" kind="sneaky"
def fitted_state(own, file, fresh):
    if all(n.startswith("module.") for n in file):
        file = {n.replace("module.", ""): t for n, t in file.items()}
    a = {n for n in own if n.split(".")[0] not in fresh}
    b = {n for n in file if n.split(".")[0] not in fresh}
    if a ^ b:
        raise ValueError(f"missing or unexpected: {sorted(a ^ b)}")
    for n in a:
        if own[n].shape != file[n].shape:
            raise ValueError(f"{n} has another shape")
    return {n: file[n] if n in a else own[n] for n in own}

# %% probe-then-tune right="two optimizers, as in the hints"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)

    model.eval()
    optimizer = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()

    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model.state_dict()

# %% probe-then-tune right="one loop over the phases, gradients by autograd.grad"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    phases = [(False, list(model.head.parameters())), (True, list(model.parameters()))]
    for (mode, params), num, eta in zip(phases, steps, lrs, strict=True):
        model.train(mode)
        for _ in range(num):
            grads = torch.autograd.grad(F.cross_entropy(model(X), y), params)
            with torch.no_grad():
                for p, g in zip(params, grads, strict=True):
                    p -= eta * g
    return {k: v.clone() for k, v in model.state_dict().items()}

# %% probe-then-tune right="features cached for the first phase"
def probe_then_tune(state, X, y, steps, lrs):
    network = models.convnet(state["head.weight"].shape[0])
    network.load_state_dict(state)
    network.eval()
    with torch.no_grad():
        features = network[:-1](X)
    opt = torch.optim.SGD(network.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        loss = F.cross_entropy(network.head(features), y)
        opt.zero_grad()
        loss.backward()
        opt.step()

    network.train()
    opt = torch.optim.SGD(network.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        loss = F.cross_entropy(network(X), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return network.state_dict()

# %% probe-then-tune right="freezes the backbone, thaws it, helper function for the steps"
def descend(model, X, y, num_steps, lr):
    criterion = nn.CrossEntropyLoss()
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trainable, lr=lr)
    for step in range(num_steps):
        model.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()


def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    # phase 1
    for p in model.parameters():
        p.requires_grad = False
    for p in model.head.parameters():
        p.requires_grad = True
    model.eval()
    descend(model, X, y, steps[0], lrs[0])
    # phase 2
    for p in model.parameters():
        p.requires_grad = True
    model.train()
    descend(model, X, y, steps[1], lrs[1])
    return model.state_dict()

# %% probe-then-tune right="manual update of the head with the gradient written out"
def probe_then_tune(state, X, y, steps, lrs):
    num_classes = len(state["head.bias"])
    model = models.convnet(num_classes)
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        f = model[:-1](X)
        W, b = model.head.weight, model.head.bias
        target = F.one_hot(y, num_classes).to(f.dtype)
        for _ in range(steps[0]):
            error = (torch.softmax(f @ W.T + b, dim=1) - target) / len(y)
            W.sub_(lrs[0] * error.T @ f)
            b.sub_(lrs[0] * error.sum(dim=0))
    model.train()
    for _ in range(steps[1]):
        model.zero_grad()
        loss = -torch.log_softmax(model(X), dim=1)[torch.arange(len(y)), y].mean()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lrs[1] * p.grad
    return model.state_dict()

# %% probe-then-tune right="a class for the training"
class TwoPhases:
    def __init__(self, state):
        self.model = models.convnet(len(state["head.bias"]))
        self.model.load_state_dict(state)

    def fit(self, module, X, y, num_steps, lr):
        opt = torch.optim.SGD(module.parameters(), lr=lr, momentum=0.0)
        for _ in range(num_steps):
            self.model.zero_grad(set_to_none=True)
            F.nll_loss(F.log_softmax(self.model(X), dim=-1), y).backward()
            opt.step()

    def run(self, X, y, steps, lrs):
        self.model.eval()
        self.fit(self.model.head, X, y, steps[0], lrs[0])
        self.model.train()
        self.fit(self.model, X, y, steps[1], lrs[1])
        return self.model.state_dict()


def probe_then_tune(state, X, y, steps, lrs):
    return TwoPhases(state).run(X, y, steps, lrs)

# %% probe-then-tune wrong="train mode from the beginning: batch norm moves in the first phase"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train()
    for parameters, num, lr in zip((model.head.parameters(), model.parameters()), steps, lrs):
        opt = torch.optim.SGD(parameters, lr=lr)
        for _ in range(num):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="eval mode in both phases: forgets to go back to train mode"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="keeps the head's optimizer in the second phase: the backbone is never trained"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    model.eval()
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    opt.param_groups[0]["lr"] = lrs[1]
    model.train()
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="frozen layers are never thawed: the second phase trains the head alone"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for name, p in model.named_parameters():
        if not name.startswith("head."):
            p.requires_grad = False
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="the first rate is used in both phases"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    lr = lrs[0]
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lr)
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="the first phase trains everything, not the head alone"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for phase in (0, 1):
        model.train(phase == 1)
        opt = torch.optim.SGD(model.parameters(), lr=lrs[phase])
        for _ in range(steps[phase]):
            opt.zero_grad()
            F.cross_entropy(model(X), y).backward()
            opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="the second phase trains the backbone only, without the head"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        model.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model[:-1].parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        model.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="zero_grad is missing: gradients add up from step to step"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="AdamW instead of plain gradient descent"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.AdamW(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.AdamW(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="the sum of the losses instead of the mean"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    loss_fn = nn.CrossEntropyLoss(reduction="sum")
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        loss_fn(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        loss_fn(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="returns the network and not its state"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for part, mode, num, lr in ((model.head, False, steps[0], lrs[0]), (model, True, steps[1], lrs[1])):
        model.train(mode)
        opt = torch.optim.SGD(part.parameters(), lr=lr)
        for _ in range(num):
            model.zero_grad()
            F.cross_entropy(model(X), y).backward()
            opt.step()
    return model

# %% probe-then-tune wrong="does not load the state: begins with random weights"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="the head's optimizer clears the head only: gradients of the backbone pile up in phase one and go into the first step of phase two" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        F.cross_entropy(model(X), y).backward()
        opt.step()
        opt.zero_grad()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        F.cross_entropy(model(X), y).backward()
        opt.step()
        opt.zero_grad()
    return model.state_dict()

# %% probe-then-tune wrong="assign=True: the caller's state is trained along" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state, assign=True)
    model.requires_grad_(True)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="ten classes fixed" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(10)
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="one more pass in train mode at the end, for the final loss: batch norm moves once more" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD(model.head.parameters(), lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    with torch.no_grad():
        final_loss = F.cross_entropy(model(X), y).item()
    assert math.isfinite(final_loss)
    return model.state_dict()

# %% probe-then-tune wrong="batches of 32 instead of all examples at once" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    for mode, params, num, lr in (
        (False, model.head.parameters(), steps[0], lrs[0]),
        (True, model.parameters(), steps[1], lrs[1]),
    ):
        model.train(mode)
        opt = torch.optim.SGD(params, lr=lr)
        for step in range(num):
            start = (32 * step) % len(X)
            model.zero_grad()
            F.cross_entropy(model(X[start : start + 32]), y[start : start + 32]).backward()
            opt.step()
    return model.state_dict()

# %% probe-then-tune wrong="weights of the head only in phase one, its bias stays" kind="sneaky"
def probe_then_tune(state, X, y, steps, lrs):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.eval()
    opt = torch.optim.SGD([model.head.weight], lr=lrs[0])
    for _ in range(steps[0]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    model.train()
    opt = torch.optim.SGD(model.parameters(), lr=lrs[1])
    for _ in range(steps[1]):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return model.state_dict()

# %% choose-source right="loop with a mask"
def nearest_mean_accuracy(features, y):
    num_classes = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        mask = torch.ones(len(y), dtype=torch.bool)
        mask[i] = False
        means = torch.stack([features[mask & (y == k)].mean(dim=0) for k in range(num_classes)])
        distances = (means - features[i]).norm(dim=1)
        if distances.argmin() == y[i]:
            hits += 1
    return hits / len(y)

# %% choose-source right="vectorised: means by one-hot, the own one corrected"
def nearest_mean_accuracy(features, y):
    f = features.double()
    onehot = F.one_hot(y).double()
    m = onehot.sum(dim=0)
    means = onehot.T @ f / m[:, None]
    differences = f[:, None, :] - means[None]
    size = m[y][:, None]
    own_mean = (size * means[y] - f) / (size - 1)
    rows = torch.arange(len(y))
    differences[rows, y] = f - own_mean
    return (differences.pow(2).sum(dim=2).argmin(dim=1) == y).double().mean().item()

# %% choose-source right="the distance to the own mean is stretched by m/(m-1)"
def nearest_mean_accuracy(features, y):
    X = features.to(torch.float64)
    k = int(y.max()) + 1
    counts = torch.bincount(y, minlength=k).double()
    sums = torch.zeros(k, X.shape[1], dtype=torch.float64).index_add_(0, y, X)
    D = torch.cdist(X, sums / counts[:, None], compute_mode="donot_use_mm_for_euclid_dist")
    idx = torch.arange(len(y))
    D[idx, y] *= counts[y] / (counts[y] - 1)
    return float((D.argmin(1) == y).sum()) / len(y)

# %% choose-source right="scikit-learn: nearest centroid and leave-one-out"
from sklearn.model_selection import LeaveOneOut
from sklearn.neighbors import NearestCentroid


def nearest_mean_accuracy(features, y):
    A, t = features.double().numpy(), y.numpy()
    right = 0
    for train_idx, test_idx in LeaveOneOut().split(A):
        model = NearestCentroid().fit(A[train_idx], t[train_idx])
        right += int(model.predict(A[test_idx])[0] == t[test_idx][0])
    return right / len(t)

# %% choose-source right="plain Python sums, beginner style"
def nearest_mean_accuracy(features, y):
    points = features.tolist()
    labels = y.tolist()
    classes = sorted(set(labels))
    number_right = 0
    for i, point in enumerate(points):
        best_class, best_distance = None, float("inf")
        for c in classes:
            members = [points[j] for j in range(len(points)) if labels[j] == c and j != i]
            mean = [sum(column) / len(members) for column in zip(*members)]
            distance = math.dist(point, mean)
            if distance < best_distance:
                best_class, best_distance = c, distance
        if best_class == labels[i]:
            number_right += 1
    return number_right / len(points)

# %% choose-source right="numpy, helper for the means without one"
import numpy as np


def _means_without(i, A, t, k):
    keep = np.arange(len(t)) != i
    return np.array([A[keep & (t == c)].mean(axis=0) for c in range(k)])


def nearest_mean_accuracy(features, y):
    A, t = features.detach().cpu().numpy().astype(float), y.cpu().numpy()
    k = t.max() + 1
    guesses = [
        np.argmin(((_means_without(i, A, t, k) - A[i]) ** 2).sum(axis=1)) for i in range(len(t))
    ]
    return float(np.mean(np.array(guesses) == t))

# %% choose-source wrong="nothing is left out: each example pulls its own mean"
def nearest_mean_accuracy(features, y):
    num_classes = int(y.max()) + 1
    means = torch.stack([features[y == k].mean(dim=0) for k in range(num_classes)])
    distances = (features[:, None] - means[None]).norm(dim=2)
    return (distances.argmin(dim=1) == y).double().mean().item()

# %% choose-source wrong="argmax: the farthest mean instead of the nearest"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits += int((means - features[i]).norm(dim=1).argmax() == y[i])
    return hits / len(y)

# %% choose-source wrong="nearest neighbour instead of nearest class mean"
def nearest_mean_accuracy(features, y):
    D = torch.cdist(features.double(), features.double())
    D.fill_diagonal_(float("inf"))
    return (y[D.argmin(dim=1)] == y).double().mean().item()

# %% choose-source wrong="the number of hits, not their share"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return hits

# %% choose-source wrong="the share of the mistakes instead of the hits"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    wrong = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        if (means - features[i]).pow(2).sum(dim=1).argmin() != y[i]:
            wrong += 1
    return wrong / len(y)

# %% choose-source wrong="divides by m instead of m - 1 after taking the example out"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    means = torch.stack([features[y == c].mean(dim=0) for c in range(k)])
    hits = 0
    for i in range(len(y)):
        m = (y == y[i]).sum()
        own = means.clone()
        own[y[i]] = (m * means[y[i]] - features[i]) / m
        hits += int((own - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)

# %% choose-source wrong="return inside the loop: only the first example is judged"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        if (means - features[i]).norm(dim=1).argmin() == y[i]:
            hits += 1
        return hits / len(y)

# %% choose-source wrong="city-block distance instead of the Euclidean one"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits += int((means - features[i]).abs().sum(dim=1).argmin() == y[i])
    return hits / len(y)

# %% choose-source wrong="largest cosine instead of the smallest Euclidean distance"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits += int(F.cosine_similarity(means, features[i][None], dim=1).argmax() == y[i])
    return hits / len(y)

# %% choose-source wrong="the share is a tensor, not a float"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    hits = torch.zeros(len(y))
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits[i] = (means - features[i]).norm(dim=1).argmin() == y[i]
    return hits.mean()

# %% choose-source wrong="ten classes fixed: with fewer, empty means are nan and win argmin" kind="sneaky"
def nearest_mean_accuracy(features, y):
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == k)].mean(dim=0) for k in range(10)])
        hits += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)

# %% choose-source wrong="takes the same m, n / num_classes, for all classes: wrong where classes differ in size" kind="sneaky"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    m = len(y) / k
    means = torch.stack([features[y == c].mean(dim=0) for c in range(k)])
    hits = 0
    for i in range(len(y)):
        now = means.clone()
        now[y[i]] = (m * means[y[i]] - features[i]) / (m - 1)
        hits += int((now - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)

# %% choose-source wrong="takes the example out of every class's sum, not only its own" kind="sneaky"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    counts = torch.bincount(y, minlength=k).to(features.dtype)[:, None]
    sums = torch.stack([features[y == c].sum(dim=0) for c in range(k)])
    hits = 0
    for i in range(len(y)):
        means = (sums - features[i]) / (counts - 1)
        hits += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)

# %% choose-source wrong="expects the examples sorted by class and equally many of each" kind="sneaky"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    m = len(y) // k
    means = features.reshape(k, m, -1).mean(dim=1)
    D = (features[:, None] - means).norm(dim=2)
    rows = torch.arange(len(y))
    D[rows, y] *= m / (m - 1)
    return (D.argmin(dim=1) == y).double().mean().item()

# %% choose-source wrong="mean of the accuracies of the classes, which is not the share of the examples where classes differ in size" kind="sneaky"
def nearest_mean_accuracy(features, y):
    k = int(y.max()) + 1
    right = torch.zeros(len(y), dtype=torch.bool)
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        right[i] = (means - features[i]).norm(dim=1).argmin() == y[i]
    return float(sum(right[y == c].double().mean() for c in range(k)) / k)

# %% choose-source wrong="scales the caller's features to length 1 in place, so distances are those of other features" kind="sneaky"
def nearest_mean_accuracy(features, y):
    features /= features.norm(dim=1, keepdim=True)
    k = int(y.max()) + 1
    hits = 0
    for i in range(len(y)):
        others = torch.arange(len(y)) != i
        means = torch.stack([features[others & (y == c)].mean(dim=0) for c in range(k)])
        hits += int((means - features[i]).norm(dim=1).argmin() == y[i])
    return hits / len(y)

# %% forgetting right="join of the dictionaries and a helper"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {name: tensor for name, tensor in before.items() if name.startswith("head.")}
    return score(before), score(tuned | head)

# %% forgetting right="one network, its backbone exchanged"
@torch.no_grad()
def forgetting(before, tuned, X, y):
    model = models.convnet(before["head.bias"].shape[0])
    model.load_state_dict(before)
    model.eval()
    first = (model(X).argmax(1) == y).float().mean().item()
    body = {k: v for k, v in tuned.items() if k.split(".")[0] != "head"}
    model.load_state_dict(body, strict=False)
    second = (model(X).argmax(1) == y).float().mean().item()
    return first, second

# %% forgetting right="written out, beginner style"
def forgetting(before, tuned, X, y):
    num_classes = len(before["head.bias"])

    old_network = models.convnet(num_classes)
    old_network.load_state_dict(before)
    old_network.eval()

    mixed = {}
    for name in tuned:
        if name == "head.weight" or name == "head.bias":
            mixed[name] = before[name]
        else:
            mixed[name] = tuned[name]
    new_network = models.convnet(num_classes)
    new_network.load_state_dict(mixed)
    new_network.eval()

    with torch.no_grad():
        old_guess = torch.argmax(old_network(X), dim=1)
        new_guess = torch.argmax(new_network(X), dim=1)
    old_accuracy = int((old_guess == y).sum()) / len(y)
    new_accuracy = int((new_guess == y).sum()) / len(y)
    return old_accuracy, new_accuracy

# %% forgetting right="features of both backbones, the old head by matrix product"
def forgetting(before, tuned, X, y):
    accuracies = []
    for state in (before, tuned):
        net = models.convnet(len(state["head.bias"]))
        net.load_state_dict(state)
        with torch.no_grad():
            logits = net.eval()[:-1](X) @ before["head.weight"].T + before["head.bias"]
        accuracies.append((logits.max(dim=1).indices == y).double().mean().item())
    return tuple(accuracies)

# %% forgetting right="functional_call, terse"
def forgetting(before, tuned, X, y):
    net = models.convnet(len(before["head.bias"])).eval().requires_grad_(False)
    mixed = {k: (before if k.startswith("head.") else tuned)[k] for k in before}
    return tuple(
        (torch.func.functional_call(net, s, (X,)).argmax(-1) == y).double().mean().item()
        for s in (before, mixed)
    )

# %% forgetting right="copy of the tuned state, batches counted"
import copy


def count_right(state, X, y):
    model = models.convnet(len(state["head.bias"]))
    model.load_state_dict(state)
    model.train(False)
    right = 0
    with torch.no_grad():
        for xs, ys in zip(X.split(100), y.split(100)):
            right += (model(xs).argmax(dim=1) == ys).sum().item()
    return right


def forgetting(before, tuned, X, y):
    after = copy.deepcopy(tuned)
    after["head.weight"] = before["head.weight"]
    after["head.bias"] = before["head.bias"]
    return count_right(before, X, y) / len(y), count_right(after, X, y) / len(y)

# %% forgetting wrong="joined the wrong way: the old state over all of the tuned one, nothing is forgotten"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    return score(before), score(tuned | before)

# %% forgetting wrong="keeps the new head on the new backbone"
def forgetting(before, tuned, X, y):
    results = []
    for state in (before, tuned):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            results.append((model(X).argmax(dim=1) == y).double().mean().item())
    return results[0], results[1]

# %% forgetting wrong="train mode: batch norm uses the pictures at hand"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before), score({**tuned, **head})

# %% forgetting wrong="the two accuracies are exchanged"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score({**tuned, **head}), score(before)

# %% forgetting wrong="returns the loss of accuracy as one number instead of both"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before) - score({**tuned, **head})

# %% forgetting wrong="new head on the old backbone"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in tuned.items() if k.startswith("head")}
    return score(before), score({**before, **head})

# %% forgetting wrong="numbers of hits instead of accuracies"
def forgetting(before, tuned, X, y):
    def hits(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return float((model(X).argmax(dim=1) == y).sum())

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return hits(before), hits(tuned | head)

# %% forgetting wrong="error rates instead of accuracies"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) != y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before), score(tuned | head)

# %% forgetting wrong="argmax over the wrong dimension"
def forgetting(before, tuned, X, y):
    out = []
    head = {k: v for k, v in before.items() if k.startswith("head")}
    for state in (before, tuned | head):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            best = model(X).argmax(dim=0)
        right = sum(int(best[k]) < len(y) and int(y[best[k]]) == k for k in range(len(best)))
        out.append(right / len(best))
    return out[0], out[1]

# %% forgetting wrong="per cent instead of a share"
def forgetting(before, tuned, X, y):
    def percent(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return 100 * (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return percent(before), percent(tuned | head)

# %% forgetting wrong="takes over the parameters only: batch norm's statistics stay the old ones" kind="sneaky"
@torch.no_grad()
def forgetting(before, tuned, X, y):
    model = models.convnet(len(before["head.bias"]))
    model.load_state_dict(before)
    model.eval()
    first = (model(X).argmax(dim=1) == y).double().mean().item()
    for name, p in model.named_parameters():
        if not name.startswith("head"):
            p.copy_(tuned[name])
    second = (model(X).argmax(dim=1) == y).double().mean().item()
    return first, second

# %% forgetting wrong="puts the old head into the caller's own dictionary" kind="sneaky"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    tuned["head.weight"] = before["head.weight"]
    tuned["head.bias"] = before["head.bias"]
    return score(before), score(tuned)

# %% forgetting wrong="only the weights of the old head, the bias is the new one: fails or is wrong where the heads differ" kind="sneaky"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    return score(before), score({**tuned, "head.weight": before["head.weight"]})

# %% forgetting wrong="37 classes fixed: sources with another number of classes cannot be loaded" kind="sneaky"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(37)
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return (model(X).argmax(dim=1) == y).double().mean().item()

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before), score(tuned | head)

# %% forgetting wrong="mean of the batches' accuracies: wrong where the last batch is smaller" kind="sneaky"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        shares = []
        with torch.no_grad():
            for a, b in zip(X.split(64), y.split(64)):
                shares.append((model(a).argmax(dim=1) == b).double().mean().item())
        return sum(shares) / len(shares)

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before), score(tuned | head)

# %% forgetting wrong="rounded to two decimals" kind="sneaky"
def forgetting(before, tuned, X, y):
    def score(state):
        model = models.convnet(len(state["head.bias"]))
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return round((model(X).argmax(dim=1) == y).double().mean().item(), 2)

    head = {k: v for k, v in before.items() if k.startswith("head")}
    return score(before), score(tuned | head)
