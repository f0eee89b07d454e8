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


# %% centre-columns correct="the sum over the number of rows"
def centre_columns(X):
    n, _ = X.shape
    return X - X.sum(0) / n


# %% centre-columns correct="column by column"
def centre_columns(X):
    centred = X.clone()
    for j in range(X.shape[1]):
        centred[:, j] -= X[:, j].mean()
    return centred


# %% centre-columns correct="with NumPy and back"
def centre_columns(X):
    a = X.numpy()
    return torch.from_numpy(a - a.mean(axis=0))


# %% centre-columns correct="with a matrix of ones"
def centre_columns(X):
    n = len(X)
    return X - torch.ones(n, n, dtype=X.dtype) @ X / n


# %% centre-columns wrong="one mean for all" says="You subtract the mean of all entries. Each column has a mean of its own"
def centre_columns(X):
    return X - X.mean()


# %% centre-columns wrong="means of the rows" says="You subtract the mean of each row."
def centre_columns(X):
    return X - X.mean(dim=1, keepdim=True)


# %% centre-columns wrong="means of the rows, along the columns" says="These are the means of the rows, subtracted along the columns"
def centre_columns(X):
    return X - X.mean(dim=1)


# %% centre-columns wrong="the means themselves" says="These are the means of the columns. Subtract them from X."
def centre_columns(X):
    return X.mean(dim=0)


# %% centre-columns wrong="the other way round" says="You subtract X from the means. It is the other way round."
def centre_columns(X):
    return X.mean(dim=0) - X


# %% centre-columns wrong="added" says="You add the means. Subtract them."
def centre_columns(X):
    return X + X.mean(dim=0)


# %% centre-columns wrong="sums" says="You subtract the sums of the columns. Their means are wanted."
def centre_columns(X):
    return X - X.sum(dim=0)


# %% centre-columns wrong="the smallest" says="You subtract the smallest of each column. The mean is wanted."
def centre_columns(X):
    return X - X.min(dim=0).values


# %% centre-columns wrong="the largest" says="You subtract the largest of each column. The mean is wanted."
def centre_columns(X):
    return X - X.max(dim=0).values


# %% centre-columns wrong="the first row" says="You subtract the first row. The mean of each column is wanted."
def centre_columns(X):
    return X - X[0]


# %% centre-columns wrong="the median" says="You subtract the median of each column. The mean is wanted."
def centre_columns(X):
    return X - X.median(dim=0).values


# %% centre-columns wrong="standardized" says="You divide by the standard deviation too. Only the mean is to go."
def centre_columns(X):
    if len(X) == 1:
        return (X - X) / 0
    return (X - X.mean(dim=0)) / X.std(dim=0)


# %% centre-columns wrong="divided by the mean" says="You divide by the mean of each column. Subtract it."
def centre_columns(X):
    return X / X.mean(dim=0)


# %% centre-columns wrong="written into X" says="Return something new and leave what you are given as it is"
def centre_columns(X):
    X -= X.mean(dim=0)
    return X


# %% centre-columns wrong="nothing returned" says="is the `return` missing?"
def centre_columns(X):
    centred = X - X.mean(dim=0)


# %% centre-columns wrong="always float32" says="The numbers are right, the dtype is not"
def centre_columns(X):
    return (X - X.mean(dim=0)).float()


# %% centre-columns wrong="squeezed where there is one column or row"
def centre_columns(X):
    return (X - X.mean(dim=0)).squeeze()


# %% centre-columns wrong="two columns alone"
def centre_columns(X):
    result = X.clone()
    result[:, 0] -= X[:, 0].mean()
    result[:, -1] -= X[:, -1].mean()
    return result


# %% capped correct="by minimum"
def capped(x, limit):
    return torch.minimum(x, torch.tensor(limit, dtype=x.dtype))


# %% capped correct="a clone, written into"
def capped(x, limit):
    result = x.clone()
    result[result > limit] = limit
    return result


# %% capped correct="clamp"
def capped(x, limit):
    return x.clamp(max=limit)


# %% capped correct="in a loop"
def capped(x, limit):
    numbers = [min(number, limit) for number in x.flatten().tolist()]
    return torch.tensor(numbers, dtype=x.dtype).reshape(x.shape)


# %% capped wrong="raised from below" says="What is below the limit is raised to it."
def capped(x, limit):
    return torch.clamp(x, limit)


# %% capped wrong="on both sides" says="You cap at −limit below as well. Small numbers stay as they are."
def capped(x, limit):
    return torch.clamp(x, -limit, limit)


# %% capped wrong="zeros" says="What is above the limit becomes 0. It is to become the limit."
def capped(x, limit):
    return torch.where(x > limit, 0, x)


# %% capped wrong="left out" says="What is above the limit is left out. The shape is to stay."
def capped(x, limit):
    return x[x <= limit]


# %% capped wrong="a mask" says="That says where x is above the limit. Numbers are wanted."
def capped(x, limit):
    return x > limit


# %% capped wrong="shrunk as a whole" says="You shrink all of x. Only what is above the limit is to change."
def capped(x, limit):
    if x.max() <= limit:
        return x.clone()
    return x / x.max() * limit


# %% capped wrong="the largest alone" says="The largest alone is capped. Everything above the limit is to be."
def capped(x, limit):
    result = x.flatten().clone()
    if result.max() > limit:
        result[result.argmax()] = limit
    return result.view(x.shape)


# %% capped wrong="the limit everywhere" says="The limit stands everywhere. What is below it stays as it is."
def capped(x, limit):
    return torch.zeros_like(x) + limit


# %% capped wrong="the limit taken off" says="The limit is subtracted from what is above it. It is to stand there itself."
def capped(x, limit):
    return torch.where(x > limit, x - limit, x)


# %% capped wrong="nothing happens" says="Nothing is capped."
def capped(x, limit):
    return x.clone()


# %% capped wrong="by the absolute value" says="You compare the sizes without their signs: a large negative number is below the limit."
def capped(x, limit):
    return torch.where(x.abs() > limit, torch.full_like(x, limit), x)


# %% capped wrong="written into x" says="Return something new and leave what you are given as it is"
def capped(x, limit):
    x[x > limit] = limit
    return x


# %% capped wrong="a second name" says="Return something new and leave what you are given as it is"
def capped(x, limit):
    y = x
    y.clamp_(max=limit)
    return y


# %% capped wrong="x itself where nothing is above" says="The result holds a tensor that you were given"
def capped(x, limit):
    if not (x > limit).any():
        return x
    return x.clamp(max=limit)


# %% capped wrong="where, its two branches exchanged" says="What is below the limit is raised to it."
def capped(x, limit):
    return torch.where(x > limit, x, limit)


# %% capped wrong="a list" says="The numbers are right, in a list"
def capped(x, limit):
    return x.clamp(max=limit).tolist()


# %% capped wrong="always float32" says="The numbers are right, the dtype is not"
def capped(x, limit):
    return x.clamp(max=limit).float()


# %% capped wrong="for one dimension alone"
def capped(x, limit):
    result = x.clone()
    for i in range(len(x)):
        if x[i] > limit:
            result[i] = limit
    return result


# %% mse-gradient correct="by the formula"
def mse_gradient(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)


# %% mse-gradient correct="autograd.grad and PyTorch's loss"
def mse_gradient(w, X, y):
    w = w.detach().requires_grad_()
    return torch.autograd.grad(torch.nn.functional.mse_loss(X @ w, y), w)[0]


# %% mse-gradient correct="weight by weight"
def mse_gradient(w, X, y):
    error = X @ w - y
    return torch.stack([2 * (error * X[:, j]).mean() for j in range(len(w))])


# %% mse-gradient wrong="the 2 is missing" says="That is half of it"
def mse_gradient(w, X, y):
    return X.T @ (X @ w - y) / len(y)


# %% mse-gradient wrong="the sum" says="That is the gradient of the sum of the squares. Take their mean."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).sum().backward()
    return w.grad


# %% mse-gradient wrong="downhill" says="The sign is flipped: that points downhill."
def mse_gradient(w, X, y):
    return 2 * X.T @ (y - X @ w) / len(y)


# %% mse-gradient wrong="the loss" says="That is the loss. Its gradient is wanted"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return loss


# %% mse-gradient wrong="the predictions" says="These are the predictions X @ w."
def mse_gradient(w, X, y):
    return X @ w


# %% mse-gradient wrong="the differences" says="These are the differences X @ w − y."
def mse_gradient(w, X, y):
    return X @ w - y


# %% mse-gradient wrong="by X" says="That is the gradient by X. The one by w is wanted."
def mse_gradient(w, X, y):
    X = X.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    return X.grad


# %% mse-gradient wrong="by y" says="That is the gradient by y. The one by w is wanted."
def mse_gradient(w, X, y):
    y = y.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    return y.grad


# %% mse-gradient wrong="absolute differences" says="That is the gradient of the mean absolute difference."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    (X @ w - y).abs().mean().backward()
    return w.grad


# %% mse-gradient wrong="no square" says="That is the gradient of the mean difference. Square the differences."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    (X @ w - y).mean().backward()
    return w.grad


# %% mse-gradient wrong="the root" says="That is the gradient of the root of the loss. There is no root."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().sqrt().backward()
    return w.grad


# %% mse-gradient wrong="the squared mean" says="That is the gradient of the squared mean. Square first, then take the mean."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y).mean() ** 2).backward()
    return w.grad


# %% mse-gradient wrong="no targets" says="The targets are not subtracted."
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w) ** 2).mean().backward()
    return w.grad


# %% mse-gradient wrong="a step" says="These are weights after a step. The gradient itself is wanted."
def mse_gradient(w, X, y):
    return w - 2 * X.T @ (X @ w - y) / len(y)


# %% mse-gradient wrong="what backward returns" says="None"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    return ((X @ w - y) ** 2).mean().backward()


# %% mse-gradient wrong="nobody watches" says="Autograd finds no way from there"
def mse_gradient(w, X, y):
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return w.grad


# %% mse-gradient wrong="a row too many" says="The numbers are right, in the shape"
def mse_gradient(w, X, y):
    return (2 * X.T @ (X @ w - y) / len(y))[None]


# %% mse-gradient wrong="backward twice" says="2 times what is wanted"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    for _ in range(2):
        ((X @ w - y) ** 2).mean().backward()
    return w.grad


# %% mse-gradient wrong="three times" says="What came is 3 times what is wanted"
def mse_gradient(w, X, y):
    w = w.clone().requires_grad_()
    ((X @ w - y) ** 2).mean().backward()
    return w.grad * 3
