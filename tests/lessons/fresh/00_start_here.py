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
