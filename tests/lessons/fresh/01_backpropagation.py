# %% layer right="matrix product and broadcasting, as in the hint"
def layer(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return X @ W + b

# %% layer right="torch.addmm in one call"
def layer(X, W, b):
    return torch.addmm(b, X, W)

# %% layer right="PyTorch's own linear with the turned table"
def layer(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return F.linear(X, W.T, b)

# %% layer right="three verbose loops over single entries"
def layer(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    n, num_inputs = X.shape
    num_outputs = W.shape[1]
    Z = torch.zeros(n, num_outputs, dtype=X.dtype)
    for i in range(n):
        for j in range(num_outputs):
            total = b[j].clone()
            for k in range(num_inputs):
                total = total + X[i, k] * W[k, j]
            Z[i, j] = total
    return Z

# %% layer right="NumPy inside"
import numpy as np


def layer(X, W, b):
    Z = np.matmul(X.numpy(), W.numpy()) + b.numpy()
    return torch.from_numpy(Z)

# %% layer right="einsum, then the bias as a row"
def layer(X, W, b):
    z = torch.einsum("ni,io->no", X, W)
    return z + b.view(1, -1)

# %% layer right="beginner: lists of Python numbers, made a tensor at the end"
def layer(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    weights_of_neurons = W.T.tolist()
    biases = b.tolist()
    rows = []
    for example in X.tolist():
        row = []
        for weights, bias in zip(weights_of_neurons, biases):
            s = sum(x * w for x, w in zip(example, weights)) + bias
            row.append(s)
        rows.append(row)
    return torch.tensor(rows, dtype=X.dtype)

# %% layer right="bias as one more input that is always 1"
def layer(X, W, b):
    ones = torch.ones(len(X), 1, dtype=X.dtype)
    return torch.cat([X, ones], dim=1) @ torch.vstack([W, b])

# %% layer right="row by row, stacked"
def layer(X, W, b):
    return torch.stack([(x[:, None] * W).sum(dim=0) + b for x in X])

# %% layer right="an nn.Linear with the given numbers copied in"
def layer(X, W, b):
    lin = torch.nn.Linear(W.shape[0], W.shape[1], dtype=X.dtype)
    with torch.no_grad():
        lin.weight.copy_(W.T)
        lin.bias.copy_(b)
        return lin(X)

# %% layer wrong="the table of weights is turned, as nn.Linear has it"
def layer(X, W, b):
    return X @ W.T + b

# %% layer wrong="the bias is forgotten"
def layer(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.matmul(X, W)

# %% layer wrong="the bias is subtracted"
def layer(X, W, b):
    return X @ W - b

# %% layer wrong="entry by entry product in place of the matrix product"
def layer(X, W, b):
    return X * W + b

# %% layer wrong="a ReLU is applied as well"
def layer(X, W, b):
    return torch.relu(X @ W + b)

# %% layer wrong="the bias is a column: one for each example"
def layer(X, W, b):
    return X @ W + b[:, None]

# %% layer wrong="all biases are added up and the sum goes to each neuron"
def layer(X, W, b):
    return X @ W + b.sum()

# %% layer wrong="the bias is added to the first example alone"
def layer(X, W, b):
    Z = X @ W
    Z[0] += b
    return Z

# %% layer wrong="the factors are in the wrong order"
def layer(X, W, b):
    return W @ X + b

# %% layer wrong="the last input is left out, an index off by one"
def layer(X, W, b):
    Z = torch.zeros(X.shape[0], W.shape[1], dtype=X.dtype)
    for i in range(X.shape[0]):
        for j in range(W.shape[1]):
            for k in range(X.shape[1] - 1):
                Z[i, j] += X[i, k] * W[k, j]
            Z[i, j] += b[j]
    return Z

# %% layer wrong="the products are averaged over the inputs, not added up"
def layer(X, W, b):
    return (X[:, :, None] * W[None]).mean(dim=1) + b

# %% layer wrong="the result is transposed: neurons in rows"
def layer(X, W, b):
    return W.T @ X.T + b[:, None]

# %% layer wrong="sums run on in b itself: later rows contain the earlier ones, and b changes"
def layer(X, W, b):
    rows = []
    for x in X:
        z = b
        for i in range(len(x)):
            z += x[i] * W[i]
        rows.append(z.clone())
    return torch.stack(rows)

# %% layer wrong="dimensions of size 1 are squeezed away" kind="sneaky"
def layer(X, W, b):
    return (X @ W + b).squeeze()

# %% layer wrong="always float32, also where X is float64" kind="sneaky"
def layer(X, W, b):
    Z = torch.zeros(X.shape[0], W.shape[1])
    for i in range(X.shape[0]):
        Z[i] = X[i] @ W + b
    return Z

# %% layer wrong="W is turned in place by t_() and stays so" kind="sneaky"
def layer(X, W, b):
    return F.linear(X, W.t_(), b)

# %% layer wrong="b is given another shape in place" kind="sneaky"
def layer(X, W, b):
    return X @ W + b.unsqueeze_(0)

# %% layer wrong="float64 always, also where X is float32" kind="sneaky"
def layer(X, W, b):
    return X.double() @ W.double() + b.double()

# %% xor-weights right="rise from a sum of 0, fall from a sum of 1, as in the hints"
def xor_weights() -> tuple:
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [-2.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2

# %% xor-weights right="the absolute difference of the inputs, as lists of int"
def xor_weights():
    return [[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0]

# %% xor-weights right="1 minus the distance of the sum from 1"
def xor_weights() -> tuple:
    # f = 1 - relu(1 - x1 - x2) - relu(x1 + x2 - 1)
    W1 = torch.tensor([[-1, 1], [-1, 1]])
    b1 = torch.tensor([1, -1])
    W2 = torch.tensor([[-1], [-1]])
    b2 = torch.tensor([1])
    return W1, b1, W2, b2

# %% xor-weights right="answers from -1 to 1, in float64"
def xor_weights():
    W1 = torch.ones(2, 2, dtype=torch.float64)
    b1 = torch.tensor([0, -1], dtype=torch.float64)
    W2 = torch.tensor([2, -4], dtype=torch.float64).reshape(2, 1)
    b2 = -torch.ones(1, dtype=torch.float64)
    return (W1, b1, W2, b2)

# %% xor-weights right="the second neuron rises twice as fast, weights unlike in the columns"
def xor_weights():
    W1 = [[1.0, 2.0], [1.0, 2.0]]
    b1 = [0.0, -2.0]
    W2 = [[1.0], [-1.0]]
    b2 = [0.0]
    return W1, b1, W2, b2

# %% xor-weights right="OR minus a large AND, starting at a sum of a half, mixed lists and tensors"
def xor_weights():
    # neuron 0: OR, rises from x1 + x2 = 0.5;  neuron 1: AND, rises from x1 + x2 = 1.25
    W1 = torch.full((2, 2), 10.0)
    b1 = [-5, -12.5]
    W2 = torch.tensor([[1.0], [-4.0]])
    b2 = [0]
    return W1, b1, W2, b2

# %% xor-weights right="not (x1 and x2) and not (neither), switched neurons and large numbers"
def xor_weights():
    a = 100.0
    W1 = a * torch.tensor([[1.0, -1.0], [1.0, -1.0]])
    b1 = a * torch.tensor([-1.5, 0.5])
    W2 = torch.tensor([[-1.0], [-1.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2

# %% xor-weights right="searched by gradient descent from random starts until it has the margin"
def xor_weights():
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    want = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    off = torch.tensor([[a, b] for a in (-0.1, 0.0, 0.1) for b in (-0.1, 0.0, 0.1)])
    for seed in range(100):
        g = torch.Generator().manual_seed(seed)
        W1 = torch.randn(2, 2, generator=g)
        b1 = torch.zeros(2)
        W2 = torch.randn(2, 1, generator=g)
        b2 = torch.zeros(1)
        for _ in range(1500):
            z = corners @ W1 + b1
            h = z.clamp(min=0)
            d = (h @ W2 + b2 - want) / 2
            dz = d @ W2.T * (z > 0)
            W2, b2 = W2 - 0.1 * h.T @ d, b2 - 0.1 * d.sum(dim=0)
            W1, b1 = W1 - 0.1 * corners.T @ dz, b1 - 0.1 * dz.sum(dim=0)
        near = corners[:, None] + off
        f = (near @ W1 + b1).clamp(min=0) @ W2 + b2
        yes = f[[1, 2]].min() > 0.7
        no = f[[0, 3]].max() < 0.3
        if yes and no:
            return W1, b1, W2, b2
    raise RuntimeError("none found")

# %% xor-weights wrong="W1 is transposed: a neuron's weights in a row"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [2.0, 2.0]])
    b1 = torch.tensor([0.0, -2.0])
    W2 = torch.tensor([[1.0], [-1.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2

# %% xor-weights wrong="second weight in the output is -1: the rise becomes flat and does not fall"
def xor_weights():
    return torch.ones(2, 2), torch.tensor([0.0, -1.0]), torch.tensor([[1.0], [-1.0]]), torch.zeros(1)

# %% xor-weights wrong="this is OR"
def xor_weights():
    W1 = torch.eye(2)
    b1 = torch.zeros(2)
    W2 = torch.ones(2, 1)
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="this is AND"
def xor_weights():
    return [[1, 1], [1, 1]], [-1, -1], [[0.5], [0.5]], [0]

# %% xor-weights wrong="yes and no are switched: true where both are equal"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[-1.0], [2.0]])
    b2 = torch.tensor([1.0])
    return W1, b1, W2, b2

# %% xor-weights wrong="the bias of the second neuron has the wrong sign"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, 1.0])
    W2 = torch.tensor([[1.0], [-2.0]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2

# %% xor-weights wrong="made for step neurons, not for ReLU"
def xor_weights():
    W1 = torch.ones(2, 2)
    b1 = torch.tensor([-0.5, -1.5])
    W2 = torch.tensor([[1.0], [-1.0]])
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="threshold 0 in mind: minus a half to plus a half, never above it"
def xor_weights():
    W1 = torch.ones(2, 2)
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [-2.0]])
    b2 = torch.tensor([-0.5])
    return W1, b1, W2, b2

# %% xor-weights wrong="only x1 and not x2: the case (0, 1) is forgotten"
def xor_weights():
    return [[1, 0], [-1, 0]], [0, 0], [[1], [0]], [0]

# %% xor-weights wrong="biases are 0, so both neurons begin at the same place"
def xor_weights():
    return torch.ones(2, 2), torch.zeros(2), torch.tensor([[2.0], [-1.0]]), torch.zeros(1)

# %% xor-weights wrong="returned in the order W1, W2, b1, b2"
def xor_weights():
    W1 = torch.ones(2, 2)
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [-2.0]])
    b2 = torch.zeros(1)
    return W1, W2, b1, b2

# %% xor-weights wrong="three hidden neurons"
def xor_weights():
    W1 = torch.ones(2, 3)
    b1 = torch.tensor([0.0, -1.0, -2.0])
    W2 = torch.tensor([[1.0], [-2.0], [1.0]])
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="random numbers"
def xor_weights():
    g = torch.Generator().manual_seed(0)
    r = [torch.randn(*s, generator=g) for s in ((2, 2), (2,), (2, 1), (1,))]
    return tuple(r)

# %% xor-weights wrong="right at the corners and if one input is off, not if both are" kind="sneaky"
def xor_weights():
    W1 = torch.ones(2, 2)
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[0.6], [-1.2]])
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="right if both inputs are off the same way, not if one is up and one down" kind="sneaky"
def xor_weights():
    W1 = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    b1 = torch.zeros(2)
    W2 = torch.tensor([[0.56], [0.56]])
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="margin too small at (0, 0) alone" kind="sneaky"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [-2.2]])
    b2 = torch.tensor([0.35])
    return W1, b1, W2, b2

# %% xor-weights wrong="margin too small at (1, 1) alone" kind="sneaky"
def xor_weights():
    W1 = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([[1.0], [-1.6]])
    b2 = torch.tensor([0.0])
    return W1, b1, W2, b2

# %% xor-weights wrong="W2 is flat, shape (2,), not (2, 1)" kind="sneaky"
def xor_weights():
    W1 = torch.ones(2, 2)
    b1 = torch.tensor([0.0, -1.0])
    W2 = torch.tensor([1.0, -2.0])
    b2 = torch.zeros(1)
    return W1, b1, W2, b2

# %% xor-weights wrong="b2 is a bare number, not of shape (1,)" kind="sneaky"
def xor_weights():
    return [[1, -1], [-1, 1]], [0, 0], [[1], [1]], 0

# %% huber right="where and clamp, as in the hints"
def huber(y_hat: torch.Tensor, y: torch.Tensor, delta: float) -> tuple[torch.Tensor, torch.Tensor]:
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber right="beginner: a loop over Python numbers"
def huber(y_hat, y, delta):
    n = len(y)
    total = 0.0
    slopes = []
    for a, b in zip(y_hat.tolist(), y.tolist()):
        r = a - b
        if abs(r) <= delta:
            total = total + r * r / 2
            slopes.append(r / n)
        elif r > 0:
            total = total + delta * (r - delta / 2)
            slopes.append(delta / n)
        else:
            total = total + delta * (-r - delta / 2)
            slopes.append(-delta / n)
    return total / n, torch.tensor(slopes, dtype=y_hat.dtype)

# %% huber right="PyTorch's own loss, and autograd for the gradient"
def huber(y_hat, y, delta):
    guess = y_hat.detach().clone().requires_grad_()
    loss = F.huber_loss(guess, y, delta=delta)
    loss.backward()
    return loss.detach(), guess.grad

# %% huber right="NumPy inside, the loss a float"
import numpy as np


def huber(y_hat, y, delta):
    r = y_hat.numpy() - y.numpy()
    a = np.abs(r)
    losses = np.where(a <= delta, r * r / 2, delta * (a - delta / 2))
    gradient = np.where(a <= delta, r, delta * np.sign(r)) / r.size
    return float(losses.mean()), torch.tensor(gradient, dtype=y_hat.dtype)

# %% huber right="masks filled piece by piece"
def huber(y_hat: torch.Tensor, y: torch.Tensor, delta: float):
    r = y_hat - y
    near = r.abs() <= delta
    far = ~near
    losses = torch.zeros_like(r)
    slopes = torch.zeros_like(r)
    losses[near] = 0.5 * r[near] ** 2
    losses[far] = delta * (r[far].abs() - 0.5 * delta)
    slopes[near] = r[near]
    slopes[far] = delta * r[far].sign()
    n = r.numel()
    return losses.sum() / n, slopes / n

# %% huber right="the clipped difference alone gives both"
def huber(y_hat, y, delta):
    r = y_hat - y
    g = torch.clamp(r, min=-delta, max=delta)
    return (g * (r - g / 2)).mean(), g / r.shape[0]

# %% huber right="smooth L1 times delta, gradient by maximum and minimum, item()"
def huber(y_hat, y, delta):
    loss = delta * F.smooth_l1_loss(y_hat, y, beta=delta)
    d = torch.full_like(y_hat, delta)
    g = torch.minimum(torch.maximum(y_hat - y, -d), d)
    return loss.item(), g.div(len(y))

# %% huber right="quadratic part and straight part added up"
def huber(y_hat, y, delta):
    a = (y_hat - y).abs()
    q = a.clamp(max=delta)
    loss = torch.mean(0.5 * q * q + delta * (a - q))
    return loss, (y_hat - y).sign() * q / a.numel()

# %% huber right="nn.HuberLoss and torch.autograd.grad, the loss still with its tape"
def huber(y_hat, y, delta):
    copy = y_hat.clone().detach().requires_grad_(True)
    loss = torch.nn.HuberLoss(delta=delta)(copy, y)
    (gradient,) = torch.autograd.grad(loss, copy, retain_graph=True)
    return loss, gradient

# %% huber wrong="1/n is missing in the gradient"
def huber(y_hat, y, delta):
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta)

# %% huber wrong="the loss is a sum, not a mean"
def huber(y_hat, y, delta):
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).sum()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber wrong="the half is missing in the square"
def huber(y_hat, y, delta):
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber wrong="the parenthesis is lost: delta times |r|, minus half of delta"
def huber(y_hat, y, delta):
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * r.abs() - 0.5 * delta).mean()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber wrong="the slope outside has no sign"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    loss = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.where(near, r, torch.full_like(r, delta)) / len(r)

# %% huber wrong="the difference is taken as y minus y_hat, so the gradient's sign is flipped"
def huber(y_hat, y, delta):
    r = y - y_hat
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber wrong="r is compared without its absolute value: far below counts as near"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r <= delta
    loss = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.where(near, r, delta * r.sign()) / len(r)

# %% huber wrong="the two pieces are switched"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() >= delta
    loss = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.where(near, r, delta * r.sign()) / len(r)

# %% huber wrong="the slope outside is the sign alone, without delta"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    loss = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.where(near, r, r.sign()) / len(r)

# %% huber wrong="the losses of all examples, no mean"
def huber(y_hat, y, delta):
    r = y_hat - y
    losses = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    return losses, r.clamp(-delta, delta) / len(r)

# %% huber wrong="one branch for all, by the mean of the differences"
def huber(y_hat, y, delta):
    r = y_hat - y
    if r.abs().mean() <= delta:
        return (0.5 * r**2).mean(), r / len(r)
    return (delta * (r.abs() - 0.5 * delta)).mean(), delta * r.sign() / len(r)

# %% huber wrong="the slope of r squared: 2r inside, with a loss of half r squared"
def huber(y_hat, y, delta):
    r = y_hat - y
    near = r.abs() <= delta
    loss = torch.where(near, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.where(near, 2 * r, delta * r.sign()) / len(r)

# %% huber wrong="smooth L1 with beta is Huber's loss divided by delta: right for delta 1 alone" kind="sneaky"
def huber(y_hat, y, delta):
    guess = y_hat.clone().requires_grad_()
    loss = F.smooth_l1_loss(guess, y, beta=delta)
    loss.backward()
    return loss.detach(), guess.grad

# %% huber wrong="PyTorch's Huber loss with its default delta of 1" kind="sneaky"
def huber(y_hat, y, delta):
    guess = y_hat.clone().requires_grad_()
    loss = F.huber_loss(guess, y)
    loss.backward()
    return loss.detach(), guess.grad

# %% huber wrong="y_hat is changed in place" kind="sneaky"
def huber(y_hat, y, delta):
    r = y_hat
    r -= y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta) / len(r)

# %% huber wrong="the gradient is float32 also for float64" kind="sneaky"
def huber(y_hat, y, delta):
    r = y_hat - y
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, torch.tensor([max(-delta, min(delta, v)) / len(r) for v in r.tolist()])

# %% huber wrong="a single example is squeezed: gradient of shape () for n = 1" kind="sneaky"
def huber(y_hat, y, delta):
    r = (y_hat - y).squeeze()
    loss = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta)).mean()
    return loss, r.clamp(-delta, delta) / r.numel()

# %% huber wrong="y_hat is left with requires_grad switched on" kind="sneaky"
def huber(y_hat, y, delta):
    y_hat.requires_grad_()
    loss = F.huber_loss(y_hat, y, delta=delta)
    (g,) = torch.autograd.grad(loss, y_hat)
    return loss.detach(), g

# %% best-constant right="mean, middle of the sorted ones, bisection as in the hints"
def best_constant(y: torch.Tensor, loss: str, delta: float) -> float:
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.sort().values[len(y) // 2].item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return (low + high) / 2

# %% best-constant right="torch's own mean and median; Huber by bisection within delta of the median"
def best_constant(y, loss, delta):
    if loss == "squared":
        return torch.mean(y)
    middle = torch.median(y)
    if loss == "absolute":
        return middle
    a, b = middle - delta, middle + delta
    for _ in range(100):
        c = (a + b) / 2
        pull = (y - c).clamp(-delta, delta).sum()
        a, b = (c, b) if pull > 0 else (a, c)
    return (a + b) / 2

# %% best-constant right="NumPy inside, Huber by clipping and averaging over and over"
import numpy as np


def best_constant(y, loss, delta):
    v = y.numpy()
    if loss == "squared":
        return np.mean(v)
    c = np.median(v)
    if loss == "huber":
        for _ in range(100_000):
            new = np.clip(v, c - delta, c + delta).mean()
            step, c = abs(new - c), new
            if step < 1e-11:
                break
    return float(c)

# %% best-constant right="beginner: lists, sorted, while loops"
def best_constant(y: torch.Tensor, loss: str, delta: float) -> float:
    numbers = sorted(y.tolist())
    n = len(numbers)
    if loss == "squared":
        total = 0.0
        for number in numbers:
            total += number
        answer = total / n
    elif loss == "absolute":
        answer = numbers[(n - 1) // 2]
    else:
        left = numbers[0]
        right = numbers[-1]
        rounds = 0
        while rounds < 80:
            middle = (left + right) / 2
            pulls = 0.0
            for number in numbers:
                r = middle - number
                if r > delta:
                    pulls += delta
                elif r < -delta:
                    pulls -= delta
                else:
                    pulls += r
            if pulls < 0:
                left = middle
            else:
                right = middle
            rounds += 1
        answer = right
    return answer

# %% best-constant right="exact: the condition is straight between neighbouring places y ± delta"
def best_constant(y, loss, delta):
    if loss == "squared":
        return float(y.sum() / y.numel())
    if loss == "absolute":
        return float(torch.quantile(y, 0.5))
    places = torch.cat([y - delta, y + delta]).sort().values
    pulls = (places[:, None] - y).clamp(-delta, delta).sum(dim=1)
    right = int((pulls >= 0).nonzero()[0])
    if right == 0:
        return float(places[0])
    p, q = places[right - 1], places[right]
    f, g = pulls[right - 1], pulls[right]
    return float(p - f * (q - p) / (g - f))

# %% best-constant right="absolute by counting above and below, one bisection for squared and Huber, shape (1,)"
def best_constant(y, loss, delta):
    if loss == "absolute":
        above = (y[None, :] > y[:, None]).sum(dim=1)
        below = (y[None, :] < y[:, None]).sum(dim=1)
        return y[above == below]
    limit = delta if loss == "huber" else float("inf")
    ends = [y.min(), y.max()]
    for _ in range(70):
        c = sum(ends) / 2
        slope = (c - y).clamp(-limit, limit).sum()
        ends[int(slope > 0)] = c
    return ends[0].reshape(1)

# %% best-constant right="a dictionary of functions, recursion for the bisection"
def best_constant(y, loss, delta):
    def halve(a, b, times):
        c = a + (b - a) / 2
        if times == 0:
            return c
        too_high = torch.clip(c - y, -delta, delta).sum().item() > 0
        return halve(a, c, times - 1) if too_high else halve(c, b, times - 1)

    return {
        "squared": lambda: y.mean().item(),
        "absolute": lambda: y.kthvalue(len(y) // 2 + 1).values.item(),
        "huber": lambda: halve(y.min().item(), y.max().item(), 64),
    }[loss]()

# %% best-constant right="Huber by Newton's steps kept inside a bracket"
def best_constant(y, loss, delta):
    if loss == "squared":
        return float(y.mean())
    if loss == "absolute":
        return float(y.median())
    lo, hi = float(y.min()), float(y.max())
    c = float(y.median())
    for _ in range(300):
        r = c - y
        g = float(r.clamp(-delta, delta).sum())
        if g > 0:
            hi = c
        elif g < 0:
            lo = c
        else:
            return c
        k = int((r.abs() < delta).sum())
        new = c - g / k if k else lo - 1
        c = new if lo < new < hi and _ % 3 else (lo + hi) / 2
    return c

# %% best-constant wrong="mean and median are switched"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.median().item()
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

# %% best-constant wrong="the entry in the middle without sorting"
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

# %% best-constant wrong="off by one: the entry below the middle"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.sort().values[len(y) // 2 - 1].item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c

# %% best-constant wrong="halfway between smallest and largest taken for the middle"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return ((y.min() + y.max()) / 2).item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c

# %% best-constant wrong="Huber: the mean of those within delta of the median"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    m = y.median()
    if loss == "absolute":
        return m.item()
    return y[(y - m).abs() <= delta].mean().item()

# %% best-constant wrong="Huber: halfway between mean and median"
def best_constant(y, loss, delta):
    mean, median = y.mean().item(), y.median().item()
    return {"squared": mean, "absolute": median, "huber": (mean + median) / 2}[loss]

# %% best-constant wrong="Huber: the median, whatever delta"
def best_constant(y, loss, delta):
    return y.mean() if loss == "squared" else y.median()

# %% best-constant wrong="Huber: the mean, whatever delta"
def best_constant(y, loss, delta):
    return y.median().item() if loss == "absolute" else y.mean().item()

# %% best-constant wrong="the bisection goes to the wrong side"
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

# %% best-constant wrong="returns the smallest loss, not the number that has it"
def best_constant(y, loss, delta):
    if loss == "squared":
        return ((y - y.mean()) ** 2).mean().item()
    if loss == "absolute":
        return (y - y.median()).abs().mean().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return F.huber_loss(torch.full_like(y, c), y, delta=delta).item()

# %% best-constant wrong="only entries of y are tried"
def best_constant(y, loss, delta):
    def mean_loss(c):
        r = c - y
        if loss == "squared":
            return (r**2).mean()
        if loss == "absolute":
            return r.abs().mean()
        return F.huber_loss(c.expand_as(y), y, delta=delta)

    if loss == "squared":
        return y.mean().item()
    return min(y, key=mean_loss).item()

# %% best-constant wrong="Huber with delta 1 always"
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

# %% best-constant wrong="Huber: the spoiled entries are clipped to the median ± delta just once"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    m = y.median().item()
    if loss == "absolute":
        return m
    return y.clamp(m - delta, m + delta).mean().item()

# %% best-constant wrong="the sum is not divided by the number of entries"
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

# %% best-constant wrong="a coarse grid of 100 steps from the smallest to the largest"
def best_constant(y, loss, delta):
    grid = torch.linspace(y.min().item(), y.max().item(), 101, dtype=torch.float64)
    r = grid[:, None] - y
    if loss == "squared":
        losses = r**2
    elif loss == "absolute":
        losses = r.abs()
    else:
        losses = torch.where(r.abs() <= delta, 0.5 * r**2, delta * (r.abs() - 0.5 * delta))
    return grid[losses.mean(dim=1).argmin()].item()

# %% best-constant wrong="y is sorted in place through NumPy" kind="sneaky"
def best_constant(y, loss, delta):
    v = y.numpy()
    v.sort()
    if loss == "squared":
        return float(v.mean())
    if loss == "absolute":
        return float(v[len(v) // 2])
    low, high = v[0], v[-1]
    for _ in range(60):
        c = (low + high) / 2
        if (c - v).clip(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return float(c)

# %% best-constant wrong="bisects between the first and the last entry, as if y were in order" kind="sneaky"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y[0].item(), y[-1].item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c

# %% best-constant wrong="bisects between -10 and 10, whatever y" kind="sneaky"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = -10.0, 10.0
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c

# %% best-constant wrong="Huber by 1000 steps of gradient descent from 0: does not arrive if delta is small" kind="sneaky"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    c = 0.0
    for _ in range(1000):
        c -= (c - y).clamp(-delta, delta).mean().item()
    return c

# %% best-constant wrong="rounded to two digits" kind="sneaky"
def best_constant(y, loss, delta):
    if loss == "squared":
        return round(y.mean().item(), 2)
    if loss == "absolute":
        return round(y.median().item(), 2)
    low, high = y.min().item(), y.max().item()
    for _ in range(60):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return round(c, 2)

# %% best-constant wrong="the bisection halves ten times only" kind="sneaky"
def best_constant(y, loss, delta):
    if loss == "squared":
        return y.mean().item()
    if loss == "absolute":
        return y.median().item()
    low, high = y.min().item(), y.max().item()
    for _ in range(10):
        c = (low + high) / 2
        if (c - y).clamp(-delta, delta).sum() > 0:
            high = c
        else:
            low = c
    return c

# %% neuron-gradients right="forward and back, as in the table"
def neuron_gradients(
    w: torch.Tensor, b: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    z = (w * x).sum() + b
    h = torch.tanh(z)
    loss = (h - y) ** 2
    by_h = 2 * (h - y)
    by_z = by_h * (1 - h**2)
    return loss, by_z * x, by_z

# %% neuron-gradients right="short, with the dot product"
def neuron_gradients(w, b, x, y):
    h = (w @ x + b).tanh()
    e = h - y
    g = 2 * e * (1 - h * h)
    return e * e, g * x, g

# %% neuron-gradients right="beginner: Python numbers and loops"
def neuron_gradients(w, b, x, y):
    weights, inputs = w.tolist(), x.tolist()
    z = b.item()
    for i in range(len(weights)):
        z = z + weights[i] * inputs[i]
    h = math.tanh(z)
    target = y.item()
    loss = (h - target) ** 2
    by_z = 2 * (h - target) * (1 - h**2)
    by_w = []
    for i in range(len(weights)):
        by_w.append(by_z * inputs[i])
    return (
        torch.tensor(loss, dtype=w.dtype),
        torch.tensor(by_w, dtype=w.dtype),
        torch.tensor(by_z, dtype=w.dtype),
    )

# %% neuron-gradients right="NumPy inside"
import numpy as np


def neuron_gradients(w, b, x, y):
    wn, bn, xn, yn = (t.numpy() for t in (w, b, x, y))
    h = np.tanh(np.dot(wn, xn) + bn)
    s = 2 * (h - yn) * (1 - h**2)
    return (
        torch.tensor((h - yn) ** 2, dtype=w.dtype),
        torch.tensor(s * xn, dtype=w.dtype),
        torch.tensor(s, dtype=w.dtype),
    )

# %% neuron-gradients right="tanh by sigmoid, slope by cosh, filled into a zeros tensor"
def neuron_gradients(w, b, x, y):
    z = torch.dot(w, x) + b
    h = 2 * torch.sigmoid(2 * z) - 1
    h = torch.tanh(z) if not torch.isfinite(h) else h
    slope = 1 / torch.cosh(z) ** 2
    by_b = (h - y) * slope * 2
    by_w = torch.zeros_like(w)
    for j in range(w.numel()):
        by_w[j] = by_b * x[j]
    return (h - y).pow(2), by_w, by_b

# %% neuron-gradients right="bias as one more weight, one gradient cut in two"
def neuron_gradients(w, b, x, y):
    x1 = torch.cat([x, torch.ones(1, dtype=x.dtype)])
    w1 = torch.cat([w, b.reshape(1)])
    h = torch.tanh(torch.einsum("k,k->", w1, x1))
    g = 2 * (h - y) * (1 - h) * (1 + h) * x1
    return F.mse_loss(h, y), g[:-1], g[-1]

# %% neuron-gradients right="the two single numbers as Python floats"
def neuron_gradients(w, b, x, y):
    h = torch.tanh(torch.sum(w * x) + b)
    loss = torch.square(h - y)
    slope = 2.0 * (h - y) * (1.0 - torch.square(h))
    return loss.item(), slope * x, slope.item()

# %% neuron-gradients wrong="the slope of tanh is missing"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the slope of tanh is taken as 1 - h"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the factor 2 of the square is missing"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the sign is flipped: y - h"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (y - h) * (1 - h**2)
    return (y - h) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="multiplied by w, not by x: that is the slope by x"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * w, by_z

# %% neuron-gradients wrong="the slope by b is multiplied by b"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z * b

# %% neuron-gradients wrong="the slope by b stops before tanh"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_h = 2 * (h - y)
    by_z = by_h * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_h

# %% neuron-gradients wrong="the slope of tanh is taken at z: 1 - z squared"
def neuron_gradients(w, b, x, y):
    z = (w * x).sum() + b
    h = z.tanh()
    by_z = 2 * (h - y) * (1 - z**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="tanh is applied twice in the slope"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h.tanh() ** 2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the bias is forgotten on the way forward"
def neuron_gradients(w, b, x, y):
    h = (w * x).sum().tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the gradient by w is added up to one number"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, (by_z * x).sum(), by_z

# %% neuron-gradients wrong="the loss is half the square, with its slope"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = (h - y) * (1 - h**2)
    return 0.5 * (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the slope by b before the gradient by w"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z, by_z * x

# %% neuron-gradients wrong="b is added to each product, so it counts k times"
def neuron_gradients(w, b, x, y):
    h = (w * x + b).sum().tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the slope of a sigmoid, h(1 - h)"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * h * (1 - h)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="moves each parameter by 1e-8, which is lost in float32" kind="sneaky"
def neuron_gradients(w, b, x, y):
    def loss_of(w, b):
        return (((w * x).sum() + b).tanh() - y) ** 2

    loss = loss_of(w, b)
    by_w = torch.zeros_like(w)
    for j in range(len(w)):
        moved = w.clone()
        moved[j] += 1e-8
        by_w[j] = (loss_of(moved, b) - loss) / 1e-8
    return loss, by_w, (loss_of(w, b + 1e-8) - loss) / 1e-8

# %% neuron-gradients wrong="w is changed in place" kind="sneaky"
def neuron_gradients(w, b, x, y):
    w *= x
    h = (w.sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="b is changed in place, the sums run on in it" kind="sneaky"
def neuron_gradients(w, b, x, y):
    z = b
    for j in range(len(w)):
        z += w[j] * x[j]
    h = torch.tanh(z)
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x, by_z

# %% neuron-gradients wrong="the gradient is float32 also for float64" kind="sneaky"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    by_w = torch.zeros(len(w))
    for j in range(len(w)):
        by_w[j] = by_z * x[j]
    return (h - y) ** 2, by_w, by_z

# %% neuron-gradients wrong="with a single input the gradient by w has shape ()" kind="sneaky"
def neuron_gradients(w, b, x, y):
    h = ((w * x).sum() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, (by_z * x).squeeze(), by_z

# %% neuron-gradients wrong="the mean of the products, right for one input alone" kind="sneaky"
def neuron_gradients(w, b, x, y):
    h = ((w * x).mean() + b).tanh()
    by_z = 2 * (h - y) * (1 - h**2)
    return (h - y) ** 2, by_z * x / len(x), by_z

# %% neuron-gradients wrong="autograd on w and b themselves: both are left with requires_grad on" kind="sneaky"
def neuron_gradients(w, b, x, y):
    w.requires_grad_()
    b.requires_grad_()
    loss = (((w * x).sum() + b).tanh() - y) ** 2
    by_w, by_b = torch.autograd.grad(loss, (w, b))
    return loss.detach(), by_w, by_b

# %% network-gradients right="as in the hints"
def network_gradients(
    X: torch.Tensor,
    y: torch.Tensor,
    W1: torch.Tensor,
    b1: torch.Tensor,
    W2: torch.Tensor,
    b2: torch.Tensor,
) -> tuple:
    n = len(X)
    h = (X @ W1 + b1).tanh()
    logits = h @ W2 + b2
    p = logits.softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dW2 = h.T @ d
    db2 = d.sum(dim=0)
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), dW2, db2

# %% network-gradients right="log_softmax and one_hot with the number of classes"
def network_gradients(X, y, W1, b1, W2, b2):
    h = torch.tanh(X @ W1 + b1)
    logp = F.log_softmax(h @ W2 + b2, dim=1)
    t = F.one_hot(y, num_classes=W2.shape[1]).to(X.dtype)
    loss = -(t * logp).sum(1).mean()
    d = (logp.exp() - t) / X.shape[0]
    e = (d @ W2.T) * (1 - h * h)
    return loss, X.T @ e, e.sum(0), h.T @ d, d.sum(0)

# %% network-gradients right="example by example, outer products added up"
def network_gradients(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    loss = torch.zeros((), dtype=X.dtype)
    gW1, gb1 = torch.zeros_like(W1), torch.zeros_like(b1)
    gW2, gb2 = torch.zeros_like(W2), torch.zeros_like(b2)
    for x, label in zip(X, y):
        h = torch.tanh(x @ W1 + b1)
        z = h @ W2 + b2
        loss = loss + (torch.logsumexp(z, dim=0) - z[label]) / n
        d = torch.softmax(z, dim=0)
        d[label] = d[label] - 1
        d = d / n
        gW2 += torch.outer(h, d)
        gb2 += d
        back = (W2 @ d) * (1 - h**2)
        gW1 += torch.outer(x, back)
        gb1 += back
    return loss, gW1, gb1, gW2, gb2

# %% network-gradients right="NumPy inside, the loss a Python float"
import numpy as np


def network_gradients(X, y, W1, b1, W2, b2):
    dtype = X.dtype
    X, y, W1, b1, W2, b2 = (t.numpy() for t in (X, y, W1, b1, W2, b2))
    n = X.shape[0]
    H = np.tanh(X @ W1 + b1)
    Z = H @ W2 + b2
    Z = Z - Z.max(axis=1, keepdims=True)
    logp = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(n), y].mean()
    D = np.exp(logp)
    D[np.arange(n), y] -= 1
    D /= n
    E = D @ W2.T * (1 - H**2)
    grads = X.T @ E, E.sum(axis=0), H.T @ D, D.sum(axis=0)
    return (float(loss), *(torch.tensor(g, dtype=dtype) for g in grads))

# %% network-gradients right="beginner: only loops and Python numbers"
def network_gradients(X, y, W1, b1, W2, b2):
    n, num_inputs = X.shape
    num_hidden, num_classes = W2.shape
    x, labels = X.tolist(), y.tolist()
    w1, c1, w2, c2 = W1.tolist(), b1.tolist(), W2.tolist(), b2.tolist()
    g1 = [[0.0] * num_hidden for _ in range(num_inputs)]
    gb1 = [0.0] * num_hidden
    g2 = [[0.0] * num_classes for _ in range(num_hidden)]
    gb2 = [0.0] * num_classes
    loss = 0.0
    for e in range(n):
        h = []
        for j in range(num_hidden):
            z = c1[j]
            for i in range(num_inputs):
                z += x[e][i] * w1[i][j]
            h.append(math.tanh(z))
        logits = []
        for k in range(num_classes):
            s = c2[k]
            for j in range(num_hidden):
                s += h[j] * w2[j][k]
            logits.append(s)
        largest = max(logits)
        powers = [math.exp(s - largest) for s in logits]
        total = sum(powers)
        loss += math.log(total) + largest - logits[labels[e]]
        d = [power / total / n for power in powers]
        d[labels[e]] -= 1 / n
        for k in range(num_classes):
            gb2[k] += d[k]
            for j in range(num_hidden):
                g2[j][k] += h[j] * d[k]
        for j in range(num_hidden):
            back = 0.0
            for k in range(num_classes):
                back += d[k] * w2[j][k]
            back *= 1 - h[j] ** 2
            gb1[j] += back
            for i in range(num_inputs):
                g1[i][j] += x[e][i] * back
    t = X.dtype
    return (
        torch.tensor(loss / n, dtype=t),
        torch.tensor(g1, dtype=t),
        torch.tensor(gb1, dtype=t),
        torch.tensor(g2, dtype=t),
        torch.tensor(gb2, dtype=t),
    )

# %% network-gradients right="einsum, cross_entropy for the loss, scatter for the right classes"
def network_gradients(X, y, W1, b1, W2, b2):
    H = torch.einsum("ni,ih->nh", X, W1).add(b1).tanh()
    Z = torch.einsum("nh,hc->nc", H, W2).add(b2)
    loss = F.cross_entropy(Z, y)
    D = Z.softmax(1).scatter_add(1, y[:, None], -torch.ones(len(y), 1, dtype=Z.dtype)) / len(y)
    E = torch.einsum("nc,hc->nh", D, W2) * (1 - H.square())
    return (
        loss,
        torch.einsum("ni,nh->ih", X, E),
        torch.einsum("nh->h", E),
        torch.einsum("nh,nc->hc", H, D),
        torch.einsum("nc->c", D),
    )

# %% network-gradients right="helper functions forward and backward for a layer, 1/n at the very end"
def _forward(A, W, b):
    return torch.addmm(b, A, W)


def _backward(A, W, D):
    return A.T.mm(D), D.sum(dim=0), D.mm(W.T)


def network_gradients(X, y, W1, b1, W2, b2):
    n = X.size(0)
    H = _forward(X, W1, b1).tanh()
    logits = _forward(H, W2, b2)
    nll = torch.logsumexp(logits, 1) - logits.gather(1, y.unsqueeze(1)).squeeze(1)
    right_class = torch.arange(logits.size(1)) == y.unsqueeze(1)
    D = logits.softmax(1) - right_class.to(logits.dtype)
    dW2, db2, dH = _backward(H, W2, D)
    dW1, db1, _ = _backward(X, W1, dH * (1 - H**2))
    return nll.mean(), dW1 / n, db1 / n, dW2 / n, db2 / n

# %% network-gradients right="biases as rows of the tables with a column of ones"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(y)
    one = torch.ones(n, 1, dtype=X.dtype)
    X1 = torch.hstack([X, one])
    H = torch.tanh(X1 @ torch.vstack([W1, b1]))
    H1 = torch.hstack([H, one])
    logp = (H1 @ torch.vstack([W2, b2])).log_softmax(-1)
    onehot = torch.eye(len(b2), dtype=X.dtype)[y]
    D = (logp.exp() - onehot) / n
    G2 = H1.T @ D
    G1 = X1.T @ ((1 - H**2) * (D @ W2.T))
    return -(logp * onehot).sum() / n, G1[:-1], G1[-1], G2[:-1], G2[-1]

# %% network-gradients wrong="the slope of tanh is missing"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="1 - h for the slope of tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="the slope of ReLU in place of that of tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (h > 0)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="1/n is missing in all gradients"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="the biases' gradients are means, 1/n counts twice there"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.mean(dim=0), h.T @ d, d.mean(dim=0)

# %% network-gradients wrong="the sign is flipped: right answer minus p"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = (F.one_hot(y, len(b2)) - p) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="the softmax goes along the examples, dim 0"
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

# %% network-gradients wrong="the loss has no logarithm: 1 - p of the right class"
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

# %% network-gradients wrong="the loss is a sum over the examples, gradients of the mean"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().sum()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="p(1 - p) is multiplied in, as if softmax had to be undone once more"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d * p * (1 - p) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="gradients of the tables are transposed"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, dz.T @ X, dz.sum(dim=0), d.T @ h, d.sum(dim=0)

# %% network-gradients wrong="last layer first in the answer: W2, b2, W1, b1"
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

# %% network-gradients wrong="half done: None for the first layer"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    return loss, None, None, h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="W2's gradient is taken from the sums before tanh"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    z = X @ W1 + b1
    h = z.tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), z.T @ d, d.sum(dim=0)

# %% network-gradients wrong="1/n again in the first layer"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2) / n
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="the biases are left out on the way forward"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1).tanh()
    p = (h @ W2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="p and the slopes are one tensor, so the loss is nan, from log(p - 1)"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    d = p
    d[torch.arange(n), y] -= 1
    loss = -p[torch.arange(n), y].log().mean()
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="1 is taken off the whole columns of the classes that occur"
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

# %% network-gradients wrong="one_hot without the number of classes: fails if the last class does not occur" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    t = F.one_hot(y)
    loss = -(t * p.log()).sum(dim=1).mean()
    d = (p - t) / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="divided by the number of classes, not of examples" kind="sneaky"
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

# %% network-gradients wrong="bias gradients keep a dimension: shape (1, hidden) and (1, classes)" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0, keepdim=True), h.T @ d, d.sum(dim=0, keepdim=True)

# %% network-gradients wrong="gradients are float32 also for float64" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, y)
    p = logits.softmax(dim=1)
    d = torch.zeros(p.shape)
    d[:] = p
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T.float() * (1 - h.float() ** 2)
    return loss, X.T.float() @ dz, dz.sum(dim=0), h.T.float() @ d, d.sum(dim=0)

# %% network-gradients wrong="a step is taken as well: the given parameters change" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    grads = X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)
    for param, grad in zip((W1, b1, W2, b2), grads):
        param -= 0.1 * grad
    return loss, *grads

# %% network-gradients wrong="W2 is turned in place and stays so" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.t_() * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% network-gradients wrong="squeezes: wrong for one example, one hidden neuron or one input" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -p[torch.arange(n), y].log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, (X.T @ dz).squeeze(), dz.sum(dim=0), (h.T @ d).squeeze(), d.sum(dim=0)

# %% network-gradients wrong="1e-8 is added in the logarithm, so the loss is off if p is small" kind="sneaky"
def network_gradients(X, y, W1, b1, W2, b2):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    loss = -(p[torch.arange(n), y] + 1e-8).log().mean()
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ W2.T * (1 - h**2)
    return loss, X.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)

# %% tape-gradients right="walk back over the places, if and elif as in the hints"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            a = tape[parents[0]][2]
            b = tape[parents[1]][2]
            gradients[parents[0]] += g * b
            gradients[parents[1]] += g * a
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients right="a dictionary of slope rules and zip"
SLOPES = {
    "input": lambda value: (),
    "add": lambda value, a, b: (1.0, 1.0),
    "mul": lambda value, a, b: (b, a),
    "tanh": lambda value, a: (1.0 - value * value,),
    "exp": lambda value, a: (value,),
}


def tape_gradients(tape):
    result = [0.0 for _ in tape]
    result[len(tape) - 1] = 1.0
    for i in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[i]
        numbers = [tape[p][2] for p in parents]
        for p, slope in zip(parents, SLOPES[op](value, *numbers)):
            result[p] = result[p] + result[i] * slope
    return result

# %% tape-gradients right="forward mode, a whole walk for each node"
def tape_gradients(tape: list[tuple]) -> list[float]:
    answer = []
    for source in range(len(tape)):
        d = [0.0] * len(tape)
        d[source] = 1.0
        for i in range(source + 1, len(tape)):
            op, parents, value = tape[i]
            if op == "add":
                d[i] = d[parents[0]] + d[parents[1]]
            if op == "mul":
                p, q = parents
                d[i] = d[p] * tape[q][2] + tape[p][2] * d[q]
            if op == "tanh":
                d[i] = (1 - value**2) * d[parents[0]]
            if op == "exp":
                d[i] = value * d[parents[0]]
        answer.append(d[-1])
    return answer

# %% tape-gradients right="replay with float64 tensors, torch.autograd.grad by every node"
def tape_gradients(tape: list[tuple]) -> list[float]:
    nodes = []
    for op, parents, value in tape:
        p = [nodes[i] for i in parents]
        if op == "input":
            nodes.append(torch.tensor(value, dtype=torch.float64, requires_grad=True))
        elif op == "add":
            nodes.append(p[0] + p[1])
        elif op == "mul":
            nodes.append(p[0] * p[1])
        elif op == "tanh":
            nodes.append(p[0].tanh())
        else:
            nodes.append(p[0].exp())
    grads = torch.autograd.grad(nodes[-1], nodes, allow_unused=True)
    return [0.0 if g is None else g.item() for g in grads]

# %% tape-gradients right="NumPy: a table of direct slopes, then substitution from the end"
import numpy as np


def tape_gradients(tape):
    n = len(tape)
    direct = np.zeros((n, n))  # row: node, column: its parent
    for i, (op, parents, value) in enumerate(tape):
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            slopes = [tape[parents[1]][2], tape[parents[0]][2]]
        elif op == "tanh":
            slopes = [1 - value**2]
        elif op == "exp":
            slopes = [value]
        else:
            slopes = []
        for p, s in zip(parents, slopes):
            direct[i, p] += s
    g = np.zeros(n)
    g[n - 1] = 1.0
    for i in range(n - 2, -1, -1):
        g[i] = g[i + 1 :] @ direct[i + 1 :, i]
    return g.tolist()

# %% tape-gradients right="beginner: each node collects from all nodes that use it"
def tape_gradients(tape: list[tuple]) -> list[float]:
    n = len(tape)
    gradients = [0.0] * n
    for me in range(n - 1, -1, -1):
        if me == n - 1:
            gradients[me] = 1.0
            continue
        total = 0.0
        for child in range(me + 1, n):
            op = tape[child][0]
            parents = tape[child][1]
            value = tape[child][2]
            for which in range(len(parents)):
                if parents[which] == me:
                    if op == "add":
                        slope = 1.0
                    elif op == "mul":
                        other = parents[1 - which]
                        slope = tape[other][2]
                    elif op == "tanh":
                        slope = 1.0 - value * value
                    elif op == "exp":
                        slope = value
                    total = total + gradients[child] * slope
        gradients[me] = total
    return gradients

# %% tape-gradients right="defaultdict and match"
from collections import defaultdict


def tape_gradients(tape):
    g = defaultdict(float)
    g[len(tape) - 1] = 1.0
    for i, (op, parents, value) in reversed(list(enumerate(tape))):
        match op, parents:
            case "add", (p, q):
                g[p] += g[i]
                g[q] += g[i]
            case "mul", (p, q):
                g[p] += g[i] * tape[q][2]
                g[q] += g[i] * tape[p][2]
            case "tanh", (p,):
                g[p] += g[i] * (1 - value) * (1 + value)
            case "exp", (p,):
                g[p] += g[i] * value
    return [g[i] for i in range(len(tape))]

# %% tape-gradients right="solves the triangular system with torch"
def tape_gradients(tape: list[tuple]) -> list[float]:
    J = torch.eye(len(tape), dtype=torch.float64)
    for i, (op, parents, value) in enumerate(tape):
        values = [tape[p][2] for p in parents]
        slopes = {"input": [], "add": [1, 1], "mul": values[::-1], "tanh": [1 - value**2], "exp": [value]}
        for p, s in zip(parents, slopes[op]):
            J[i, p] -= s
    last = torch.zeros(len(tape), 1, dtype=torch.float64)
    last[-1] = 1
    return torch.linalg.solve_triangular(J.T, last, upper=True)[:, 0].tolist()

# %% tape-gradients wrong="overwrites in place of adding up"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] = g
            gradients[parents[1]] = g
        elif op == "mul":
            gradients[parents[0]] = g * tape[parents[1]][2]
            gradients[parents[1]] = g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] = g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] = g * value
    return gradients

# %% tape-gradients wrong="mul: hands each parent its own value, not the other's"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        if op == "add":
            slopes = (1.0, 1.0)
        elif op == "mul":
            slopes = (tape[parents[0]][2], tape[parents[1]][2])
        elif op == "tanh":
            slopes = (1 - value**2,)
        elif op == "exp":
            slopes = (value,)
        else:
            slopes = ()
        for p, s in zip(parents, slopes):
            gradients[p] += gradients[place] * s
    return gradients

# %% tape-gradients wrong="tanh: 1 - a² with the parent's value in place of its own"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            a = tape[parents[0]][2]
            gradients[parents[0]] += g * (1 - a**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="tanh: 1 - t in place of 1 - t²"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="tanh: takes tanh of the value on the tape once more"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - math.tanh(value) ** 2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="exp: takes exp of the value on the tape once more"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in range(len(tape) - 1, -1, -1):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * math.exp(value)
    return gradients

# %% tape-gradients wrong="exp: the slope is the parent's value"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        inputs = [tape[p][2] for p in parents]
        if op == "add":
            local = [1.0, 1.0]
        elif op == "mul":
            local = [inputs[1], inputs[0]]
        elif op == "tanh":
            local = [1 - value**2]
        elif op == "exp":
            local = [inputs[0]]
        else:
            local = []
        for p, s in zip(parents, local):
            gradients[p] += g * s
    return gradients

# %% tape-gradients wrong="hands on the slope of the operation alone, without its own gradient"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        if op == "add":
            gradients[parents[0]] += 1.0
            gradients[parents[1]] += 1.0
        elif op == "mul":
            gradients[parents[0]] += tape[parents[1]][2]
            gradients[parents[1]] += tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += 1 - value**2
        elif op == "exp":
            gradients[parents[0]] += value
    return gradients

# %% tape-gradients wrong="walks from the first node to the last"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in range(len(tape)):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="begins with the last node's value in place of 1"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = tape[-1][2]
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="add shares its gradient out, half to each parent"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g / 2
            gradients[parents[1]] += g / 2
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="returns the gradients of the inputs alone"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return [g for g, (op, _, _) in zip(gradients, tape) if op == "input"]

# %% tape-gradients wrong="in the order of the walk, last node first"
def tape_gradients(tape: list[tuple]) -> list[float]:
    g = {len(tape) - 1: 1.0}
    order = []
    for i in reversed(range(len(tape))):
        op, parents, value = tape[i]
        g.setdefault(i, 0.0)
        order.append(g[i])
        v = [tape[p][2] for p in parents]
        slopes = {"input": [], "add": [1.0, 1.0], "mul": v[::-1], "tanh": [1 - value**2], "exp": [value]}[op]
        for p, s in zip(parents, slopes):
            g[p] = g.get(p, 0.0) + g[i] * s
    return order

# %% tape-gradients wrong="walks from each node on to its parents with the sum so far, which counts twice"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)

    def walk(place, arrived):
        gradients[place] += arrived
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            walk(parents[0], g)
            walk(parents[1], g)
        elif op == "mul":
            walk(parents[0], g * tape[parents[1]][2])
            walk(parents[1], g * tape[parents[0]][2])
        elif op == "tanh":
            walk(parents[0], g * (1 - value**2))
        elif op == "exp":
            walk(parents[0], g * value)

    walk(len(tape) - 1, 1.0)
    return gradients

# %% tape-gradients wrong="an operation that uses a node twice hands to it once"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        for parent in set(parents):
            if op == "add":
                slope = 1.0
            elif op == "mul":
                other = parents[1] if parent == parents[0] else parents[0]
                slope = tape[other][2]
            elif op == "tanh":
                slope = 1 - value**2
            elif op == "exp":
                slope = value
            gradients[parent] += gradients[place] * slope
    return gradients

# %% tape-gradients wrong="the gradient of the last node is left at 0 in what is returned"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = 1.0 if place == len(tape) - 1 else gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="takes the nodes off the given tape, which is empty afterwards" kind="sneaky"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    while tape:
        op, parents, value = tape.pop()
        g = gradients[len(tape)]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            a, b = tape[parents[0]][2], tape[parents[1]][2]
            gradients[parents[0]] += g * b
            gradients[parents[1]] += g * a
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="a node that plays no part has None in place of 0" kind="sneaky"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [None] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if g is None:
            continue
        v = [tape[p][2] for p in parents]
        slopes = {"input": [], "add": [1.0, 1.0], "mul": v[::-1], "tanh": [1 - value**2], "exp": [value]}[op]
        for p, s in zip(parents, slopes):
            gradients[p] = g * s if gradients[p] is None else gradients[p] + g * s
    return gradients

# %% tape-gradients wrong="every node that nothing uses begins with 1, not the last alone" kind="sneaky"
def tape_gradients(tape: list[tuple]) -> list[float]:
    used = {p for _, parents, _ in tape for p in parents}
    gradients = [0.0 if i in used else 1.0 for i in range(len(tape))]
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
    return gradients

# %% tape-gradients wrong="goes breadth first, each node once, so some hand on before all has arrived" kind="sneaky"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    queue, seen = [len(tape) - 1], {len(tape) - 1}
    while queue:
        place = queue.pop(0)
        op, parents, value = tape[place]
        g = gradients[place]
        if op == "add":
            gradients[parents[0]] += g
            gradients[parents[1]] += g
        elif op == "mul":
            gradients[parents[0]] += g * tape[parents[1]][2]
            gradients[parents[1]] += g * tape[parents[0]][2]
        elif op == "tanh":
            gradients[parents[0]] += g * (1 - value**2)
        elif op == "exp":
            gradients[parents[0]] += g * value
        for p in parents:
            if p not in seen:
                seen.add(p)
                queue.append(p)
    return gradients

# %% tape-gradients wrong="mul: divides the node's value by the parent's, which fails where that is 0" kind="sneaky"
def tape_gradients(tape: list[tuple]) -> list[float]:
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for place in reversed(range(len(tape))):
        op, parents, value = tape[place]
        g = gradients[place]
        for p in parents:
            if op == "add":
                gradients[p] += g
            elif op == "mul":
                gradients[p] += g * value / tape[p][2]
            elif op == "tanh":
                gradients[p] += g * (1 - value**2)
            elif op == "exp":
                gradients[p] += g * value
    return gradients

# %% unbroadcast right="two steps, as in the hints"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast right="Tensor.sum_to_size"
def unbroadcast(gradient, shape):
    return gradient.sum_to_size(shape)

# %% unbroadcast right="lets autograd do it, through broadcast_to"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    small = torch.zeros(shape, dtype=gradient.dtype, requires_grad=True)
    large = torch.broadcast_to(small, gradient.shape)
    (answer,) = torch.autograd.grad(large, small, gradient)
    return answer

# %% unbroadcast right="NumPy, shape filled up with ones in front, one sum over a tuple of axes"
import numpy as np


def unbroadcast(gradient, shape):
    g = gradient.detach().numpy()
    full = (1,) * (g.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(g.ndim) if full[i] == 1)
    return torch.from_numpy(np.asarray(g.sum(axis=axes, keepdims=True)).reshape(shape).copy())

# %% unbroadcast right="a beginner's loop over all entries"
import itertools


def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    answer = torch.zeros(shape, dtype=torch.float64)
    missing = gradient.ndim - len(shape)
    for index in itertools.product(*[range(size) for size in gradient.shape]):
        target = []
        for i in range(len(shape)):
            if shape[i] == 1:
                target.append(0)
            else:
                target.append(index[missing + i])
        answer[tuple(target)] += gradient[index].item()
    return answer.to(gradient.dtype)

# %% unbroadcast right="einsum, then reshape"
def unbroadcast(gradient, shape):
    letters = "abcd"[: gradient.ndim]
    kept = letters[gradient.ndim - len(shape) :]
    kept = "".join(letter for letter, size in zip(kept, shape) if size != 1)
    return torch.einsum(f"{letters}->{kept}", gradient).reshape(shape)

# %% unbroadcast right="numbers the small tensor's entries, broadcasts the numbers, index_add"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    count = math.prod(shape)
    place = torch.arange(count).reshape(shape).expand(gradient.shape).reshape(-1)
    total = torch.zeros(count, dtype=gradient.dtype)
    return total.index_add(0, place, gradient.reshape(-1)).reshape(shape)

# %% unbroadcast right="recursion from the front"
def unbroadcast(gradient, shape):
    if gradient.ndim > len(shape):
        return unbroadcast(gradient.sum(0), shape)
    if gradient.ndim == 0:
        return gradient
    rows = torch.stack([unbroadcast(row, shape[1:]) for row in gradient])
    return rows.sum(0, keepdim=True) if shape[0] == 1 else rows

# %% unbroadcast right="negative dimensions from the right, flatten in front"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    k = len(shape)
    front = gradient.shape[: gradient.ndim - k]
    result = gradient.reshape(math.prod(front), *gradient.shape[gradient.ndim - k :]).sum(dim=0)
    for i in range(1, k + 1):
        if shape[-i] != result.shape[-i]:
            result = result.sum(dim=-i, keepdim=True)
    return result

# %% unbroadcast wrong="mean in place of sum"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.mean(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.mean(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="adds up the dimensions in front alone, ones are forgotten"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    return gradient

# %% unbroadcast wrong="adds up where shape has a 1 alone, the dimensions in front are forgotten"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="compares shapes from the left: adds up the dimensions at the end"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=-1)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="keepdim is missing where shape has a 1"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    ones = [dim for dim, size in enumerate(shape) if size == 1]
    if ones:
        gradient = gradient.sum(dim=ones)
    return gradient

# %% unbroadcast wrong="keeps the dimensions in front, with length 1"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    extra = gradient.ndim - len(shape)
    for dim in range(extra):
        gradient = gradient.sum(dim=dim, keepdim=True)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=extra + dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="takes the first copy in place of adding up all"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient[0]
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.narrow(dim, 0, 1)
    return gradient

# %% unbroadcast wrong="adds up where shape has no 1"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size != 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="dimensions of the padded shape applied to the one without the front: off by the number in front"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    extra = gradient.ndim - len(shape)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    for _ in range(extra):
        gradient = gradient.sum(dim=0)
    return gradient

# %% unbroadcast wrong="adds up all and spreads it over the shape"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    if tuple(gradient.shape) == tuple(shape):
        return gradient
    return torch.ones(shape, dtype=gradient.dtype) * gradient.sum()

# %% unbroadcast wrong="reshapes to (-1, shape) and adds up, which mixes entries where a 1 is not in front"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    return gradient.reshape(-1, *shape).sum(dim=0)

# %% unbroadcast wrong="adds up the dimensions that have a 1 while their numbers shift, then reshapes"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim)
    return gradient.reshape(shape)

# %% unbroadcast wrong="takes one dimension away in front, not all that are too many" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    if gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="for the shape () it stops at one dimension" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    if not shape:
        shape = (1,)
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="adds up the first 1 alone" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    if 1 in shape:
        gradient = gradient.sum(dim=shape.index(1), keepdim=True)
    return gradient

# %% unbroadcast wrong="with an empty list of dimensions sum takes all: fails where nothing was copied" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    extra = gradient.ndim - len(shape)
    dims = list(range(extra)) + [extra + i for i, size in enumerate(shape) if size == 1]
    return gradient.sum(dim=dims, keepdim=True).reshape(shape)

# %% unbroadcast wrong="adds up into the first row of the gradient it was given" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    while gradient.ndim > len(shape):
        total = gradient[0]
        for row in gradient[1:]:
            total += row
        gradient = total
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% unbroadcast wrong="always returns float32" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    small = torch.zeros(shape, requires_grad=True)
    small.expand(gradient.shape).backward(gradient.float())
    return small.grad

# %% unbroadcast wrong="returns float64 for float32" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    extra = gradient.ndim - len(shape)
    result = gradient.double()
    for _ in range(extra):
        result = result.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            result = result.sum(dim=dim, keepdim=True)
    return result

# %% unbroadcast wrong="throws away dimensions of length 1 in front that shape has" kind="sneaky"
def unbroadcast(gradient: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    shape = tuple(shape)
    while len(shape) > 1 and shape[0] == 1:
        shape = shape[1:]
    while gradient.ndim > len(shape):
        gradient = gradient.sum(dim=0)
    for dim, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(dim=dim, keepdim=True)
    return gradient

# %% hat-network right="as in the hints, torch.cat"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    w = torch.ones_like(slopes)
    b = -knots[:-1]
    v = torch.cat([slopes[:1], slopes.diff()])
    c = values[0]
    return w, b, v, c

# %% hat-network right="a beginner's loop with lists of floats"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    w = []
    b = []
    v = []
    slope_before = 0.0
    for i in range(len(knots) - 1):
        rise = values[i + 1].item() - values[i].item()
        run = knots[i + 1].item() - knots[i].item()
        slope = rise / run
        w.append(1.0)
        b.append(-knots[i].item())
        v.append(slope - slope_before)
        slope_before = slope
    return (
        torch.tensor(w, dtype=torch.float64),
        torch.tensor(b, dtype=torch.float64),
        torch.tensor(v, dtype=torch.float64),
        values[0].item(),
    )

# %% hat-network right="mirrored: neurons that rise to the left, from the last point on"
def hat_network(knots, values):
    slopes = torch.diff(values) / torch.diff(knots)
    w = -torch.ones(len(slopes), dtype=torch.float64)
    b = knots[1:].clone()
    v = torch.empty_like(slopes)
    v[-1] = -slopes[-1]
    v[:-1] = slopes[1:] - slopes[:-1]
    return w, b, v, float(values[-1])

# %% hat-network right="two neurons for each piece, a ramp that is switched off again"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = (values[1:] - values[:-1]) / (knots[1:] - knots[:-1])
    b = torch.cat([-knots[:-1], -knots[1:]])
    v = torch.cat([slopes, -slopes])
    return torch.ones(len(b), dtype=knots.dtype), b, v, values[0].clone()

# %% hat-network right="a sum of hats, three neurons each"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    n = len(knots) - 1
    b, v = [], []
    for i in range(n + 1):
        y = float(values[i] - values[0])
        if i > 0:
            left = float(knots[i] - knots[i - 1])
            b += [-float(knots[i - 1]), -float(knots[i])]
            v += [y / left, -y / left]
        if i < n:
            right = float(knots[i + 1] - knots[i])
            b += [-float(knots[i]), -float(knots[i + 1])]
            v += [-y / right, y / right]
    b = torch.tensor(b, dtype=torch.float64)
    v = torch.tensor(v, dtype=torch.float64)
    return torch.ones_like(b), b, v, values[0]

# %% hat-network right="NumPy diff with prepend"
import numpy as np


def hat_network(knots, values):
    k, y = knots.numpy(), values.numpy()
    slopes = np.diff(y) / np.diff(k)
    v = np.diff(slopes, prepend=0.0)
    return torch.ones(len(v), dtype=torch.float64), torch.from_numpy(-k[:-1]), torch.from_numpy(v), float(y[0])

# %% hat-network right="solves the triangular system f(k_i) = y_i"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    A = (knots[1:, None] - knots[None, :-1]).clamp(min=0)
    rhs = (values[1:] - values[0])[:, None]
    v = torch.linalg.solve_triangular(A, rhs, upper=False)[:, 0]
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network right="neurons that reach 1 at the next knot"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    step = knots.diff()
    w = 1 / step
    b = -knots[:-1] / step
    slopes = values.diff() / step
    change = slopes.clone()
    change[1:] -= slopes[:-1]
    return w, b, change * step, values[0].item()

# %% hat-network right="no c: a neuron that is always on gives the first value"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    zero = torch.zeros(1, dtype=torch.float64)
    one = torch.ones(1, dtype=torch.float64)
    w = torch.cat([zero, torch.ones_like(slopes)])
    b = torch.cat([one, -knots[:-1]])
    v = torch.cat([values[:1], slopes - torch.cat([zero, slopes[:-1]])])
    return w, b, v, 0.0

# %% hat-network right="one line"
def hat_network(k, y):
    return torch.ones_like(k[1:]), -k[:-1], torch.diff(y.diff() / k.diff(), prepend=torch.zeros_like(k[:1])), y[0]

# %% hat-network wrong="each neuron adds the whole slope of its piece, not the change"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    return torch.ones_like(slopes), -knots[:-1], slopes, values[0]

# %% hat-network wrong="c is 0, the first value is forgotten"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, 0.0

# %% hat-network wrong="sign of b: the knots lie at -k"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), knots[:-1], v, values[0]

# %% hat-network wrong="off by one: each neuron begins at the end of its piece"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[1:], v, values[0]

# %% hat-network wrong="slopes upside down: steps of the knots by those of the values"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = knots.diff() / values.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="sign of the change: the slope before minus the own"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes[:-1] - slopes[1:]])
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="the first slope is missing: changes of slope alone"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = slopes.diff()
    return torch.ones_like(v), -knots[1:-1], v, values[0]

# %% hat-network wrong="c is the last value"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[-1]

# %% hat-network wrong="c is the mean of the values"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values.mean()

# %% hat-network wrong="the factors are the values themselves"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    return torch.ones_like(knots), -knots, values.clone(), 0.0

# %% hat-network wrong="subtracts the first slope from each, not the one before"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = slopes - slopes[0]
    v[0] = slopes[0]
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="slope counted twice: it is in w and in v"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return slopes, -slopes * knots[:-1], v, values[0]

# %% hat-network wrong="w is the slope and v is 1: a ReLU with a falling slope is off to the right of its knot"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    w = torch.cat([slopes[:1], slopes.diff()])
    return w, -w * knots[:-1], torch.ones_like(w), values[0]

# %% hat-network wrong="takes the knots for steps of length 1" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="takes the first step's length for all" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    step = knots[1] - knots[0]
    slopes = values.diff() / step
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="takes the mean step for all" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    n = len(knots) - 1
    slopes = values.diff() * n / (knots[-1] - knots[0])
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, values[0]

# %% hat-network wrong="the first neuron begins at 0, wrong where knots are below 0" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    b = -knots[:-1].clone()
    b[0] = 0.0
    return torch.ones_like(v), b, v, values[0] - slopes[0] * knots[0]

# %% hat-network wrong="changes the values that it is given" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    c = values[0].item()
    values -= c
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), -knots[:-1], v, c

# %% hat-network wrong="changes the knots that it is given: neg_ in place" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = torch.cat([slopes[:1], slopes.diff()])
    return torch.ones_like(v), knots[:-1].neg_(), v, values[0]

# %% hat-network wrong="a single piece fails: asks for a second slope" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = [slopes[0], slopes[1] - slopes[0]]
    for i in range(2, len(slopes)):
        v.append(slopes[i] - slopes[i - 1])
    return torch.ones_like(slopes), -knots[:-1], torch.stack(v), values[0]

# %% hat-network wrong="ends one neuron early: the last piece keeps the slope before it" kind="sneaky"
def hat_network(knots: torch.Tensor, values: torch.Tensor) -> tuple:
    slopes = values.diff() / knots.diff()
    v = [slopes[0]]
    for i in range(1, len(slopes) - 1):
        v.append(slopes[i] - slopes[i - 1])
    v = torch.stack(v)
    return torch.ones_like(v), -knots[: len(v)], v, values[0]

# %% feedback-step right="all by hand, as in the hints"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d / n
    dW2 = h.T @ d
    db2 = d.sum(dim=0)
    dz = (d @ B) * (1 - h**2)
    dW1 = X.T @ dz
    db1 = dz.sum(dim=0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2

# %% feedback-step right="one_hot, short"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    H = torch.tanh(X @ W1 + b1)
    D = (F.softmax(H @ W2 + b2, dim=1) - F.one_hot(y, W2.shape[1])) / X.shape[0]
    E = D @ B * (1 - H * H)
    return W1 - lr * X.T @ E, b1 - lr * E.sum(0), W2 - lr * H.T @ D, b2 - lr * D.sum(0)

# %% feedback-step right="autograd for the logits and the last layer, B by hand, autograd again below"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    W1, b1, W2, b2 = (p.detach().clone().requires_grad_() for p in (W1, b1, W2, b2))
    h = torch.tanh(X @ W1 + b1)
    logits = h.detach() @ W2 + b2
    logits.retain_grad()
    F.cross_entropy(logits, y).backward()
    h.backward(logits.grad @ B)
    with torch.no_grad():
        return tuple(p - lr * p.grad for p in (W1, b1, W2, b2))

# %% feedback-step right="autograd Function with B on the way back"
class FeedbackLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, h, W, b, B):
        ctx.save_for_backward(h, B)
        return h @ W + b

    @staticmethod
    def backward(ctx, d):
        h, B = ctx.saved_tensors
        return d @ B, h.T @ d, d.sum(dim=0), None


def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    params = [p.detach().clone().requires_grad_(True) for p in (W1, b1, W2, b2)]
    h = (X @ params[0] + params[1]).tanh()
    loss = F.cross_entropy(FeedbackLayer.apply(h, params[2], params[3], B), y)
    grads = torch.autograd.grad(loss, params)
    return tuple((p - lr * g).detach() for p, g in zip(params, grads))

# %% feedback-step right="NumPy inside"
import numpy as np


def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    x, t, w1, c1, w2, c2, fb = (a.detach().numpy() for a in (X, y, W1, b1, W2, b2, B))
    h = np.tanh(x @ w1 + c1)
    logits = h @ w2 + c2
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[np.arange(len(t)), t] -= 1
    d /= len(t)
    back = d @ fb * (1 - h**2)
    new = w1 - lr * (x.T @ back), c1 - lr * back.sum(axis=0), w2 - lr * (h.T @ d), c2 - lr * d.sum(axis=0)
    return tuple(torch.from_numpy(a).to(X.dtype) for a in new)

# %% feedback-step right="a beginner's loops over examples, classes and neurons"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n, num_hidden, num_classes = X.shape[0], W1.shape[1], W2.shape[1]
    dW1, db1 = torch.zeros_like(W1), torch.zeros_like(b1)
    dW2, db2 = torch.zeros_like(W2), torch.zeros_like(b2)
    for i in range(n):
        x = X[i]
        h = torch.tanh(x @ W1 + b1)
        p = torch.softmax(h @ W2 + b2, dim=0)
        d = torch.zeros_like(p)
        for k in range(num_classes):
            if k == y[i]:
                d[k] = (p[k] - 1) / n
            else:
                d[k] = p[k] / n
        for k in range(num_classes):
            dW2[:, k] += h * d[k]
            db2[k] += d[k]
        for j in range(num_hidden):
            s = 0.0
            for k in range(num_classes):
                s = s + d[k] * B[k, j]
            s = s * (1 - h[j] ** 2)
            dW1[:, j] += x * s
            db1[j] += s
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2

# %% feedback-step right="torch.func.vjp of each layer"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    h, back_hidden = torch.func.vjp(lambda W, b: torch.tanh(X @ W + b), W1, b1)
    gW2, gb2 = torch.func.grad(lambda W, b: F.cross_entropy(h @ W + b, y), argnums=(0, 1))(W2, b2)
    d = torch.func.grad(lambda z: F.cross_entropy(z, y))(h @ W2 + b2)
    gW1, gb1 = back_hidden(d @ B)
    return W1 - lr * gW1, b1 - lr * gb1, W2 - lr * gW2, b2 - lr * gb2

# %% feedback-step right="a column of ones in place of biases, einsum"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    ones = torch.ones(len(X), 1, dtype=X.dtype)
    A, V1, V2 = torch.cat([X, ones], 1), torch.vstack([W1, b1]), torch.vstack([W2, b2])
    H = (A @ V1).tanh()
    H1 = torch.cat([H, ones], 1)
    D = (H1 @ V2).log_softmax(1).exp()
    D = (D - (y[:, None] == torch.arange(len(b2))).to(D.dtype)) / len(y)
    V2 = V2 - lr * torch.einsum("nh,nc->hc", H1, D)
    V1 = V1 - lr * torch.einsum("ni,nc,ch,nh->ih", A, D, B, 1 - H**2)
    return V1[:-1], V1[-1], V2[:-1], V2[-1]

# %% feedback-step wrong="plain backpropagation: W2.T and not B"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ W2.T) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="a random matrix of its own in place of B"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    B = torch.randn_like(W2.T)
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="1/n is missing"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="the slope of tanh is missing"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = d @ B
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="the slope of tanh is taken as 1 - h"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="steps up the slope: + in place of -"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 + lr * X.T @ dz, b1 + lr * dz.sum(0), W2 + lr * h.T @ d, b2 + lr * d.sum(0)

# %% feedback-step wrong="returns the gradients, takes no step"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)

# %% feedback-step wrong="the biases move by means in place of sums"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.mean(0), W2 - lr * h.T @ d, b2 - lr * d.mean(0)

# %% feedback-step wrong="lr is forgotten at the biases"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - dz.sum(0), W2 - lr * h.T @ d, b2 - d.sum(0)

# %% feedback-step wrong="the last layer stays as it was"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2, b2

# %% feedback-step wrong="B serves on the way forward as well"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ B.T + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="softmax over the examples, not over the classes"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=0)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="B transposed: fits only if there are as many classes as neurons"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B.T) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="in the order W1, W2, b1, b2"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, W2 - lr * h.T @ d, b1 - lr * dz.sum(0), b2 - lr * d.sum(0)

# %% feedback-step wrong="p(1 - p) is multiplied in as well"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    p = (h @ W2 + b2).softmax(dim=1)
    d = p.clone()
    d[torch.arange(n), y] -= 1
    d = d * p * (1 - p) / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="the gradient through B is added to the one through W2.T"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ (W2.T + B)) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="changes the given parameters in place" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    W1 -= lr * X.T @ dz
    b1 -= lr * dz.sum(0)
    W2 -= lr * h.T @ d
    b2 -= lr * d.sum(0)
    return W1, b1, W2, b2

# %% feedback-step wrong="B learns too, in place; it has to stay as it is" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    dW2 = h.T @ d
    B -= lr * dW2.T
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * dW2, b2 - lr * d.sum(0)

# %% feedback-step wrong="counts the classes by the largest label, fails if the last class does not occur" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    h = (X @ W1 + b1).tanh()
    d = ((h @ W2 + b2).softmax(dim=1) - F.one_hot(y)) / len(X)
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="returns float64 for float32" kind="sneaky"
import numpy as np


def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    X, W1, b1, W2, b2, B = (np.array(a.tolist()) for a in (X, W1, b1, W2, b2, B))
    y = np.array(y.tolist())
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    d = np.exp(z - z.max(axis=1, keepdims=True))
    d /= d.sum(axis=1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    dz = d @ B * (1 - h**2)
    new = W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return tuple(torch.tensor(a) for a in new)

# %% feedback-step wrong="always returns float32" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    X, W1, b1, W2, b2, B = (a.float() for a in (X, W1, b1, W2, b2, B))
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    dz = (d @ B) * (1 - h**2)
    return W1 - lr * X.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="moves the hidden layer first, and the last one by what that gives anew" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)

    def forward(W1, b1):
        h = (X @ W1 + b1).tanh()
        d = (h @ W2 + b2).softmax(dim=1)
        d[torch.arange(n), y] -= 1
        return h, d / n

    h, d = forward(W1, b1)
    dz = (d @ B) * (1 - h**2)
    W1, b1 = W1 - lr * X.T @ dz, b1 - lr * dz.sum(0)
    h, d = forward(W1, b1)
    return W1, b1, W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% feedback-step wrong="the bias of the hidden layer still learns through W2.T" kind="sneaky"
def feedback_step(X, y, W1, b1, W2, b2, B, lr):
    n = len(X)
    h = (X @ W1 + b1).tanh()
    d = (h @ W2 + b2).softmax(dim=1)
    d[torch.arange(n), y] -= 1
    d = d / n
    slope = 1 - h**2
    dW1 = X.T @ (d @ B * slope)
    db1 = (d @ W2.T * slope).sum(0)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * h.T @ d, b2 - lr * d.sum(0)

# %% train-network right="gradients by hand in the loop, new tensors"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        n = len(batch)
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(n), t] -= 1
        d = d / n
        dz = (d @ W2.T) * (1 - h**2)
        dW1, db1, dW2, db2 = x.T @ dz, dz.sum(dim=0), h.T @ d, d.sum(dim=0)
        W1, b1, W2, b2 = W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2
    return [W1, b1, W2, b2], losses

# %% train-network right="torch.autograd.grad in each step"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy(torch.tanh(X[batch] @ W1 + b1) @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(float(loss))
    return [p.detach() for p in params], losses

# %% train-network right="torch.optim.SGD on clones"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = mine = [p.detach().clone().requires_grad_(True) for p in params]
    optimizer = torch.optim.SGD(mine, lr=lr)
    losses = torch.zeros(len(batches), dtype=X.dtype)
    for i, batch in enumerate(batches):
        optimizer.zero_grad()
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        optimizer.step()
        losses[i] = loss.detach()
    return [p.detach() for p in mine], losses

# %% train-network right="nn.Sequential with nn.Linear, tables turned on the way in and out"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    net = torch.nn.Sequential(
        torch.nn.Linear(*W1.shape, dtype=W1.dtype),
        torch.nn.Tanh(),
        torch.nn.Linear(*W2.shape, dtype=W2.dtype),
    )
    with torch.no_grad():
        net[0].weight.copy_(W1.T)
        net[0].bias.copy_(b1)
        net[2].weight.copy_(W2.T)
        net[2].bias.copy_(b2)
    losses = []
    for batch in batches:
        net.zero_grad()
        loss = torch.nn.CrossEntropyLoss()(net(X[batch]), y[batch])
        loss.backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= lr * p.grad
        losses.append(loss.item())
    w1, c1, w2, c2 = (p.detach() for p in net.parameters())
    return [w1.T.contiguous(), c1, w2.T.contiguous(), c2], losses

# %% train-network right="NumPy inside"
import numpy as np


def train_network(X, y, params, batches, lr):
    Xn, yn = X.numpy(), y.numpy()
    W1, b1, W2, b2 = (p.detach().numpy().copy() for p in params)
    losses = []
    for batch in batches:
        i = batch.numpy()
        x, t, n = Xn[i], yn[i], len(i)
        h = np.tanh(x @ W1 + b1)
        z = h @ W2 + b2
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        losses.append(float(-log_p[np.arange(n), t].mean()))
        d = np.exp(log_p)
        d[np.arange(n), t] -= 1
        d /= n
        back = d @ W2.T * (1 - h * h)
        W2 -= lr * (h.T @ d)
        b2 -= lr * d.sum(axis=0)
        W1 -= lr * (x.T @ back)
        b1 -= lr * back.sum(axis=0)
    return [torch.from_numpy(p) for p in (W1, b1, W2, b2)], losses

# %% train-network right="torch.func.grad_and_value"
def train_network(X, y, params, batches, lr):
    def loss_of(params, x, t):
        W1, b1, W2, b2 = params
        return F.cross_entropy((x @ W1 + b1).tanh() @ W2 + b2, t)

    step = torch.func.grad_and_value(loss_of)
    params = list(params)
    losses = []
    for batch in batches:
        grads, loss = step(params, X[batch], y[batch])
        params = [p - lr * g for p, g in zip(params, grads)]
        losses.append(loss)
    return params, torch.stack(losses)

# %% train-network right="a beginner's loop over the examples of each batch"
def train_network(X, y, params, batches, lr):
    W1 = params[0].clone()
    b1 = params[1].clone()
    W2 = params[2].clone()
    b2 = params[3].clone()
    losses = []
    for batch in batches:
        gW1 = torch.zeros_like(W1)
        gb1 = torch.zeros_like(b1)
        gW2 = torch.zeros_like(W2)
        gb2 = torch.zeros_like(b2)
        total = 0.0
        for index in batch.tolist():
            x = X[index]
            right = int(y[index])
            h = torch.tanh(x @ W1 + b1)
            log_p = torch.log_softmax(h @ W2 + b2, dim=0)
            total += -log_p[right].item()
            d = torch.exp(log_p)
            d[right] = d[right] - 1
            dz = (W2 @ d) * (1 - h * h)
            gW1 += torch.outer(x, dz)
            gb1 += dz
            gW2 += torch.outer(h, d)
            gb2 += d
        n = len(batch)
        losses.append(total / n)
        W1 = W1 - lr * gW1 / n
        b1 = b1 - lr * gb1 / n
        W2 = W2 - lr * gW2 / n
        b2 = b2 - lr * gb2 / n
    return [W1, b1, W2, b2], losses

# %% train-network right="a helper for the gradients, and one for the step"
def _slopes(x, t, W1, b1, W2, b2):
    h = torch.tanh(x @ W1 + b1)
    logits = h @ W2 + b2
    loss = (logits.logsumexp(dim=1) - logits[torch.arange(len(t)), t]).mean()
    d = (logits.softmax(1) - torch.eye(len(b2), dtype=x.dtype)[t]) / len(t)
    dz = d @ W2.T * (1 - h.square())
    return loss.item(), (x.T @ dz, dz.sum(0), h.T @ d, d.sum(0))


def train_network(X, y, params, batches, lr):
    losses = []
    for batch in batches:
        loss, slopes = _slopes(X[batch], y[batch], *params)
        params = [p - lr * g for p, g in zip(params, slopes, strict=True)]
        losses.append(loss)
    return params, losses

# %% train-network wrong="the losses are measured after the step"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        W1, b1, W2, b2 = params
        losses.append(F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch]).item())
    return [p.detach() for p in params], losses

# %% train-network wrong="the losses are those of all examples, not of the batch"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        losses.append(F.cross_entropy((X @ W1 + b1).tanh() @ W2 + b2, y).item())
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return [p.detach() for p in params], losses

# %% train-network wrong="trains on all examples in each step, the batches only count"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for _ in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X @ W1 + b1).tanh() @ W2 + b2, y)
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="the sum over the batch in place of the mean, in gradient and loss"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch], reduction="sum")
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="divides by the number of all examples, not by that of the batch"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / len(X)
        dz = (d @ W2.T) * (1 - h**2)
        W1, b1, W2, b2 = W1 - lr * x.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="the gradients are never zeroed and pile up"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = mine = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        with torch.no_grad():
            for p in mine:
                p -= lr * p.grad
        losses.append(loss.item())
    return [p.detach() for p in mine], losses

# %% train-network wrong="the slope of tanh is missing on the way back"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / len(t)
        dz = d @ W2.T
        W1, b1, W2, b2 = W1 - lr * x.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="the biases stay as they were"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / len(t)
        dz = d @ W2.T * (1 - h**2)
        W1, W2 = W1 - lr * x.T @ dz, W2 - lr * h.T @ d
    return [W1, b1, W2, b2], losses

# %% train-network wrong="each step begins anew from the parameters that were given"
def train_network(X, y, params, batches, lr):
    losses = []
    for batch in batches:
        mine = [p.detach().clone().requires_grad_() for p in params]
        W1, b1, W2, b2 = mine
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, mine)
        new = [(p - lr * g).detach() for p, g in zip(mine, grads)]
        losses.append(loss.item())
    return new, losses

# %% train-network wrong="leaves the last batch out"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for i in range(len(batches) - 1):
        batch = batches[i]
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="steps up the slope"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p + lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="Adam in place of plain steps"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = mine = [p.detach().clone().requires_grad_() for p in params]
    optimizer = torch.optim.Adam(mine, lr=lr)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return [p.detach() for p in mine], losses

# %% train-network wrong="momentum of 0.9 as well"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = mine = [p.detach().clone().requires_grad_() for p in params]
    optimizer = torch.optim.SGD(mine, lr=lr, momentum=0.9)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return [p.detach() for p in mine], losses

# %% train-network wrong="a step for each example of the batch, in place of one for the batch"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        total = 0.0
        for i in batch:
            W1, b1, W2, b2 = params
            loss = F.cross_entropy((X[i] @ W1 + b1).tanh() @ W2 + b2, y[i])
            grads = torch.autograd.grad(loss, params)
            params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
            total += loss.item()
        losses.append(total / len(batch))
    return [p.detach() for p in params], losses

# %% train-network wrong="returns the mean of all losses, one number"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    total = 0.0
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        total += loss.item()
    return [p.detach() for p in params], [total / len(batches)]

# %% train-network wrong="changes the last layer first and goes back through the new W2" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / len(t)
        W2 = W2 - lr * h.T @ d
        b2 = b2 - lr * d.sum(0)
        dz = d @ W2.T * (1 - h**2)
        W1 = W1 - lr * x.T @ dz
        b1 = b1 - lr * dz.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="changes the given tensors in place" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / len(t)
        dz = d @ W2.T * (1 - h**2)
        W1 -= lr * x.T @ dz
        b1 -= lr * dz.sum(0)
        W2 -= lr * h.T @ d
        b2 -= lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="puts new tensors into the list that was given" kind="sneaky"
def train_network(X, y, params, batches, lr):
    losses = []
    for batch in batches:
        mine = [p.detach().clone().requires_grad_() for p in params]
        W1, b1, W2, b2 = mine
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        loss.backward()
        for i in range(4):
            params[i] = params[i] - lr * mine[i].grad
        losses.append(loss.item())
    return params, losses

# %% train-network wrong="an index that comes twice in a batch counts once (unique)" kind="sneaky"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        batch = batch.unique()
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="a weight for each example, set and not added: an index that comes twice counts once" kind="sneaky"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        share = torch.zeros(len(X), dtype=X.dtype)
        share[batch] = 1 / len(batch)
        W1, b1, W2, b2 = params
        each = F.cross_entropy((X @ W1 + b1).tanh() @ W2 + b2, y, reduction="none")
        loss = (share * each).sum()
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    return [p.detach() for p in params], losses

# %% train-network wrong="divides by the first batch's length in all" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    n = len(batches[0])
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = logits.softmax(dim=1)
        d[torch.arange(len(t)), t] -= 1
        d = d / n
        dz = d @ W2.T * (1 - h**2)
        W1, b1, W2, b2 = W1 - lr * x.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="nn.Linear in its default float32, also for float64" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    net = torch.nn.Sequential(
        torch.nn.Linear(*W1.shape), torch.nn.Tanh(), torch.nn.Linear(*W2.shape)
    )
    with torch.no_grad():
        for mine, given in zip(net.parameters(), (W1.T, b1, W2.T, b2)):
            mine.copy_(given)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X[batch].float()), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    w1, c1, w2, c2 = (p.detach() for p in net.parameters())
    return [w1.T, c1, w2.T, c2], losses

# %% train-network wrong="squeeze: a batch with one index fails" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch].squeeze(), y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        p = logits.softmax(dim=1)
        losses.append(F.cross_entropy(logits, t).item())
        d = p.clone()
        d[torch.arange(len(t)), t] -= 1
        d = d / len(t)
        dz = d @ W2.T * (1 - h**2)
        W1, b1, W2, b2 = W1 - lr * x.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="one_hot without the number of classes: fails if a batch lacks the last one" kind="sneaky"
def train_network(X, y, params, batches, lr):
    W1, b1, W2, b2 = params
    losses = []
    for batch in batches:
        x, t = X[batch], y[batch]
        h = (x @ W1 + b1).tanh()
        logits = h @ W2 + b2
        losses.append(F.cross_entropy(logits, t).item())
        d = (logits.softmax(dim=1) - F.one_hot(t)) / len(t)
        dz = d @ W2.T * (1 - h**2)
        W1, b1, W2, b2 = W1 - lr * x.T @ dz, b1 - lr * dz.sum(0), W2 - lr * h.T @ d, b2 - lr * d.sum(0)
    return [W1, b1, W2, b2], losses

# %% train-network wrong="one loss too many: that after the last step is appended" kind="sneaky"
def train_network(X, y, params, batches, lr):
    params = [p.detach().clone().requires_grad_() for p in params]
    losses = []
    for batch in batches:
        W1, b1, W2, b2 = params
        loss = F.cross_entropy((X[batch] @ W1 + b1).tanh() @ W2 + b2, y[batch])
        grads = torch.autograd.grad(loss, params)
        params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
        losses.append(loss.item())
    W1, b1, W2, b2 = (p.detach() for p in params)
    losses.append(F.cross_entropy((X[batches[-1]] @ W1 + b1).tanh() @ W2 + b2, y[batches[-1]]).item())
    return [W1, b1, W2, b2], losses
