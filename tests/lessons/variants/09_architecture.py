"""Answers to the exercises of *Architecture* as students give them: each right, or wrong in one way."""


# %% convolve correct="loop over output channels"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve correct="by unfold"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    columns = F.unfold(X, (kh, kw), padding=padding, stride=stride)
    rows = (X.shape[2] + 2 * padding - kh) // stride + 1
    Z = W.flatten(1) @ columns + b[:, None]
    return Z.reshape(len(X), len(W), rows, -1)


# %% convolve correct="a sum over the places of the kernel"
def convolve(X, W, b, stride, padding):
    X = F.pad(X, (padding, padding, padding, padding))
    kh, kw = W.shape[2:]
    rows = (X.shape[2] - kh) // stride + 1
    columns = (X.shape[3] - kw) // stride + 1
    Z = b[:, None, None]
    for p in range(kh):
        for q in range(kw):
            part = X[
                :,
                :,
                p : p + stride * (rows - 1) + 1 : stride,
                q : q + stride * (columns - 1) + 1 : stride,
            ]
            Z = Z + torch.einsum("ncij,oc->noij", part, W[:, :, p, q])
    return Z


# %% convolve correct="by torch"
def convolve(X, W, b, stride, padding):
    return F.conv2d(X, W, b, stride=stride, padding=padding)


# %% convolve wrong="turned kernel" says="Your kernel is turned round"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k].flip(1, 2)).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="transposed kernel" says="Your kernel is transposed"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    W = W.transpose(2, 3)
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="transposed window by window"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k].transpose(1, 2)).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="upside down" says="Your kernel is upside down"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k].flip(1)).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="no bias" says="The bias is missing."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3))
    return Z


# %% convolve wrong="minus the bias" says="The bias is subtracted."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) - b[k]
    return Z


# %% convolve wrong="all biases" says="All biases are added to every channel."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b.sum()
    return Z


# %% convolve wrong="mean over channels" says="The input channels are averaged."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(2, 3)).mean(dim=1) + b[k]
    return Z


# %% convolve wrong="mean of the window" says="The products of a window are averaged."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).mean(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="padding left and above" says="The padding is on two sides only: above"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + padding, L + padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + padding - kh) // stride + 1
    cols = (L + padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="padding right and below" says="The padding is on two sides only: below"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + padding, L + padding, dtype=X.dtype)
    P[:, :, :H, :L] = X
    rows = (H + padding - kh) // stride + 1
    cols = (L + padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="border of ones" says="Beyond the border comes a 1."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.ones(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="no stride" says="The stride is ignored"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // 1 + 1
    cols = (L + 2 * padding - kw) // 1 + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i : i + kh, j : j + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="stride downwards alone" says="The stride counts downwards alone."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = L + 2 * padding - kw + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j : j + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="windows one pixel apart" says="As many windows as with the stride"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i : i + kh, j : j + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="one window too few" says="There is one window too few"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride
    cols = (L + 2 * padding - kw) // stride
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="range too short" says="Your range ends one too early"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = len(range(0, H + 2 * padding - kh, stride))
    cols = len(range(0, L + 2 * padding - kw, stride))
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="first channel alone" says="Only the first input channel counts."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window[:, 0] * W[k, 0]).sum(dim=(1, 2)) + b[k]
    return Z


# %% convolve wrong="first picture alone" says="Only the first picture is done."
def convolve(X, W, b, stride, padding):
    X = X[:1]
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="sides exchanged" says="The two sides of the result are exchanged"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z.transpose(2, 3)


# %% convolve wrong="with a ReLU" says="A ReLU stands behind it."
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return torch.relu(Z)


# %% convolve wrong="in float32"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]
    return Z


# %% convolve wrong="nothing returned" says="is the `return` missing?"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    P = torch.zeros(n, X.shape[1], H + 2 * padding, L + 2 * padding, dtype=X.dtype)
    P[:, :, padding : padding + H, padding : padding + L] = X
    rows = (H + 2 * padding - kh) // stride + 1
    cols = (L + 2 * padding - kw) // stride + 1
    Z = torch.zeros(n, o, rows, cols, dtype=X.dtype)
    for i in range(rows):
        for j in range(cols):
            window = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for k in range(o):
                Z[:, k, i, j] = (window * W[k]).sum(dim=(1, 2, 3)) + b[k]


# %% convolve wrong="no padding" says="The padding is ignored."
def convolve(X, W, b, stride, padding):
    return F.conv2d(X, W, b, stride=stride)


# %% convolve wrong="border repeated" says="The border is repeated beyond the picture."
def convolve(X, W, b, stride, padding):
    return F.conv2d(F.pad(X, (padding,) * 4, mode="replicate"), W, b, stride=stride)


# %% convolve wrong="padding of the columns alone" says="The padding is left and right alone."
def convolve(X, W, b, stride, padding):
    return F.conv2d(F.pad(X, (padding, padding)), W, b, stride=stride)


# %% cost correct="step by step"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost correct="by torch"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    layer = nn.Conv2d(in_channels, out_channels, kernel, stride, padding, groups=groups)
    Z = layer(torch.zeros(1, in_channels, height, width))
    per_place = in_channels // groups * kernel**2
    return sum(p.numel() for p in layer.parameters()), Z.numel() * per_place


# %% cost correct="windows counted"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    rows = len(range(0, height + 2 * padding - kernel + 1, stride))
    columns = len(range(0, width + 2 * padding - kernel + 1, stride))
    per_output = in_channels / groups * kernel**2
    return [out_channels * (per_output + 1), out_channels * per_output * rows * columns]


# %% cost wrong="no bias" says="The biases are missing among the parameters"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="groups ignored" says="The groups are ignored"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * in_channels * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="times the groups" says="You multiply by the groups."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * in_channels * groups * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="groups twice" says="You divide by the groups twice"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = (out_channels // groups) * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="groups in the parameters alone" says="ignored in the multiply-adds."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = out_channels * in_channels * kernel**2 * h * w
    return parameters, multiply_adds


# %% cost wrong="groups in the work alone" says="ignored in the parameters."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = out_channels * in_channels * kernel**2 + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="places of the input" says="You count the places of the input."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * height * width
    return parameters, multiply_adds


# %% cost wrong="no stride" says="The stride is ignored"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) + 1
    w = (width + 2 * padding - kernel) + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="no padding" says="The padding is ignored"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height - kernel) // stride + 1
    w = (width - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="padding once" says="The padding is added on one side."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + padding - kernel) // stride + 1
    w = (width + padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="no plus one" says="The 1 is missing in the side of the output"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride
    w = (width + 2 * padding - kernel) // stride
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="rounded up" says="The side of the output is rounded up."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = -(-(height + 2 * padding - kernel) // stride) + 1
    w = -(-(width + 2 * padding - kernel) // stride) + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="side by stride" says="The side of the output is side / stride"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = height // stride
    w = width // stride
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="flops" says="You count multiplications and additions apart."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = 2 * weights * h * w
    return parameters, multiply_adds


# %% cost wrong="bias in the work" says="The biases are among the multiply-adds."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = parameters * h * w
    return parameters, multiply_adds


# %% cost wrong="kernel once" says="The kernel is kernel × kernel"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="one place" says="The multiply-adds are those of one place."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights
    return parameters, multiply_adds


# %% cost wrong="no input channels" says="The input channels are missing"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="no output channels" says="The output channels are missing"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="as if dense" says="You count a kernel's weights anew at each place."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights * h * w + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% cost wrong="exchanged" says="The two results are exchanged."
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (width + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return multiply_adds, parameters


# %% cost wrong="height for width"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    h = (height + 2 * padding - kernel) // stride + 1
    w = (height + 2 * padding - kernel) // stride + 1
    weights = out_channels * (in_channels // groups) * kernel * kernel
    parameters = weights + out_channels
    multiply_adds = weights * h * w
    return parameters, multiply_adds


# %% receptive-field correct="two numbers"
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r


# %% receptive-field correct="from the last layer back"
def receptive_field(layers):
    seen = 1
    for kernel, stride, dilation in reversed(layers):
        seen = (seen - 1) * stride + (kernel - 1) * dilation + 1
    return seen


# %% receptive-field correct="with math.prod"
def receptive_field(layers):
    total = 1
    for i in range(len(layers)):
        before = math.prod(layer[1] for layer in layers[:i])
        total += (layers[i][0] - 1) * layers[i][2] * before
    return total


# %% receptive-field wrong="no strides" says="The strides are ignored"
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump
    return r


# %% receptive-field wrong="own stride first" says="A layer's own stride counts before its kernel."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        jump = jump * s
        r = r + (k - 1) * d * jump
    return r


# %% receptive-field wrong="whole kernel" says="A layer adds its kernel."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + k * d * jump
        jump = jump * s
    return r


# %% receptive-field wrong="no dilation" says="The dilation is ignored"
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * jump
        jump = jump * s
    return r


# %% receptive-field wrong="strides added" says="The strides are added up."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump + s - 1
    return r


# %% receptive-field wrong="last stride alone" says="Only the stride of the layer just before counts."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = s
    return r


# %% receptive-field wrong="kernels multiplied" says="The kernels are multiplied."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r * k
        jump = jump * s
    return r


# %% receptive-field wrong="from zero" says="You begin at 0."
def receptive_field(layers):
    r, jump = 0, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r


# %% receptive-field wrong="dilated kernel" says="The dilation multiplies the whole kernel."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k * d - 1) * jump
        jump = jump * s
    return r


# %% receptive-field wrong="dilations pile up" says="The dilations pile up like strides."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump * s * d
    return r


# %% receptive-field wrong="backwards" says="You walk from the last layer to the first"
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers[::-1]:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r


# %% receptive-field wrong="first layer" says="Only the first layer counts."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers[:1]:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r


# %% receptive-field wrong="last layer" says="Only the last layer counts."
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers[-1:]:
        r = r + (k - 1) * d * jump
        jump = jump * s
    return r


# %% receptive-field wrong="stays in the loop"
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * jump
        jump = jump * s
        return r


# %% gru-step correct="part by part"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step correct="by torch"
def gru_step(x, h, W, U, b, c):
    cell = nn.GRUCell(W.shape[0], U.shape[0], dtype=x.dtype)
    with torch.no_grad():
        cell.weight_ih.copy_(W.T)
        cell.weight_hh.copy_(U.T)
        cell.bias_ih.copy_(b)
        cell.bias_hh.copy_(c)
        return cell(x, h)


# %% gru-step correct="both gates at once"
def gru_step(x, h, W, U, b, c):
    k = len(U)
    a, g = x @ W + b, h @ U + c
    gates = (a[:, : 2 * k] + g[:, : 2 * k]).sigmoid()
    n = (a[:, 2 * k :] + gates[:, :k] * g[:, 2 * k :]).tanh()
    return n + gates[:, k:] * (h - n)


# %% gru-step wrong="z exchanged" says="z and 1 − z are exchanged"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return z * n + (1 - z) * h


# %% gru-step wrong="r before the matrix" says="r is multiplied with h before the matrix."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + (r * h) @ Un + cn)
    return (1 - z) * n + z * h


# %% gru-step wrong="c outside" says="cₙ stands outside of r."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un) + cn)
    return (1 - z) * n + z * h


# %% gru-step wrong="z first" says="You take z's part first."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wz, Wr, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Uz, Ur, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    bz, br, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cz, cr, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="candidate first" says="You take the candidate's part first."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wn, Wr, Wz = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Un, Ur, Uz = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    bn, br, bz = b[:k], b[k : 2 * k], b[2 * k :]
    cn, cr, cz = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="sigmoid candidate" says="The candidate is bent by the sigmoid."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.sigmoid(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="tanh gates" says="The gates are bent by tanh."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.tanh(x @ Wr + br + h @ Ur + cr)
    z = torch.tanh(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="gates as they are" says="The gates are not bent"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = x @ Wr + br + h @ Ur + cr
    z = x @ Wz + bz + h @ Uz + cz
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="candidate as it is" says="The candidate is not bent"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = x @ Wn + bn + r * (h @ Un + cn)
    return (1 - z) * n + z * h


# %% gru-step wrong="no r" says="r does nothing."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="r over all" says="r multiplies the input"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(r * (x @ Wn + bn + h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="r on the input" says="r multiplies the input"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(r * (x @ Wn + bn) + h @ Un + cn)
    return (1 - z) * n + z * h


# %% gru-step wrong="z for r" says="The candidate has z in the place of r."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + z * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="old state lost" says="The old state is lost"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return (1 - z) * n


# %% gru-step wrong="candidate whole" says="The candidate is added whole."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return n + z * h


# %% gru-step wrong="candidate alone" says="The candidate itself is returned."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    return n


# %% gru-step wrong="no c" says="The biases c are missing."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un))
    return (1 - z) * n + z * h


# %% gru-step wrong="no b" says="The biases b are missing."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + r * (h @ Un + cn))
    return (1 - z) * n + z * h


# %% gru-step wrong="no biases" says="All biases are missing."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + h @ Ur)
    z = torch.sigmoid(x @ Wz + h @ Uz)
    n = torch.tanh(x @ Wn + r * (h @ Un))
    return (1 - z) * n + z * h


# %% gru-step wrong="nothing returned" says="is the `return` missing?"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    Wr, Wz, Wn = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    Ur, Uz, Un = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    br, bz, bn = b[:k], b[k : 2 * k], b[2 * k :]
    cr, cz, cn = c[:k], c[k : 2 * k], c[2 * k :]
    r = torch.sigmoid(x @ Wr + br + h @ Ur + cr)
    z = torch.sigmoid(x @ Wz + bz + h @ Uz + cz)
    n = torch.tanh(x @ Wn + bn + r * (h @ Un + cn))
    (1 - z) * n + z * h


# %% gru-step wrong="every third column" says="Every third column is taken together."
def gru_step(x, h, W, U, b, c):
    a, g = x @ W + b, h @ U + c
    r = torch.sigmoid(a[:, 0::3] + g[:, 0::3])
    z = torch.sigmoid(a[:, 1::3] + g[:, 1::3])
    n = torch.tanh(a[:, 2::3] + r * g[:, 2::3])
    return (1 - z) * n + z * h


# %% attention correct="in place on its own scores"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention correct="exponentials"
def attention(Q, K, V, mask):
    e = torch.exp(torch.einsum("qd,kd->qk", Q, K) / math.sqrt(Q.shape[-1])) * mask
    weights = e / e.sum(dim=1, keepdim=True)
    return weights @ V, weights


# %% attention correct="with torch, twice"
def attention(Q, K, V, mask):
    f = F.scaled_dot_product_attention
    ones = torch.eye(len(K), dtype=K.dtype)
    return f(Q[None], K[None], V[None], mask[None])[0], f(Q[None], K[None], ones[None], mask[None])[
        0
    ]


# %% attention correct="row by row"
def attention(Q, K, V, mask):
    rows = []
    for q, allowed in zip(Q, mask):
        weights = torch.zeros(len(K), dtype=Q.dtype)
        weights[allowed] = ((K[allowed] @ q) / math.sqrt(len(q))).softmax(dim=0)
        rows.append(weights)
    weights = torch.stack(rows)
    return weights @ V, weights


# %% attention wrong="no root" says="The scores are not divided by √d."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="by d" says="The scores are divided by d."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="times the root" says="The scores are multiplied by √d."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T * d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="width of the values" says="√d is taken of the width of the values."
def attention(Q, K, V, mask):
    d = V.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="number of keys" says="√d is taken of the number of keys."
def attention(Q, K, V, mask):
    d = K.shape[0]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="number of queries" says="√d is taken of the number of queries."
def attention(Q, K, V, mask):
    d = len(Q)
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="over the queries" says="The softmax runs over the queries."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=0)
    return weights @ V, weights


# %% attention wrong="mask after" says="The mask comes after the softmax"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    weights = torch.softmax(scores, dim=1) * mask
    return weights @ V, weights


# %% attention wrong="zeros for hidden" says="Hidden scores become 0"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = 0
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="upside down" says="The mask is upside down"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="no mask" says="The mask is ignored."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="mask added" says="Hidden scores are only 1 lower"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores = scores + mask
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="minus one" says="Hidden scores are only 1 lower"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores = scores - (~mask).to(scores.dtype)
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="no softmax" says="There is no softmax"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = 0
    weights = scores
    return weights @ V, weights


# %% attention wrong="divided by the sum" says="Weights are scores divided by their sum."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = 0
    weights = scores / scores.sum(dim=1, keepdim=True)
    return weights @ V, weights


# %% attention wrong="cosines" says="Queries and keys are brought to length 1."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = F.normalize(Q, dim=1) @ F.normalize(K, dim=1).T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% attention wrong="scores returned" says="The weights hold the scores before the softmax."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, Q @ K.T / d**0.5


# %% attention wrong="weights transposed" says="The weights are transposed"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights.T


# %% attention wrong="best key" says="Only the best key counts."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = F.one_hot(scores.argmax(dim=1), len(K)).to(Q.dtype)
    return weights @ V, weights


# %% attention wrong="out alone"
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V


# %% attention wrong="exchanged" says="The two results are exchanged."
def attention(Q, K, V, mask):
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights, weights @ V


# %% attention wrong="mask in place" says="Return something new and leave what you are given as it is"
def attention(Q, K, V, mask):
    mask |= torch.eye(*mask.shape).bool()
    d = K.shape[1]
    scores = Q @ K.T / d**0.5
    scores[~mask] = -torch.inf
    weights = torch.softmax(scores, dim=1)
    return weights @ V, weights


# %% several-heads correct="by permute"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads correct="a loop over heads"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    w = X.shape[1] // heads
    outs = []
    for i in range(heads):
        part = slice(i * w, (i + 1) * w)
        A = torch.softmax(Q[:, part] @ K[:, part].T / w**0.5, dim=1)
        outs.append(A @ V[:, part])
    return torch.cat(outs, dim=1) @ Wo


# %% several-heads correct="with torch's attention"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    Q, K, V = (torch.stack((X @ W).chunk(heads, dim=1)) for W in (Wq, Wk, Wv))
    Z = F.scaled_dot_product_attention(Q[None], K[None], V[None])[0]
    return torch.cat(list(Z), dim=1) @ Wo


# %% several-heads wrong="one head" says="There is one head."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    heads = 1
    w = d
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="whole width" says="√d is that of the whole width."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(d)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="no root" says="The scores are not divided"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="by the width" says="The scores are divided by a head's width."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / w
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="view in the wrong order" says="The heads are cut by"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(heads, T, w)
    K = (X @ Wk).view(heads, T, w)
    V = (X @ Wv).view(heads, T, w)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="joined in the wrong order" says="The heads are joined by"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="both in the wrong order" says="Cut and join both forget to swap"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(heads, T, w)
    K = (X @ Wk).view(heads, T, w)
    V = (X @ Wv).view(heads, T, w)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="interleaved" says="A head takes every `heads`-th column."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, w, heads).permute(2, 0, 1)
    K = (X @ Wk).view(T, w, heads).permute(2, 0, 1)
    V = (X @ Wv).view(T, w, heads).permute(2, 0, 1)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="heads attend" says="The heads attend to one another"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w)
    K = (X @ Wk).view(T, heads, w)
    V = (X @ Wv).view(T, heads, w)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="no Wo" says="The last matrix, Wo, is missing."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z


# %% several-heads wrong="Wo transposed" says="Wo comes transposed"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo.T


# %% several-heads wrong="over the queries" says="The softmax runs over the queries."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="values are keys" says="Keys are the values"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="queries are keys" says="Queries are the keys"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="values are X" says="The values are X itself"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = X.view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="exchanged" says="Queries and keys are exchanged."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = K @ Q.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo


# %% several-heads wrong="with a skip" says="X itself is added."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return X + Z @ Wo


# %% several-heads wrong="all transposed" says="The matrices are transposed"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq.T).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk.T).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv.T).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z.permute(1, 0, 2).reshape(T, d)
    return Z @ Wo.T


# %% several-heads wrong="the first head for all" says="The first head stands for all."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q = (X @ Wq).view(T, heads, w).permute(1, 0, 2)
    K = (X @ Wk).view(T, heads, w).permute(1, 0, 2)
    V = (X @ Wv).view(T, heads, w).permute(1, 0, 2)
    scores = Q @ K.mT / math.sqrt(w)
    Z = scores.softmax(dim=-1) @ V
    Z = Z[0].repeat(1, heads)
    return Z @ Wo


# %% block correct="mean and variance"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block correct="by layer_norm"
def transformer_block(X, attend, think, eps):
    norm = lambda Z: F.layer_norm(Z, (Z.shape[1],), eps=eps)
    X = X + attend(norm(X))
    X = X + think(norm(X))
    return X


# %% block correct="by nn.LayerNorm"
def transformer_block(X, attend, think, eps):
    norm = nn.LayerNorm(X.shape[1], eps=eps, elementwise_affine=False)
    for branch in (attend, think):
        X = X + branch(norm(X))
    return X


# %% block wrong="post-norm" says="The norms come after the sums"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = ln(X + attend(X))
    return ln(Y + think(Y))


# %% block wrong="norm on the way" says="The norm stands on the way past the branch"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    N = ln(X)
    Y = N + attend(N)
    Y = ln(Y)
    return Y + think(Y)


# %% block wrong="side by side" says="Both branches read the same input."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(X))


# %% block wrong="second without norm" says="The second branch has no norm."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(Y)


# %% block wrong="first without norm" says="The first branch has no norm."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(X)
    return Y + think(ln(Y))


# %% block wrong="no norms" says="There are no norms."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(X)
    return Y + think(Y)


# %% block wrong="first replaces" says="The first branch replaces X."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="second replaces" says="The second branch replaces X."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return think(ln(Y))


# %% block wrong="both replace" says="Both branches replace X."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = attend(ln(X))
    return think(ln(Y))


# %% block wrong="skip over both" says="The second branch is added to the X of the beginning."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return X + think(ln(Y))


# %% block wrong="norms behind" says="The norms come behind the branches."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + ln(attend(X))
    return Y + ln(think(Y))


# %% block wrong="over the positions" says="The norm runs down the columns"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=0, keepdim=True)
        var = Z.var(dim=0, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="over all" says="The norm runs over the whole table."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=(0, 1), keepdim=True)
        var = Z.var(dim=(0, 1), keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="d minus one" says="The variance is divided by d − 1."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="no eps" says="eps is missing."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="eps outside" says="eps is added to the root."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / (torch.sqrt(var) + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="no mean" says="The mean is not subtracted."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return Z / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="RMS" says="The mean is not subtracted, and the squares"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.pow(2).mean(dim=-1, keepdim=True)
        return Z / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="by the variance" says="It divides by the variance."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / (var + eps)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% block wrong="think first" says="First comes attend"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + think(ln(X))
    return Y + attend(ln(Y))


# %% block wrong="a third norm" says="A third norm stands at the end."
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    Y = X + attend(ln(X))
    return ln(Y + think(ln(Y)))


# %% block wrong="writes into X" says="Return something new and leave what you are given as it is"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + eps)

    X += attend(ln(X))
    Y = X
    return Y + think(ln(Y))


# %% block wrong="eps of its own"
def transformer_block(X, attend, think, eps):
    def ln(Z):
        mean = Z.mean(dim=-1, keepdim=True)
        var = Z.var(dim=-1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(var + 1e-5)

    Y = X + attend(ln(X))
    return Y + think(ln(Y))


# %% propagate correct="diagonal matrices"
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate correct="the features scaled"
def propagate(A, X):
    scale = (A.sum(dim=1, keepdim=True) + 1) ** -0.5
    Z = scale * X
    return scale * (A @ Z + Z)


# %% propagate correct="in loops"
def propagate(A, X):
    n = len(A)
    degree = [1 + sum(A[i].tolist()) for i in range(n)]
    Z = torch.zeros_like(X)
    for i in range(n):
        for j in range(n):
            if i == j or A[i, j] == 1:
                Z[i] += X[j] / math.sqrt(degree[i] * degree[j])
    return Z


# %% propagate wrong="no loops" says="A node does not see itself"
def propagate(A, X):
    n = A.shape[0]
    B = A
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate wrong="degrees before" says="The degrees are counted before the loops"
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = A.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate wrong="mean" says="A row is divided by its own degree"
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return (B / d[:, None]) @ X


# %% propagate wrong="columns" says="A column is divided by its own degree."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return (B / d) @ X


# %% propagate wrong="sum" says="The neighbours are added up."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return B @ X


# %% propagate wrong="no roots" says="It is divided by dᵢ dⱼ."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(1 / d)
    return D @ B @ D @ X


# %% propagate wrong="times the roots" says="It is multiplied by √dᵢ √dⱼ."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**0.5)
    return D @ B @ D @ X


# %% propagate wrong="left alone" says="It is divided by √dᵢ alone."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ X


# %% propagate wrong="right alone" says="It is divided by √dⱼ alone."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return B @ D @ X


# %% propagate wrong="two loops" says="Each node sees itself twice"
def propagate(A, X):
    n = A.shape[0]
    B = A + 2 * torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate wrong="loops subtracted" says="The loops are subtracted."
def propagate(A, X):
    n = A.shape[0]
    B = A - torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate wrong="the matrix" says="The matrix came."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D


# %% propagate wrong="two steps" says="That is two steps along the edges."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ (D @ B @ D @ X)


# %% propagate wrong="X again" says="X is added once more."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return X + D @ B @ D @ X


# %% propagate wrong="with a ReLU" says="A ReLU stands behind it."
def propagate(A, X):
    n = A.shape[0]
    B = A + torch.eye(n, dtype=A.dtype)
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return torch.relu(D @ B @ D @ X)


# %% propagate wrong="all ones" says="All ones are added to A"
def propagate(A, X):
    n = A.shape[0]
    B = A + 1
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% propagate wrong="writes into A" says="Return something new and leave what you are given as it is"
def propagate(A, X):
    n = A.shape[0]
    A.fill_diagonal_(1)
    B = A
    d = B.sum(dim=1)
    D = torch.diag(d**-0.5)
    return D @ B @ D @ X


# %% route correct="with einsum"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route correct="no agreement after the last pass"
def route(votes, passes):
    logits = torch.zeros_like(votes[..., 0])
    for i in range(passes):
        share = logits.softmax(-1)
        total = (share.unsqueeze(-1) * votes).sum(0)
        length = total.norm(dim=-1, keepdim=True)
        out = total * length / (1 + length**2)
        if i < passes - 1:
            logits = logits + (votes * out).sum(-1)
    return out, share


# %% route correct="recursion"
def route(votes, passes):
    def squash(s):
        n = torch.linalg.vector_norm(s, dim=1, keepdim=True)
        return torch.where(n > 0, n**2 / (1 + n**2) * s / n, torch.zeros_like(s))

    def go(b, left):
        c = F.softmax(b, dim=1)
        v = squash((c[..., None] * votes).sum(dim=0))
        return (v, c) if left == 1 else go(b + (votes * v).sum(2), left - 1)

    return go(torch.zeros(votes.shape[:2], dtype=votes.dtype), passes)


# %% route wrong="over the inputs" says="The softmax runs over the inputs."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=0)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="no squash" says="The squash is missing."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = s
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="length one" says="Your squash makes every vector 1 long."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="nan at zero" says="Your squash divides by |s|"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="times s" says="Your squash multiplies by s"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="one length" says="Your squash takes one length for all outputs"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        n = s.norm()
        v = n / (1 + n**2) * s
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="votes squashed" says="The votes are squashed."
def route(votes, passes):
    n = votes.norm(dim=2, keepdim=True)
    votes = n / (1 + n**2) * votes
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="b replaced" says="b is replaced by the agreement."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="minus" says="The agreement is subtracted from b."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b - torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="agreement with s" says="The agreement is with s."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, s)
    return v, c


# %% route wrong="cosine" says="The agreement is a cosine."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + F.cosine_similarity(votes, v[None], dim=2)
    return v, c


# %% route wrong="b stays" says="b never changes"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
    return v, c


# %% route wrong="mean of votes" says="The votes are averaged over the inputs."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes) / len(votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="couplings unused" says="The couplings are not used"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = votes.sum(dim=0)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="one more" says="That is one pass too many."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes + 1):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="always three" says="The number of passes is ignored"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(3):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, c


# %% route wrong="coupling after" says="The coupling is taken after the last agreement."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, torch.softmax(b, dim=1)


# %% route wrong="b returned" says="b itself came in place of the coupling."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v, b


# %% route wrong="s returned" says="The sums before the squash came."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return s, c


# %% route wrong="lengths" says="The lengths came."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v.norm(dim=1), c


# %% route wrong="exchanged" says="The two results are exchanged."
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return c, v


# %% route wrong="in float32"
def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1])
    for _ in range(passes):
        c = torch.softmax(b, dim=1)
        s = torch.einsum("io,iod->od", c, votes)
        norm2 = (s * s).sum(dim=1, keepdim=True)
        v = norm2 / (1 + norm2) * s / torch.sqrt(norm2).clamp(min=1e-12)
        b = b + torch.einsum("iod,od->io", votes, v)
    return v.float(), c


# %% route wrong="one pass too few" says="That is one pass too few."
def route(votes, passes):
    b = torch.zeros_like(votes[..., 0])
    v, c = torch.zeros_like(votes[0]), torch.softmax(b, dim=1)
    for _ in range(passes - 1):
        c = torch.softmax(b, dim=1)
        s = (c[..., None] * votes).sum(dim=0)
        n = s.norm(dim=1, keepdim=True)
        v = n / (1 + n**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c


# %% compound correct="a loop"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound correct="logarithms of two kinds, tuples"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log2(ratio) / (math.log2(alpha) + 2 * math.log2(beta) + 2 * math.log2(gamma))
    exact = [c * beta**phi for c in channels]
    nearest = [max(8, 8 * math.floor(e / 8 + 0.5)) for e in exact]
    wider = tuple(n + 8 if n < 0.9 * e else n for n, e in zip(nearest, exact))
    return wider, tuple(math.ceil(d * alpha**phi) for d in depths), int(side * gamma**phi + 0.5)


# %% compound correct="with torch"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    prices = torch.tensor([alpha, beta, gamma], dtype=torch.float64).log()
    phi = math.log(ratio) / (prices @ torch.tensor([1.0, 2.0, 2.0], dtype=torch.float64)).item()
    a, b, g = (prices * phi).exp().tolist()

    def eights(c):
        n = max(8, round(c / 8) * 8)
        return n if n >= 0.9 * c else n + 8

    return (
        [eights(c * b) for c in channels],
        [math.ceil(d * a - 1e-9) for d in depths],
        round(side * g),
    )


# %% compound wrong="no squares" says="Width and side count once in your price."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta * gamma)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="gamma once" says="The square of γ is missing"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="beta once" says="The square of β is missing"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="all squared" says="All three are squared in the price."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha**2 * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="the ratio itself" says="φ is the ratio itself."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = ratio
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="a quotient" says="φ is the ratio divided by αβ²γ²."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = ratio / (alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="logarithm alone" says="φ is the logarithm of the ratio."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="log2" says="φ is taken for 2 as the price of one step."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log2(ratio)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="phi is one" says="φ is 1: the ratio is ignored."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = 1
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="phi multiplies" says="φ multiplies."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta * phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha * phi) for d in depths]
    return new_channels, new_depths, round(side * gamma * phi)


# %% compound wrong="alpha and beta" says="α and β are exchanged"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * alpha**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * beta**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="beta and gamma" says="β and γ are exchanged"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * gamma**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * beta**phi)


# %% compound wrong="alpha and gamma" says="α and γ are exchanged"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * gamma**phi) for d in depths]
    return new_channels, new_depths, round(side * alpha**phi)


# %% compound wrong="channels down" says="The channels are rounded down"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact) // 8 * 8)
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="channels up" says="The channels are rounded up"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = math.ceil(exact / 8) * 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="no multiples" says="The channels are whole numbers, but not multiples of 8."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = round(exact)
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="no tenth" says="The channels may not lose more than a tenth"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="no least" says="There may be no channels left"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = int(exact + 4) // 8 * 8
        if 0 < n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="depths rounded" says="The depths are rounded to the nearest number."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [round(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="depths down" says="The depths are rounded down."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [int(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="depths broken" says="The depths are not whole numbers."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [d * alpha**phi for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="side up" says="The side is rounded up."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, math.ceil(side * gamma**phi)


# %% compound wrong="side down" says="The side is rounded down."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, int(side * gamma**phi)


# %% compound wrong="side broken" says="The side is not a whole number."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, side * gamma**phi


# %% compound wrong="stem stays" says="The first channels stay as they are."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    new_channels.append(channels[0])
    for c in channels[1:]:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% compound wrong="first alone" says="Only the first of the channels grow."
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        n = max(8, int(exact + 4) // 8 * 8)
        if n < 0.9 * exact:
            n += 8
        new_channels.append(n if len(new_channels) == 0 else c)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    return new_channels, new_depths, round(side * gamma**phi)


# %% frames correct="all pictures at once"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T):
        h = step(features[:, t], h)
    return h


# %% frames correct="a loop over time"
def read_film(clips, encode, step, h):
    state = h
    for t in range(clips.shape[1]):
        state = step(encode(clips[:, t]), state)
    return state


# %% frames correct="film by film"
def read_film(clips, encode, step, h):
    last = []
    for film, state in zip(clips, h):
        state = state[None]
        for features in encode(film):
            state = step(features[None], state)
        last.append(state[0])
    return torch.stack(last)


# %% frames wrong="films mixed up" says="The films are mixed up"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(T, n, -1).transpose(0, 1)
    for t in range(T):
        h = step(features[:, t], h)
    return h


# %% frames wrong="backwards" says="Time runs backwards."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in reversed(range(T)):
        h = step(features[:, t], h)
    return h


# %% frames wrong="first state each time" says="Only the last frame counts: hand on"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T):
        last = step(features[:, t], h)
    return last


# %% frames wrong="first frame" says="Only the first frame is read."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(1):
        h = step(features[:, t], h)
    return h


# %% frames wrong="last frame left out" says="The last frame is left out."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T - 1):
        h = step(features[:, t], h)
    return h


# %% frames wrong="first frame left out" says="The first frame is left out."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(1, T):
        h = step(features[:, t], h)
    return h


# %% frames wrong="mean of the features" says="The features are averaged over time"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    h = step(features.mean(dim=1), h)
    return h


# %% frames wrong="mean picture" says="The pictures are averaged over time"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    h = step(encode(clips.mean(dim=1)), h)
    return h


# %% frames wrong="all states" says="All states came."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    states = []
    for t in range(T):
        h = step(features[:, t], h)
        states.append(h)
    return torch.stack(states, dim=1)


# %% frames wrong="mean state" says="The states are averaged over time."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    states = []
    for t in range(T):
        h = step(features[:, t], h)
        states.append(h)
    return torch.stack(states).mean(dim=0)


# %% frames wrong="one picture again" says="The first picture is encoded for every step."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T):
        h = step(features[:, 0], h)
    return h


# %% frames wrong="features" says="The features are returned."
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T):
        h = step(features[:, t], h)
    return features[:, -1]


# %% frames wrong="state first"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    for t in range(T):
        h = step(h, features[:, t])
    return h


# %% frames wrong="only zeros"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.reshape(n * T, *clips.shape[2:]))
    features = features.reshape(n, T, -1)
    h = torch.zeros_like(h)
    for t in range(T):
        h = step(features[:, t], h)
    return h


# %% clicks correct="lists of steps"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks correct="one large graph"
def light_gcn(clicks, users, things, num_layers):
    n = len(users)
    A = torch.zeros(n + len(things), n + len(things), dtype=users.dtype)
    A[:n, n:] = clicks
    A[n:, :n] = clicks.T
    d = A.sum(dim=1)
    scale = torch.where(d > 0, d, torch.ones_like(d)) ** -0.5
    E = total = torch.cat([users, things])
    for _ in range(num_layers):
        E = scale[:, None] * (A @ (scale[:, None] * E))
        total = total + E
    total = total / (1 + num_layers)
    return total[:n], total[n:]


# %% clicks correct="nan made zero, as a list"
def light_gcn(clicks, users, things, num_layers):
    P = torch.nan_to_num(clicks / clicks.sum(1, keepdim=True).sqrt() / clicks.sum(0).sqrt())
    u, i = users, things
    sum_u, sum_i = users.clone(), things.clone()
    for _ in range(num_layers):
        u, i = P @ i, P.t() @ u
        sum_u += u
        sum_i += i
    return [sum_u / (num_layers + 1), sum_i / (num_layers + 1)]


# %% clicks wrong="last step" says="Only the last step counts."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return all_u[-1], all_i[-1]


# %% clicks wrong="sum" says="The steps are added up."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).sum(dim=0), torch.stack(all_i).sum(dim=0)


# %% clicks wrong="by num_layers" says="The sum is divided by num_layers."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return sum(all_u) / max(num_layers, 1), sum(all_i) / max(num_layers, 1)


# %% clicks wrong="by num_layers, and by zero"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return sum(all_u) / num_layers, sum(all_i) / num_layers


# %% clicks wrong="without step 0" says="The vectors given are left out of the mean."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    if num_layers:
        all_u, all_i = all_u[1:], all_i[1:]
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="loops" says="Each one sees itself as well."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1] + all_u[-1]
        new_i = P.T @ all_u[-1] + all_i[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="means" says="Neighbours are averaged."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / du[:, None]
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = (clicks / di).T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="sums of neighbours" says="Neighbours are added up."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="no roots" says="It is divided by both degrees."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / (du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="receiver alone" says="It is divided by √d of whoever receives, alone."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / du[:, None].sqrt()
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = (clicks / di.sqrt()).T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="sender alone" says="It is divided by √d of the sender, alone."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / di.sqrt()
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = (clicks / du[:, None].sqrt()).T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="one after the other" says="The things get the users"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ new_u
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="nan" says="Who has no clicks divides by 0"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1)
    di = clicks.sum(dim=0)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="one more step" says="That is one step too many."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers + 1):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="one step" says="The number of layers is ignored"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(1):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="degrees with loops" says="The degrees are counted with a loop."
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1) + 1
    di = clicks.sum(dim=0) + 1
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0), torch.stack(all_i).mean(dim=0)


# %% clicks wrong="exchanged"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_i).mean(dim=0), torch.stack(all_u).mean(dim=0)


# %% clicks wrong="users alone"
def light_gcn(clicks, users, things, num_layers):
    du = clicks.sum(dim=1).clamp(min=1)
    di = clicks.sum(dim=0).clamp(min=1)
    P = clicks / torch.sqrt(du[:, None] * di[None, :])
    all_u, all_i = [users], [things]
    for _ in range(num_layers):
        new_u = P @ all_i[-1]
        new_i = P.T @ all_u[-1]
        all_u.append(new_u)
        all_i.append(new_i)
    return torch.stack(all_u).mean(dim=0)


# %% contenders correct="pair by pair"
def contenders(table):
    result = {}
    for task, runs in table.items():
        names = []
        for name in runs:
            beaten = any(min(runs[other]) > max(runs[name]) for other in runs if other != name)
            if not beaten:
                names.append(name)
        result[task] = names
    return result


# %% contenders correct="sets"
def contenders(table):
    return {
        task: {m for m, own in runs.items() if max(own) >= max(map(min, runs.values()))}
        for task, runs in table.items()
    }


# %% contenders correct="tuples, sorted"
def contenders(table):
    found = {}
    for task in table:
        worst = sorted(min(runs) for runs in table[task].values())[-1]
        found[task] = tuple(sorted(m for m in table[task] if not max(table[task][m]) < worst))
    return found


# %% contenders wrong="best median" says="You name the model with the best median alone."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(median(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if median(own) == line]
    return result


# %% contenders wrong="best mean" says="You name the model with the best mean alone."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(sum(own) / len(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if sum(own) / len(own) == line]
    return result


# %% contenders wrong="best run" says="You name the model with the best single run alone."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(max(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) >= line]
    return result


# %% contenders wrong="must be above" says="To reach the worst run is enough"
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) > line]
    return result


# %% contenders wrong="against medians" says="You compare best runs with medians."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(median(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) >= line]
    return result


# %% contenders wrong="medians against worst" says="You compare medians with worst runs."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if median(own) >= line]
    return result


# %% contenders wrong="worst against worst" says="You compare worst runs with worst runs."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if min(own) >= line]
    return result


# %% contenders wrong="the favourite's worst" says="You compare with the worst run of the model whose median is best."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = min(max(runs.values(), key=median))
        result[task] = [name for name, own in runs.items() if max(own) >= line]
    return result


# %% contenders wrong="worst of all" says="You compare with the worst run of all."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = min(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) >= line]
    return result


# %% contenders wrong="the beaten" says="These are the models that are beaten."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) < line]
    return result


# %% contenders wrong="lowest best" says="You take the lowest runs for the best."
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = min(max(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if min(own) <= line]
    return result


# %% contenders wrong="first task alone"
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) >= line]
        return result


# %% contenders wrong="one name each"
def contenders(table):
    result = {}
    for task, runs in table.items():
        line = max(min(own) for own in runs.values())
        result[task] = [name for name, own in runs.items() if max(own) >= line][0]
    return result


# %% convolve wrong="padding below and right" says="All rows and columns of padding come below"
def convolve(X, W, b, stride, padding):
    return F.conv2d(F.pad(X, (0, 2 * padding, 0, 2 * padding)), W, b, stride)


# %% convolve wrong="padding above and left" says="All rows and columns of padding come above"
def convolve(X, W, b, stride, padding):
    return F.conv2d(F.pad(X, (2 * padding, 0, 2 * padding, 0)), W, b, stride)


# %% convolve wrong="a bias for each input channel" says="The bias is added once for each input channel."
def convolve(X, W, b, stride, padding):
    parts = [F.conv2d(X[:, [c]], W[:, [c]], b, stride, padding) for c in range(X.shape[1])]
    return sum(parts)


# %% receptive-field wrong="other order" says="Stride and dilation are exchanged."
def receptive_field(layers):
    size, apart = 1, 1
    for kernel, dilation, stride in layers:
        size += (kernel - 1) * dilation * apart
        apart *= stride
    return size


# %% receptive-field wrong="nothing is seen" says="Without layers an output is an input"
def receptive_field(layers):
    if not layers:
        return 0
    size, apart = 1, 1
    for kernel, stride, dilation in layers:
        size += (kernel - 1) * dilation * apart
        apart *= stride
    return size


# %% gru-step wrong="old state whole" says="The old state is added whole."
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return h + (1 - z) * torch.tanh(xn + r * hn)


# %% gru-step wrong="bn inside" says="bₙ stands inside of r."
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    xr, xz, xn = (x @ W).chunk(3, dim=1)
    hr, hz, hn = (h @ U + b + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h


# %% attention wrong="over the queries, large and negative" says="The softmax runs over the queries, and a key"
def attention(Q, K, V, mask):
    scores = torch.where(mask, Q @ K.T / math.sqrt(Q.shape[1]), -1e9)
    weights = scores.softmax(dim=0).to(Q.dtype)
    return weights @ V, weights


# %% attention wrong="no sum" says="The exponentials are not divided by their sum"
def attention(Q, K, V, mask):
    weights = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -math.inf).exp()
    return weights @ V, weights


# %% several-heads wrong="over the heads" says="The softmax runs over the heads."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    Q, K, V = ((X @ W).reshape(len(X), heads, w).transpose(0, 1) for W in (Wq, Wk, Wv))
    weights = (Q @ K.mT / math.sqrt(w)).softmax(dim=0)
    return torch.cat(list(weights @ V), dim=1) @ Wo


# %% several-heads wrong="keys for values" says="Keys and values are exchanged."
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    Q, V, K = ((X @ W).reshape(len(X), heads, w).transpose(0, 1) for W in (Wq, Wk, Wv))
    weights = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return torch.cat(list(weights @ V), dim=1) @ Wo


# %% block wrong="attends twice" says="`attend` is called more than once."
def transformer_block(X, attend, think, eps):
    def norm(X):
        return F.layer_norm(X, X.shape[1:], eps=eps)

    if attend(norm(X)).shape != X.shape:
        raise ValueError("attend gives another shape")
    X = X + attend(norm(X))
    return X + think(norm(X))


# %% block wrong="thinks twice" says="`think` is called more than once."
def transformer_block(X, attend, think, eps):
    def norm(X):
        return F.layer_norm(X, X.shape[1:], eps=eps)

    X = X + attend(norm(X))
    return X + (think(norm(X)) + think(norm(X))) / 2


# %% block wrong="row by row" says="`think` is called for each row by itself."
def transformer_block(X, attend, think, eps):
    def norm(X):
        return F.layer_norm(X, X.shape[1:], eps=eps)

    X = X + attend(norm(X))
    rows = norm(X)
    return X + torch.stack([think(rows[i : i + 1])[0] for i in range(len(X))])


# %% propagate wrong="no loops, lonely nodes divided by 1" says="A node does not see itself, nor is it counted"
def propagate(A, X):
    d = A.sum(dim=1)
    root = torch.where(d > 0, d, 1.0).sqrt()
    return (A / root[:, None] / root) @ X


# %% propagate wrong="degrees of A, at least 1" says="The degrees do not count the node itself"
def propagate(A, X):
    d = A.sum(dim=1)
    root = torch.where(d > 0, d, 1.0).sqrt()
    return ((A + torch.eye(len(A), dtype=A.dtype)) / root[:, None] / root) @ X


# %% propagate wrong="own row whole" says="A node's own row is added whole."
def propagate(A, X):
    root = (A.sum(dim=1) + 1).sqrt()
    return (A / root[:, None] / root) @ X + X


# %% route wrong="another squash" says="Your squash makes a vector |s|/(1 + |s|) long."
def route(votes, passes):
    b = torch.zeros_like(votes[:, :, 0])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = torch.einsum("ij,ijd->jd", c, votes)
        v = s / (1 + s.norm(dim=1, keepdim=True))
        b = b + torch.einsum("ijd,jd->ij", votes, v)
    return v, c


# %% route wrong="one b" says="All inputs share one b."
def route(votes, passes):
    b = torch.zeros_like(votes[:, :, 0])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = torch.einsum("ij,ijd->jd", c, votes)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + torch.einsum("ijd,jd->j", votes, v)
    return v, c


# %% frames wrong="old state added" says="The old state is added to the new one."
def read_film(films, encode, step, h):
    for t in range(films.shape[1]):
        h = h + step(encode(films[:, t]), h)
    return h


# %% clicks wrong="always from the start" says="Each step starts from the vectors given."
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt()
    P = P / clicks.sum(0).clamp(min=1).sqrt()
    all_users, all_things = [users], [things]
    for _ in range(num_layers):
        all_users.append(P @ things)
        all_things.append(P.T @ users)
    return torch.stack(all_users).mean(0), torch.stack(all_things).mean(0)


# %% contenders wrong="a draw is a defeat" says="Where a best run just equals another's worst run"
def contenders(table):
    found = {}
    for task, runs in table.items():
        found[task] = []
        for name in runs:
            others = [min(runs[other]) for other in runs if other != name]
            if not others or max(runs[name]) > max(others):
                found[task].append(name)
    return found


# %% contenders wrong="one line" says="One line is drawn for all tasks together."
def contenders(table):
    line = max(min(runs) for task in table for runs in table[task].values())
    return {task: {n for n, runs in table[task].items() if max(runs) >= line} for task in table}


# %% contenders wrong="winners" says="You ask for models that beat all others."
def contenders(table):
    found = {}
    for task, runs in table.items():
        found[task] = []
        for name in runs:
            others = [max(runs[other]) for other in runs if other != name]
            if not others or min(runs[name]) >= max(others):
                found[task].append(name)
    return found


# %% block wrong="eps as a limit" says="eps is a lower limit of the variance."
def transformer_block(X, attend, think, eps):
    def norm(X):
        centred = X - X.mean(dim=1, keepdim=True)
        variance = centred.square().mean(dim=1, keepdim=True)
        return centred / torch.maximum(variance, torch.full_like(variance, eps)).sqrt()

    X = X + attend(norm(X))
    return X + think(norm(X))


# %% propagate wrong="lonely nodes get nothing" says="A node without edges gets 0."
def propagate(A, X):
    looped = A + torch.diag((A.sum(dim=1) > 0).to(A.dtype))
    root = looped.sum(dim=1).clamp(min=1).sqrt()
    return (looped / root[:, None] / root) @ X


# %% clicks wrong="lonely ones stay" says="Who has no clicks keeps its vector in each step."
def light_gcn(clicks, users, things, num_layers):
    du, di = clicks.sum(dim=1), clicks.sum(dim=0)
    P = clicks / du.clamp(min=1).sqrt()[:, None] / di.clamp(min=1).sqrt()
    all_users, all_things = [users], [things]
    for _ in range(num_layers):
        new_users = torch.where(du[:, None] > 0, P @ things, users)
        new_things = torch.where(di[:, None] > 0, P.T @ users, things)
        users, things = new_users, new_things
        all_users.append(users)
        all_things.append(things)
    return torch.stack(all_users).mean(0), torch.stack(all_things).mean(0)
