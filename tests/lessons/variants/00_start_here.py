"""Answers to the exercise of the first page as students give them: each right, or wrong in one way."""


# %% mean-squared-error correct="by PyTorch's own loss"
def mean_squared_error(y_hat, y):
    return torch.nn.functional.mse_loss(y_hat, y)


# %% mean-squared-error correct="in a loop"
def mean_squared_error(y_hat, y):
    total = 0.0
    for a, b in zip(y_hat.flatten(), y.flatten()):
        total += (a - b) ** 2
    return total / y.numel()


# %% mean-squared-error correct="with NumPy, as a number"
def mean_squared_error(y_hat, y):
    import numpy as np

    return float(np.mean(np.square(y.numpy() - y_hat.numpy())))


# %% mean-squared-error correct="by the norm"
def mean_squared_error(y_hat, y):
    return torch.linalg.vector_norm(y_hat - y).square() / y.numel()


# %% mean-squared-error wrong="no square" says="That is the mean difference. Square each difference first, or they cancel."
def mean_squared_error(y_hat, y):
    return (y_hat - y).mean()


# %% mean-squared-error wrong="the absolute value" says="That is the mean absolute difference. Square instead."
def mean_squared_error(y_hat, y):
    return (y_hat - y).abs().mean()


# %% mean-squared-error wrong="the sum" says="That is the sum. Divide by how many there are."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) ** 2).sum()


# %% mean-squared-error wrong="one half in front" says="Half of it: some books write ½ in front, this formula has none."
def mean_squared_error(y_hat, y):
    return 0.5 * ((y_hat - y) ** 2).mean()


# %% mean-squared-error wrong="square after mean" says="The square comes before the mean, not after it."
def mean_squared_error(y_hat, y):
    return (y_hat - y).mean() ** 2


# %% mean-squared-error wrong="the root" says="That is the root of it. The formula has no root."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) ** 2).mean().sqrt()


# %% mean-squared-error wrong="n - 1" says="Divide by n, not by n - 1: this is no estimate of a variance."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) ** 2).sum() / (y.numel() - 1)


# %% mean-squared-error wrong="no mean" says="These are the squares. One number is wanted: their mean."
def mean_squared_error(y_hat, y):
    return (y_hat - y) ** 2


# %% mean-squared-error wrong="nothing returned" says="is the `return` missing?"
def mean_squared_error(y_hat, y):
    ((y_hat - y) ** 2).mean()


# %% mean-squared-error wrong="the mean over the first axis alone" says="These are the means of the columns. One number is wanted: the mean of all."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) ** 2).mean(dim=0)


# %% mean-squared-error wrong="a number that fits the example"
def mean_squared_error(y_hat, y):
    return torch.tensor(5.25)


# %% mean-squared-error wrong="writes into its argument" says="Return something new and leave what you are given as it is"
def mean_squared_error(y_hat, y):
    y_hat -= y
    return (y_hat**2).mean()


# %% mean-squared-error wrong="no square, the other way round" says="That is the mean of y - y_hat. Square each difference first, or they cancel."
def mean_squared_error(y_hat, y):
    return torch.mean(y - y_hat)


# %% mean-squared-error wrong="the sum of the differences" says="You add up the differences. Square each, and divide the sum by how many there are."
def mean_squared_error(y_hat, y):
    return sum((y_hat - y).flatten())


# %% mean-squared-error wrong="the sum squared" says="The square comes before the sum, and the sum is divided by n, not by n²."
def mean_squared_error(y_hat, y):
    return (y_hat - y).sum() ** 2 / y.numel()


# %% mean-squared-error wrong="the norm" says="That is the length of the differences, a root of a sum. The mean of the squares is wanted."
def mean_squared_error(y_hat, y):
    return torch.linalg.vector_norm(y_hat - y)


# %% mean-squared-error wrong="the variance" says="That is the variance of the differences. Do not subtract their mean."
def mean_squared_error(y_hat, y):
    d = y_hat - y
    return ((d - d.mean()) ** 2).mean()


# %% mean-squared-error wrong="divided by the number of rows" says="You divide by the number of rows. Divide by the number of all entries."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) ** 2).sum() / len(y)


# %% mean-squared-error wrong="squares first" says="You square the numbers before you subtract. Subtract, then square."
def mean_squared_error(y_hat, y):
    return (y_hat**2 - y**2).mean()


# %% mean-squared-error wrong="times 2 for squared" says="You multiply the difference by 2. Square it."
def mean_squared_error(y_hat, y):
    return ((y_hat - y) * 2).mean()


# %% mean-squared-error wrong="the median" says="That is the median of the squares. Their mean is wanted."
def mean_squared_error(y_hat, y):
    return torch.median((y_hat - y) ** 2)


# %% mean-squared-error wrong="no targets" says="The predictions are squared, and the targets are not subtracted."
def mean_squared_error(y_hat, y):
    return (y_hat * y_hat).mean()


# %% mean-squared-error wrong="adds" says="You add prediction and target. Subtract."
def mean_squared_error(y_hat, y):
    return ((y_hat + y) ** 2).mean()


# %% mean-squared-error wrong="prints" says="None"
def mean_squared_error(y_hat, y):
    print(((y_hat - y) ** 2).mean())


# %% mean-squared-error wrong="for vectors alone"
def mean_squared_error(y_hat, y):
    total = 0.0
    for i in range(len(y)):
        total += (y_hat[i] - y[i]) ** 2
    return total / len(y)
