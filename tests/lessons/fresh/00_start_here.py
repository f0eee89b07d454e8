# %% mean-squared-error right="textbook one-liner"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ((y_hat - y) ** 2).mean()

# %% mean-squared-error right="torch library call with its own import"
import torch.nn.functional as F

def mean_squared_error(y_hat, y):
    return F.mse_loss(y_hat, y)

# %% mean-squared-error right="loop over the flattened entries, beginner style"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the mean of the squared differences, a scalar."""
    predictions = y_hat.flatten()
    targets = y.flatten()
    n = len(targets)
    total = 0.0
    for i in range(n):
        difference = predictions[i] - targets[i]
        total = total + difference * difference
    mse = total / n
    return mse

# %% mean-squared-error right="sum divided by numel"
def mean_squared_error(y_hat, y):
    residual = y_hat - y
    return residual.pow(2).sum() / residual.numel()

# %% mean-squared-error right="dot product of the flattened residual with itself"
def mean_squared_error(pred: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    r = (pred - target).reshape(-1)
    return r @ r / r.shape[0]

# %% mean-squared-error right="numpy detour, back as a tensor of the same dtype"
import numpy as np

def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    a = y_hat.detach().numpy()
    b = y.detach().numpy()
    result = np.mean(np.square(a - b))
    return torch.tensor(result, dtype=y_hat.dtype)

# %% mean-squared-error right="own helper function and torch.mean"
def squared_difference(a, b):
    return torch.square(a - b)


def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.mean(squared_difference(y_hat, y))

# %% mean-squared-error right="square of the norm over the number of entries"
def mean_squared_error(y_hat, y):
    return torch.linalg.vector_norm(y_hat - y) ** 2 / y.numel()

# %% mean-squared-error wrong="mean of the differences without the square"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (y_hat - y).mean()

# %% mean-squared-error wrong="absolute value instead of the square"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    error = torch.abs(y_hat - y)
    return error.mean()

# %% mean-squared-error wrong="sum instead of mean"
def mean_squared_error(y_hat, y):
    loss = 0
    for p, t in zip(y_hat.flatten(), y.flatten()):
        loss += (p - t) ** 2
    return loss

# %% mean-squared-error wrong="takes the root: root mean squared error"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    squares = (y_hat - y) ** 2
    return torch.sqrt(squares.mean())

# %% mean-squared-error wrong="halves the mean as in the gradient derivation"
def mean_squared_error(y_hat, y):
    return 0.5 * ((y_hat - y) ** 2).mean()

# %% mean-squared-error wrong="squares the mean difference instead of averaging the squares"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    difference = y_hat - y
    mean_difference = difference.mean()
    return mean_difference ** 2

# %% mean-squared-error wrong="prints the result and returns nothing"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    mse = torch.mean((y_hat - y) ** 2)
    print("MSE:", mse)

# %% mean-squared-error wrong="forgets to average: returns the squares entry by entry"
def mean_squared_error(y_hat, y):
    return (y_hat - y) ** 2

# %% mean-squared-error wrong="difference of the squares instead of square of the difference"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (y_hat ** 2 - y ** 2).mean()

# %% mean-squared-error wrong="uses times 2 instead of to the power 2"
def mean_squared_error(y_hat, y):
    n = y.numel()
    return ((y_hat - y) * 2).sum() / n

# %% mean-squared-error wrong="returns inside the loop after the first entry"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    total = torch.tensor(0.0)
    a, b = y_hat.flatten(), y.flatten()
    for i in range(len(a)):
        total = total + (a[i] - b[i]) ** 2
        return total / len(a)

# %% mean-squared-error wrong="divides by the number of rows: too large for a matrix" kind="sneaky"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    n = len(y)
    return ((y_hat - y) ** 2).sum() / n

# %% mean-squared-error wrong="averages over the first axis only: no scalar for a matrix" kind="sneaky"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ((y_hat - y) ** 2).mean(dim=0)

# %% mean-squared-error wrong="casts to integers: fractions are lost" kind="sneaky"
def mean_squared_error(y_hat, y):
    total = 0
    for p, t in zip(y_hat.flatten().tolist(), y.flatten().tolist()):
        total += int(p - t) ** 2
    return torch.tensor(total / y.numel())

# %% mean-squared-error wrong="divides by n - 1 as for a sample variance: no number for one element"
def mean_squared_error(y_hat, y):
    d = (y_hat - y).flatten()
    return (d * d).sum() / (len(d) - 1)

# %% mean-squared-error wrong="variance of the residuals: a constant offset is not counted" kind="sneaky"
def mean_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # mean of squares is the variance
    return torch.var(y_hat - y, unbiased=False)

# %% centre-columns right="one line with broadcasting"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return X - X.mean(dim=0)

# %% centre-columns right="keepdim, and the parts by name"
def centre_columns(X):
    column_means = torch.mean(X, dim=0, keepdim=True)
    centred = torch.sub(X, column_means)
    return centred

# %% centre-columns right="verbose double loop over rows and columns"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    n = X.shape[0]
    k = X.shape[1]
    result = torch.zeros(n, k, dtype=X.dtype)
    for j in range(k):
        total = 0.0
        for i in range(n):
            total = total + X[i, j].item()
        mean = total / n
        for i in range(n):
            result[i, j] = X[i, j].item() - mean
    return result

# %% centre-columns right="numpy, back as a tensor of the same dtype"
import numpy as np

def centre_columns(X):
    table = X.detach().numpy().copy()
    table -= np.mean(table, axis=0)
    return torch.from_numpy(table)

# %% centre-columns right="copy first, then one column after the other in place"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    Y = X.clone()
    for j in range(Y.shape[1]):
        Y[:, j] -= Y[:, j].mean()
    return Y

# %% centre-columns right="columns as rows of the transposed table, stacked again"
def centre_columns(X):
    return torch.stack([column - column.mean() for column in X.T], dim=1)

# %% centre-columns right="matrix product with the centring matrix, in float64"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    n = len(X)
    C = torch.eye(n, dtype=torch.float64) - torch.ones(n, n, dtype=torch.float64) / n
    return (C @ X.double()).to(X.dtype)

# %% centre-columns right="plain python lists"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    rows = X.tolist()
    means = [sum(column) / len(rows) for column in zip(*rows)]
    new_rows = []
    for row in rows:
        new_rows.append([value - mean for value, mean in zip(row, means)])
    return torch.tensor(new_rows, dtype=X.dtype)

# %% centre-columns wrong="mean of the rows, with keepdim"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return X - X.mean(dim=1, keepdim=True)

# %% centre-columns wrong="mean along dim 1 without keepdim"
def centre_columns(X):
    means = X.mean(dim=1)
    return X - means

# %% centre-columns wrong="one mean of the whole table"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return X - X.mean()

# %% centre-columns wrong="in place: writes into X"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    X -= X.mean(dim=0)
    return X

# %% centre-columns wrong="returns the means and not the table"
def centre_columns(X):
    return X.mean(dim=0)

# %% centre-columns wrong="forgets to return"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    centred = X - X.mean(dim=0)

# %% centre-columns wrong="adds the mean"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return X + X.mean(dim=0)

# %% centre-columns wrong="subtracts the sum of each column"
def centre_columns(X):
    sums = X.sum(dim=0)
    return X - sums

# %% centre-columns wrong="standardizes: divides by the standard deviation too"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return (X - X.mean(dim=0)) / X.std(dim=0)

# %% centre-columns wrong="row by row in a copy, with a mean that changes on the way"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    Y = X.clone()
    for i in range(len(Y)):
        Y[i] = Y[i] - Y.mean(dim=0)
    return Y

# %% centre-columns wrong="loops over as many columns as there are rows" kind="sneaky"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    Y = X.clone()
    for j in range(len(X)):
        Y[:, j] = X[:, j] - X[:, j].mean()
    return Y

# %% centre-columns wrong="median instead of mean: the same for two rows" kind="sneaky"
def centre_columns(X):
    return X - X.quantile(0.5, dim=0)

# %% centre-columns wrong="a second name taken for a copy" kind="sneaky"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    Y = X
    for j in range(Y.shape[1]):
        Y[:, j] = Y[:, j] - Y[:, j].mean()
    return Y

# %% centre-columns wrong="numpy shares the memory: X is written over" kind="sneaky"
import numpy as np

def centre_columns(X):
    a = X.numpy()
    a -= a.mean(axis=0)
    return torch.from_numpy(a)

# %% centre-columns wrong="lists back to float32, whatever X was" kind="sneaky"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    columns = X.T.tolist()
    out = []
    for column in columns:
        m = sum(column) / len(column)
        out.append([value - m for value in column])
    return torch.tensor(out).T

# %% centre-columns wrong="computes in float64 for exactness and returns that" kind="sneaky"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    exact = X.double()
    return exact - exact.mean(dim=0)

# %% centre-columns wrong="squeeze at the end: one column or row loses its dimension" kind="sneaky"
def centre_columns(X):
    means = X.mean(dim=0).unsqueeze(0)
    return (X - means).squeeze()

# %% centre-columns wrong="divides by n - 1: division by zero for one row"
def centre_columns(X: torch.Tensor) -> torch.Tensor:
    return X - X.sum(dim=0) / (X.shape[0] - 1)

# %% capped right="clamp with max"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.clamp(x, max=limit)

# %% capped right="where, as in the first hint"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    too_high = x > limit
    return torch.where(too_high, torch.full_like(x, limit), x)

# %% capped right="clone, then write under a mask"
def capped(x, limit):
    result = x.clone()
    result[result > limit] = limit
    return result

# %% capped right="numpy minimum, a copy in the dtype of x"
import numpy as np

def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    smaller = np.minimum(x.detach().numpy(), limit)
    return torch.tensor(smaller, dtype=x.dtype)

# %% capped right="beginner's loop over a flat list"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    numbers = []
    for number in x.flatten().tolist():
        if number > limit:
            numbers.append(limit)
        else:
            numbers.append(number)
    return torch.tensor(numbers, dtype=x.dtype).reshape(x.shape)

# %% capped right="minimum of two tensors"
def capped(x, limit):
    ceiling = torch.ones_like(x) * limit
    return torch.minimum(x, ceiling)

# %% capped right="masked_fill, the method without an underscore"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x.masked_fill(x > limit, limit)

# %% capped right="in place, but in a copy"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x.clone().clamp_(max=limit)

# %% capped right="threshold of the mirrored numbers"
def capped(x, limit):
    # threshold(z, t, v) keeps what is above t and puts v for all else; mirrored twice it is a cap
    return -nn.functional.threshold(-x, -limit, -limit)

# %% capped wrong="writes into x under the mask"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    x[x > limit] = limit
    return x

# %% capped wrong="clamp with an underscore: in place"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x.clamp_(max=limit)

# %% capped wrong="a second name taken for a copy"
def capped(x, limit):
    y = x
    y[y > limit] = limit
    return y

# %% capped wrong="floor instead of cap: clamp with min"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.clamp(x, limit)

# %% capped wrong="branches of where swapped"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.where(x > limit, x, torch.full_like(x, limit))

# %% capped wrong="puts 0 where it was too high"
def capped(x, limit):
    return x * (x <= limit)

# %% capped wrong="drops the numbers above the limit"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x[x <= limit]

# %% capped wrong="torch.min of a tensor and a float"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.min(x, limit)

# %% capped wrong="one number: the largest, capped"
def capped(x, limit):
    return torch.tensor(min(x.max().item(), limit), dtype=x.dtype)

# %% capped wrong="all become the limit as soon as one is above it"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    if (x > limit).any():
        return torch.full_like(x, limit)
    return x.clone()

# %% capped wrong="forgets that clamp returns something new"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    result = x.clone()
    result.clamp(max=limit)
    return result

# %% capped wrong="x itself where nothing is above the limit" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    if x.max() <= limit:
        return x
    return torch.where(x > limit, torch.full_like(x, limit), x)

# %% capped wrong="capped on both sides, at -limit and limit" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return x.clamp(-limit, limit)

# %% capped wrong="clamp between 0 and the limit: negative numbers become 0" kind="sneaky"
def capped(x, limit):
    return torch.clamp(x, 0, limit)

# %% capped wrong="compares sizes: a large negative number is replaced too" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    new = x.clone()
    new[new.abs() > limit] = limit
    return new

# %% capped wrong="list comprehension over the first dimension only" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.tensor([min(v.item(), limit) for v in x], dtype=x.dtype)

# %% capped wrong="two loops: tables only" kind="sneaky"
def capped(x, limit):
    out = x.clone()
    rows, columns = x.shape
    for i in range(rows):
        for j in range(columns):
            if x[i, j] > limit:
                out[i, j] = limit
    return out

# %% capped wrong="comes back flat: the shape is lost" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    flat = x.flatten().clone()
    for i in range(len(flat)):
        if flat[i] > limit:
            flat[i] = limit
    return flat

# %% capped wrong="tensor from lists: always float32" kind="sneaky"
import numpy as np

def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.tensor(np.minimum(x.numpy(), limit).tolist())

# %% capped wrong="numpy shares the memory: x is written over" kind="sneaky"
def capped(x, limit):
    a = x.numpy()
    a[a > limit] = limit
    return torch.from_numpy(a)

# %% capped wrong="writes into a reshaped copy that is no view where x is transposed" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    out = x.clone()
    flat = out.reshape(-1)
    for i in range(flat.numel()):
        if flat[i] > limit:
            flat[i] = limit
    return out

# %% capped wrong="whole limits only: the limit is rounded down" kind="sneaky"
def capped(x: torch.Tensor, limit: float) -> torch.Tensor:
    return torch.clamp(x, max=int(limit))

# %% mse-gradient right="pen and paper: 2/n Xt(Xw - y)"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 2 / len(y) * X.T @ (X @ w - y)

# %% mse-gradient right="autograd on a copy, as in the hints"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return w.grad

# %% mse-gradient right="autograd.grad and mse_loss"
import torch.nn.functional as F

def mse_gradient(w, X, y):
    v = w.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(F.mse_loss(X.mv(v), y), v)
    return g

# %% mse-gradient right="torch.func.grad in one expression"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.func.grad(lambda u: (X @ u - y).square().mean())(w)

# %% mse-gradient right="verbose loops over examples and weights"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    n, k = X.shape
    gradient = [0.0] * k
    for i in range(n):
        prediction = 0.0
        for j in range(k):
            prediction += X[i, j].item() * w[j].item()
        difference = prediction - y[i].item()
        for j in range(k):
            gradient[j] += 2 * difference * X[i, j].item()
    for j in range(k):
        gradient[j] = gradient[j] / n
    return torch.tensor(gradient, dtype=w.dtype)

# %% mse-gradient right="numpy, in the dtype of w"
import numpy as np

def mse_gradient(w, X, y):
    A, b, c = X.detach().numpy(), y.detach().numpy(), w.detach().numpy()
    r = A.dot(c) - b
    g = 2 * A.T.dot(r) / A.shape[0]
    return torch.from_numpy(np.asarray(g)).to(w.dtype)

# %% mse-gradient right="each residual times its row, averaged down the rows"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    residuals = (X * w).sum(dim=1) - y
    per_example = 2 * residuals.unsqueeze(1) * X
    return per_example.mean(dim=0)

# %% mse-gradient right="a module with the weights as its parameter"
class Linear(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.w = nn.Parameter(w.detach().clone())

    def forward(self, X):
        return X @ self.w


def mse_gradient(w, X, y):
    model = Linear(w)
    nn.MSELoss()(model(X), y).backward()
    return model.w.grad.detach().clone()

# %% mse-gradient right="central differences, exact for a parabola, in float64"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    X64, y64, w64 = X.double(), y.double(), w.double()

    def L(v):
        return torch.mean((X64 @ v - y64) ** 2)

    slopes = torch.zeros_like(w64)
    for j, e in enumerate(torch.eye(len(w), dtype=torch.float64)):
        slopes[j] = (L(w64 + e) - L(w64 - e)) / 2
    return slopes.to(w.dtype)

# %% mse-gradient wrong="without the 2"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return X.T @ (X @ w - y) / len(y)

# %% mse-gradient wrong="sum instead of mean: not divided by n"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).sum()
    loss.backward()
    return w.grad

# %% mse-gradient wrong="downhill: the sign turned around"
def mse_gradient(w, X, y):
    residual = y - X @ w
    return 2 * X.T @ residual / len(y)

# %% mse-gradient wrong="returns what backward returns"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    gradient = loss.backward()
    return gradient

# %% mse-gradient wrong="returns the loss"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return loss.detach()

# %% mse-gradient wrong="forgets requires_grad: backward fails"
def mse_gradient(w, X, y):
    v = w.clone()
    loss = ((X @ v - y) ** 2).mean()
    loss.backward()
    return v.grad

# %% mse-gradient wrong="without the square: gradient of the mean difference"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    (X @ w - y).mean().backward()
    return w.grad

# %% mse-gradient wrong="X not transposed"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 2 / len(y) * X @ (X @ w - y)

# %% mse-gradient wrong="the broadcasting trap: predictions (n, 1) minus y (n,)"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    y_hat = X @ w.reshape(-1, 1)
    loss = ((y_hat - y) ** 2).mean()
    loss.backward()
    return w.grad

# %% mse-gradient wrong="takes a step and returns the new weights"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    return w.detach()

# %% mse-gradient wrong="gradient by X instead of by w"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    X = X.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return X.grad

# %% mse-gradient wrong="watches w itself: at a second call the gradients pile up" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w.requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return w.grad

# %% mse-gradient wrong="divides by the number of weights" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 2 * X.T @ (X @ w - y) / len(w)

# %% mse-gradient wrong="residual in place: writes into y" kind="sneaky"
def mse_gradient(w, X, y):
    y -= X @ w
    return -2 * (X.T @ y) / len(y)

# %% mse-gradient wrong="computes in float64 and leaves it there" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    X, y, w = X.double(), y.double(), w.double()
    return 2 * X.T @ (X @ w - y) / X.shape[0]

# %% mse-gradient wrong="gradient collected in a float32 tensor" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    g = torch.zeros(len(w))
    r = X @ w - y
    for j in range(len(w)):
        g[j] = 2 * (r * X[:, j]).mean()
    return g

# %% mse-gradient wrong="matrices with squeeze: for one weight the dimension is gone" kind="sneaky"
def mse_gradient(w, X, y):
    r = X @ w[:, None] - y[:, None]
    return (2 / X.shape[0] * X.T @ r).squeeze()

# %% mse-gradient wrong="comes back as a column (k, 1)" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    w_column = w.reshape(-1, 1).clone().requires_grad_()
    loss = ((X @ w_column - y.reshape(-1, 1)) ** 2).mean()
    loss.backward()
    return w_column.grad

# %% mse-gradient wrong="squeezed predictions: for one example (n,) becomes ()" kind="sneaky"
def mse_gradient(w: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    r = (X @ w.unsqueeze(1)).squeeze() - y.squeeze()
    return 2 * (r @ X) / len(y)

# %% mse-gradient wrong="clipped to length 1: the same only for short gradients" kind="sneaky"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    torch.nn.utils.clip_grad_norm_([w], 1.0)
    return w.grad
