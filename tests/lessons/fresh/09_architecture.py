# %% convolve right="two loops over places, flattened windows and a matrix product, as in the hints"
def convolve(
    X: torch.Tensor, W: torch.Tensor, b: torch.Tensor, stride: int, padding: int
) -> torch.Tensor:
    n, _, height, width = X.shape
    o, _, kh, kw = W.shape
    padded = F.pad(X, (padding, padding, padding, padding))
    rows = (height + 2 * padding - kh) // stride + 1
    cols = (width + 2 * padding - kw) // stride + 1
    out = X.new_empty(n, o, rows, cols)
    for i in range(rows):
        for j in range(cols):
            window = padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = window.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve right="beginner: seven nested loops over everything, plain sums"
def convolve(X, W, b, stride, padding):
    n = X.shape[0]
    in_channels = X.shape[1]
    height = X.shape[2]
    width = X.shape[3]
    out_channels = W.shape[0]
    kernel_height = W.shape[2]
    kernel_width = W.shape[3]
    new_height = (height + 2 * padding - kernel_height) // stride + 1
    new_width = (width + 2 * padding - kernel_width) // stride + 1
    pictures = X.tolist()
    kernels = W.tolist()
    biases = b.tolist()
    result = torch.zeros(n, out_channels, new_height, new_width, dtype=X.dtype)
    for picture in range(n):
        for o in range(out_channels):
            for i in range(new_height):
                for j in range(new_width):
                    total = biases[o]
                    for c in range(in_channels):
                        for p in range(kernel_height):
                            for q in range(kernel_width):
                                row = i * stride + p - padding
                                col = j * stride + q - padding
                                if 0 <= row < height and 0 <= col < width:
                                    total += kernels[o][c][p][q] * pictures[picture][c][row][col]
                    result[picture, o, i, j] = total
    return result

# %% convolve right="unfold of the tensor along both sides, and einsum"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve right="F.unfold (im2col) and one matrix product"
def convolve(X, W, b, stride, padding):
    n, _, H, L = X.shape
    o, _, kh, kw = W.shape
    columns = F.unfold(X, (kh, kw), padding=padding, stride=stride)
    z = W.reshape(o, -1) @ columns + b.reshape(1, -1, 1)
    return z.reshape(n, o, (H + 2 * padding - kh) // stride + 1, (L + 2 * padding - kw) // stride + 1)

# %% convolve right="NumPy inside: np.pad, sliding_window_view, tensordot"
import numpy as np


def convolve(X, W, b, stride, padding):
    x, w = X.detach().cpu().numpy(), W.detach().cpu().numpy()
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    z = np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3]))  # (n, i, j, o)
    z = z.transpose(0, 3, 1, 2) + b.detach().cpu().numpy()[:, None, None]
    return torch.from_numpy(np.ascontiguousarray(z))

# %% convolve right="loops over the kernel's pixels instead of the places, shifted pictures are added up"
def convolve(X, W, b, stride, padding):
    n, c, h, w = X.shape
    kh, kw = W.shape[-2:]
    big = torch.zeros((n, c, h + 2 * padding, w + 2 * padding), dtype=X.dtype)
    big[:, :, padding : padding + h, padding : padding + w] = X
    oh = (big.shape[2] - kh) // stride + 1
    ow = (big.shape[3] - kw) // stride + 1
    z = b.view(1, -1, 1, 1).repeat(n, 1, oh, ow)
    for p in range(kh):
        for q in range(kw):
            part = big[:, :, p : p + (oh - 1) * stride + 1 : stride, q : q + (ow - 1) * stride + 1 : stride]
            z += (W[:, :, p, q] @ part.flatten(2)).view(n, -1, oh, ow)
    return z

# %% convolve right="all places with stride 1, then every stride-th is taken"
def convolve(X, W, b, stride, padding):
    Xp = F.pad(X, (padding,) * 4)
    kh, kw = W.size(2), W.size(3)
    rows = []
    for i in range(Xp.size(2) - kh + 1):
        row = []
        for j in range(Xp.size(3) - kw + 1):
            window = Xp[:, None, :, i : i + kh, j : j + kw]
            row.append((window * W[None]).sum(dim=(2, 3, 4)) + b)
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=2)[:, :, ::stride, ::stride]

# %% convolve right="PyTorch's own F.conv2d: the card does not forbid it"
def convolve(X, W, b, stride, padding):
    return F.conv2d(X, W, b, stride=stride, padding=padding)

# %% convolve wrong="the kernel is turned round, as in mathematics"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, _, kh, kw = W.shape
    P = F.pad(X, (padding,) * 4)
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    out = torch.zeros(n, o, oh, ow, dtype=X.dtype)
    turned = W.flip(2, 3)
    for i in range(oh):
        for j in range(ow):
            win = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = win.flatten(1) @ turned.flatten(1).T + b
    return out

# %% convolve wrong="the bias is forgotten"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W)

# %% convolve wrong="only left and right are padded"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, (padding, padding)).unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve wrong="both rows of padding come below and right, none above and left"
def convolve(X, W, b, stride, padding):
    n, c, h, w = X.shape
    kh, kw = W.shape[2:]
    P = torch.zeros(n, c, h + 2 * padding, w + 2 * padding, dtype=X.dtype)
    P[:, :, :h, :w] = X
    windows = P.unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve wrong="the padding repeats the border instead of zeros"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    P = F.pad(X, (padding,) * 4, mode="replicate")
    windows = P.unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve wrong="the window moves on by 1 whatever the stride; only the size of the output is by the stride"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, _, kh, kw = W.shape
    P = F.pad(X, (padding,) * 4)
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    out = X.new_zeros(n, o, oh, ow)
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = P[:, :, i : i + kh, j : j + kw].flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="the stride holds for the rows only"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve wrong="the + 1 of the number of places is forgotten"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, _, kh, kw = W.shape
    P = F.pad(X, (padding,) * 4)
    oh, ow = (h + 2 * padding - kh) // stride, (w + 2 * padding - kw) // stride
    out = X.new_zeros(n, o, oh, ow)
    for i in range(oh):
        for j in range(ow):
            win = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = win.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="the mean over the window instead of the sum"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, stride)
    return (windows.unsqueeze(1) * W[:, :, None, None]).mean(dim=(2, 5, 6)) + b[:, None, None]

# %% convolve wrong="the bias is added once for each input channel"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    P = F.pad(X, [padding] * 4)
    total = 0
    for c in range(X.shape[1]):
        windows = P[:, c].unfold(1, kh, stride).unfold(2, kw, stride)
        total = total + torch.einsum("nijpq,opq->noij", windows, W[:, c]) + b[:, None, None]
    return total

# %% convolve wrong="rows and columns of the output are swapped"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noji", windows, W) + b[:, None, None]

# %% convolve wrong="only the first input channel is read"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4)[:, 0].unfold(1, kh, stride).unfold(2, kw, stride)
    return torch.einsum("nijpq,opq->noij", windows, W[:, 0]) + b[:, None, None]

# %% convolve wrong="the padding is ignored"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = X.unfold(2, kh, stride).unfold(3, kw, stride)
    return torch.einsum("ncijpq,ocpq->noij", windows, W) + b[:, None, None]

# %% convolve wrong="takes the kernel as square: its height for both sides" kind="sneaky"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, k = W.shape[0], W.shape[2]
    P = F.pad(X, (padding,) * 4)
    oh, ow = (h + 2 * padding - k) // stride + 1, (w + 2 * padding - k) // stride + 1
    out = X.new_zeros(n, o, oh, ow)
    for i in range(oh):
        for j in range(ow):
            win = P[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = win.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="takes the picture as square: as many columns as rows" kind="sneaky"
def convolve(X, W, b, stride, padding):
    n, side = X.shape[0], X.shape[2]
    o, _, kh, kw = W.shape
    P = F.pad(X, (padding,) * 4)
    m = (side + 2 * padding - kh) // stride + 1
    out = X.new_zeros(n, o, m, m)
    for i in range(m):
        for j in range(m):
            win = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = win.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="the result of float64 is float32" kind="sneaky"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, _, kh, kw = W.shape
    P = F.pad(X, (padding,) * 4)
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    out = torch.zeros(n, o, oh, ow)
    for i in range(oh):
        for j in range(ow):
            win = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = win.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="windows reach k // 2 to both sides of a middle, which no kernel of even size has" kind="sneaky"
def convolve(X, W, b, stride, padding):
    P = F.pad(X, (padding,) * 4)
    a, c = W.shape[2] // 2, W.shape[3] // 2
    rows = []
    for i in range(a, P.shape[2] - a, stride):
        row = []
        for j in range(c, P.shape[3] - c, stride):
            win = P[:, :, i - a : i + a + 1, j - c : j + c + 1]
            row.append(win.flatten(1) @ W.flatten(1).T + b)
        rows.append(torch.stack(row, dim=2))
    return torch.stack(rows, dim=2)

# %% convolve wrong="computes the first picture only" kind="sneaky"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    P = F.pad(X[0], [padding] * 4)
    windows = P.unfold(1, kh, stride).unfold(2, kw, stride)
    z = torch.einsum("cijpq,ocpq->oij", windows, W) + b[:, None, None]
    return z[None]

# %% convolve wrong="one window more where the stride does not come out even: windows are cut at the end and filled with zeros" kind="sneaky"
def convolve(X, W, b, stride, padding):
    n, _, h, w = X.shape
    o, _, kh, kw = W.shape
    oh = math.ceil((h + 2 * padding - kh) / stride) + 1
    ow = math.ceil((w + 2 * padding - kw) / stride) + 1
    P = F.pad(X, (padding, padding + stride, padding, padding + stride))
    out = X.new_zeros(n, o, oh, ow)
    for i in range(oh):
        for j in range(ow):
            win = P[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = win.flatten(1) @ W.flatten(1).T + b
    return out

# %% convolve wrong="gives b another shape in place" kind="sneaky"
def convolve(X, W, b, stride, padding):
    kh, kw = W.shape[2:]
    windows = F.pad(X, [padding] * 4).unfold(2, kh, stride).unfold(3, kw, stride)
    z = torch.einsum("ncijpq,ocpq->noij", windows, W)
    b.unsqueeze_(1).unsqueeze_(2)
    return z + b

# %% cost right="straight from the formulas"
def conv_cost(
    in_channels: int,
    out_channels: int,
    kernel: int,
    height: int,
    width: int,
    stride: int,
    padding: int,
    groups: int,
) -> tuple[int, int]:
    weights = out_channels * (in_channels // groups) * kernel**2
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * columns

# %% cost right="beginner: adds up in loops over groups and their channels"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    places = 0
    top = 0
    while top + kernel <= height + 2 * padding:
        left = 0
        while left + kernel <= width + 2 * padding:
            places = places + 1
            left = left + stride
        top = top + stride
    parameters = 0
    multiply_adds = 0
    for group in range(groups):
        for output in range(out_channels // groups):
            parameters = parameters + 1  # the bias
            for input in range(in_channels // groups):
                parameters = parameters + kernel * kernel
                multiply_adds = multiply_adds + kernel * kernel * places
    return (parameters, multiply_adds)

# %% cost right="asks an nn.Conv2d on the meta device for its parameters and its output's shape"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    layer = nn.Conv2d(
        in_channels, out_channels, kernel, stride=stride, padding=padding, groups=groups, device="meta"
    )
    out = layer(torch.empty(1, in_channels, height, width, device="meta"))
    parameters = sum(p.numel() for p in layer.parameters())
    return parameters, layer.weight.numel() * out.shape[2] * out.shape[3]

# %% cost right="lengths of ranges, one group at a time"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    per_group = (in_channels // groups) * (out_channels // groups) * kernel * kernel
    rows = len(range(0, height + 2 * padding - kernel + 1, stride))
    cols = len(range(0, width + 2 * padding - kernel + 1, stride))
    parameters = per_group * groups + out_channels
    macs = per_group * groups * rows * cols
    return parameters, macs

# %% cost right="one-liner with math.prod"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    return (n := math.prod((in_channels, out_channels, kernel, kernel)) // groups) + out_channels, n * math.prod((s + 2 * padding - kernel + stride) // stride for s in (height, width))

# %% cost right="math.floor of a quotient, a helper inside"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    def places(L):
        return math.floor((L + 2 * padding - kernel) / stride + 1)

    weights_per_output = int(in_channels / groups) * kernel * kernel
    parameters = out_channels * (weights_per_output + 1)
    outputs = out_channels * places(height) * places(width)
    return parameters, outputs * weights_per_output

# %% cost wrong="the biases are not counted among the parameters"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights, weights * rows * cols

# %% cost wrong="the biases are counted among the multiply-adds"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, (weights + out_channels) * rows * cols

# %% cost wrong="counts FLOPs, two for each multiply-add"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, 2 * weights * rows * cols

# %% cost wrong="the groups are forgotten"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="both channel numbers are divided by the groups, and only one group is counted"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = (out_channels // groups) * (in_channels // groups) * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="one bias for each input channel"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + in_channels, weights * rows * cols

# %% cost wrong="multiply-adds at the places of the input, not of the output"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    return weights + out_channels, weights * height * width

# %% cost wrong="the padding is added on one side only"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + padding - kernel) // stride + 1
    cols = (width + padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="the number of places without + 1"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride
    cols = (width + 2 * padding - kernel) // stride
    return weights + out_channels, weights * rows * cols

# %% cost wrong="(multiply-adds, parameters): the wrong way round"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights * rows * cols, weights + out_channels

# %% cost wrong="the kernel counted with k weights instead of k times k"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * in_channels // groups * kernel
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="the multiply-adds are divided by the groups once more"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * (in_channels // groups) * kernel**2
    rows = (height + 2 * padding - kernel) // stride + 1
    cols = (width + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * rows * cols // groups

# %% cost wrong="the output is taken as square: the height for both sides" kind="sneaky"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * (in_channels // groups) * kernel**2
    side = (height + 2 * padding - kernel) // stride + 1
    return weights + out_channels, weights * side**2

# %% cost wrong="rounds up where the stride does not come out even" kind="sneaky"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * (in_channels // groups) * kernel**2
    rows = math.ceil((height + 2 * padding - kernel) / stride) + 1
    cols = math.ceil((width + 2 * padding - kernel) / stride) + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="rounds to the nearest number of places" kind="sneaky"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * (in_channels // groups) * kernel**2
    rows = round((height + 2 * padding - kernel) / stride) + 1
    cols = round((width + 2 * padding - kernel) / stride) + 1
    return weights + out_channels, weights * rows * cols

# %% cost wrong="ceil(side / stride) places, which holds only if the padding keeps the size" kind="sneaky"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    weights = out_channels * (in_channels // groups) * kernel**2
    return weights + out_channels, weights * math.ceil(height / stride) * math.ceil(width / stride)

# %% cost wrong="products with the zeros of the padding are left out" kind="sneaky"
def conv_cost(in_channels, out_channels, kernel, height, width, stride, padding, groups):
    def met(L):
        count = 0
        for i in range((L + 2 * padding - kernel) // stride + 1):
            count += sum(0 <= i * stride + p - padding < L for p in range(kernel))
        return count

    pairs = out_channels * (in_channels // groups)
    return pairs * kernel**2 + out_channels, pairs * met(height) * met(width)

# %% receptive-field right="two numbers carried along, as in the hint"
def receptive_field(layers: list[tuple[int, int, int]]) -> int:
    seen, apart = 1, 1
    for kernel, stride, dilation in layers:
        seen += dilation * (kernel - 1) * apart
        apart *= stride
    return seen

# %% receptive-field right="backwards from the output"
def receptive_field(layers):
    field = 1
    for k, s, d in reversed(layers):
        field = (field - 1) * s + d * (k - 1) + 1
    return field

# %% receptive-field right="recursion over the first layer"
def receptive_field(layers):
    if not layers:
        return 1
    (kernel, stride, dilation), *rest = layers
    return stride * (receptive_field(rest) - 1) + dilation * (kernel - 1) + 1

# %% receptive-field right="one-liner: products of the strides before"
def receptive_field(layers):
    return 1 + sum((k - 1) * d * math.prod(s for _, s, _ in layers[:i]) for i, (k, _, d) in enumerate(layers))

# %% receptive-field right="first and last input of output 0, counted"
def receptive_field(layers):
    first = 0
    last = 0
    for index in range(len(layers) - 1, -1, -1):
        layer = layers[index]
        kernel = layer[0]
        stride = layer[1]
        dilation = layer[2]
        first = first * stride
        last = last * stride + (kernel - 1) * dilation
    return last - first + 1

# %% receptive-field right="itertools.accumulate for the jumps"
from operator import mul


def receptive_field(layers):
    jumps = itertools.accumulate((s for _, s, _ in layers), mul, initial=1)
    return 1 + sum(j * d * (k - 1) for j, (k, _, d) in zip(jumps, layers))

# %% receptive-field right="NumPy with cumprod"
import numpy as np


def receptive_field(layers):
    if len(layers) == 0:
        return 1
    k, s, d = np.array(layers).T
    jumps = np.concatenate([[1], np.cumprod(s)[:-1]])
    return int((jumps * d * (k - 1)).sum()) + 1

# %% receptive-field wrong="a layer's own stride is multiplied before its kernel is added"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        apart *= s
        seen += d * (k - 1) * apart
    return seen

# %% receptive-field wrong="the strides are ignored"
def receptive_field(layers):
    return 1 + sum(d * (k - 1) for k, _, d in layers)

# %% receptive-field wrong="the dilation is ignored"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, _ in layers:
        seen += (k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="begins with 0 inputs seen"
def receptive_field(layers):
    seen, apart = 0, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="adds the whole kernel, not kernel - 1"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * k * apart
        apart *= s
    return seen

# %% receptive-field wrong="the dilated kernel is d * k wide"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += (d * k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="only the stride of the layer just before counts"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart = s
    return seen

# %% receptive-field wrong="the strides are added instead of multiplied"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart += s - 1
    return seen

# %% receptive-field wrong="the dilation, too, is handed on to all later layers"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart *= s * d
    return seen

# %% receptive-field wrong="reads the layers from the last one on"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers[::-1]:
        seen += d * (k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="takes the second number for the dilation and the third for the stride"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, d, s in layers:
        seen += d * (k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="area: the square of the field along one side"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart *= s
    return seen**2

# %% receptive-field wrong="without layers 0 instead of 1" kind="sneaky"
def receptive_field(layers):
    if len(layers) == 0:
        return 0
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart *= s
    return seen

# %% receptive-field wrong="counts the inputs that are really seen, without those a dilated kernel leaves out" kind="sneaky"
def receptive_field(layers):
    seen = {0}
    for k, s, d in reversed(layers):
        seen = {i * s + d * p for i in seen for p in range(k)}
    return len(seen)

# %% receptive-field wrong="a stride larger than the kernel counts only as far as the kernel reaches" kind="sneaky"
def receptive_field(layers):
    seen, apart = 1, 1
    for k, s, d in layers:
        seen += d * (k - 1) * apart
        apart *= min(s, d * (k - 1) + 1)
    return seen

# %% receptive-field wrong="fails without layers: begins with the kernel of the first" kind="sneaky"
def receptive_field(layers):
    k, s, d = layers[0]
    seen, apart = d * (k - 1) + 1, s
    for k, s, d in layers[1:]:
        seen += d * (k - 1) * apart
        apart *= s
    return seen

# %% gru-step right="three chunks each, the four lines of the formulas"
def gru_step(
    x: torch.Tensor,
    h: torch.Tensor,
    W: torch.Tensor,
    U: torch.Tensor,
    b: torch.Tensor,
    c: torch.Tensor,
) -> torch.Tensor:
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r = torch.sigmoid(xr + hr)
    z = torch.sigmoid(xz + hz)
    n = torch.tanh(xn + r * hn)
    return (1 - z) * n + z * h

# %% gru-step right="all twelve pieces cut out by hand"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    W_r, W_z, W_n = W[:, :k], W[:, k : 2 * k], W[:, 2 * k :]
    U_r, U_z, U_n = U[:, :k], U[:, k : 2 * k], U[:, 2 * k :]
    b_r, b_z, b_n = b[:k], b[k : 2 * k], b[2 * k :]
    c_r, c_z, c_n = c[:k], c[k : 2 * k], c[2 * k :]
    r = 1 / (1 + torch.exp(-(x @ W_r + b_r + h @ U_r + c_r)))
    z = 1 / (1 + torch.exp(-(x @ W_z + b_z + h @ U_z + c_z)))
    n = torch.tanh(x @ W_n + b_n + r * (h @ U_n + c_n))
    new_h = (1 - z) * n + z * h
    return new_h

# %% gru-step right="the library's own: F has it as torch.gru_cell, with the matrices transposed"
def gru_step(x, h, W, U, b, c):
    return torch.gru_cell(x, h, W.T, U.T, b, c)

# %% gru-step right="an nn.GRUCell that is filled with the weights"
def gru_step(x, h, W, U, b, c):
    cell = nn.GRUCell(W.shape[0], h.shape[1], dtype=x.dtype)
    with torch.no_grad():
        cell.weight_ih.copy_(W.T)
        cell.weight_hh.copy_(U.T)
        cell.bias_ih.copy_(b)
        cell.bias_hh.copy_(c)
        return cell(x, h)

# %% gru-step right="NumPy inside"
import numpy as np


def gru_step(x, h, W, U, b, c):
    def sigmoid(a):
        return 0.5 * (1 + np.tanh(0.5 * a))

    x, h0, W, U, b, c = (t.detach().numpy() for t in (x, h, W, U, b, c))
    k = h0.shape[1]
    a, g = x @ W + b, h0 @ U + c
    r, z = np.split(sigmoid(a[:, : 2 * k] + g[:, : 2 * k]), 2, axis=1)
    n = np.tanh(a[:, 2 * k :] + r * g[:, 2 * k :])
    return torch.from_numpy((1 - z) * n + z * h0)

# %% gru-step right="beginner: one sequence and one unit at a time"
def gru_step(x, h, W, U, b, c):
    new = torch.zeros_like(h)
    num, k = h.shape
    for i in range(num):
        for j in range(k):
            r = torch.sigmoid(x[i] @ W[:, j] + b[j] + h[i] @ U[:, j] + c[j])
            z = torch.sigmoid(x[i] @ W[:, k + j] + b[k + j] + h[i] @ U[:, k + j] + c[k + j])
            m = 2 * k + j
            n = torch.tanh(x[i] @ W[:, m] + b[m] + r * (h[i] @ U[:, m] + c[m]))
            new[i, j] = (1 - z) * n + z * h[i, j]
    return new

# %% gru-step right="gates in one product of [x, h], lerp for the mixture"
def gru_step(x, h, W, U, b, c):
    k = h.size(1)
    both = torch.cat([x, h], dim=1) @ torch.cat([W[:, : 2 * k], U[:, : 2 * k]])
    r, z = torch.sigmoid(both + (b + c)[: 2 * k]).split(k, dim=1)
    n = torch.tanh(torch.addmm(b[2 * k :], x, W[:, 2 * k :]) + r * torch.addmm(c[2 * k :], h, U[:, 2 * k :]))
    return torch.lerp(n, h, z)

# %% gru-step wrong="the gates in the order z, r, n"
def gru_step(x, h, W, U, b, c):
    xz, xr, xn = (x @ W + b).chunk(3, dim=1)
    hz, hr, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h

# %% gru-step wrong="z and 1 - z are swapped"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return z * torch.tanh(xn + r * hn) + (1 - z) * h

# %% gru-step wrong="r multiplies h before the matrix, as in the first papers"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, _ = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    n = torch.tanh(xn + (r * h) @ U[:, 2 * k :] + c[2 * k :])
    return (1 - z) * n + z * h

# %% gru-step wrong="c_n stands outside of the bracket that r multiplies"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    xr, xz, xn = (x @ W + b + c).chunk(3, dim=1)
    hr, hz, hn = (h @ U).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h

# %% gru-step wrong="b_n stands inside of the bracket that r multiplies"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    W3, U3 = W.split(k, dim=1), U.split(k, dim=1)
    b3, c3 = b.split(k), c.split(k)
    r, z = (torch.sigmoid(x @ W3[i] + b3[i] + h @ U3[i] + c3[i]) for i in (0, 1))
    n = torch.tanh(x @ W3[2] + r * (h @ U3[2] + b3[2] + c3[2]))
    return (1 - z) * n + z * h

# %% gru-step wrong="the candidate n goes through a sigmoid instead of tanh"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.sigmoid(xn + r * hn) + z * h

# %% gru-step wrong="the gates go through tanh instead of the sigmoid"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.tanh(xr + hr), torch.tanh(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h

# %% gru-step wrong="the second bias c is forgotten"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h

# %% gru-step wrong="columns are dealt out in turn, every third one, instead of k side by side"
def gru_step(x, h, W, U, b, c):
    A, B = x @ W + b, h @ U + c
    r = torch.sigmoid(A[:, 0::3] + B[:, 0::3])
    z = torch.sigmoid(A[:, 1::3] + B[:, 1::3])
    n = torch.tanh(A[:, 2::3] + r * B[:, 2::3])
    return (1 - z) * n + z * h

# %% gru-step wrong="r is forgotten: the candidate hears the whole old state"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    z = torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + hn) + z * h

# %% gru-step wrong="r multiplies the part of the input instead of that of the state"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(r * xn + hn) + z * h

# %% gru-step wrong="the old state is added whole, z * h became h"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + h

# %% gru-step wrong="r multiplies the finished candidate instead of the state's part in it"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * r * torch.tanh(xn + hn) + z * h

# %% gru-step wrong="writes the new state into h" kind="sneaky"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    n = torch.tanh(xn + r * hn)
    h.mul_(z).add_((1 - z) * n)
    return h

# %% gru-step wrong="adds the biases of the gates up inside b" kind="sneaky"
def gru_step(x, h, W, U, b, c):
    k = h.shape[1]
    b[: 2 * k] += c[: 2 * k]
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * (hn + c[2 * k :])) + z * h

# %% gru-step wrong="k is taken from the inputs, right only if there are as many inputs as units" kind="sneaky"
def gru_step(x, h, W, U, b, c):
    k = x.shape[1]
    A, B = x @ W + b, h @ U + c
    r = torch.sigmoid(A[:, :k] + B[:, :k])
    z = torch.sigmoid(A[:, k : 2 * k] + B[:, k : 2 * k])
    n = torch.tanh(A[:, 2 * k : 3 * k] + r * B[:, 2 * k : 3 * k])
    return (1 - z) * n + z * h

# %% gru-step wrong="computes in float32, so a float64 result has the wrong dtype" kind="sneaky"
def gru_step(x, h, W, U, b, c):
    x, h, W, U, b, c = (t.float() for t in (x, h, W, U, b, c))
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return (1 - z) * torch.tanh(xn + r * hn) + z * h

# %% gru-step wrong="squeezes the result: the shape is wrong for one sequence or one unit" kind="sneaky"
def gru_step(x, h, W, U, b, c):
    xr, xz, xn = (x @ W + b).chunk(3, dim=1)
    hr, hz, hn = (h @ U + c).chunk(3, dim=1)
    r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
    return ((1 - z) * torch.tanh(xn + r * hn) + z * h).squeeze()

# %% attention right="as in the hints: masked_fill and softmax along rows"
def attention(
    Q: torch.Tensor, K: torch.Tensor, V: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    d = Q.shape[1]
    scores = Q @ K.T / math.sqrt(d)
    scores = scores.masked_fill(~mask, -math.inf)
    weights = scores.softmax(dim=1)
    return weights @ V, weights

# %% attention right="beginner: one query after the other, over the visible keys only"
def attention(Q, K, V, mask):
    num_queries, d = Q.shape
    num_keys = K.shape[0]
    weights = torch.zeros(num_queries, num_keys, dtype=Q.dtype)
    out = torch.zeros(num_queries, V.shape[1], dtype=V.dtype)
    for i in range(num_queries):
        visible = [j for j in range(num_keys) if mask[i, j]]
        scores = []
        for j in visible:
            scores.append((Q[i] * K[j]).sum().item() / d**0.5)
        largest = max(scores)
        exps = [math.exp(s - largest) for s in scores]
        total = sum(exps)
        for j, e in zip(visible, exps):
            weights[i, j] = e / total
            out[i] += e / total * V[j]
    return out, weights

# %% attention right="torch.where, einsum, and a softmax by hand with the largest subtracted"
def attention(Q, K, V, mask):
    s = torch.einsum("qd,kd->qk", Q, K) * Q.shape[-1] ** -0.5
    s = torch.where(mask, s, torch.tensor(-torch.inf, dtype=s.dtype))
    e = (s - s.amax(dim=1, keepdim=True)).exp()
    w = e / e.sum(dim=1, keepdim=True)
    return torch.einsum("qk,ke->qe", w, V), w

# %% attention right="NumPy inside"
import numpy as np


def attention(Q, K, V, mask):
    q, k, v, m = (t.detach().numpy() for t in (Q, K, V, mask))
    s = np.matmul(q, k.T) / np.sqrt(q.shape[1]).astype(q.dtype)
    s = np.where(m, s, np.array(-np.inf, dtype=s.dtype))
    w = np.exp(s - s.max(axis=1, keepdims=True))
    w /= w.sum(axis=1, keepdims=True)
    return torch.from_numpy(w @ v), torch.from_numpy(w)

# %% attention right="the library's own, twice: with the identity as values it gives the weights"
def attention(Q, K, V, mask):
    def sdpa(values):
        return F.scaled_dot_product_attention(Q[None], K[None], values[None], attn_mask=mask[None])[0]

    return sdpa(V), sdpa(torch.eye(len(K), dtype=K.dtype))

# %% attention right="the queries are divided first, hidden scores set by a boolean index"
def attention(Q, K, V, mask):
    scores = (Q / math.sqrt(Q.size(1))).mm(K.t())
    scores[mask.logical_not()] = float("-inf")
    weights = F.softmax(scores, dim=-1)
    out = weights.mm(V)
    return out, weights

# %% attention right="adds the logarithm of the mask, exp and logsumexp"
def attention(Q, K, V, mask):
    s = Q @ K.mT / K.shape[1] ** 0.5 + mask.to(Q.dtype).log()
    w = torch.exp(s - torch.logsumexp(s, dim=1, keepdim=True))
    return w @ V, w

# %% attention wrong="the root of d is forgotten"
def attention(Q, K, V, mask):
    w = (Q @ K.T).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="divided by d instead of its root"
def attention(Q, K, V, mask):
    w = (Q @ K.T / Q.shape[1]).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="divided by the root of the number of keys"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(len(K))).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="the softmax runs over the queries, dim 0"
def attention(Q, K, V, mask):
    s = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -1e9)
    w = s.softmax(dim=0)
    return w @ V, w

# %% attention wrong="the mask the wrong way round: True is hidden"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="the mask is ignored"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).softmax(dim=1)
    return w @ V, w

# %% attention wrong="hidden keys get the score 0 instead of minus infinity"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1]) * mask).softmax(dim=1)
    return w @ V, w

# %% attention wrong="masked after the softmax, so the rows no longer add up to 1"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).softmax(dim=1) * mask
    return w @ V, w

# %% attention wrong="(weights, out): the wrong way round"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w, w @ V

# %% attention wrong="returns the masked scores in place of the weights"
def attention(Q, K, V, mask):
    s = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -math.inf)
    return s.softmax(dim=1) @ V, s

# %% attention wrong="minus infinity times a mask of 0 and 1 gives NaN"
def attention(Q, K, V, mask):
    s = Q @ K.T / math.sqrt(Q.shape[1]) + (~mask) * -math.inf
    w = s.softmax(dim=1)
    return w @ V, w

# %% attention wrong="the weights without softmax: exp of the scores, not divided by their sum"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).exp() * mask
    return w @ V, w

# %% attention wrong="hidden keys get the score -1, and so still some weight"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -1.0).softmax(dim=1)
    return w @ V, w

# %% attention wrong="scores of keys with keys: K in place of Q"
def attention(Q, K, V, mask):
    w = (K @ K.T / math.sqrt(Q.shape[1]))[: len(Q)]
    w = w.masked_fill(~mask[: len(w)], -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="divided by the root of the width of the values, right only if e = d" kind="sneaky"
def attention(Q, K, V, mask):
    w = (Q @ K.T / math.sqrt(V.shape[1])).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="divides Q in place" kind="sneaky"
def attention(Q, K, V, mask):
    Q /= math.sqrt(Q.shape[1])
    w = (Q @ K.T).masked_fill(~mask, -math.inf).softmax(dim=1)
    return w @ V, w

# %% attention wrong="turns the mask round in place" kind="sneaky"
def attention(Q, K, V, mask):
    s = Q @ K.T / math.sqrt(Q.shape[1])
    s.masked_fill_(mask.logical_not_(), -math.inf)
    w = s.softmax(dim=1)
    return w @ V, w

# %% attention wrong="hides the future by itself in place of the mask that is given" kind="sneaky"
def attention(Q, K, V, mask):
    s = Q @ K.T / math.sqrt(Q.shape[1])
    if not mask.all():
        s = s.masked_fill(torch.ones_like(mask).triu(1), -math.inf)
    w = s.softmax(dim=1)
    return w @ V, w

# %% attention wrong="collects float64 results in tables of float32" kind="sneaky"
def attention(Q, K, V, mask):
    out, weights = torch.zeros(len(Q), V.shape[1]), torch.zeros(len(Q), len(K))
    for i, q in enumerate(Q):
        s = (K @ q) / math.sqrt(len(q))
        s[~mask[i]] = -math.inf
        weights[i] = s.softmax(dim=0)
        out[i] = s.softmax(dim=0) @ V
    return out, weights

# %% attention wrong="the table for out is as wide as the queries, not as the values" kind="sneaky"
def attention(Q, K, V, mask):
    out = torch.zeros_like(Q)
    w = (Q @ K.T / math.sqrt(Q.shape[1])).masked_fill(~mask, -math.inf).softmax(dim=1)
    for i in range(len(Q)):
        out[i] = w[i] @ V
    return out, w

# %% several-heads right="a loop over heads, cut columns, cat"
def multi_head(
    X: torch.Tensor,
    Wq: torch.Tensor,
    Wk: torch.Tensor,
    Wv: torch.Tensor,
    Wo: torch.Tensor,
    heads: int,
) -> torch.Tensor:
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    w = X.shape[1] // heads
    outs = []
    for i in range(heads):
        q, k, v = (Z[:, i * w : (i + 1) * w] for Z in (Q, K, V))
        outs.append((q @ k.T / math.sqrt(w)).softmax(dim=1) @ v)
    return torch.cat(outs, dim=1) @ Wo

# %% several-heads right="without a loop: reshape and transpose"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads

    def split(Z):
        return Z.reshape(T, heads, w).transpose(0, 1)

    Q, K, V = split(X @ Wq), split(X @ Wk), split(X @ Wv)
    weights = torch.softmax(Q @ K.transpose(1, 2) / w**0.5, dim=-1)
    return (weights @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads right="einsum from end to end"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    q, k, v = ((X @ M).unflatten(1, (heads, -1)) for M in (Wq, Wk, Wv))
    A = torch.einsum("ihc,jhc->hij", q, k).div(math.sqrt(q.shape[2])).softmax(2)
    return torch.einsum("hij,jhc->ihc", A, v).flatten(1) @ Wo

# %% several-heads right="the library's scaled_dot_product_attention for the heads"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    Q, K, V = ((X @ M).view(1, T, heads, d // heads).permute(0, 2, 1, 3) for M in (Wq, Wk, Wv))
    out = F.scaled_dot_product_attention(Q, K, V)
    return out.permute(0, 2, 1, 3).reshape(T, d) @ Wo

# %% several-heads right="each head mixes with its own rows of Wo, and the results are added"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = len(Wq) // heads
    total = torch.zeros_like(X)
    for a in range(0, heads * w, w):
        cols = slice(a, a + w)
        scores = (X @ Wq[:, cols]) @ (X @ Wk[:, cols]).T
        total += F.softmax(scores / math.sqrt(w), dim=1) @ (X @ Wv[:, cols]) @ Wo[cols]
    return total

# %% several-heads right="NumPy inside"
import numpy as np


def multi_head(X, Wq, Wk, Wv, Wo, heads):
    x, wq, wk, wv, wo = (t.detach().numpy() for t in (X, Wq, Wk, Wv, Wo))
    parts = []
    for q, k, v in zip(*(np.split(x @ m, heads, axis=1) for m in (wq, wk, wv))):
        s = q @ k.T / q.dtype.type(math.sqrt(q.shape[1]))
        e = np.exp(s - s.max(axis=1, keepdims=True))
        parts.append(e / e.sum(axis=1, keepdims=True) @ v)
    return torch.from_numpy(np.hstack(parts) @ wo)

# %% several-heads right="the library's F.multi_head_attention_forward, matrices transposed"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    out, _ = F.multi_head_attention_forward(
        X[:, None], X[:, None], X[:, None], X.shape[1], heads,
        torch.cat([Wq.T, Wk.T, Wv.T]), None, None, None, False, 0.0, Wo.T, None,
        training=False, need_weights=False,
    )
    return out[:, 0]

# %% several-heads right="beginner: loops over heads and places"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    T = X.shape[0]
    d = X.shape[1]
    width = d // heads
    joined = torch.zeros((T, d), dtype=X.dtype)
    for head in range(heads):
        start = head * width
        end = start + width
        for t in range(T):
            scores = torch.zeros(T, dtype=X.dtype)
            for u in range(T):
                scores[u] = torch.dot(Q[t, start:end], K[u, start:end]) / math.sqrt(width)
            weights = torch.softmax(scores, dim=0)
            for u in range(T):
                joined[t, start:end] += weights[u] * V[u, start:end]
    return joined @ Wo

# %% several-heads wrong="Z.reshape(heads, T, w) deals out whole rows instead of cutting columns"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(heads, T, w) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="joined without swapping places and heads back"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).reshape(T, d) @ Wo

# %% several-heads wrong="the root of the whole width d, not of the head's"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(d)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="no root at all"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    Q, K, V = ((X @ M).reshape(T, heads, -1).transpose(0, 1) for M in (Wq, Wk, Wv))
    return ((Q @ K.mT).softmax(dim=2) @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="the last matrix Wo is forgotten"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d)

# %% several-heads wrong="the softmax runs over the queries"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=1)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="the softmax runs over the heads"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=0)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="matrices transposed, as nn.Linear stores them"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M.T).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo.T

# %% several-heads wrong="keys and values swapped"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, V, K = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="columns are dealt out in turn, head i has every heads-th column"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    outs = []
    for i in range(heads):
        q, k, v = Q[:, i::heads], K[:, i::heads], V[:, i::heads]
        outs.append((q @ k.T / math.sqrt(w)).softmax(dim=1) @ v)
    return torch.cat(outs, dim=1) @ Wo

# %% several-heads wrong="X is cut into parts before the matrices, which each head then has only a block of"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    outs = []
    for i in range(heads):
        s = slice(i * w, (i + 1) * w)
        q, k, v = (X[:, s] @ M[s, s] for M in (Wq, Wk, Wv))
        outs.append((q @ k.T / math.sqrt(w)).softmax(dim=1) @ v)
    return torch.cat(outs, dim=1) @ Wo

# %% several-heads wrong="places may look only at themselves and those before"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    S = (Q @ K.mT / math.sqrt(w)).masked_fill(torch.ones(T, T, dtype=torch.bool).triu(1), -math.inf)
    return (S.softmax(dim=2) @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="the scores of all heads are averaged: one row of weights for all"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2).mean(dim=0, keepdim=True)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="adds X at the end, as in a block"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return X + (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="the root of the number of heads, right only if the heads are as wide as there are heads" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    Q, K, V = ((X @ M).reshape(T, heads, -1).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(heads)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="divides Wq by the root in place" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    Wq /= math.sqrt(d // heads)
    Q, K, V = ((X @ M).reshape(T, heads, -1).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="writes the heads' outputs into X" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    out = X
    for i in range(heads):
        s = slice(i * w, (i + 1) * w)
        out[:, s] = (Q[:, s] @ K[:, s].T / math.sqrt(w)).softmax(dim=1) @ V[:, s]
    return out @ Wo

# %% several-heads wrong="squeezes, so a sequence of one place loses its dimension" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return ((A @ V).transpose(0, 1).reshape(T, d) @ Wo).squeeze()

# %% several-heads wrong="float32 inside, so a float64 result has the wrong dtype" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    X, Wq, Wk, Wv, Wo = (t.float() for t in (X, Wq, Wk, Wv, Wo))
    T, d = X.shape
    w = d // heads
    Q, K, V = ((X @ M).reshape(T, heads, w).transpose(0, 1) for M in (Wq, Wk, Wv))
    A = (Q @ K.mT / math.sqrt(w)).softmax(dim=2)
    return (A @ V).transpose(0, 1).reshape(T, d) @ Wo

# %% several-heads wrong="never more than two heads: the second head gives its weights to all columns that are left" kind="sneaky"
def multi_head(X, Wq, Wk, Wv, Wo, heads):
    w = X.shape[1] // heads
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    first = (Q[:, :w] @ K[:, :w].T / math.sqrt(w)).softmax(dim=1)
    if heads == 1:
        return first @ V @ Wo
    second = (Q[:, w : 2 * w] @ K[:, w : 2 * w].T / math.sqrt(w)).softmax(dim=1)
    return torch.cat([first @ V[:, :w], second @ V[:, w:]], dim=1) @ Wo

# %% block right="a norm of its own, then the two lines of the formula"
def transformer_block(X: torch.Tensor, attend, think, eps: float) -> torch.Tensor:
    def norm(Z):
        mean = Z.mean(dim=1, keepdim=True)
        variance = Z.var(dim=1, keepdim=True, unbiased=False)
        return (Z - mean) / torch.sqrt(variance + eps)

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block right="F.layer_norm"
def transformer_block(X, attend, think, eps):
    between = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return between + think(F.layer_norm(between, between.shape[1:], eps=eps))

# %% block right="an nn.LayerNorm without weights"
def transformer_block(X, attend, think, eps):
    norm = nn.LayerNorm(X.shape[1], eps=eps, elementwise_affine=False)
    for branch in (attend, think):
        X = X + branch(norm(X))
    return X

# %% block right="centred first, mean of the squares, rsqrt"
def _layer_norm(Z, eps):
    centred = Z - Z.mean(dim=-1, keepdim=True)
    return centred * torch.rsqrt(centred.square().mean(dim=-1, keepdim=True) + eps)


def transformer_block(X, attend, think, eps):
    H = X.clone()
    H = H.add(attend(_layer_norm(H, eps)))
    H = H.add(think(_layer_norm(H, eps)))
    return H

# %% block right="beginner: row by row and number by number"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        result = torch.zeros_like(Z)
        T, d = Z.shape
        for t in range(T):
            total = 0.0
            for j in range(d):
                total = total + Z[t, j]
            mean = total / d
            squares = 0.0
            for j in range(d):
                squares = squares + (Z[t, j] - mean) ** 2
            variance = squares / d
            for j in range(d):
                result[t, j] = (Z[t, j] - mean) / (variance + eps) ** 0.5
        return result

    normed = norm(X)
    attended = attend(normed)
    X1 = X + attended
    normed1 = norm(X1)
    thought = think(normed1)
    X2 = X1 + thought
    return X2

# %% block right="NumPy for the norm, torch for the rest"
import numpy as np


def transformer_block(X, attend, think, eps):
    def norm(Z):
        z = Z.detach().numpy()
        m, v = z.mean(1, keepdims=True), z.var(1, keepdims=True)
        return torch.from_numpy(((z - m) / np.sqrt(v + eps)).astype(z.dtype))

    Y = X + attend(norm(X))
    return Y + think(norm(Y))

# %% block right="one-liner with a walrus and F.layer_norm"
def transformer_block(X, attend, think, eps):
    return (Y := X + attend(F.layer_norm(X, X.shape[-1:], None, None, eps))) + think(F.layer_norm(Y, Y.shape[-1:], None, None, eps))

# %% block wrong="post-norm: the norms stand after the sums"
def transformer_block(X, attend, think, eps):
    X = F.layer_norm(X + attend(X), X.shape[1:], eps=eps)
    return F.layer_norm(X + think(X), X.shape[1:], eps=eps)

# %% block wrong="the variance is divided by d - 1"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return (Z - Z.mean(dim=1, keepdim=True)) / (Z.var(dim=1, keepdim=True) + eps).sqrt()

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="the norm runs over the places, dim 0"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return (Z - Z.mean(dim=0)) / (Z.var(dim=0, unbiased=False) + eps).sqrt()

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="one mean and variance of the whole table"
def transformer_block(X, attend, think, eps):
    X = X + attend(F.layer_norm(X, X.shape, eps=eps))
    return X + think(F.layer_norm(X, X.shape, eps=eps))

# %% block wrong="the first residual sum is missing"
def transformer_block(X, attend, think, eps):
    Y = attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return Y + think(F.layer_norm(Y, X.shape[1:], eps=eps))

# %% block wrong="the second residual sum is missing"
def transformer_block(X, attend, think, eps):
    Y = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return think(F.layer_norm(Y, X.shape[1:], eps=eps))

# %% block wrong="side by side: think gets the norm of X instead of X'"
def transformer_block(X, attend, think, eps):
    Z = F.layer_norm(X, X.shape[1:], eps=eps)
    return X + attend(Z) + think(Z)

# %% block wrong="the second sum starts from X again, so attention's straight way is lost"
def transformer_block(X, attend, think, eps):
    Y = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return X + think(F.layer_norm(Y, X.shape[1:], eps=eps))

# %% block wrong="the normed table is on the straight way: norm(X) + attend(norm(X))"
def transformer_block(X, attend, think, eps):
    Z = F.layer_norm(X, X.shape[1:], eps=eps)
    Y = Z + attend(Z)
    Z = F.layer_norm(Y, X.shape[1:], eps=eps)
    return Z + think(Z)

# %% block wrong="think first, attend afterwards"
def transformer_block(X, attend, think, eps):
    Y = X + think(F.layer_norm(X, X.shape[1:], eps=eps))
    return Y + attend(F.layer_norm(Y, X.shape[1:], eps=eps))

# %% block wrong="no norm in front of think"
def transformer_block(X, attend, think, eps):
    Y = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return Y + think(Y)

# %% block wrong="the mean is not taken away, only the root mean square divided by"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return Z / (Z.square().mean(dim=1, keepdim=True) + eps).sqrt()

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="the norm after the branch instead of in front: X + norm(attend(X))"
def transformer_block(X, attend, think, eps):
    X = X + F.layer_norm(attend(X), X.shape[1:], eps=eps)
    return X + F.layer_norm(think(X), X.shape[1:], eps=eps)

# %% block wrong="divided by the variance, not by its root"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return (Z - Z.mean(dim=1, keepdim=True)) / (Z.var(dim=1, keepdim=True, unbiased=False) + eps)

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="a last norm at the end, as after the last block of a stack"
def transformer_block(X, attend, think, eps):
    X = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    X = X + think(F.layer_norm(X, X.shape[1:], eps=eps))
    return F.layer_norm(X, X.shape[1:], eps=eps)

# %% block wrong="eps is added outside of the root, which shows only if it is large" kind="sneaky"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return (Z - Z.mean(dim=1, keepdim=True)) / (Z.std(dim=1, keepdim=True, unbiased=False) + eps)

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="the eps that is given is not used but the library's 1e-5" kind="sneaky"
def transformer_block(X, attend, think, eps):
    X = X + attend(F.layer_norm(X, X.shape[1:]))
    return X + think(F.layer_norm(X, X.shape[1:]))

# %% block wrong="eps in the first norm only" kind="sneaky"
def transformer_block(X, attend, think, eps):
    Y = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    return Y + think(F.layer_norm(Y, Y.shape[1:]))

# %% block wrong="adds to X in place" kind="sneaky"
def transformer_block(X, attend, think, eps):
    X += attend(F.layer_norm(X, X.shape[1:], eps=eps))
    X += think(F.layer_norm(X, X.shape[1:], eps=eps))
    return X

# %% block wrong="calls attend twice" kind="sneaky"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        return F.layer_norm(Z, Z.shape[1:], eps=eps)

    return X + attend(norm(X)) + think(norm(X + attend(norm(X))))

# %% block wrong="calls think once for each row" kind="sneaky"
def transformer_block(X, attend, think, eps):
    Y = X + attend(F.layer_norm(X, X.shape[1:], eps=eps))
    Z = F.layer_norm(Y, Y.shape[1:], eps=eps)
    return Y + torch.cat([think(Z[t : t + 1]) for t in range(len(Z))])

# %% block wrong="the variance is kept from falling below eps instead of eps being added" kind="sneaky"
def transformer_block(X, attend, think, eps):
    def norm(Z):
        v = Z.var(dim=1, keepdim=True, unbiased=False).clamp(min=eps)
        return (Z - Z.mean(dim=1, keepdim=True)) / v.sqrt()

    X = X + attend(norm(X))
    return X + think(norm(X))

# %% block wrong="computes in float32, so the result of float64 has the wrong dtype" kind="sneaky"
def transformer_block(X, attend, think, eps):
    H = X.float()
    H = H + attend(F.layer_norm(H, H.shape[1:], eps=eps).to(X.dtype)).float()
    H = H + think(F.layer_norm(H, H.shape[1:], eps=eps).to(X.dtype)).float()
    return H

# %% propagate right="as in the hints"
def propagate(A: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    loops = A + torch.eye(len(A), dtype=A.dtype)
    d = loops.sum(dim=1)
    P = loops / d.sqrt()[:, None] / d.sqrt()
    return P @ X

# %% propagate right="double loop over nodes, beginner style"
def propagate(A, X):
    n = A.shape[0]
    degree = []
    for i in range(n):
        count = 1  # the node itself
        for j in range(n):
            if A[i, j] == 1:
                count = count + 1
        degree.append(count)
    result = torch.zeros_like(X)
    for i in range(n):
        for j in range(n):
            if i == j or A[i, j] == 1:
                result[i] = result[i] + X[j] / math.sqrt(degree[i] * degree[j])
    return result

# %% propagate right="scales X, sums the neighbours, adds the own row, scales again"
def propagate(A, X):
    root = (1 + A.sum(0)).rsqrt().unsqueeze(-1)
    scaled = root * X
    return root * (A @ scaled + scaled)

# %% propagate right="NumPy inside"
import numpy as np


def propagate(A: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    a = A.detach().numpy().copy()
    np.fill_diagonal(a, 1)
    root = np.sqrt(a.sum(axis=1))
    weights = a / np.outer(root, root)
    return torch.from_numpy(weights @ X.detach().numpy()).to(X.dtype)

# %% propagate right="diagonal matrices D^(-1/2) (A + I) D^(-1/2) X"
def propagate(A, X):
    A_tilde = A.clone()
    A_tilde.fill_diagonal_(1.0)
    D = torch.diag(A_tilde.sum(dim=1) ** -0.5)
    return D @ A_tilde @ D @ X

# %% propagate right="edge list with index_add"
def propagate(A, X):
    A = A + torch.eye(A.size(0)).to(A)
    d = A.sum(1)
    i, j = A.nonzero(as_tuple=True)
    w = 1 / (d[i] * d[j]).sqrt()
    return torch.zeros_like(X).index_add(0, i, w[:, None] * X[j])

# %% propagate right="einsum one-liner"
def propagate(A, X):
    T = A + torch.diag(torch.ones_like(A[0]))
    return torch.einsum("ij,i,j,jk->ik", T, T.sum(1).pow(-0.5), T.sum(1).pow(-0.5), X)

# %% propagate wrong="forgets the loops: only the neighbours are summed"
def propagate(A, X):
    d = A.sum(dim=1).clamp(min=1)
    return (A / d.sqrt()[:, None] / d.sqrt()) @ X

# %% propagate wrong="degrees counted without the node itself"
def propagate(A, X):
    d = A.sum(dim=1).clamp(min=1)
    return ((A + torch.eye(len(A), dtype=A.dtype)) / d.sqrt()[:, None] / d.sqrt()) @ X

# %% propagate wrong="mean over the neighbours: each row divided by its degree"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    return (T / T.sum(dim=1, keepdim=True)) @ X

# %% propagate wrong="plain sum, no weights"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    return T @ X

# %% propagate wrong="divides by the degree of the neighbour instead of the roots of both"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    return (T / T.sum(dim=0)) @ X

# %% propagate wrong="divides by the product of the degrees, the root is forgotten"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    d = T.sum(dim=1)
    return (T / (d[:, None] * d[None, :])) @ X

# %% propagate wrong="only the rows are divided by the root"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    return (T / T.sum(dim=1).sqrt()[:, None]) @ X

# %% propagate wrong="divides by the root of the same node's degree twice (broadcast along the wrong axis)"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    d = T.sum(dim=1)
    return (T / d.sqrt() / d.sqrt()) @ X

# %% propagate wrong="multiplies by the roots instead of dividing"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    d = T.sum(dim=1)
    return (d.sqrt()[:, None] * T * d.sqrt()) @ X

# %% propagate wrong="adds the own row unweighted after normalizing the neighbours"
def propagate(A, X):
    d = A.sum(dim=1) + 1
    return X + (A / (d[:, None] * d).sqrt()) @ X

# %% propagate wrong="takes two steps"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=A.dtype)
    d = T.sum(dim=1)
    P = T / (d[:, None] * d).sqrt()
    return P @ (P @ X)

# %% propagate wrong="adds ones everywhere instead of the identity"
def propagate(A, X):
    T = A + torch.ones(len(A), dtype=A.dtype)
    d = T.sum(dim=1)
    return T / d.sqrt()[:, None] / d.sqrt() @ X

# %% propagate wrong="writes the loops into the given A" kind="sneaky"
def propagate(A, X):
    A.fill_diagonal_(1)
    d = A.sum(dim=1)
    return (A / d.sqrt()[:, None] / d.sqrt()) @ X

# %% propagate wrong="a node without edges gets zeros instead of its row" kind="sneaky"
def propagate(A, X):
    joined = (A.sum(dim=1) > 0).to(A.dtype)
    T = A + torch.diag(joined)
    d = T.sum(dim=1).clamp(min=1)
    return (T / d.sqrt()[:, None] / d.sqrt()) @ X

# %% propagate wrong="float64 comes out whatever comes in" kind="sneaky"
def propagate(A, X):
    T = A + torch.eye(len(A), dtype=torch.float64)
    d = T.sum(dim=1)
    return (T / d.sqrt()[:, None] / d.sqrt()) @ X.double()

# %% route right="as in the hints"
def route(votes: torch.Tensor, passes: int) -> tuple[torch.Tensor, torch.Tensor]:
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route right="einsum, squash with torch.where"
def _squash(s):
    squared = (s * s).sum(-1, keepdim=True)
    unit = torch.where(squared > 0, s / squared.sqrt(), torch.zeros_like(s))
    return squared / (1 + squared) * unit


def route(votes, passes):
    b = torch.zeros(votes.shape[0], votes.shape[1], dtype=votes.dtype)
    for p in range(passes):
        c = F.softmax(b, dim=-1)
        v = _squash(torch.einsum("ij,ijd->jd", c, votes))
        if p < passes - 1:
            b += torch.einsum("ijd,jd->ij", votes, v)
    return v, c

# %% route right="loops over inputs and outputs, beginner style"
def route(votes, passes):
    n_in, n_out, d = votes.shape
    b = torch.zeros(n_in, n_out, dtype=votes.dtype)
    for _ in range(passes):
        c = torch.zeros(n_in, n_out, dtype=votes.dtype)
        for i in range(n_in):
            c[i] = torch.softmax(b[i], dim=0)
        v = torch.zeros(n_out, d, dtype=votes.dtype)
        for j in range(n_out):
            s = torch.zeros(d, dtype=votes.dtype)
            for i in range(n_in):
                s = s + c[i, j] * votes[i, j]
            length = torch.sqrt((s**2).sum())
            if length > 0:
                v[j] = length**2 / (1 + length**2) * s / length
        for i in range(n_in):
            for j in range(n_out):
                b[i, j] += torch.dot(votes[i, j], v[j])
    return v, c

# %% route right="NumPy inside, softmax by hand with the largest taken away"
import numpy as np


def route(votes, passes):
    u = votes.detach().numpy()
    b = np.zeros(u.shape[:2], dtype=u.dtype)
    for _ in range(passes):
        e = np.exp(b - b.max(axis=1, keepdims=True))
        c = e / e.sum(axis=1, keepdims=True)
        s = (c[..., None] * u).sum(axis=0)
        n = np.linalg.norm(s, axis=1, keepdims=True)
        v = s * n / (1 + n * n)
        b = b + (u * v).sum(axis=2)
    return torch.from_numpy(v), torch.from_numpy(c)

# %% route right="recursion over passes, F.normalize gives 0 for a vector of zeros"
def route(votes, passes, b=None):
    if b is None:
        b = torch.zeros_like(votes[:, :, 0])
    c = torch.softmax(b, 1)
    s = (c.unsqueeze(-1) * votes).sum(0)
    q = s.square().sum(1, keepdim=True)
    v = q / (1 + q) * F.normalize(s, dim=1)
    if passes == 1:
        return v, c
    return route(votes, passes - 1, b + (votes * v).sum(-1))

# %% route right="keeps the sum of the outputs so far in place of b, matrix products by output"
def route(votes, passes):
    by_output = votes.transpose(0, 1)  # (num_outputs, num_inputs, d)
    total = torch.zeros_like(votes[0])
    for _ in range(passes):
        c = (by_output @ total[:, :, None])[..., 0].softmax(dim=0)
        s = (c[:, None, :] @ by_output)[:, 0]
        q = s.norm(dim=1, keepdim=True)
        v = torch.nan_to_num(q**2 / (1 + q**2) * (s / q))
        total = total + v
    return v, c.T

# %% route wrong="softmax over the inputs instead of the outputs"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=0)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="no squash"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        v = (c[:, :, None] * votes).sum(dim=0)
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="squash without the unit vector: s times |s|²/(1+|s|²)"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        q = s.square().sum(dim=1, keepdim=True)
        v = q / (1 + q) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="returns the couplings after the last update, not those the outputs were made with"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, b.softmax(dim=1)

# %% route wrong="one pass too many"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes + 1):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="b is replaced by the agreement, not added to"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = (votes * v).sum(dim=2)
    return v, c

# %% route wrong="agreement with s instead of the squashed v"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * s).sum(dim=2)
    return v, c

# %% route wrong="mean over the inputs instead of the sum"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).mean(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="one length for all outputs: norm without dim"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm()
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="the agreement is taken away, sign"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b - (votes * v).sum(dim=2)
    return v, c

# %% route wrong="c keeps the agreement: b begins each pass from the softmax, not from b"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        b = b.softmax(dim=1)
        c = b
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="first pass with couplings of 1, the softmax only from the second on"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    c = torch.ones_like(b)
    for p in range(passes):
        if p > 0:
            c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="squash with 1 + |s| below"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        v = s / (1 + s.norm(dim=1, keepdim=True))
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="the agreement is summed over the inputs, so all share one b"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2).sum(dim=0, keepdim=True)
    return v, c

# %% route wrong="0/0 where all votes for an output are 0" kind="sneaky"
def route(votes, passes):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        n = s.norm(dim=1, keepdim=True)
        v = n**2 / (1 + n**2) * s / n
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="float32 zeros at first: with float64 votes and one pass the couplings are float32" kind="sneaky"
def route(votes, passes):
    b = torch.zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        s = (c[:, :, None] * votes).sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (votes * v).sum(dim=2)
    return v, c

# %% route wrong="multiplies the given votes by the couplings in place" kind="sneaky"
def route(votes, passes):
    original = votes.clone()
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(passes):
        c = b.softmax(dim=1)
        votes.copy_(original).mul_(c[:, :, None])
        s = votes.sum(dim=0)
        length = s.norm(dim=1, keepdim=True)
        v = length / (1 + length**2) * s
        b = b + (original * v).sum(dim=2)
    return v, c

# %% compound right="step by step"
def grow(
    channels: list[int],
    depths: list[int],
    side: int,
    ratio: float,
    alpha: float,
    beta: float,
    gamma: float,
) -> tuple[list[int], list[int], int]:
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    new_depths = [math.ceil(d * alpha**phi) for d in depths]
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        rounded = max(8, int(exact + 4) // 8 * 8)
        if rounded < 0.9 * exact:
            rounded += 8
        new_channels.append(rounded)
    return new_channels, new_depths, round(side * gamma**phi)

# %% compound right="tuples, helper function, logs of the parts added"
def _to_eight(c):
    near = 8 * math.floor(c / 8 + 0.5)
    near = max(near, 8)
    return near + 8 if near < 0.9 * c else near


def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / (math.log(alpha) + 2 * math.log(beta) + 2 * math.log(gamma))
    a, b, g = alpha**phi, beta**phi, gamma**phi
    return (
        tuple(_to_eight(b * c) for c in channels),
        tuple(math.ceil(a * d) for d in depths),
        math.floor(side * g + 0.5),
    )

# %% compound right="no max with 8: a 0 is always less than 0.9 times the number, so the last rule mends it"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio, alpha * beta * beta * gamma * gamma)
    widths = []
    for c in channels:
        w = c * beta**phi
        m = round(w / 8) * 8
        widths.append(m if m >= 0.9 * w else m + 8)
    return widths, [math.ceil(d * alpha**phi) for d in depths], int(side * gamma**phi + 0.5)

# %% compound right="NumPy, turned back into plain numbers"
import numpy as np


def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = np.log(ratio) / np.log(alpha * beta**2 * gamma**2)
    exact = np.array(channels, dtype=float) * beta**phi
    rounded = np.maximum(8, np.floor(exact / 8 + 0.5) * 8)
    rounded = np.where(rounded < 0.9 * exact, rounded + 8, rounded).astype(int)
    deeper = np.ceil(np.array(depths) * alpha**phi).astype(int)
    return rounded.tolist(), deeper.tolist(), int(np.rint(side * gamma**phi))

# %% compound right="beginner: counts upwards to the numbers wanted"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    work = alpha * beta * beta * gamma * gamma
    phi = math.log2(ratio) / math.log2(work)
    new_channels = []
    for c in channels:
        exact = c * beta**phi
        best = 8
        candidate = 8
        while candidate <= exact + 8:
            if abs(candidate - exact) < abs(best - exact):
                best = candidate
            candidate = candidate + 8
        if best < 0.9 * exact:
            best = best + 8
        new_channels.append(best)
    new_depths = []
    for d in depths:
        exact = d * alpha**phi
        whole = d
        while whole < exact:
            whole = whole + 1
        new_depths.append(whole)
    exact = side * gamma**phi
    new_side = int(exact)
    if exact - new_side >= 0.5:
        new_side = new_side + 1
    return new_channels, new_depths, new_side

# %% compound right="torch in float64, ceiling of a negative floor division"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    logs = torch.tensor([alpha, beta, gamma], dtype=torch.float64).log()
    phi = math.log(ratio) / (logs @ torch.tensor([1, 2, 2], dtype=torch.float64))
    deep, wide, large = (phi * logs).exp().tolist()
    up = [int(-(-d * deep // 1)) for d in depths]
    to8 = lambda c: max(8, int(c + 4) // 8 * 8)  # noqa: E731
    sizes = [to8(c * wide) + 8 * (to8(c * wide) < 0.9 * c * wide) for c in channels]
    return sizes, up, round(side * large)

# %% compound wrong="phi taken to be the ratio itself, divided by the growth of the work"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = ratio / (alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="beta and gamma not squared in the work"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta * gamma)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="depths rounded to the nearest whole number"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [round(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="depths rounded down"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [int(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="the rule of 0.9 is forgotten"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = [max(8, int(c * beta**phi + 4) // 8 * 8) for c in channels]
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="channels always up to the next multiple of 8"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = [8 * math.ceil(c * beta**phi / 8) for c in channels]
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="channels only rounded to whole numbers, no multiples of 8"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = [round(c * beta**phi) for c in channels]
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="the side is rounded up"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], math.ceil(side * gamma**phi)

# %% compound wrong="the side is cut off by int()"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], int(side * gamma**phi)

# %% compound wrong="alpha used for the channels and beta for the depths"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * alpha**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * beta**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="width and side grown by the squares of their factors"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta ** (2 * phi)
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma ** (2 * phi))

# %% compound wrong="phi rounded to a whole number"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = round(math.log(ratio) / math.log(alpha * beta**2 * gamma**2))
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="compares with 0.9 times the old channels, not the grown ones"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        m = max(8, int(c * beta**phi + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * c else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="int(d·α^φ) + 1 for the depths, one too many where the number is whole (ratio 1 or alpha 1)" kind="sneaky"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [int(d * alpha**phi) + 1 for d in depths], round(side * gamma**phi)

# %% compound wrong="ratio 1 returns the sizes as they are, channels not rounded to multiples of 8" kind="sneaky"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    if ratio == 1:
        return list(channels), list(depths), side
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = c * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="the exact number of channels is cut to a whole one before the comparison with 0.9" kind="sneaky"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    wide = []
    for c in channels:
        exact = int(c * beta**phi)
        m = max(8, (exact + 4) // 8 * 8)
        wide.append(m + 8 if m < 0.9 * exact else m)
    return wide, [math.ceil(d * alpha**phi) for d in depths], round(side * gamma**phi)

# %% compound wrong="writes the new sizes into the given lists instead of new ones" kind="sneaky"
def grow(channels, depths, side, ratio, alpha, beta, gamma):
    phi = math.log(ratio) / math.log(alpha * beta**2 * gamma**2)
    for i in range(len(channels)):
        exact = channels[i] * beta**phi
        m = max(8, int(exact + 4) // 8 * 8)
        channels[i] = m + 8 if m < 0.9 * exact else m
        depths[i] = math.ceil(depths[i] * alpha**phi)
    return channels, depths, round(side * gamma**phi)

# %% frames right="loop over time"
def read_film(clips: torch.Tensor, encode, step, h: torch.Tensor) -> torch.Tensor:
    for t in range(clips.shape[1]):
        h = step(encode(clips[:, t]), h)
    return h

# %% frames right="all pictures encoded at once, unflatten"
def read_film(clips, encode, step, h):
    features = encode(clips.flatten(0, 1)).unflatten(0, clips.shape[:2])
    for f in features.unbind(dim=1):
        h = step(f, h)
    return h

# %% frames right="functools.reduce"
from functools import reduce


def read_film(clips, encode, step, h):
    return reduce(lambda state, pictures: step(encode(pictures), state), clips.unbind(1), h)

# %% frames right="encodes film by film, then stacks"
def read_film(clips, encode, step, h):
    features = torch.stack([encode(film) for film in clips])  # (n, T, num_features)
    state = h
    for t in range(features.size(1)):
        state = step(features[:, t, :], state)
    return state

# %% frames right="encodes picture by picture, beginner style"
def read_film(clips, encode, step, h):
    n, T, height, width = clips.shape
    state = h.clone()
    for t in range(T):
        rows = []
        for i in range(n):
            picture = clips[i, t].reshape(1, height, width)
            rows.append(encode(picture)[0])
        state = step(torch.stack(rows, dim=0), state)
    return state

# %% frames right="time first: transposed, reshaped, and recursion"
def read_film(clips, encode, step, h):
    by_time = clips.transpose(0, 1)
    n = clips.shape[0]
    features = encode(by_time.reshape(-1, *clips.shape[2:]))

    def read(t, state):
        if t == clips.shape[1]:
            return state
        return read(t + 1, step(features[t * n : (t + 1) * n], state))

    return read(0, h)

# %% frames wrong="reads the film backwards"
def read_film(clips, encode, step, h):
    for t in reversed(range(clips.shape[1])):
        h = step(encode(clips[:, t]), h)
    return h

# %% frames wrong="only the last picture is read"
def read_film(clips, encode, step, h):
    return step(encode(clips[:, -1]), h)

# %% frames wrong="features put back as (T, n), so films and times are mixed"
def read_film(clips, encode, step, h):
    n, T = clips.shape[:2]
    features = encode(clips.flatten(0, 1)).reshape(T, n, -1)
    for t in range(T):
        h = step(features[t], h)
    return h

# %% frames wrong="the mean of the features over time, one step"
def read_film(clips, encode, step, h):
    features = encode(clips.flatten(0, 1)).unflatten(0, clips.shape[:2])
    return step(features.mean(dim=1), h)

# %% frames wrong="arguments of step swapped"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1]):
        h = step(h, encode(clips[:, t]))
    return h

# %% frames wrong="each step begins from the first state, nothing is carried on"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1]):
        new = step(encode(clips[:, t]), h)
    return new

# %% frames wrong="skips the first picture"
def read_film(clips, encode, step, h):
    for t in range(1, clips.shape[1]):
        h = step(encode(clips[:, t]), h)
    return h

# %% frames wrong="stops before the last picture"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1] - 1):
        h = step(encode(clips[:, t]), h)
    return h

# %% frames wrong="begins with zeros instead of the given state"
def read_film(clips, encode, step, h):
    state = torch.zeros_like(h)
    for t in range(clips.shape[1]):
        state = step(encode(clips[:, t]), state)
    return state

# %% frames wrong="returns all states, not the last"
def read_film(clips, encode, step, h):
    states = []
    for t in range(clips.shape[1]):
        h = step(encode(clips[:, t]), h)
        states.append(h)
    return torch.stack(states, dim=1)

# %% frames wrong="returns the mean of the states"
def read_film(clips, encode, step, h):
    states = []
    for t in range(clips.shape[1]):
        h = step(encode(clips[:, t]), h)
        states.append(h)
    return torch.stack(states).mean(dim=0)

# %% frames wrong="loops over films instead of times"
def read_film(clips, encode, step, h):
    for film in clips:
        h = step(encode(film), h)
    return h

# %% frames wrong="the mean picture of each film is encoded, and read T times"
def read_film(clips, encode, step, h):
    features = encode(clips.mean(dim=1))
    for _ in range(clips.shape[1]):
        h = step(features, h)
    return h

# %% frames wrong="adds the old state to what step returns"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1]):
        h = h + step(encode(clips[:, t]), h)
    return h

# %% frames wrong="writes the states into the given h" kind="sneaky"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1]):
        h[:] = step(encode(clips[:, t]), h)
    return h

# %% frames wrong="squeeze drops a dimension when there is one film, or pictures of one row or column" kind="sneaky"
def read_film(clips, encode, step, h):
    for t in range(clips.shape[1]):
        h = step(encode(clips[:, t].squeeze()), h)
    return h

# %% frames wrong="all films begin with the first film's state, right only if all begin alike" kind="sneaky"
def read_film(clips, encode, step, h):
    state = h[:1].repeat(len(clips), 1)
    for t in range(clips.shape[1]):
        state = step(encode(clips[:, t]), state)
    return state

# %% clicks right="as in the hints"
def light_gcn(
    clicks: torch.Tensor, users: torch.Tensor, things: torch.Tensor, num_layers: int
) -> tuple[torch.Tensor, torch.Tensor]:
    d_users = clicks.sum(dim=1, keepdim=True).clamp(min=1)
    d_things = clicks.sum(dim=0, keepdim=True).clamp(min=1)
    P = clicks / d_users.sqrt() / d_things.sqrt()
    all_users, all_things = [users], [things]
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        all_users.append(users)
        all_things.append(things)
    return torch.stack(all_users).mean(dim=0), torch.stack(all_things).mean(dim=0)

# %% clicks right="one graph of users and things together, the whole adjacency matrix"
def light_gcn(clicks, users, things, num_layers):
    n, m = clicks.shape
    A = torch.zeros(n + m, n + m, dtype=clicks.dtype)
    A[:n, n:] = clicks
    A[n:, :n] = clicks.T
    d = A.sum(1)
    root = torch.where(d > 0, d, torch.ones_like(d)).rsqrt()
    P = root[:, None] * A * root[None, :]
    E = torch.cat([users, things])
    total = E.clone()
    for _ in range(num_layers):
        E = P @ E
        total += E
    total /= num_layers + 1
    return total[:n], total[n:]

# %% clicks right="loops over users, things and clicks, beginner style"
def light_gcn(clicks, users, things, num_layers):
    num_users, num_things = clicks.shape
    d_user = [0] * num_users
    d_thing = [0] * num_things
    for u in range(num_users):
        for i in range(num_things):
            if clicks[u, i] == 1:
                d_user[u] += 1
                d_thing[i] += 1
    sum_users = users.clone()
    sum_things = things.clone()
    for _ in range(num_layers):
        new_users = torch.zeros_like(users)
        new_things = torch.zeros_like(things)
        for u in range(num_users):
            for i in range(num_things):
                if clicks[u, i] == 1:
                    root = math.sqrt(d_user[u] * d_thing[i])
                    new_users[u] += things[i] / root
                    new_things[i] += users[u] / root
        users = new_users
        things = new_things
        sum_users = sum_users + users
        sum_things = sum_things + things
    return sum_users / (num_layers + 1), sum_things / (num_layers + 1)

# %% clicks right="nan_to_num on the table, running sums"
def light_gcn(clicks, users, things, num_layers):
    P = torch.nan_to_num(clicks / torch.outer(clicks.sum(1), clicks.sum(0)).sqrt())
    U, V, u, v = users, things, users, things
    for _ in range(num_layers):
        u, v = P.mm(v), P.t().mm(u)
        U, V = U + u, V + v
    return U / (1 + num_layers), V / (1 + num_layers)

# %% clicks right="NumPy inside"
import numpy as np


def light_gcn(clicks, users, things, num_layers):
    R = clicks.detach().numpy()
    du = np.maximum(R.sum(axis=1), 1)
    di = np.maximum(R.sum(axis=0), 1)
    P = R / np.sqrt(du[:, None] * di[None, :])
    us = [users.detach().numpy()]
    vs = [things.detach().numpy()]
    for _ in range(num_layers):
        us.append(P @ vs[-1])
        vs.append(P.T @ us[-2])
    return (
        torch.from_numpy(np.mean(us, axis=0)).to(users.dtype),
        torch.from_numpy(np.mean(vs, axis=0)).to(things.dtype),
    )

# %% clicks right="recursion: sum up from the last step"
def light_gcn(clicks, users, things, num_layers):
    du, di = clicks.sum(1).clamp(min=1), clicks.sum(0).clamp(min=1)
    P = torch.einsum("ui,u,i->ui", clicks, du**-0.5, di**-0.5)

    def total(u, v, left):
        if left == 0:
            return u, v
        a, b = total(P @ v, P.T @ u, left - 1)
        return u + a, v + b

    U, V = total(users, things, num_layers)
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="only the last step is returned"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
    return users, things

# %% clicks wrong="sum over the steps instead of the mean"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U, V

# %% clicks wrong="the mean divides by num_layers, there are num_layers + 1 steps"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U / max(num_layers, 1), V / max(num_layers, 1)

# %% clicks wrong="step 0 is left out of the mean"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    if num_layers == 0:
        return users, things
    U, V = [], []
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U.append(users)
        V.append(things)
    return torch.stack(U).mean(0), torch.stack(V).mean(0)

# %% clicks wrong="the things step after the users, from their new vectors"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users = P @ things
        things = P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="means of the neighbours: each side divided by its own degree only"
def light_gcn(clicks, users, things, num_layers):
    by_user = clicks / clicks.sum(1, keepdim=True).clamp(min=1)
    by_thing = (clicks / clicks.sum(0, keepdim=True).clamp(min=1)).T
    U, V = users, things
    for _ in range(num_layers):
        users, things = by_user @ things, by_thing @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="divides by the product of the degrees, the root is forgotten"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1) / clicks.sum(0).clamp(min=1)
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="plain sums over clicks, degrees forgotten"
def light_gcn(clicks, users, things, num_layers):
    U, V = users, things
    for _ in range(num_layers):
        users, things = clicks @ things, clicks.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="degrees count the node itself, as in the exercise before"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / (clicks.sum(1, keepdim=True) + 1).sqrt() / (clicks.sum(0) + 1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="one step too many"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = [users], [things]
    for _ in range(num_layers + 1):
        users, things = P @ things, P.T @ users
        U.append(users)
        V.append(things)
    return torch.stack(U).mean(0), torch.stack(V).mean(0)

# %% clicks wrong="adds a loop: each keeps the own vector in every step"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = users + P @ things, things + P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="divides by the root of the sum of the degrees, not of the product"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / (clicks.sum(1, keepdim=True) + clicks.sum(0)).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="each step starts anew from the learned vectors"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        U, V = U + P @ things, V + P.T @ users
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="0/0 for a user or a thing without clicks" kind="sneaky"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).sqrt() / clicks.sum(0).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        users, things = P @ things, P.T @ users
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="who has no clicks keeps the own vector in each step instead of 0" kind="sneaky"
def light_gcn(clicks, users, things, num_layers):
    du, di = clicks.sum(1, keepdim=True), clicks.sum(0)[:, None]
    P = clicks / du.clamp(min=1).sqrt() / di.T.clamp(min=1).sqrt()
    U, V = users, things
    for _ in range(num_layers):
        new_users = torch.where(du > 0, P @ things, users)
        new_things = torch.where(di > 0, P.T @ users, things)
        users, things = new_users, new_things
        U, V = U + users, V + things
    return U / (num_layers + 1), V / (num_layers + 1)

# %% clicks wrong="sums up in the given tensors, so users and things are changed" kind="sneaky"
def light_gcn(clicks, users, things, num_layers):
    P = clicks / clicks.sum(1, keepdim=True).clamp(min=1).sqrt() / clicks.sum(0).clamp(min=1).sqrt()
    u, v = users.clone(), things.clone()
    for _ in range(num_layers):
        u, v = P @ v, P.T @ u
        users += u
        things += v
    users /= num_layers + 1
    things /= num_layers + 1
    return users.clone(), things.clone()

# %% contenders right="the line to reach, as in the hint"
def contenders(table: dict[str, dict[str, list[float]]]) -> dict[str, list[str]]:
    unbeaten = {}
    for task, runs_of in table.items():
        line = max(min(runs) for runs in runs_of.values())
        unbeaten[task] = [name for name, runs in runs_of.items() if max(runs) >= line]
    return unbeaten

# %% contenders right="every pair compared, flags, beginner style"
def contenders(table):
    result = {}
    for task in table:
        names = []
        for model in table[task]:
            beaten = False
            for other in table[task]:
                if other != model:
                    if min(table[task][other]) > max(table[task][model]):
                        beaten = True
            if not beaten:
                names.append(model)
        result[task] = names
    return result

# %% contenders right="sets: all models minus the beaten ones"
def contenders(table):
    return {
        task: set(r) - {a for a, b in itertools.permutations(r, 2) if max(r[a]) < min(r[b])}
        for task, r in table.items()
    }

# %% contenders right="pandas series of the worst and the best runs"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        worst = pd.Series({name: min(runs) for name, runs in runs_of.items()})
        best = pd.Series({name: max(runs) for name, runs in runs_of.items()})
        result[task] = best[best >= worst.max()].index.tolist()
    return result

# %% contenders right="copies sorted, tuples returned"
def contenders(table):
    answer = dict()
    for task, models_runs in table.items():
        ordered = {m: sorted(runs) for m, runs in models_runs.items()}
        highest_worst = sorted(runs[0] for runs in ordered.values())[-1]
        answer[task] = tuple(m for m in sorted(ordered) if not ordered[m][-1] < highest_worst)
    return answer

# %% contenders right="throws the beaten out of a copy of the names, NumPy"
import numpy as np


def contenders(table):
    out = {}
    for task in table:
        names = list(table[task])
        low = np.array([np.min(table[task][n]) for n in names])
        high = np.array([np.max(table[task][n]) for n in names])
        beats = low[:, None] > high[None, :]  # row beats column
        out[task] = [n for n, b in zip(names, beats.any(axis=0), strict=True) if not b]
    return out

# %% contenders wrong="a best run that just equals the line counts as beaten"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        names = []
        for a in runs_of:
            if all(max(runs_of[a]) > min(runs_of[b]) for b in runs_of if b != a):
                names.append(a)
        result[task] = names
    return result

# %% contenders wrong="only the model with the best mean"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        means = {m: sum(r) / len(r) for m, r in runs_of.items()}
        result[task] = [m for m in means if means[m] == max(means.values())]
    return result

# %% contenders wrong="only the model with the best single run"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        top = max(max(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if max(r) == top]
    return result

# %% contenders wrong="the line is the lowest of the worst runs"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = min(min(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if max(r) >= line]
    return result

# %% contenders wrong="compares worst runs with the line instead of best runs"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(min(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if min(r) >= line]
    return result

# %% contenders wrong="returns the beaten models"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(min(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if max(r) < line]
    return result

# %% contenders wrong="one line over all tasks"
def contenders(table):
    line = max(min(r) for runs_of in table.values() for r in runs_of.values())
    return {task: [m for m, r in runs_of.items() if max(r) >= line] for task, runs_of in table.items()}

# %% contenders wrong="compares medians with the line instead of best runs"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(min(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if median(r) >= line]
    return result

# %% contenders wrong="models to their tasks instead of tasks to their models"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(min(r) for r in runs_of.values())
        for m, r in runs_of.items():
            result.setdefault(m, [])
            if max(r) >= line:
                result[m].append(task)
    return result

# %% contenders wrong="run by run: beaten if each run is worse than the other's of the same number"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        names = []
        for a in runs_of:
            beaten = any(
                all(x < y for x, y in zip(runs_of[a], runs_of[b], strict=False))
                for b in runs_of
                if b != a
            )
            if not beaten:
                names.append(a)
        result[task] = names
    return result

# %% contenders wrong="lower taken for better"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = min(max(r) for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if min(r) <= line]
    return result

# %% contenders wrong="needs to beat all others: a contender's worst run must reach all others' best"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        result[task] = [
            a
            for a in runs_of
            if all(min(runs_of[a]) >= max(runs_of[b]) for b in runs_of if b != a)
        ]
    return result

# %% contenders wrong="takes the first run for the worst and the last for the best, right if runs are sorted" kind="sneaky"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(r[0] for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if r[-1] >= line]
    return result

# %% contenders wrong="takes the models of the first task for those of all" kind="sneaky"
def contenders(table):
    result = {}
    names = list(next(iter(table.values())))
    for task, runs_of in table.items():
        line = max(min(runs_of[m]) for m in names)
        result[task] = [m for m in names if max(runs_of[m]) >= line]
    return result

# %% contenders wrong="sorts the runs in the given table" kind="sneaky"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        for runs in runs_of.values():
            runs.sort()
        line = max(r[0] for r in runs_of.values())
        result[task] = [m for m, r in runs_of.items() if r[-1] >= line]
    return result

# %% contenders wrong="a single contender comes as a bare name, not in a list" kind="sneaky"
def contenders(table):
    result = {}
    for task, runs_of in table.items():
        line = max(min(r) for r in runs_of.values())
        names = [m for m, r in runs_of.items() if max(r) >= line]
        result[task] = names[0] if len(names) == 1 else names
    return result
