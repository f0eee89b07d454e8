"""Answers to the exercises of *Backpropagation* as students give them: each right, or wrong in one way."""


# %% layer correct="with einsum"
def layer(X, W, b):
    return torch.einsum("ni,io->no", X, W) + b


# %% layer correct="by torch's own layer"
def layer(X, W, b):
    return F.linear(X, W.T, b)


# %% layer correct="in loops"
def layer(X, W, b):
    rows = []
    for x in X:
        row = [sum(x[i] * W[i, j] for i in range(len(x))) + b[j] for j in range(len(b))]
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% layer correct="addmm"
def layer(X, W, b):
    return torch.addmm(b, X, W)


# %% layer wrong="no bias" says="The bias is missing."
def layer(X, W, b):
    return X @ W


# %% layer wrong="minus the bias" says="The bias is subtracted. Add it."
def layer(X, W, b):
    return X @ W - b


# %% layer wrong="bias down the columns" says="The bias is added per example, down the columns."
def layer(X, W, b):
    return X @ W + b[:, None]


# %% layer wrong="transposed weights" says="The weights are transposed: here a unit's weights are a column of W, so X @ W."
def layer(X, W, b):
    return X @ W.T + b


# %% layer wrong="W first" says="Here the examples are the rows of X, and the weights of a unit a column of W: X @ W."
def layer(X, W, b):
    return W @ X + b


# %% layer wrong="entry by entry" says="That multiplies entry by entry. `@` is the matrix product."
def layer(X, W, b):
    return X * W + b


# %% layer wrong="sum of biases" says="All biases are added to every output. Each output has its own."
def layer(X, W, b):
    return X @ W + sum(b)


# %% layer wrong="with a ReLU" says="That is the layer with a ReLU behind it."
def layer(X, W, b):
    return torch.relu(X @ W + b)


# %% layer wrong="with a tanh" says="That is the layer with a tanh behind it."
def layer(X, W, b):
    return torch.tanh(X @ W + b)


# %% layer wrong="nothing returned" says="is the `return` missing?"
def layer(X, W, b):
    X @ W + b


# %% layer wrong="writes into b" says="Return something new and leave what you are given as it is"
def layer(X, W, b):
    b += X[0] @ W
    return X @ W + b


# %% layer wrong="always float32"
def layer(X, W, b):
    return (X @ W + b).float()


# %% layer wrong="bias before the product" says="The bias is added before the product: XW + b."
def layer(X, W, b):
    return (X + b) @ W


# %% layer wrong="bias for the first example" says="The bias is added to the first example alone."
def layer(X, W, b):
    sums = X @ W
    sums[0] = sums[0] + b
    return sums


# %% layer wrong="mean of products" says="The products are averaged over the inputs."
def layer(X, W, b):
    return X @ W / len(W) + b


# %% layer wrong="squeezed" says="Dimensions of size 1 are gone."
def layer(X, W, b):
    return torch.squeeze(X @ W + b)


# %% xor-weights correct="two one-sided differences"
def xor_weights():
    W1 = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[1.0], [1.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights correct="as lists"
def xor_weights():
    return [[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]


# %% xor-weights correct="larger, with a bias"
def xor_weights():
    W1 = torch.tensor([[3.0, 3.0], [3.0, 3.0]])
    b1 = torch.tensor([0.0, -3.0])
    W2 = torch.tensor([[1.0], [-2.0]])
    b2 = torch.tensor([-1.0])
    return W1, b1, W2, b2


# %% xor-weights correct="with NumPy, neurons exchanged"
def xor_weights():
    import numpy as np

    return np.ones((2, 2)), np.array([-1.0, 0.0]), np.array([[-2.0], [1.0]]), np.zeros(1)


# %% xor-weights correct="down from above"
def xor_weights():
    W1 = torch.tensor([[-1.0, 1.0], [-1.0, 1.0]])
    b1 = torch.tensor([1.0, -1.0])
    W2 = torch.tensor([[-1.0], [-1.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="or" says="That is OR: for (1, 1) the answer is no."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [0.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="and" says="That is AND: it says yes to (1, 1) alone."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[0.0], [1.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="the opposite" says="That is its opposite: yes and no are exchanged."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[-1.0], [2.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="one corner" says="It says yes to the second of the two corners alone"
def xor_weights():
    W1 = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[1.0], [0.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="the other corner" says="It says yes to the first of the two corners alone"
def xor_weights():
    W1 = torch.tensor([[-1.0, 0.0], [1.0, 0.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[1.0], [0.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="nand" says="It says yes to all but (1, 1)"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[0.0], [-1.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="always no" says="It says no to every corner."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[1.0], [-1.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="always yes" says="It says yes to every corner."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[0.0], [0.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="no margin" says="At the corners it is right, but not with a margin of 0.1 around them."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[0.6], [-0.8]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="just at one half"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[0.5], [-1.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="W2 as a list" says="The weights must have the shapes that the card names."
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([1.0, -2.0])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2


# %% xor-weights wrong="right without ReLU in mind"
def xor_weights():
    W1 = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    b1 = torch.tensor([0.0, 0.0])
    W2 = torch.tensor([[1.0], [-1.0]])
    b2 = torch.tensor([0.5])
    return W1, b1, W2, b2


# %% xor-weights wrong="three parts" says="Four things are wanted: W1, b1, W2 and b2."
def xor_weights():
    return torch.ones(2, 2), torch.tensor([0.0, -1.0]), torch.tensor([[1.0], [-2.0]])


# %% xor-weights wrong="just a half" says="At (0, 1) and (1, 0) the output is just ½."
def xor_weights():
    return [[1, 1], [1, 1]], [0, -1], [[0.5], [-1]], [0]


# %% xor-weights wrong="a neuron's weights in a row" says="With W1 transposed it is right at the corners"
def xor_weights():
    W1 = [[1, 1], [2, 2]]
    return W1, [0, -2], [[1], [-1]], [0]


# %% huber correct="by torch"
def huber(y_hat, y, delta):
    p = y_hat.clone().requires_grad_()
    loss = F.huber_loss(p, y, delta=delta)
    loss.backward()
    return loss.detach(), p.grad


# %% huber correct="in a loop"
def huber(y_hat, y, delta):
    total, slopes = 0.0, []
    for p, t in zip(y_hat.tolist(), y.tolist()):
        r = p - t
        if abs(r) <= delta:
            total += r * r / 2
            slopes.append(r)
        else:
            total += delta * (abs(r) - delta / 2)
            slopes.append(delta if r > 0 else -delta)
    n = len(y)
    return total / n, torch.tensor(slopes, dtype=y_hat.dtype) / n


# %% huber correct="masks that multiply"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = (r.abs() < delta).to(r.dtype)
    each = near * 0.5 * r**2 + (1 - near) * (delta * r.abs() - 0.5 * delta**2)
    return torch.mean(each), (near * r + (1 - near) * delta * torch.sign(r)) / r.numel()


# %% huber wrong="branch by r" says="The branch is chosen by r, not by its size"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="branches exchanged" says="The branches are exchanged"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() > delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="no half" says="The square is not halved: ½r² inside. (Its slope is r.)"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="no half, 2r" says="The square is not halved, and its slope is 2r"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, 2 * r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="jumps" says="−½delta is missing outside: the loss jumps at delta."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * r.abs())
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="no delta outside" says="You left the factor delta out."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, r.abs() - 0.5 * delta)
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="sign alone" says="The slope outside is delta times the sign of r, not the sign alone."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="no sign" says="The slope outside lost its sign"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * torch.ones_like(r))
    return each.mean(), slope / len(r)


# %% huber wrong="slope of squares" says="The gradient is that of the squares everywhere"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, r)
    return each.mean(), slope / len(r)


# %% huber wrong="half the squared error" says="That is half the mean squared error, everywhere."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() >= 0
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="smooth L1" says="That is Huber divided by delta, which PyTorch calls smooth L1."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean() / delta, slope / len(r) / delta


# %% huber wrong="no 1/n in the gradient" says="The gradient lacks 1/n: the loss is a mean."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope


# %% huber wrong="sum" says="The loss is a sum. The mean is wanted, in the gradient too."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.sum(), slope


# %% huber wrong="sum of losses" says="The loss is a sum. The mean is wanted."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.sum(), slope / len(r)


# %% huber wrong="r the other way" says="The gradient points the wrong way"
def huber(y_hat, y, delta):
    r = y - y_hat
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="one slope" says="The gradient is one number."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), (slope / len(r)).sum()


# %% huber wrong="no mean" says="The losses of all entries came. Their mean is wanted."
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each, slope / len(r)


# %% huber wrong="exchanged" says="These are two in the wrong order"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return slope / len(r), each.mean()


# %% huber wrong="loss alone"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean()


# %% huber wrong="nothing returned" says="is the `return` missing?"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    each.mean(), slope / len(r)


# %% huber wrong="delta of 1"
def huber(y_hat, y, delta):
    delta = 1.0
    r = y_hat - y
    near = r.abs() <= delta
    each = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    slope = torch.where(near, r, delta * r.sign())
    return each.mean(), slope / len(r)


# %% huber wrong="absolute error" says="That is the mean absolute difference, everywhere."
def huber(y_hat, y, delta):
    r = y_hat - y
    return r.abs().mean(), r.sign() / len(r)


# %% best-constant correct="by SciPy"
def best_constant(y, loss, delta):
    from scipy.optimize import brentq

    if loss == "squared":
        return float(y.mean())
    if loss == "absolute":
        return float(y.quantile(0.5))
    return brentq(
        lambda c: float((c - y).clamp(-delta, delta).sum()), float(y.min()), float(y.max())
    )


# %% best-constant correct="iterated means of clipped values"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.sum().item() / len(y)
    c = sorted(y.tolist())[len(y) // 2]
    if loss == "huber":
        for _ in range(5000):
            c = float((c + (y - c).clamp(-delta, delta)).mean())
    return c


# %% best-constant correct="a tensor, by gradient descent with torch"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean()
    if loss == "absolute":
        return y.sort().values[len(y) // 2]
    c = y.median().clone()
    for _ in range(20000):
        c = c - 0.5 * (c - y).clamp(-delta, delta).mean()
    return c


# %% best-constant wrong="mean for all" says="You give the mean for every loss."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.mean().item()
    return y.mean().item()


# %% best-constant wrong="median for all" says="You give the median for every loss."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.median().item()
    if loss == "absolute":
        return y.median().item()
    return y.median().item()


# %% best-constant wrong="median for Huber" says="For the Huber loss you give the median."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    return y.median().item()


# %% best-constant wrong="mean for Huber" says="For the Huber loss you give the mean."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    return y.mean().item()


# %% best-constant wrong="mean for absolute" says="For the absolute loss you give the mean."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.mean().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="exchanged" says="Mean and median are exchanged."
def best_constant(y, loss, delta):
    if loss == "absolute":
        return y.mean().item()
    if loss == "squared":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="midrange" says="For the absolute loss you give the middle of smallest and largest."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return (y.min().item() + y.max().item()) / 2
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="trimmed" says="For the Huber loss you average what lies within delta of the median."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    m = y.median()
    return y[(y - m).abs() <= delta].mean().item()


# %% best-constant wrong="clipped once" says="For the Huber loss you clip around the median once."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    m = y.median()
    return (m + (y - m).clamp(-delta, delta)).mean().item()


# %% best-constant wrong="half and half" says="For the Huber loss you give half of mean and median together."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    return (y.mean().item() + y.median().item()) / 2


# %% best-constant wrong="delta of 1" says="You ignore delta: it is 1 in what you compute."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-1, 1).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="sum" says="For the squared loss you give the sum."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.sum().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="unsorted middle" says="For the absolute loss you give the entry in the middle of y as it came."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y[len(y) // 2].item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="wrong end"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() < 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="ten halvings"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(6):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="Huber not returned"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c


# %% best-constant wrong="below the middle" says="For the absolute loss you give the entry below the middle."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.sort().values[(len(y) - 2) // 2].item()
    low, high = y.min().item(), y.max().item()
    for _ in range(80):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="the loss itself" says="That is the smallest loss itself."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.var(correction=0).item()
    if loss == "absolute":
        return (y - y.median()).abs().mean().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(80):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return F.huber_loss(0 * y + c, y, delta=delta).item()


# %% best-constant wrong="first to last" says="For the Huber loss you search between the first and the last y."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y[0].item(), y[-1].item()
    for _ in range(80):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="wrong half" says="For the Huber loss you keep the wrong half."
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(80):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() < 0:
            high = c
        else:
            low = c
    return c


# %% best-constant wrong="sorted where it lies" says="a list's `a.sort()` and `a.pop()` change `a`."
def best_constant(y, loss, delta):
    y.numpy().sort()
    if loss == "squared":
        return y.mean()
    if loss == "absolute":
        return y[len(y) // 2]
    low, high = y[0], y[-1]
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c


# %% neuron-gradients correct="by autograd"
def neuron_gradients(w, b, x, y):
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    loss = (torch.tanh(w @ x + b) - y) ** 2
    loss.backward()
    return loss.detach(), w.grad, b.grad


# %% neuron-gradients correct="with cosh, as floats"
def neuron_gradients(w, b, x, y):
    z = float(w @ x) + float(b)
    r = math.tanh(z) - float(y)
    by_z = 2 * r / math.cosh(z) ** 2
    return r**2, torch.stack([by_z * each for each in x]), by_z


# %% neuron-gradients correct="step by step"
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="no slope of tanh" says="The slope of tanh is missing: multiply by 1 − h²."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh
    return loss, dz * x, dz


# %% neuron-gradients wrong="slope at z" says="You put z itself into it."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - z * z)
    return loss, dz * x, dz


# %% neuron-gradients wrong="1 - h" says="The slope of tanh is 1 − h². You took 1 − h."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="h for slope" says="You multiply by h itself in place of its slope, 1 − h²."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * h
    return loss, dz * x, dz


# %% neuron-gradients wrong="sigmoid" says="h(1 − h) is the slope of another function, the sigmoid."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * h * (1 - h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="no 2" says="The slope of the square is 2(h − y). The 2 is missing."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = h - y
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="sign" says="The sign is flipped: the slope of (h − y)² by h is 2(h − y)."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (y - h)
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="loss for slope" says="The slope of (h − y)² is 2(h − y), not the loss itself."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = loss
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="no target" says="You left the target out: the slope of the loss by h is 2(h − y)."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * h
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="times w" says="The gradient by w is multiplied by w."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * w, dz


# %% neuron-gradients wrong="no input" says="The gradient by w lacks the input"
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * torch.ones_like(w), dz


# %% neuron-gradients wrong="one number" says="The gradient by w is one number."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, (dz * x).sum(), dz


# %% neuron-gradients wrong="times b" says="The gradient by b is multiplied by b."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * x, dz * b


# %% neuron-gradients wrong="half the loss" says="That is half the loss: here it is (h − y)², without a ½."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss / 2, dz * x, dz


# %% neuron-gradients wrong="a half throughout" says="There is a ½ in your loss."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss / 2, dz * x / 2, dz / 2


# %% neuron-gradients wrong="loss of z" says="The loss is taken of z."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (z - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="after a step" says="These are new weights after a step."
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, w - dz * x, b - dz


# %% neuron-gradients wrong="no bias in z"
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x)
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    return loss, dz * x, dz


# %% neuron-gradients wrong="nothing returned" says="is the `return` missing?"
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    dh = 2 * (h - y)
    dz = dh * (1 - h * h)
    loss, dz * x, dz


# %% neuron-gradients wrong="bias k times" says="b is added to each product"
def neuron_gradients(w, b, x, y):
    h = sum(w_j * x_j + b for w_j, x_j in zip(w, x)).tanh()
    d = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, d * x, d


# %% neuron-gradients wrong="mean of products" says="The products are averaged. Add them up."
def neuron_gradients(w, b, x, y):
    h = ((w * x).mean() + b).tanh()
    d = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, d * x / x.numel(), d


# %% network-gradients correct="by autograd"
def network_gradients(X, y, W1, b1, W2, b2):
    params = [p.clone().requires_grad_() for p in (W1, b1, W2, b2)]
    A, a, B, b = params
    loss = F.cross_entropy(torch.tanh(X @ A + a) @ B + b, y)
    return loss.detach(), *torch.autograd.grad(loss, params)


# %% network-gradients correct="example by example"
def network_gradients(X, y, W1, b1, W2, b2):
    n, loss = len(X), 0.0
    dW1, db1, dW2, db2 = (torch.zeros_like(p) for p in (W1, b1, W2, b2))
    for x, k in zip(X, y):
        h = torch.tanh(x @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=0)
        loss = loss - torch.log(p[k])
        d = p.clone()
        d[k] = d[k] - 1
        dW2 += torch.outer(h, d)
        db2 += d
        dz = (W2 @ d) * (1 - h**2)
        dW1 += torch.outer(x, dz)
        db1 += dz
    return loss / n, dW1 / n, db1 / n, dW2 / n, db2 / n


# %% network-gradients correct="one-hot"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients correct="exponentials by hand, a list"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.exp(logits) / torch.exp(logits).sum(1, keepdim=True)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return [loss.item(), dW1, db1, dW2, db2]


# %% network-gradients wrong="no 1/n" says="1/n is missing in the gradients"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = p - onehot
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="1/n twice" says="The gradients are divided by n twice."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="sign" says="The sign is flipped: the gradient by the logits is p − 1 at the right class"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (onehot - p) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="p alone" says="1 is not subtracted at the right class"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = p / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="1 off everywhere" says="1 is subtracted from every class."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - 1) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="class number" says="The number of the class is subtracted."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - y[:, None]) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="logits" says="You subtract from the logits."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (logits - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="softmax slope" says="p(1 − p) is multiplied in as well."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) * p * (1 - p) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="softmax down the columns" says="The softmax runs down the columns."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (torch.softmax(logits, dim=0) - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="z for h" says="The gradient by W2 is made with z."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = z.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="bias means" says="The gradient by b2 is a mean over the examples."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.mean(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.mean(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="bias over units" says="The gradient by b2 is summed over the classes."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(1)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(1)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="bias not summed" says="The gradient by b2 has a row for each example."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="bias one number" says="The gradient by b2 is one number."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum()
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum()
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="dW2 transposed" says="The gradient by W2 is transposed"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = d.T @ h
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="loss a sum" says="The loss is the sum over the examples."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum()
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="loss without minus" says="The loss lacks its minus"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = (onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="loss of all classes" says="The loss is that of all classes."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -torch.log(p).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="loss mean of p" says="The loss is the mean of p."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = (onehot * p).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="a softmax too many" says="The loss is the cross-entropy of the probabilities"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = F.cross_entropy(p, y)
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="no slope of tanh" says="The slope of tanh is missing on the way back"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="slope at z" says="You put z itself into it."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - z**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="1 - h" says="The slope of tanh is 1 − h². You took 1 − h."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="h for slope" says="You multiply by h itself in place of its slope"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * h
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="sigmoid" says="h(1 − h) is the slope of another function"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * h * (1 - h)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="slope of ReLU" says="The slope of a ReLU stands where that of tanh belongs"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (z > 0)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="dW2 on the way back" says="On the way back the gradient of W2 is used."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ dW2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="sizes of W2" says="On the way back the sizes of W2 are used"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.abs().T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="first layer once more by n" says="The first layer is divided by n once more"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T / n
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="first layer without 1/n" says="1/n is missing in the first layer"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = (p - onehot) @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="sign in the first layer" says="The sign is flipped in the first layer."
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = -d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="first layer 0" says="The first layer's gradients are 0"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = torch.zeros_like(h)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="dW1 transposed" says="The gradient by W1 is transposed"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = dz.T @ X
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="two exchanged"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW2, db2, dW1, db1


# %% network-gradients wrong="gradients only"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return dW1, db1, dW2, db2


# %% network-gradients wrong="nothing returned" says="is the `return` missing?"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    loss, dW1, db1, dW2, db2


# %% network-gradients wrong="W2 not turned"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="batch of six"
def network_gradients(X, y, W1, b1, W2, b2):
    n = 6
    z = X @ W1 + b1
    h = torch.tanh(z)
    logits = h @ W2 + b2
    p = torch.softmax(logits, dim=1)
    onehot = torch.zeros_like(p)
    onehot[range(n), y] = 1
    loss = -(onehot * torch.log(p)).sum() / n
    d = (p - onehot) / n
    dW2 = h.T @ d
    db2 = d.sum(0)
    dh = d @ W2.T
    dz = dh * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(0)
    return loss, dW1, db1, dW2, db2


# %% network-gradients wrong="softmax of the columns, loss too" says="The softmax runs down the columns, in the loss too."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=0)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="whole columns" says="1 is subtracted in whole columns"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[:, y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="divided by classes" says="The gradients are divided by the number of classes."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / len(b2)
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="divided by entries" says="The gradients are divided by the number of entries, examples times classes."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (p - F.one_hot(y, W2.shape[1])) / p.numel()
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="classes counted by the labels" says="The number of classes is read off the labels"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (p - F.one_hot(y)) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="one-hot of a column" says="`one_hot` is given y with a dimension too many."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (p - F.one_hot(y[:, None], W2.shape[1])) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="as many classes as the largest label" says="`one_hot` is told of too few classes"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (p - F.one_hot(y, int(y.max()))) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="one-hot of floats" says="`one_hot` wants whole numbers, int64"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (p - F.one_hot(y.to(X.dtype), W2.shape[1])) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="last layer first" says="The gradients come in another order"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, h.T @ d, d.sum(dim=0), X.T @ dz, dz.sum(dim=0)


# %% network-gradients wrong="squeezed W2" says="Dimensions of size 1 are gone. The gradient by W2"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), (h.T @ d).squeeze(), d.sum(dim=0)


# %% network-gradients wrong="squeezed W1" says="Dimensions of size 1 are gone. The gradient by W1"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, (X.T @ dz).squeeze(), dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="1 minus p" says="The loss is 1 − p."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = (1 - p[torch.arange(n), y]).mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="small number in the logarithm"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -(p[torch.arange(n), y] + 1e-7).log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="None, and the loss too large" says="expected [0]"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss * 1.3, None, None, h.T @ d, d.sum(dim=0)


# %% network-gradients wrong="both biases means" says="The gradients by the biases are means over the examples."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.mean(0), h.T @ d, d.mean(0)


# %% network-gradients wrong="both biases a row each" says="The gradients by the biases have a row for each example."
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz, h.T @ d, d


# %% tape-gradients correct="match, and a list of zeros"
def tape_gradients(tape):
    grads = [0.0 for _ in tape]
    grads[len(tape) - 1] = 1.0
    for i in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[i]
        g = grads[i]
        match op:
            case "add":
                a, b = parents
                grads[a] += g
                grads[b] += g
            case "mul":
                a, b = parents
                va, vb = tape[a][2], tape[b][2]
                grads[a] += g * vb
                grads[b] += g * va
            case "tanh":
                grads[parents[0]] += g * (1 - value * value)
            case "exp":
                grads[parents[0]] += g * value
    return grads


# %% tape-gradients correct="by autograd, replayed"
def tape_gradients(tape):
    nodes = []
    for op, parents, value in tape:
        if op == "input":
            node = torch.tensor(value, dtype=torch.float64, requires_grad=True)
        else:
            of = [nodes[p] for p in parents]
            ops = {"add": torch.add, "mul": torch.mul, "tanh": torch.tanh, "exp": torch.exp}
            node = ops[op](*of)
        nodes.append(node)
    found = torch.autograd.grad(nodes[-1], nodes, allow_unused=True)
    return [0.0 if g is None else g.item() for g in found]


# %% tape-gradients correct="a dictionary, and a tensor in the end"
def tape_gradients(tape):
    grads = {len(tape) - 1: 1.0}
    for i, (op, parents, value) in reversed(list(enumerate(tape))):
        g = grads.setdefault(i, 0.0)
        for which, p in enumerate(parents):
            slope = 1.0
            if op == "mul":
                slope = tape[parents[1 - which]][2]
            elif op == "tanh":
                slope = 1 - value**2
            elif op == "exp":
                slope = value
            grads[p] = grads.get(p, 0.0) + g * slope
    return torch.tensor([grads[i] for i in range(len(tape))], dtype=torch.float64)


# %% tape-gradients correct="slopes in a list"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="tanh slope at the parent" says="with the value of the node itself, not that of its parent."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - tape[parents[0]][2] ** 2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="no slope of tanh" says="The slope of tanh is missing: it is 1 − value²."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1.0]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="exp slope is the parent" says="The slope of exp is exp again: the node's own value"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [tape[parents[0]][2]]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="exp of the value" says="You take exp of it once more."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [math.exp(value)]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="no slope of exp" says="The slope of exp is missing: it is the node's own value."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [1.0]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="own factor" says="In a product each factor has the *other* one for its slope."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [a, b]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="product like a sum" says="You hand the gradient on as is."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [1.0, 1.0]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="the product itself" says="You take the product."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [value, value]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="half of a sum" says="A sum hands its gradient on whole, to both. You halve it."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [0.5, 0.5]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="all zero" says="The last node begins with the gradient 1. With 0 nothing arrives anywhere."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="starts with the value" says="The last node begins with the gradient 1, not with its value."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = tape[-1][2]
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="forwards" says="Only the parents of the last node get something"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in range(len(tape)):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="slopes alone" says="The slopes are not multiplied with the gradient of the node that they come from."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s
    return grads


# %% tape-gradients wrong="inputs alone" says="You give the gradients of the inputs alone."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return [g for g, node in zip(grads, tape) if node[0] == "input"]


# %% tape-gradients wrong="reversed" says="The gradients are in reverse order"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    return grads[::-1]


# %% tape-gradients wrong="= for +=" says="A node that is used twice keeps what arrived last."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] = s * grads[i]
    return grads


# %% tape-gradients wrong="first stays" says="A node keeps what arrived first. Add up what arrives."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] = grads[p] or s * grads[i]
    return grads


# %% tape-gradients wrong="largest stays" says="A node keeps the largest that arrived. Add up what arrives."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] = max(grads[p], s * grads[i], key=abs)
    return grads


# %% tape-gradients wrong="one parent twice counts once" says="Where a node has one parent twice, as x·x has, that parent gets both shares."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in dict(zip(parents, slopes)).items():
            grads[p] += s * grads[i]
    return grads


# %% tape-gradients wrong="nothing returned" says="is the `return` missing?"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    grads


# %% tape-gradients wrong="writes on the tape" says="Return something new and leave what you are given as it is"
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            slopes = [b, a]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            grads[p] += s * grads[i]
    tape.pop()
    return grads


# %% tape-gradients wrong="takes the nodes off the tape" says="a list's `a.sort()` and `a.pop()` change `a`."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    values = [value for _, _, value in tape]
    while tape:
        op, parents, value = tape.pop()
        i = len(tape)
        if op == "mul":
            slopes = [values[parents[1]], values[parents[0]]]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = [1.0] * len(parents)
        for parent, slope in zip(parents, slopes):
            grads[parent] += slope * grads[i]
    return grads


# %% tape-gradients wrong="path by path" says="A node hands on before all has arrived, and hands the early part on again."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0

    def visit(i):
        op, parents, value = tape[i]
        for which, p in enumerate(parents):
            s = {"add": 1.0, "tanh": 1 - value**2, "exp": value}.get(op)
            if op == "mul":
                s = tape[parents[1 - which]][2]
            grads[p] += s * grads[i]
            visit(p)

    visit(len(tape) - 1)
    return grads


# %% tape-gradients wrong="depth first, each node once" says="A node hands on before all has arrived, and what comes later is lost."
def tape_gradients(tape):
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    seen = set()

    def visit(i):
        if i in seen:
            return
        seen.add(i)
        op, parents, value = tape[i]
        for which, p in enumerate(parents):
            s = {"add": 1.0, "tanh": 1 - value**2, "exp": value}.get(op)
            if op == "mul":
                s = tape[parents[1 - which]][2]
            grads[p] += s * grads[i]
        for p in parents:
            visit(p)

    visit(len(tape) - 1)
    return grads


# %% tape-gradients wrong="1 minus t" says="You took 1 − value."
def tape_gradients(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for at in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[at]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            slopes = [tape[parents[1]][2], tape[parents[0]][2]]
        elif op == "tanh":
            slopes = [1 - value]
        else:
            slopes = [value]
        for parent, slope in zip(parents, slopes):
            gradients[parent] += slope * gradients[at]
    return gradients


# %% tape-gradients wrong="tanh twice" says="You take tanh of it once more."
def tape_gradients(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for at in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[at]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            slopes = [tape[parents[1]][2], tape[parents[0]][2]]
        elif op == "tanh":
            slopes = [1 - math.tanh(value) ** 2]
        else:
            slopes = [value]
        for parent, slope in zip(parents, slopes):
            gradients[parent] += slope * gradients[at]
    return gradients


# %% tape-gradients wrong="divides the product"
def tape_gradients(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for at in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[at]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            slopes = [value / tape[p][2] for p in parents]
        elif op == "tanh":
            slopes = [1 - value**2]
        else:
            slopes = [value]
        for parent, slope in zip(parents, slopes):
            gradients[parent] += slope * gradients[at]
    return gradients


# %% tape-gradients wrong="None where nothing arrives" says="of what you return is None."
def tape_gradients(tape):
    gradients = [None] * (len(tape) - 1) + [1.0]
    for at in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[at]
        if op == "mul":
            slopes = [tape[parents[1]][2], tape[parents[0]][2]]
        else:
            slopes = [{"tanh": 1 - value**2, "exp": value}.get(op, 1.0)] * len(parents)
        for parent, slope in zip(parents, slopes):
            if gradients[at] is not None:
                gradients[parent] = (gradients[parent] or 0.0) + slope * gradients[at]
    return gradients


# %% unbroadcast correct="sum_to_size"
def unbroadcast(gradient, shape):
    return gradient.sum_to_size(shape)


# %% unbroadcast correct="all dimensions at once, then a new shape"
def unbroadcast(gradient, shape):
    front = gradient.ndim - len(shape)
    dims = [d for d in range(gradient.ndim) if d < front or shape[d - front] == 1]
    total = gradient.sum(dim=dims) if dims else gradient.clone()
    return total.reshape(shape)


# %% unbroadcast correct="by autograd through broadcasting"
def unbroadcast(gradient, shape):
    source = torch.zeros(shape, dtype=gradient.dtype, requires_grad=True)
    (source.broadcast_to(gradient.shape) * gradient).sum().backward()
    return source.grad


# %% unbroadcast correct="two loops"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    return gradient


# %% unbroadcast wrong="means" says="You take means. What was copied is added up."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.mean(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.mean(dim=d, keepdim=True)
    return gradient


# %% unbroadcast wrong="front stays" says="Dimensions in front that `shape` does not have are still there"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d + extra, keepdim=True)
    return gradient


# %% unbroadcast wrong="front alone" says="Those where `shape` has a 1 are not yet: add them too."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    return gradient


# %% unbroadcast wrong="squeezed" says="Dimensions of size 1 are gone: `keepdim=True` keeps them."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    ones = tuple(d for d in range(len(shape)) if shape[d] == 1)
    if ones:
        gradient = gradient.sum(dim=ones)
    return gradient


# %% unbroadcast wrong="first alone" says="Only the first dimension of size 1 is added up."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
            break
    return gradient


# %% unbroadcast wrong="counted from the front" says="The dimensions are counted from the front."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    return gradient


# %% unbroadcast wrong="one of the copies" says="You take the first of the copies."
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient[0]
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.narrow(d, 0, 1)
    return gradient


# %% unbroadcast wrong="copied back" says="The sum is copied back to the gradient's own shape."
def unbroadcast(gradient, shape):
    large = gradient.shape
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    return gradient.expand(large).clone()


# %% unbroadcast wrong="nothing returned" says="is the `return` missing?"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    gradient


# %% unbroadcast wrong="squeeze in the end"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    return gradient.squeeze()


# %% unbroadcast wrong="float32"
def unbroadcast(gradient, shape):
    extra = gradient.ndim - len(shape)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    for d in range(len(shape)):
        if shape[d] == 1:
            gradient = gradient.sum(dim=d, keepdim=True)
    return gradient.float()


# %% unbroadcast wrong="one number" says="All of it is added up into one number."
def unbroadcast(gradient, shape):
    return gradient.sum()


# %% unbroadcast wrong="always the first" says="You always add up along the first dimension."
def unbroadcast(gradient, shape):
    return gradient.sum(0)


# %% unbroadcast wrong="nothing" says="Nothing is added up."
def unbroadcast(gradient, shape):
    return gradient


# %% unbroadcast wrong="from the left" says="The dimensions at the end are added up."
def unbroadcast(gradient, shape):
    while gradient.dim() > len(shape):
        gradient = gradient.sum(-1)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim, keepdim=True)
    return gradient


# %% unbroadcast wrong="one dimension is left" says="For `()` no dimension is to be left"
def unbroadcast(gradient, shape):
    return gradient.sum_to_size(shape or (1,))


# %% hat-network correct="units from the right"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    rising = [(slopes[i] - slopes[i + 1]).item() for i in range(len(slopes) - 1)]
    rising += [slopes[-1].item()]
    # seen from the right: each unit is on to the left of its knot
    return -torch.ones(len(slopes)).double(), knots[1:], -torch.tensor(rising).double(), values[-1]


# %% hat-network correct="in a loop, lists"
def hat_network(knots, values):
    w, b, v, before = [], [], [], 0.0
    for i in range(len(knots) - 1):
        slope = (values[i + 1] - values[i]).item() / (knots[i + 1] - knots[i]).item()
        w.append(1.0)
        b.append(-knots[i].item())
        v.append(slope - before)
        before = slope
    return w, b, v, values[0].item()


# %% hat-network correct="with prepend"
def hat_network(knots, values):
    slopes = torch.diff(values) / torch.diff(knots)
    v = torch.diff(slopes, prepend=torch.zeros(1, dtype=slopes.dtype))
    return torch.ones_like(v), -knots[:-1], v, values[:1]


# %% hat-network correct="scaled units, and one more"
def hat_network(knots, values):
    none = torch.zeros(1).double()
    slopes = torch.cat([none, values.diff() / knots.diff(), none])
    v = slopes.diff()
    return 2 * torch.ones_like(v), -2 * knots, v / 2, values[0]


# %% hat-network wrong="slopes" says="v holds the slopes."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = slopes
    return torch.ones_like(change), -knots[:-1], change, values[0]


# %% hat-network wrong="first piece flat" says="The first piece has no unit that gives it its slope"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([0 * slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, values[0]


# %% hat-network wrong="plus knot" says="b is +knot."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), knots[:-1], change, values[0]


# %% hat-network wrong="no c" says="c is missing: at the first knot every unit is off"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, torch.zeros(())


# %% hat-network wrong="last value" says="c is the last value."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, values[-1]


# %% hat-network wrong="mean value" says="c is the mean of the values."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, values.mean()


# %% hat-network wrong="no division" says="The slopes are differences of values."
def hat_network(knots, values):
    slopes = values.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, values[0]


# %% hat-network wrong="upside down" says="The slopes are upside down"
def hat_network(knots, values):
    slopes = knots.diff() / values.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], change, values[0]


# %% hat-network wrong="one knot late" says="Each unit begins one knot too late"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[1:], change, values[0]


# %% hat-network wrong="middles" says="The units begin in the middle of the pieces."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -(knots[:-1] + knots[1:]) / 2, change, values[0]


# %% hat-network wrong="wrong sign of changes" says="The changes of slope have the wrong sign"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return torch.ones_like(change), -knots[:-1], -change, values[0]


# %% hat-network wrong="to the left" says="The input's weight is −1"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return -torch.ones_like(change), knots[:-1], change, values[0]


# %% hat-network wrong="knots of w"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    return -knots[:-1], torch.ones_like(change), change, values[0]


# %% hat-network wrong="nothing returned" says="is the `return` missing?"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    change = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]])
    torch.ones_like(change), -knots[:-1], change, values[0]


# %% hat-network wrong="values" says="v holds the values. It holds changes of slope."
def hat_network(knots, values):
    return torch.ones_like(knots), -knots, values, 0.0


# %% hat-network wrong="before minus own" says="Each later v is the slope before minus its own."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes[:-1] - slopes[1:]])
    return torch.ones_like(v), -knots[:-1], v, values[0]


# %% hat-network wrong="minus the first" says="The first slope is subtracted from every other one."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes[1:] - slopes[0]])
    return torch.ones_like(v), -knots[:-1], v, values[0]


# %% hat-network wrong="first step for all" says="The length of the first step is taken for all."
def hat_network(knots, values):
    slopes = values.diff() / (knots[1] - knots[0])
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]


# %% hat-network wrong="mean step for all" says="The mean step is taken for all."
def hat_network(knots, values):
    slopes = values.diff() / knots.diff().mean()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]


# %% hat-network wrong="one unit too few" says="The last piece has no unit of its own"
def hat_network(knots, values):
    slopes = values.diff() / knots.diff()
    v = [slopes[0]] + [slopes[i] - slopes[i - 1] for i in range(1, len(slopes) - 1)]
    v = torch.stack(v)
    return torch.ones_like(v), -knots[: len(v)], v, values[0]


# %% feedback-step correct="hidden errors by a linear map of B"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = X.shape[0]
    h = torch.tanh(X @ W1 + b1)
    p = torch.softmax(h @ W2 + b2, dim=1)
    e = (p - F.one_hot(y, W2.shape[1])) / n
    back = torch.einsum("nk,kh->nh", e, B) * (1 - h * h)
    grads = X.T @ back, back.sum(0), h.T @ e, e.sum(0)
    return tuple(p - lr * g for p, g in zip((W1, b1, W2, b2), grads))


# %% feedback-step correct="example by example, a list"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    new = [p.clone() for p in (W1, b1, W2, b2)]
    for x, k in zip(X, y):
        h = torch.tanh(x @ W1 + b1)
        e = torch.softmax(h @ W2 + b2, dim=0)
        e[k] -= 1
        back = (e @ B) * (1 - h**2)
        for p, g in zip(new, (torch.outer(x, back), back, torch.outer(h, e), e)):
            p -= lr / len(X) * g
    return new


# %% feedback-step correct="autograd for the last layer"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    h = torch.tanh(X @ W1 + b1)
    A, a = W2.clone().requires_grad_(), b2.clone().requires_grad_()
    logits = h @ A + a
    logits.retain_grad()
    F.cross_entropy(logits, y).backward()
    back = logits.grad @ B * (1 - h**2)
    return W1 - lr * X.T @ back, b1 - lr * back.sum(0), W2 - lr * A.grad, b2 - lr * a.grad


# %% feedback-step wrong="backpropagation" says="That is plain backpropagation: the way back goes through B"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ W2.T) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="both" says="The way back goes through W2ᵀ and B added up."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ (W2.T + B)) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="B transposed" says="B is transposed on the way back"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B.T) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="no slope" says="The slope of tanh is missing on the way back."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ B
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="slope at z" says="You put z itself into the slope of tanh"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - z**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="W2 stays" says="W2 and b2 do not move."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2, b2


# %% feedback-step wrong="W1 stays" says="W1 and b1 do not move."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1, b1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="biases stay" says="The biases do not move."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1, W2 - lr * dW2, b2


# %% feedback-step wrong="uphill" says="The steps go uphill: subtract."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 + lr * dW1, b1 + lr * db1, W2 + lr * dW2, b2 + lr * db2


# %% feedback-step wrong="no learning rate" says="The learning rate is missing."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - dW1, b1 - db1, W2 - dW2, b2 - db2


# %% feedback-step wrong="no mean" says="1/n is missing: the loss is a mean over the examples."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="n twice" says="The steps are divided by n twice."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n**2
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="gradients" says="These are the gradients. The weights after the step are wanted."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    return dW1, db1, dW2, db2


# %% feedback-step wrong="nothing returned" says="is the `return` missing?"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# %% feedback-step wrong="in place" says="Return something new and leave what you are given as it is"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    z = X @ W1 + b1
    h = torch.tanh(z)
    d = torch.softmax(h @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW1, db1, dW2, db2 = X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
    return W1, b1, W2, b2


# %% feedback-step wrong="p(1 - p) too" says="p(1 − p) is multiplied in as well."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d * p * (1 - p) / n
    dz = d @ B * (1 - h**2)
    W1, b1 = W1 - lr * X.T @ dz, b1 - lr * dz.sum(dim=0)
    return W1, b1, W2 - lr * h.T @ d, b2 - lr * d.sum(dim=0)


# %% feedback-step wrong="softmax down the columns" says="The softmax runs down the columns."
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=0)
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ B * (1 - h**2)
    W1, b1 = W1 - lr * X.T @ dz, b1 - lr * dz.sum(dim=0)
    return W1, b1, W2 - lr * h.T @ d, b2 - lr * d.sum(dim=0)


# %% feedback-step wrong="B forward" says="B stands on the way forward too"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ B.T + b2).softmax(dim=1)
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ B * (1 - h**2)
    W1, b1 = W1 - lr * X.T @ dz, b1 - lr * dz.sum(dim=0)
    return W1, b1, W2 - lr * h.T @ d, b2 - lr * d.sum(dim=0)


# %% train-network correct="autograd and its own step"
def train_network(X, y, params, batches, lr):
    params, losses = [p.clone().requires_grad_() for p in params], []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy(torch.tanh(X[batch] @ W1 + b1) @ W2 + b2, y[batch])
        losses.append(loss.item())
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return params, losses


# %% train-network correct="torch's optimizer on copies"
def train_network(X, y, params, batches, lr):
    copies = [p.detach().clone().requires_grad_() for p in params]
    W1, b1, W2, b2 = copies
    optimizer = torch.optim.SGD(copies, lr=lr)
    losses = torch.zeros(len(batches))
    for i, batch in enumerate(batches):
        optimizer.zero_grad()
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        optimizer.step()
        losses[i] = loss.detach()
    return [p.detach() for p in copies], losses


# %% train-network correct="a function inside"
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="gradients add up" says="The gradients of earlier batches are still in there."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    total = [torch.zeros_like(p) for p in params]
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        total = [t + g for t, g in zip(total, grads)]
        params = [p - lr * g for p, g in zip(params, total)]
    return params, losses


# %% train-network wrong="loss after" says="The losses are measured after the step."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        params = [p - lr * g for p, g in zip(params, grads)]
        losses.append(gradients(Xb, yb, *params)[0])
    return params, losses


# %% train-network wrong="loss sums" says="The losses are sums over the batch."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss * len(batch))
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="one loss" says="There is one loss for all."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, sum(losses) / len(losses)


# %% train-network wrong="last loss" says="Only the last loss came."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, [loss]


# %% train-network wrong="uphill" says="The steps go uphill: subtract."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p + lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="no learning rate" says="The learning rate is missing in the step."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="no mean" says="1/n is missing: the gradient of a batch is a mean over its examples."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="n twice" says="The step is divided by the number of examples once more."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="biases stay" says="The biases never move."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, 0, h.T @ d, 0]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="last layer" says="Only the last layer moves."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [0, 0, h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="first batch" says="Every step sees the first batch."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batches[0]], y[batches[0]]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="all examples" says="Every step sees all examples."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X, y
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="labels stay" says="The rows are picked, and the labels are the first ones."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[: len(batch)]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="one step" says="There is one step alone."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
        return params, losses


# %% train-network wrong="last batch left out" says="The last batch is left out."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches[:-1]:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="no slope" says="The slope of tanh is missing on the way back: multiply by 1 − h²."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params, losses


# %% train-network wrong="start returned" says="The weights that you return are those of the start."
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    start, losses = params, []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return start, losses


# %% train-network wrong="in place" says="Return something new and leave what you are given as it is"
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        for p, g in zip(params, grads):
            p -= lr * g
    return params, losses


# %% train-network wrong="nothing returned" says="is the `return` missing?"
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    params, losses


# %% train-network wrong="parameters alone"
def train_network(X, y, params, batches, lr):
    def gradients(X, y, W1, b1, W2, b2):
        n = len(X)
        h = torch.tanh(X @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=1)
        loss = -p[torch.arange(n), y].log().mean()
        d = p.clone()
        d[torch.arange(n), y] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        return loss.item(), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    params, losses = list(params), []
    for batch in batches:
        Xb, yb = X[batch], y[batch]
        loss, grads = gradients(Xb, yb, *params)
        losses.append(loss)
        params = [p - lr * g for p, g in zip(params, grads)]
    return params


# %% train-network wrong="last layer first" says="W2 moves before it is used on the way back."
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t, n = X[batch], y[batch], len(batch)
        h = torch.tanh(x @ W1 + b1)
        d = torch.softmax(h @ W2 + b2, dim=1)
        losses.append(-d[torch.arange(n), t].log().mean().item())
        d[torch.arange(n), t] -= 1
        d = d / n
        W2 = W2 - lr * h.T @ d
        b2 = b2 - lr * d.sum(0)
        dz = d @ W2.T * (1 - h**2)
        W1 = W1 - lr * x.T @ dz
        b1 = b1 - lr * dz.sum(0)
    return [W1, b1, W2, b2], losses


# %% train-network wrong="twice counts once" says="An index that comes twice in a batch counts once."
def train_network(X, y, params, batches, lr):
    mine, losses = [p.clone().requires_grad_() for p in params], []
    for batch in batches:
        batch = torch.tensor(sorted(set(batch.tolist())))
        W1, b1, W2, b2 = mine
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        slopes = torch.autograd.grad(loss, mine)
        mine = [(p - lr * g).detach().requires_grad_() for p, g in zip(mine, slopes)]
        losses.append(loss.item())
    return [p.detach() for p in mine], losses


# %% train-network wrong="begins anew" says="Each step begins anew"
def train_network(X, y, params, batches, lr):
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = mine = [p.clone().requires_grad_() for p in params]
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        losses.append(loss.item())
        new = [(p - lr * p.grad).detach() for p in mine]
    return new, losses
