# %% sigmoid right="textbook formula, slope from the output"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    y = 1 / (1 + torch.exp(-z))
    return y, y * (1 - y)

# %% sigmoid right="torch.sigmoid, terse"
def sigmoid(z):
    return (y := torch.sigmoid(z)), y * (1 - y)

# %% sigmoid right="two stable branches chosen with where, verbose"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    # e^{-|z|} can never overflow
    small = torch.exp(-torch.abs(z))
    for_positive = 1.0 / (1.0 + small)
    for_negative = small / (1.0 + small)
    value = torch.where(z >= 0, for_positive, for_negative)
    slope = value * (1.0 - value)
    return value, slope

# %% sigmoid right="loop over the flat list with math.exp, shape and dtype restored"
def sigmoid(z):
    def one(x):
        if x >= 0:
            return 1 / (1 + math.exp(-x))
        e = math.exp(x)
        return e / (1 + e)

    values = []
    slopes = []
    for x in z.flatten().tolist():
        s = one(x)
        values.append(s)
        slopes.append(s * (1 - s))
    values = torch.tensor(values, dtype=z.dtype).reshape(z.shape)
    slopes = torch.tensor(slopes, dtype=z.dtype).reshape(z.shape)
    return values, slopes

# %% sigmoid right="numpy detour in float64, comes back as tensors of the dtype of z"
import numpy as np


def sigmoid(z):
    a = z.detach().cpu().numpy().astype(np.float64)
    with np.errstate(over="ignore"):
        y = 1.0 / (1.0 + np.exp(-a))
    dy = y * (1.0 - y)
    return torch.tensor(y, dtype=z.dtype), torch.tensor(dy, dtype=z.dtype)

# %% sigmoid right="by way of tanh"
def sigmoid(inputs: torch.Tensor):
    # tanh(z) = 2 sigma(2z) - 1, solved for sigma
    t = torch.tanh(inputs / 2)
    y = (t + 1) / 2
    return y, (1 - t**2) / 4

# %% sigmoid right="autograd for the slope"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    x = z.detach().clone().requires_grad_(True)
    y = torch.sigmoid(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope

# %% sigmoid right="scipy expit"
from scipy.special import expit


def sigmoid(z):
    y = torch.as_tensor(expit(z.detach().numpy()), dtype=z.dtype)
    return y, y * (1 - y)

# %% sigmoid wrong="returns the value only, no slope"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return 1 / (1 + torch.exp(-z))

# %% sigmoid wrong="sign slip in the exponent: computes the mirrored sigmoid of -z"
def sigmoid(z):
    y = 1 / (1 + torch.exp(z))
    return y, y * (1 - y)

# %% sigmoid wrong="slope made from the input z instead of the output y"
def sigmoid(z):
    y = torch.sigmoid(z)
    slope = z * (1 - z)
    return y, slope

# %% sigmoid wrong="takes the sigmoid of the output once more for the slope"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    y = torch.sigmoid(z)
    dy = torch.sigmoid(y) * (1 - torch.sigmoid(y))
    return y, dy

# %% sigmoid wrong="slope of tanh: 1 - y squared"
def sigmoid(z):
    y = torch.sigmoid(z)
    return y, 1 - y**2

# %% sigmoid wrong="prints the results and returns None"
def sigmoid(z: torch.Tensor):
    y = 1 / (1 + torch.exp(-z))
    slope = y * (1 - y)
    print("value:", y)
    print("slope:", slope)

# %% sigmoid wrong="results exchanged: slope first"
def sigmoid(z):
    value = torch.sigmoid(z)
    derivative = value * (1 - value)
    return derivative, value

# %% sigmoid wrong="math.exp takes one number only, fails for tensors with several entries"
def sigmoid(z):
    y = 1 / (1 + math.exp(-z))
    return y, y * (1 - y)

# %% sigmoid wrong="missing parentheses: 1/1 + e^-z"
def sigmoid(z):
    y = 1 / 1 + torch.exp(-z)
    return y, y * (1 - y)

# %% sigmoid wrong="softmax over the entries instead of a sigmoid for each"
def sigmoid(z):
    y = torch.exp(z - z.max()) / torch.exp(z - z.max()).sum()
    return y, y * (1 - y)

# %% sigmoid wrong="exp(z)/(1+exp(z)): infinity over infinity is nan for large z" kind="sneaky"
def sigmoid(z):
    e = torch.exp(z)
    y = e / (1 + e)
    return y, y * (1 - y)

# %% sigmoid wrong="slope as e^-z/(1+e^-z)^2: nan for very negative z" kind="sneaky"
def sigmoid(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    e = torch.exp(-z)
    value = 1 / (1 + e)
    slope = e / (1 + e) ** 2
    return value, slope

# %% sigmoid wrong="nan_to_num turns the overflow at large z into 0 instead of 1" kind="sneaky"
def sigmoid(z):
    y = torch.exp(z) / (1 + torch.exp(z))
    y = torch.nan_to_num(y)
    return y, y * (1 - y)

# %% sigmoid wrong="dtype fixed: float64 input comes back as float32" kind="sneaky"
def sigmoid(z):
    z = z.float()
    y = 1 / (1 + torch.exp(-z))
    return y, y * (1 - y)

# %% sigmoid wrong="sigmoid_ overwrites the tensor of the caller" kind="sneaky"
def sigmoid(z):
    y = z.sigmoid_()
    return y, y * (1 - y)

# %% sigmoid wrong="clips z to -10..10, so the tails are not those of the sigmoid" kind="sneaky"
def sigmoid(z):
    # avoid overflow
    z = torch.clamp(z, -10, 10)
    y = 1 / (1 + torch.exp(-z))
    return y, y * (1 - y)

# %% leaky-relu right="torch.where twice"
def leaky_relu(z: torch.Tensor, leak: float) -> tuple[torch.Tensor, torch.Tensor]:
    value = torch.where(z > 0, z, leak * z)
    slope = torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))
    return value, slope

# %% leaky-relu right="slope first, value is slope times z"
def leaky_relu(z, leak):
    slope = torch.full_like(z, leak)
    slope[z > 0] = 1
    return slope * z, slope

# %% leaky-relu right="library function and autograd"
def leaky_relu(z, leak):
    x = z.detach().clone().requires_grad_()
    out = F.leaky_relu(x, negative_slope=leak)
    out.sum().backward()
    return out.detach(), x.grad

# %% leaky-relu right="loop over the entries with an if, beginner style"
def leaky_relu(z: torch.Tensor, leak: float) -> tuple[torch.Tensor, torch.Tensor]:
    values = torch.empty_like(z).flatten()
    slopes = torch.empty_like(z).flatten()
    flat = z.flatten()
    for i in range(flat.numel()):
        if flat[i] > 0:
            values[i] = flat[i]
            slopes[i] = 1.0
        else:
            values[i] = leak * flat[i]
            slopes[i] = leak
    return values.view(z.shape), slopes.view(z.shape)

# %% leaky-relu right="maximum of z and leak z, mask arithmetic for the slope"
def leaky_relu(x, a):
    on = (x > 0).to(x.dtype)
    return torch.maximum(x, a * x), on + a * (1 - on)

# %% leaky-relu right="clamp for both halves, heaviside for the slope"
def leaky_relu(z, leak):
    up = z.clamp(min=0)
    down = z.clamp(max=0)
    step = torch.heaviside(z, torch.zeros_like(z))
    return up + leak * down, leak + (1 - leak) * step

# %% leaky-relu right="numpy where, dtype kept"
import numpy as np


def leaky_relu(z, leak):
    a = z.detach().numpy()
    y = np.where(a > 0, a, leak * a)
    d = np.where(a > 0, 1.0, leak)
    return torch.tensor(y, dtype=z.dtype), torch.tensor(d, dtype=z.dtype)

# %% leaky-relu wrong="forgets to multiply the leak by z on the left"
def leaky_relu(z, leak):
    value = torch.where(z > 0, z, torch.full_like(z, leak))
    slope = torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))
    return value, slope

# %% leaky-relu wrong="plain ReLU: the leak is ignored"
def leaky_relu(z, leak):
    value = torch.clamp(z, min=0)
    slope = (z > 0).to(z.dtype)
    return value, slope

# %% leaky-relu wrong="argument ignored: the leak is always 0.01"
def leaky_relu(z: torch.Tensor, leak: float) -> tuple[torch.Tensor, torch.Tensor]:
    value = F.leaky_relu(z)
    slope = torch.where(z > 0, torch.ones_like(z), 0.01 * torch.ones_like(z))
    return value, slope

# %% leaky-relu wrong="slope on the left is 0 instead of the leak"
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), (z > 0).to(z.dtype)

# %% leaky-relu wrong="slope on the left has the sign of z: minus leak"
def leaky_relu(z, leak):
    y = torch.where(z > 0, z, leak * z)
    slope = torch.ones_like(z)
    slope[z <= 0] = -leak
    return y, slope

# %% leaky-relu wrong="subtracts: z minus leak z on the left"
def leaky_relu(z, leak):
    pos = torch.relu(z)
    neg = torch.relu(-z)
    return pos + leak * neg, torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))

# %% leaky-relu wrong="branches exchanged: leaks on the right"
def leaky_relu(z, leak):
    mask = z > 0
    value = torch.where(mask, leak * z, z)
    slope = torch.where(mask, torch.full_like(z, leak), torch.ones_like(z))
    return value, slope

# %% leaky-relu wrong="adds the leak to the slope on the right as well: 1 + leak"
def leaky_relu(z, leak):
    on = (z > 0).to(z.dtype)
    value = on * z + leak * z * (1 - on)
    slope = on + leak
    return value, slope

# %% leaky-relu wrong="python max compares whole tensors: fails for more than one entry"
def leaky_relu(z, leak):
    value = max(z, leak * z)
    slope = 1 if value > 0 else leak
    return value, slope

# %% leaky-relu wrong="returns lists for tensors, and handles vectors only"
def leaky_relu(z, leak):
    value = [x.item() if x > 0 else leak * x.item() for x in z]
    slope = [1.0 if x > 0 else leak for x in z]
    return value, slope

# %% leaky-relu wrong="slope 1 at z = 0, the card wants the leak there" kind="sneaky"
def leaky_relu(z: torch.Tensor, leak: float) -> tuple[torch.Tensor, torch.Tensor]:
    right = z >= 0
    value = torch.where(right, z, leak * z)
    slope = torch.where(right, torch.ones_like(z), torch.full_like(z, leak))
    return value, slope

# %% leaky-relu wrong="where of two plain numbers: the slope is float32 for a float64 z" kind="sneaky"
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.where(z > 0, 1.0, leak)

# %% leaky-relu wrong="slope as value over z: nan at z = 0" kind="sneaky"
def leaky_relu(z, leak):
    value = torch.maximum(z, leak * z)
    return value, value / z

# %% leaky-relu wrong="overwrites the entries of the caller" kind="sneaky"
def leaky_relu(z, leak):
    slope = torch.ones_like(z)
    slope[z <= 0] = leak
    z[z <= 0] *= leak
    return z, slope

# %% leaky-relu wrong="a leak of 0 is taken for missing and becomes 0.01" kind="sneaky"
def leaky_relu(z, leak):
    leak = leak or 0.01
    value = torch.where(z > 0, z, leak * z)
    slope = torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))
    return value, slope

# %% leaky-relu wrong="slope by sign: the mean of 1 and leak at z = 0" kind="sneaky"
def leaky_relu(z, leak):
    # |z| trick
    value = (1 + leak) / 2 * z + (1 - leak) / 2 * z.abs()
    slope = (1 + leak) / 2 + (1 - leak) / 2 * torch.sign(z)
    return value, slope

# %% elu right="torch.where in both places"
def elu(z: torch.Tensor, alpha: float) -> tuple[torch.Tensor, torch.Tensor]:
    value = torch.where(z > 0, z, alpha * (torch.exp(z) - 1))
    slope = torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z))
    return value, slope

# %% elu right="expm1 of the clamped input, no branch overflows"
def elu(z, alpha):
    below = z.clamp(max=0)
    value = z.clamp(min=0) + alpha * torch.expm1(below)
    slope = torch.where(z > 0, torch.ones_like(z), alpha * below.exp())
    return value, slope

# %% elu right="F.elu and autograd"
def elu(z, alpha):
    x = z.detach().clone().requires_grad_(True)
    y = F.elu(x, alpha)
    (g,) = torch.autograd.grad(y, x, torch.ones_like(y))
    return y.detach(), g

# %% elu right="boolean indexing on fresh tensors"
def elu(z: torch.Tensor, alpha: float):
    value = z.clone()
    slope = torch.ones_like(z)
    left = z <= 0
    e = torch.exp(z[left])
    value[left] = alpha * (e - 1)
    slope[left] = alpha * e
    return value, slope

# %% elu right="numpy, clipped exponent, back as tensors"
import numpy as np


def elu(z, alpha):
    arr = z.detach().cpu().numpy()
    ex = np.exp(np.minimum(arr, 0))
    val = np.where(arr > 0, arr, alpha * (ex - 1))
    der = np.where(arr > 0, 1.0, alpha * ex)
    return torch.tensor(val, dtype=z.dtype), torch.tensor(der, dtype=z.dtype)

# %% elu right="python loop through a helper that returns a pair"
def elu(z, alpha):
    def pair(x):
        if x > 0:
            return x, 1.0
        return alpha * math.expm1(x), alpha * math.exp(x)

    both = [pair(x) for x in z.reshape(-1).tolist()]
    value = torch.tensor([b[0] for b in both], dtype=z.dtype).reshape(z.shape)
    slope = torch.tensor([b[1] for b in both], dtype=z.dtype).reshape(z.shape)
    return value, slope

# %% elu right="slope on the left as value plus alpha"
def elu(x, a):
    value = F.elu(x, alpha=a)
    return value, torch.where(x > 0, torch.ones_like(x), value + a)

# %% elu wrong="slope on the left without alpha"
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * (torch.exp(z) - 1))
    slope = torch.where(z > 0, torch.ones_like(z), torch.exp(z))
    return value, slope

# %% elu wrong="keeps the constant in the slope: alpha (e^z - 1)"
def elu(z: torch.Tensor, alpha: float) -> tuple[torch.Tensor, torch.Tensor]:
    negative = alpha * (torch.exp(z) - 1)
    value = torch.where(z > 0, z, negative)
    slope = torch.where(z > 0, torch.ones_like(z), negative)
    return value, slope

# %% elu wrong="parenthesis slip: alpha e^z - 1"
def elu(z, alpha):
    e = torch.exp(z.clamp(max=0))
    return torch.where(z > 0, z, alpha * e - 1), torch.where(z > 0, torch.ones_like(z), alpha * e)

# %% elu wrong="slope on the right is z instead of 1"
def elu(z, alpha):
    left = alpha * torch.exp(z)
    return torch.where(z > 0, z, left - alpha), torch.where(z > 0, z, left)

# %% elu wrong="alpha inside the exponent"
def elu(z, alpha):
    value = torch.where(z > 0, z, torch.exp(alpha * z) - 1)
    slope = torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(alpha * z))
    return value, slope

# %% elu wrong="sign slip: e^-z on the left"
def elu(z, alpha):
    e = torch.exp(-z)
    value = torch.where(z > 0, z, alpha * (e - 1))
    slope = torch.where(z > 0, torch.ones_like(z), -alpha * e)
    return value, slope

# %% elu wrong="forgot to return the slope"
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * (torch.exp(z) - 1))
    slope = torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z))
    return value

# %% elu wrong="name slip: uses an undefined name a instead of alpha"
def elu(z, alpha):
    value = torch.where(z > 0, z, a * (z.exp() - 1))
    slope = torch.where(z > 0, torch.ones_like(z), a * z.exp())
    return value, slope

# %% elu wrong="alpha ignored: F.elu with its default of 1"
def elu(z, alpha):
    value = F.elu(z)
    slope = torch.where(z > 0, torch.ones_like(z), torch.exp(z))
    return value, slope

# %% elu wrong="minus missing: alpha times (1 - e^z) goes up on the left"
def elu(z, alpha):
    e = torch.exp(z.clamp(max=0))
    value = torch.where(z > 0, z, alpha * (1 - e))
    slope = torch.where(z > 0, torch.ones_like(z), alpha * e)
    return value, slope

# %% elu wrong="mask times value: 0 times infinity is nan for large z" kind="sneaky"
def elu(z, alpha):
    on = (z > 0).to(z.dtype)
    off = 1 - on
    value = on * z + off * alpha * (torch.exp(z) - 1)
    slope = on + off * alpha * torch.exp(z)
    return value, slope

# %% elu wrong="autograd through where and exp: the slope is nan for large z" kind="sneaky"
def elu(z: torch.Tensor, alpha: float) -> tuple[torch.Tensor, torch.Tensor]:
    x = z.detach().clone().requires_grad_(True)
    y = torch.where(x > 0, x, alpha * (torch.exp(x) - 1))
    y.sum().backward()
    return y.detach(), x.grad

# %% elu wrong="slope tensor has the default dtype, not that of z" kind="sneaky"
def elu(z, alpha):
    slope = torch.ones(z.shape)
    left = z <= 0
    slope[left] = (alpha * torch.exp(z[left])).to(slope.dtype)
    value = torch.where(left, alpha * torch.expm1(z), z)
    return value, slope

# %% elu wrong="in-place F.elu overwrites the tensor of the caller" kind="sneaky"
def elu(z, alpha):
    slope = torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z))
    value = F.elu(z, alpha, inplace=True)
    return value, slope

# %% elu wrong="maximum of both branches: wrong on the left where alpha (e^z - 1) lies below z, that is for alpha above 1" kind="sneaky"
def elu(z, alpha):
    bent = alpha * (torch.exp(z.clamp(max=0)) - 1)
    value = torch.maximum(z, bent)
    slope = torch.where(z > 0, torch.ones_like(z), bent + alpha)
    return value, slope

# %% swish right="product rule written out"
def swish(z: torch.Tensor, beta: float) -> tuple[torch.Tensor, torch.Tensor]:
    s = torch.sigmoid(beta * z)
    value = z * s
    slope = s + z * beta * s * (1 - s)
    return value, slope

# %% swish right="verbose with u, v and their derivatives, own stable gate"
def swish(z, beta):
    # (u v)' = u' v + u v'
    def gate(x):
        return 1 / (1 + torch.exp(-x))

    u = z
    v = gate(beta * z)
    du = torch.ones_like(z)
    dv = beta * v * (1 - v)
    return u * v, du * v + u * dv

# %% swish right="slope from the value: s + beta f (1 - s)"
def swish(x, b):
    s = (b * x).sigmoid()
    f = x * s
    return f, s + b * f * (1 - s)

# %% swish right="F.silu rescaled, autograd for the slope"
def swish(z, beta):
    x = z.detach().clone().requires_grad_()
    y = F.silu(beta * x) / beta
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope

# %% swish right="numpy in float64 with scipy expit"
import numpy as np
from scipy.special import expit


def swish(z, beta):
    a = np.asarray(z.detach().numpy(), dtype=np.float64)
    s = expit(beta * a)
    value = a * s
    slope = s * (1 + beta * a * (1 - s))
    return torch.tensor(value).to(z.dtype), torch.tensor(slope).to(z.dtype)

# %% swish right="calls a helper in the style of exercise 1"
def swish(z, beta):
    def sigmoid_pair(t):
        y = torch.sigmoid(t)
        return y, y * (1 - y)

    gate, gate_slope = sigmoid_pair(beta * z)
    return z * gate, gate + z * gate_slope * beta

# %% swish right="entry by entry with a stable scalar sigmoid"
def swish(z, beta):
    value, slope = torch.zeros_like(z).flatten(), torch.zeros_like(z).flatten()
    for k, x in enumerate(z.flatten().tolist()):
        t = beta * x
        s = 1 / (1 + math.exp(-t)) if t > 0 else math.exp(t) / (1 + math.exp(t))
        value[k] = x * s
        slope[k] = s + beta * x * s * (1 - s)
    return value.reshape(z.shape), slope.reshape(z.shape)

# %% swish wrong="chain rule forgotten: beta is missing in the slope"
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s + z * s * (1 - s)

# %% swish wrong="product rule forgotten: slope is the derivative of the gate only"
def swish(z: torch.Tensor, beta: float) -> tuple[torch.Tensor, torch.Tensor]:
    s = torch.sigmoid(beta * z)
    value = z * s
    slope = beta * s * (1 - s)
    return value, slope

# %% swish wrong="slope is the product of the derivatives u' v'"
def swish(z, beta):
    s = 1 / (1 + torch.exp(-beta * z))
    du = 1
    dv = beta * s * (1 - s)
    return z * s, du * dv * s

# %% swish wrong="beta ignored: SiLU in both results"
def swish(z, beta):
    s = torch.sigmoid(z)
    return F.silu(z), s + z * s * (1 - s)

# %% swish wrong="beta outside the gate: beta z sigma(z)"
def swish(z, beta):
    s = torch.sigmoid(z)
    value = beta * z * s
    slope = beta * (s + z * s * (1 - s))
    return value, slope

# %% swish wrong="sign slip in the slope: s minus z beta s (1 - s)"
def swish(z, beta):
    gate = torch.sigmoid(beta * z)
    slope = gate - beta * z * gate * (1 - gate)
    return z * gate, slope

# %% swish wrong="slope of the gate with 1 + s instead of 1 - s"
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s + beta * z * s * (1 + s)

# %% swish wrong="multiplies by beta z instead of z"
def swish(z, beta):
    bz = beta * z
    s = torch.sigmoid(bz)
    return bz * s, s + bz * s * (1 - s)

# %% swish wrong="results exchanged"
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    y = z * s
    dy = s + beta * z * s * (1 - s)
    return dy, y

# %% swish wrong="value is the sum over all entries instead of entry by entry"
def swish(z, beta):
    x = z.detach().clone().requires_grad_()
    y = (x * torch.sigmoid(beta * x)).sum()
    y.backward()
    return y.detach(), x.grad

# %% swish wrong="gate as e^t/(1+e^t): nan for large z" kind="sneaky"
def swish(z, beta):
    e = torch.exp(beta * z)
    s = e / (1 + e)
    return z * s, s + beta * z * s * (1 - s)

# %% swish wrong="quotient form of the slope: infinity over infinity for very negative z" kind="sneaky"
def swish(z: torch.Tensor, beta: float) -> tuple[torch.Tensor, torch.Tensor]:
    e = torch.exp(-beta * z)
    value = z / (1 + e)
    slope = (1 + e + beta * z * e) / (1 + e) ** 2
    return value, slope

# %% swish wrong="numpy detour that always comes back as float64" kind="sneaky"
import numpy as np


def swish(z, beta):
    a = z.detach().numpy().astype("float64")
    with np.errstate(over="ignore"):
        s = 1 / (1 + np.exp(-beta * a))
    return torch.as_tensor(a * s), torch.as_tensor(s + beta * a * s * (1 - s))

# %% swish wrong="scales z of the caller in place" kind="sneaky"
def swish(z, beta):
    x = z.clone()
    z *= beta
    s = torch.sigmoid(z)
    return x * s, s + z * s * (1 - s)

# %% swish wrong="loops over a vector: other shapes fail" kind="sneaky"
def swish(z, beta):
    value = torch.zeros_like(z)
    slope = torch.zeros_like(z)
    for i in range(len(z)):
        x = z[i].item()
        s = torch.sigmoid(torch.tensor(beta * x, dtype=z.dtype))
        value[i] = x * s
        slope[i] = s + beta * x * s * (1 - s)
    return value, slope

# %% gelu right="erf and the product rule"
def gelu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    Phi = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    phi = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * Phi, Phi + z * phi

# %% gelu right="torch.distributions.Normal"
def gelu(z):
    normal = torch.distributions.Normal(0.0, 1.0)
    cdf = normal.cdf(z)
    pdf = normal.log_prob(z).exp()
    return z * cdf, cdf + z * pdf

# %% gelu right="F.gelu and autograd"
def gelu(z):
    x = z.detach().clone().requires_grad_(True)
    y = F.gelu(x)
    (dy,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), dy

# %% gelu right="complementary error function"
def gelu(x):
    cdf = torch.erfc(-x * 0.5**0.5) * 0.5
    density = (2 * torch.pi) ** -0.5 * torch.exp(-0.5 * x * x)
    return x * cdf, torch.addcmul(cdf, x, density)

# %% gelu right="scalar loop with math.erf"
def gelu(z):
    def cdf(t):
        return 0.5 * (1 + math.erf(t / math.sqrt(2)))

    def pdf(t):
        return math.exp(-t * t / 2) / math.sqrt(2 * math.pi)

    numbers = z.flatten().tolist()
    value = torch.tensor([t * cdf(t) for t in numbers], dtype=z.dtype)
    slope = torch.tensor([cdf(t) + t * pdf(t) for t in numbers], dtype=z.dtype)
    return value.reshape(z.shape), slope.reshape(z.shape)

# %% gelu right="scipy.stats.norm in float64, cast back"
from scipy.stats import norm


def gelu(z):
    a = z.detach().double().numpy()
    P, p = norm.cdf(a), norm.pdf(a)
    return torch.as_tensor(a * P).to(z.dtype), torch.as_tensor(P + a * p).to(z.dtype)

# %% gelu right="torch.special.ndtr"
def gelu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    below = torch.special.ndtr(z)
    bell = torch.exp(-z.square() / 2).div(math.sqrt(2 * math.pi))
    return below.mul(z), below + z.mul(bell)

# %% gelu wrong="tanh approximation instead of the exact form"
def gelu(z):
    c = math.sqrt(2 / math.pi)
    t = torch.tanh(c * (z + 0.044715 * z**3))
    value = 0.5 * z * (1 + t)
    slope = 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * c * (1 + 3 * 0.044715 * z**2)
    return value, slope

# %% gelu wrong="sigmoid approximation with 1.702"
def gelu(z):
    s = torch.sigmoid(1.702 * z)
    return z * s, s + 1.702 * z * s * (1 - s)

# %% gelu wrong="root of 2 missing inside erf"
def gelu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    Phi = 0.5 * (1 + torch.erf(z))
    phi = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * Phi, Phi + z * phi

# %% gelu wrong="half missing before the bracket: Phi runs from 0 to 2"
def gelu(z):
    Phi = 1 + torch.erf(z / math.sqrt(2))
    phi = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * Phi, Phi + z * phi

# %% gelu wrong="slope is Phi only: second term of the product rule missing"
def gelu(z):
    cdf = 0.5 * (1 + torch.erf(z / 2**0.5))
    return z * cdf, cdf

# %% gelu wrong="z missing before the density in the slope"
def gelu(z):
    cdf = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    pdf = torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return z * cdf, cdf + pdf

# %% gelu wrong="density without its constant 1/sqrt(2 pi)"
def gelu(z):
    cdf = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    pdf = torch.exp(-(z**2) / 2)
    return z * cdf, cdf + z * pdf

# %% gelu wrong="precedence slip: 1 / sqrt(2) * pi instead of 1 / sqrt(2 pi)"
def gelu(z):
    cdf = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    pdf = 1 / math.sqrt(2) * math.pi * torch.exp(-(z**2) / 2)
    return z * cdf, cdf + z * pdf

# %% gelu wrong="returns the distribution function instead of z times it"
def gelu(z):
    cdf = torch.distributions.Normal(0, 1).cdf(z)
    pdf = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return cdf, cdf + z * pdf

# %% gelu wrong="exponent without the square"
def gelu(z):
    Phi = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    phi = torch.exp(-z / 2) / math.sqrt(2 * math.pi)
    return z * Phi, Phi + z * phi

# %% gelu wrong="math.erf takes one number only"
def gelu(z):
    Phi = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    phi = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * Phi, Phi + z * phi

# %% gelu wrong="value exact, but the slope is that of the tanh approximation" kind="sneaky"
def gelu(z):
    x = z.detach().clone().requires_grad_(True)
    F.gelu(x, approximate="tanh").sum().backward()
    return F.gelu(z), x.grad

# %% gelu wrong="numpy default: tensors come back as float64 for a float32 z" kind="sneaky"
from scipy.stats import norm


def gelu(z):
    a = z.detach().numpy().astype("float64")
    return torch.as_tensor(a * norm.cdf(a)), torch.as_tensor(norm.cdf(a) + a * norm.pdf(a))

# %% gelu wrong="slope as a quotient with e^(z^2/2), which overflows: nan far out" kind="sneaky"
def gelu(z):
    Phi = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    e = torch.exp(z**2 / 2)
    slope = (Phi * e + z / math.sqrt(2 * math.pi)) / e
    return z * Phi, slope

# %% gelu wrong="indexes rows and columns: works for matrices only" kind="sneaky"
def gelu(z):
    value = torch.zeros_like(z)
    slope = torch.zeros_like(z)
    n, m = z.shape
    for i in range(n):
        for j in range(m):
            t = z[i, j].item()
            P = 0.5 * (1 + math.erf(t / math.sqrt(2)))
            p = math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
            value[i, j] = t * P
            slope[i, j] = P + t * p
    return value, slope

# %% gelu wrong="divides z of the caller by sqrt(2) in place" kind="sneaky"
def gelu(z):
    u = z
    u /= math.sqrt(2)
    Phi = 0.5 * (1 + torch.erf(u))
    phi = torch.exp(-(u**2)) / math.sqrt(2 * math.pi)
    x = u * math.sqrt(2)
    return x * Phi, Phi + x * phi

# %% gradient-norms right="as the hints say, then reversed"
def gradient_norms(
    weights: list[torch.Tensor], activation, X: torch.Tensor, last_gradient: torch.Tensor
) -> list[float]:
    h = X
    slopes = []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms right="recursion: each layer returns its gradient and the norms above"
def gradient_norms(weights, activation, X, last_gradient):
    def down(l, h):
        # returns (gradient with respect to the output of layer l, norms from l on)
        h, slope = activation(h @ weights[l])
        if l == len(weights) - 1:
            g, above = last_gradient, []
        else:
            next_g, next_slope, above = down(l + 1, h)
            g = (next_g * next_slope) @ weights[l + 1].T
        return g, slope, [float(torch.sqrt((g**2).sum()))] + above

    return down(0, X)[2]

# %% gradient-norms right="filled by index, textbook loops from L - 1 down"
def gradient_norms(weights, activation, X, last_gradient):
    L = len(weights)
    slopes = [None] * L
    h = X
    for l in range(L):
        z = torch.matmul(h, weights[l])
        h, slopes[l] = activation(z)

    grads = [None] * L
    grads[L - 1] = last_gradient
    for l in range(L - 2, -1, -1):
        delta = grads[l + 1] * slopes[l + 1]
        grads[l] = torch.matmul(delta, weights[l + 1].t())

    result = []
    for g in grads:
        result.append(math.sqrt((g * g).sum().item()))
    return result

# %% gradient-norms right="class of a layer that remembers its slope"
class Layer:
    def __init__(self, W, activation):
        self.W = W
        self.activation = activation

    def forward(self, h):
        out, self.slope = self.activation(h @ self.W)
        return out

    def backward(self, g):
        return (self.slope * g) @ self.W.T


def gradient_norms(weights, activation, X, last_gradient):
    layers = [Layer(W, activation) for W in weights]
    h = X
    for layer in layers:
        h = layer.forward(h)
    norms, g = [], last_gradient
    for layer in reversed(layers):
        norms.insert(0, torch.linalg.norm(g).item())
        g = layer.backward(g)
    return norms

# %% gradient-norms right="custom autograd function whose backward uses the slope given"
def gradient_norms(weights, activation, X, last_gradient):
    class Act(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            value, slope = activation(z)
            ctx.save_for_backward(slope)
            return value

        @staticmethod
        def backward(ctx, g):
            (slope,) = ctx.saved_tensors
            return g * slope

    outputs = []
    h = X.detach().clone().requires_grad_()
    for W in weights:
        h = Act.apply(h @ W.detach())
        outputs.append(h)
    grads = torch.autograd.grad(h, outputs, last_gradient)
    return [g.norm().item() for g in grads]

# %% gradient-norms right="einsum and a deque"
from collections import deque


def gradient_norms(Ws, act, X, g):
    slopes, h = [], X
    for W in Ws:
        h, s = act(torch.einsum("ni,io->no", h, W))
        slopes.append(s)
    out = deque([g.square().sum().sqrt().item()])
    for l in reversed(range(1, len(Ws))):
        g = torch.einsum("no,io->ni", g * slopes[l], Ws[l])
        out.appendleft(g.square().sum().sqrt().item())
    return list(out)

# %% gradient-norms right="itertools.accumulate"
def gradient_norms(weights, activation, X, last_gradient):
    slopes, h = [], X
    for W in weights:
        h, d = activation(h @ W)
        slopes += [d]
    steps = list(zip(weights, slopes))[:0:-1]
    grads = itertools.accumulate(steps, lambda g, ws: (g * ws[1]) @ ws[0].T, initial=last_gradient)
    return [torch.linalg.vector_norm(g).item() for g in grads][::-1]

# %% gradient-norms wrong="last layer first: forgets to reverse"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm().item())
    return norms

# %% gradient-norms wrong="goes on to the input: L + 1 norms with that of h_0 in front"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(reversed(weights), reversed(slopes)):
        g = (g * slope) @ W.T
        norms.append(g.norm().item())
    norms.reverse()
    return norms

# %% gradient-norms wrong="reports the gradients of h_0 to h_{L-1}: shifted by one layer"
def gradient_norms(weights, activation, X, last_gradient):
    slopes = []
    h = X
    for W in weights:
        h, s = activation(h @ W)
        slopes.append(s)
    norms = []
    g = last_gradient
    for l in range(len(weights) - 1, -1, -1):
        g = (g * slopes[l]) @ weights[l].T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="slope forgotten: the gradient goes through the weights only"
def gradient_norms(weights, activation, X, last_gradient):
    g = last_gradient
    norms = [g.norm().item()]
    for W in weights[:0:-1]:
        g = g @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="W not transposed on the way back: fails or errs for widths that differ"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for l in range(len(weights) - 1, 0, -1):
        g = (g * slopes[l]) @ weights[l]
        norms.insert(0, g.norm().item())
    return norms

# %% gradient-norms wrong="norm of the gradient with respect to z, after the slope"
def gradient_norms(weights, activation, X, last_gradient):
    slopes = []
    h = X
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = []
    for l in reversed(range(len(weights))):
        delta = g * slopes[l]
        norms.append(delta.norm().item())
        g = delta @ weights[l].T
    return norms[::-1]

# %% gradient-norms wrong="order exchanged: through the weights first, then the slope of the layer below"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for l in range(len(weights) - 1, 0, -1):
        g = (g @ weights[l].T) * slopes[l - 1]
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="activations not carried on: every layer gets X"
def gradient_norms(weights, activation, X, last_gradient):
    slopes = []
    for W in weights:
        h, slope = activation(X @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="multiplies by the value of the activation instead of its slope"
def gradient_norms(weights, activation, X, last_gradient):
    values = []
    h = X
    for W in weights:
        h, _ = activation(h @ W)
        values.append(h)
    g = last_gradient
    norms = [g.norm().item()]
    for W, v in zip(weights[:0:-1], values[:0:-1]):
        g = (g * v) @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="squared norms: the root is missing"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    out = [(g**2).sum().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        out.append((g**2).sum().item())
    return out[::-1]

# %% gradient-norms wrong="root of the mean of the squares instead of their sum"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    out = [g.pow(2).mean().sqrt().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        out.append(g.pow(2).mean().sqrt().item())
    return out[::-1]

# %% gradient-norms wrong="norms of the activations going forward, no gradient at all"
def gradient_norms(weights, activation, X, last_gradient):
    norms = []
    h = X
    for W in weights:
        h, slope = activation(h @ W)
        norms.append(h.norm().item())
    return norms

# %% gradient-norms wrong="autograd through the activation: it hands back numbers without a graph, and the slope given is not used"
def gradient_norms(weights, activation, X, last_gradient):
    hs = []
    h = X.clone().requires_grad_()
    for W in weights:
        h, _ = activation(h @ W)
        h.retain_grad()
        hs.append(h)
    h.backward(last_gradient)
    return [h.grad.norm().item() for h in hs]

# %% gradient-norms wrong="in-place product changes last_gradient of the caller" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g *= slope
        g = g @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="reverses the list of the caller in place" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    weights.reverse()
    slopes.reverse()
    g = last_gradient
    norms = [g.norm().item()]
    for W, slope in zip(weights[:-1], slopes[:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm().item())
    return norms[::-1]

# %% gradient-norms wrong="spectral norm: the largest singular value, not the root of the sum of squares" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [torch.linalg.norm(g, 2).item()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(torch.linalg.norm(g, 2).item())
    return norms[::-1]

# %% gradient-norms wrong="list of tensors instead of floats" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [g.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]

# %% gradient-norms wrong="mean of the norms of the examples: equal to the norm for one example only" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    def size(g):
        return g.norm(dim=1).mean().item()

    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g = last_gradient
    norms = [size(g)]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(size(g))
    return norms[::-1]

# %% gradient-norms wrong="depth fixed at 30 layers" kind="sneaky"
def gradient_norms(weights, activation, X, last_gradient):
    slopes = torch.empty(30, *last_gradient.shape, dtype=X.dtype)
    h = X
    for l in range(30):
        h, slopes[l] = activation(h @ weights[l])
    norms = torch.zeros(30)
    g = last_gradient
    norms[29] = g.norm()
    for l in range(29, 0, -1):
        g = (g * slopes[l]) @ weights[l].T
        norms[l - 1] = g.norm()
    return norms.tolist()

# %% dead-units right="cat, any, nonzero"
def dead_units(batches: list[torch.Tensor]) -> list[int]:
    alive = (torch.cat(batches) > 0).any(dim=0)
    return torch.nonzero(~alive).flatten().tolist()

# %% dead-units right="logical or over the batches"
def dead_units(batches):
    alive = torch.zeros(batches[0].shape[1], dtype=torch.bool)
    for batch in batches:
        alive |= (batch > 0).any(dim=0)
    return [j for j in range(len(alive)) if not alive[j]]

# %% dead-units right="sets of dead units intersected, sorted at the end"
def dead_units(batches):
    dead = None
    for h in batches:
        silent = {j for j in range(h.shape[1]) if bool((h[:, j] == 0).all())}
        dead = silent if dead is None else dead & silent
    return sorted(dead)

# %% dead-units right="three plain loops over lists"
def dead_units(batches: list[torch.Tensor]) -> list[int]:
    number_of_units = batches[0].size(1)
    counts = [0] * number_of_units
    for batch in batches:
        for row in batch.tolist():
            for unit in range(number_of_units):
                if row[unit] != 0:
                    counts[unit] = counts[unit] + 1
    dead = []
    for unit in range(number_of_units):
        if counts[unit] == 0:
            dead.append(unit)
    return dead

# %% dead-units right="numpy with flatnonzero"
import numpy as np


def dead_units(batches):
    H = np.vstack([b.detach().cpu().numpy() for b in batches])
    return np.flatnonzero((H == 0).all(axis=0)).tolist()

# %% dead-units right="maximum of each column"
def dead_units(batches):
    top = torch.cat(batches, dim=0).amax(dim=0)
    return torch.where(top == 0)[0].tolist()

# %% dead-units right="terse comprehension with zip over columns"
def dead_units(batches):
    return [j for j, col in enumerate(torch.cat(batches).T) if not col.any()]

# %% dead-units right="recursion over the batches"
def dead_units(batches):
    def mask(rest):
        here = (rest[0] == 0).all(0)
        return here if len(rest) == 1 else here & mask(rest[1:])

    return [int(i) for i in mask(batches).nonzero()]

# %% dead-units wrong="axis slip: numbers of the examples in which everything is 0"
def dead_units(batches):
    H = torch.cat(batches)
    dead = (H == 0).all(dim=1)
    return dead.nonzero().flatten().tolist()

# %% dead-units wrong="silent in any batch counts as dead"
def dead_units(batches):
    dead = set()
    for batch in batches:
        for j in range(batch.shape[1]):
            if (batch[:, j] == 0).all():
                dead.add(j)
    return sorted(dead)

# %% dead-units wrong="0 for any example counts as dead: any instead of all"
def dead_units(batches: list[torch.Tensor]) -> list[int]:
    outputs = torch.cat(batches)
    dead = (outputs == 0).any(dim=0)
    return torch.where(dead)[0].tolist()

# %% dead-units wrong="returns the living units"
def dead_units(batches):
    alive = (torch.cat(batches) > 0).any(dim=0)
    return alive.nonzero().flatten().tolist()

# %% dead-units wrong="looks at the first batch only"
def dead_units(batches):
    for batch in batches:
        alive = (batch > 0).any(dim=0)
        return [j for j, a in enumerate(alive.tolist()) if not a]

# %% dead-units wrong="only the last batch counts: the mask is overwritten in the loop"
def dead_units(batches):
    for batch in batches:
        dead = (batch == 0).all(dim=0)
    return dead.nonzero().flatten().tolist()

# %% dead-units wrong="returns the mask of true and false, not the numbers"
def dead_units(batches):
    return (torch.cat(batches) == 0).all(dim=0).tolist()

# %% dead-units wrong="counts from 1"
def dead_units(batches):
    total = torch.cat(batches).sum(dim=0)
    dead = []
    number = 1
    for t in total:
        if t == 0:
            dead.append(number)
        number += 1
    return dead

# %% dead-units wrong="stacks the batches: fails when they differ in size"
def dead_units(batches):
    H = torch.stack(batches)
    dead = (H == 0).all(dim=0).all(dim=0)
    return dead.nonzero().flatten().tolist()

# %% dead-units wrong="returns a tensor instead of a list"
def dead_units(batches):
    H = torch.cat(batches)
    return torch.nonzero(H.sum(dim=0) == 0).flatten()

# %% dead-units wrong="returns the number of dead units, a count"
def dead_units(batches):
    H = torch.cat(batches)
    return int((H.max(dim=0).values == 0).sum())

# %% dead-units wrong="a list of lists, one for each batch"
def dead_units(batches):
    result = []
    for b in batches:
        result.append((b == 0).all(dim=0).nonzero().flatten().tolist())
    return result

# %% dead-units wrong="squeeze: with exactly one dead unit an int comes back instead of a list" kind="sneaky"
def dead_units(batches):
    alive = (torch.cat(batches) > 0).any(dim=0)
    return torch.nonzero(~alive).squeeze().tolist()

# %% dead-units wrong="threshold 1e-6: units with tiny outputs count as dead" kind="sneaky"
def dead_units(batches):
    H = torch.cat(batches)
    return torch.where(H.max(dim=0).values < 1e-6)[0].tolist()

# %% dead-units wrong="allclose to 0 with its tolerance: units with outputs of 1e-9 count as dead" kind="sneaky"
def dead_units(batches):
    H = torch.cat(batches)
    zeros = torch.zeros_like(H[:, 0])
    return [j for j in range(H.shape[1]) if torch.allclose(H[:, j], zeros)]

# %% dead-units wrong="list of tensors of one entry instead of ints" kind="sneaky"
def dead_units(batches):
    dead = (torch.cat(batches) == 0).all(dim=0)
    return list(torch.where(dead)[0])

# %% dead-units wrong="squares underflow: a unit whose outputs are 1e-30 counts as dead in float32" kind="sneaky"
def dead_units(batches):
    energy = 0
    for h in batches:
        energy = energy + (h * h).sum(dim=0)
    return (energy == 0).nonzero().flatten().tolist()

# %% dead-units wrong="skips the last short batch, as if it were dropped" kind="sneaky"
def dead_units(batches):
    size = len(batches[0])
    full = [b for b in batches if len(b) == size]
    dead = (torch.cat(full) == 0).all(dim=0)
    return dead.nonzero().flatten().tolist()

# %% dead-units wrong="zip cuts all batches to the length of the shortest: later rows are not seen" kind="sneaky"
def dead_units(batches):
    alive = [False] * batches[0].shape[1]
    for rows in zip(*batches):
        for row in rows:
            for j, v in enumerate(row):
                if v > 0:
                    alive[j] = True
    return [j for j, a in enumerate(alive) if not a]

# %% revive right="clones and mask, as the hints say"
def revive(
    X: torch.Tensor,
    W1: torch.Tensor,
    b1: torch.Tensor,
    W2: torch.Tensor,
    generator: torch.Generator,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    shape = (fan_in, int(dead.sum()))
    W1[:, dead] = torch.randn(shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive right="loop over the units, one draw for each dead one"
def revive(X, W1, b1, W2, generator):
    hidden = torch.relu(X @ W1 + b1)
    new_W1 = W1.clone()
    new_b1 = b1.clone()
    new_W2 = W2.clone()
    inputs, units = W1.shape
    std = (2 / inputs) ** 0.5
    for j in range(units):
        if hidden[:, j].max() == 0:
            new_W1[:, j] = std * torch.randn(inputs, generator=generator, dtype=W1.dtype)
            new_b1[j] = 0.0
            new_W2[j, :] = 0.0
    return new_W1, new_b1, new_W2

# %% revive right="torch.where with a whole fresh matrix"
def revive(X, W1, b1, W2, generator):
    dead = ~(F.relu(X @ W1 + b1) > 0).any(0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return (
        torch.where(dead, fresh, W1),
        torch.where(dead, torch.zeros_like(b1), b1),
        torch.where(dead[:, None], torch.zeros_like(W2), W2),
    )

# %% revive right="torch.normal, deepcopy and index list"
def revive(X, W1, b1, W2, generator):
    W1, b1, W2 = (copy.deepcopy(t.detach()) for t in (W1, b1, W2))
    out = torch.clamp(X.detach() @ W1 + b1, min=0)
    idx = [j for j in range(b1.numel()) if torch.count_nonzero(out[:, j]) == 0]
    for j in idx:
        column = torch.normal(
            0.0, math.sqrt(2 / W1.size(0)), (W1.size(0),), generator=generator, dtype=W1.dtype
        )
        W1[:, j] = column
    b1[idx] = 0
    W2[idx, :] = 0
    return W1, b1, W2

# %% revive right="kaiming_normal_ on a matrix laid out as nn.Linear does, with the generator"
def revive(X, W1, b1, W2, generator):
    pre = torch.addmm(b1, X, W1)
    dead = pre.amax(dim=0) <= 0
    fresh = torch.empty(W1.shape[1], W1.shape[0], dtype=W1.dtype)
    nn.init.kaiming_normal_(fresh, nonlinearity="relu", generator=generator)
    W1_new = W1.detach().clone()
    W1_new[:, dead] = fresh.T[:, dead]
    return W1_new, b1.masked_fill(dead, 0), W2.masked_fill(dead.unsqueeze(1), 0)

# %% revive right="mask arithmetic"
def revive(X, W1, b1, W2, gen):
    alive = ((X @ W1 + b1) > 0).any(dim=0).to(W1.dtype)
    n_in = W1.shape[0]
    noise = torch.empty_like(W1).normal_(0, math.sqrt(2.0 / n_in), generator=gen)
    return W1 * alive + noise * (1 - alive), b1 * alive, W2 * alive[:, None]

# %% revive right="class that does the surgery step by step"
class Surgeon:
    def __init__(self, X, W1, b1, W2):
        self.W1, self.b1, self.W2 = W1.clone(), b1.clone(), W2.clone()
        outputs = (X @ W1 + b1).clamp(min=0)
        self.patients = (outputs == 0).all(dim=0).nonzero().flatten().tolist()

    def operate(self, generator):
        fan_in = self.W1.shape[0]
        for unit in self.patients:
            w = torch.randn(fan_in, generator=generator, dtype=self.W1.dtype)
            self.W1[:, unit] = w * (2 / fan_in) ** 0.5
            self.b1[unit] = 0
            self.W2[unit] = 0
        return self.W1, self.b1, self.W2


def revive(X, W1, b1, W2, generator):
    return Surgeon(X, W1, b1, W2).operate(generator)

# %% revive wrong="changes the arguments in place"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    fan_in = W1.shape[0]
    n = int(dead.sum())
    W1[:, dead] = torch.randn(fan_in, n, generator=generator, dtype=W1.dtype) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="rows and columns exchanged: redraws rows of W1 and clears columns of W2"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    std = math.sqrt(2 / W1.shape[0])
    for j in torch.where(dead)[0].tolist():
        W1[j] = torch.randn(W1.shape[1], generator=generator, dtype=W1.dtype) * std
        b1[j] = 0
        W2[:, j] = 0
    return W1, b1, W2

# %% revive wrong="variance used as standard deviation: root missing"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * (2 / fan_in)
    W1[:, dead] = fresh[:, dead]
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="fan-out taken for fan-in: divides by the number of units"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    new_W1, new_b1, new_W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[1]
    noise = torch.randn(W1.shape, generator=generator, dtype=W1.dtype)
    new_W1[:, dead] = math.sqrt(2 / fan_in) * noise[:, dead]
    new_b1[dead] = 0
    new_W2[dead] = 0
    return new_W1, new_b1, new_W2

# %% revive wrong="outgoing weights are left as they are: the answer of the network changes"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1 = W1.clone(), b1.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(
        fan_in, int(dead.sum()), generator=generator, dtype=W1.dtype
    ) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    return W1, b1, W2.clone()

# %% revive wrong="bias of the dead units is not reset"
def revive(X, W1, b1, W2, generator):
    dead = (torch.relu(X @ W1 + b1) == 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    std = math.sqrt(2 / W1.shape[0])
    for j in range(len(dead)):
        if dead[j]:
            W1[:, j] = std * torch.randn(W1.shape[0], generator=generator, dtype=W1.dtype)
            W2[j] = 0
    return W1, b1, W2

# %% revive wrong="any instead of all: units silent for one example are operated as well"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(
        fan_in, int(dead.sum()), generator=generator, dtype=W1.dtype
    ) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="draws all units anew, the living too"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    fan_in = W1.shape[0]
    W1 = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / fan_in)
    b1 = torch.where(dead, 0.0, b1)
    W2 = W2.clone()
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="incoming weights set to 0 and outgoing ones drawn: the two exchanged"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    std = math.sqrt(2 / W2.shape[0])
    W1[:, dead] = 0
    b1[dead] = 0
    W2[dead] = torch.randn(W2[dead].shape, generator=generator, dtype=W2.dtype) * std
    return W1, b1, W2

# %% revive wrong="forgets the return"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1 = W1.clone()
    b1 = b1.clone()
    W2 = W2.clone()
    W1[:, dead] = torch.randn(
        W1[:, dead].shape, generator=generator, dtype=W1.dtype
    ) * math.sqrt(2 / W1.shape[0])
    b1[dead] = 0
    W2[dead] = 0

# %% revive wrong="bias left out: dead is judged by X W1 alone"
def revive(X, W1, b1, W2, generator):
    dead = (torch.relu(X @ W1) == 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    fresh = math.sqrt(2 / fan_in) * torch.randn(W1.shape, generator=generator, dtype=W1.dtype)
    W1[:, dead] = fresh[:, dead]
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="ignores the generator: draws from the global one" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(fan_in, int(dead.sum()), dtype=W1.dtype) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="resets the generator to seed 0: the same draw at every call" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    generator.manual_seed(0)
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(
        fan_in, int(dead.sum()), generator=generator, dtype=W1.dtype
    ) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="without a dead unit it returns the tensors of the caller, not new ones" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    if not dead.any():
        return W1, b1, W2
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(
        fan_in, int(dead.sum()), generator=generator, dtype=W1.dtype
    ) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="one draw is shared: all dead units get the same incoming weights" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    column = torch.randn(fan_in, 1, generator=generator, dtype=W1.dtype) * math.sqrt(2 / fan_in)
    W1[:, dead] = column
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="draws in float32 whatever the dtype: fails for float64 weights" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fan_in = W1.shape[0]
    W1[:, dead] = torch.randn(fan_in, int(dead.sum()), generator=generator) * math.sqrt(2 / fan_in)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% revive wrong="W1 and W2 are copied, b1 of the caller is changed" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    hidden = torch.relu(X @ W1 + b1)
    dead = hidden.sum(dim=0) == 0
    new_W1 = W1.clone()
    new_W2 = W2.clone()
    scale = math.sqrt(2 / W1.size(0))
    new_W1[:, dead] = scale * torch.randn(
        W1.size(0), int(dead.sum()), generator=generator, dtype=W1.dtype
    )
    b1[dead] = 0
    new_W2[dead] = 0
    return new_W1, b1, new_W2

# %% revive wrong="kaiming_normal_ on (inputs, units) takes the units for fan-in" kind="sneaky"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    fresh = nn.init.kaiming_normal_(torch.empty_like(W1), nonlinearity="relu", generator=generator)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = fresh[:, dead]
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2

# %% log-softmax right="formula with the maximum of each row"
def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    m = logits.max(dim=1, keepdim=True).values
    shifted = logits - m
    return shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))

# %% log-softmax right="torch.logsumexp"
def log_softmax(logits):
    return logits - torch.logsumexp(logits, dim=1, keepdim=True)

# %% log-softmax right="library call"
def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    return F.log_softmax(logits, dim=-1)

# %% log-softmax right="loop over the rows, stacked, beginner style"
def log_softmax(logits):
    result = torch.empty_like(logits)
    for i in range(logits.shape[0]):
        row = logits[i]
        biggest = row.max()
        row = row - biggest
        total = row.exp().sum()
        result[i] = row - total.log()
    return result

# %% log-softmax right="numpy detour with scipy logsumexp"
import numpy as np
from scipy.special import logsumexp


def log_softmax(logits):
    s = logits.detach().cpu().numpy()
    out = s - logsumexp(s, axis=1, keepdims=True)
    return torch.as_tensor(np.asarray(out), dtype=logits.dtype)

# %% log-softmax right="float64 inside, cast back at the end"
def log_softmax(scores):
    s = scores.double()
    s = s - s.amax(1, keepdim=True)
    return (s - s.exp().sum(1, keepdim=True).log()).to(scores.dtype)

# %% log-softmax right="logaddexp folded over the columns"
def log_softmax(logits):
    total = logits[:, 0]
    for c in range(1, logits.shape[1]):
        total = torch.logaddexp(total, logits[:, c])
    return logits - total[:, None]

# %% log-softmax right="pure python lists with math"
def log_softmax(logits):
    rows = []
    for row in logits.tolist():
        m = max(row)
        log_sum = math.log(sum(math.exp(s - m) for s in row))
        rows.append([(s - m) - log_sum for s in row])
    return torch.tensor(rows, dtype=logits.dtype).reshape(logits.shape)

# %% log-softmax wrong="no shift: the exponential overflows for large scores"
def log_softmax(logits):
    return logits - torch.log(torch.exp(logits).sum(dim=1, keepdim=True))

# %% log-softmax wrong="over the examples instead of the classes: dim 0"
def log_softmax(logits: torch.Tensor) -> torch.Tensor:
    m = logits.max(dim=0, keepdim=True).values
    s = logits - m
    return s - s.exp().sum(dim=0, keepdim=True).log()

# %% log-softmax wrong="returns the softmax without its logarithm"
def log_softmax(logits):
    e = torch.exp(logits - logits.max(dim=1, keepdim=True).values)
    return e / e.sum(dim=1, keepdim=True)

# %% log-softmax wrong="the maximum is subtracted inside the sum but not outside: off by m"
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True).values
    return logits - torch.log(torch.exp(logits - m).sum(dim=1, keepdim=True))

# %% log-softmax wrong="minus the logarithm: sign slip"
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True).values
    return torch.log(torch.exp(logits - m).sum(dim=1, keepdim=True)) - (logits - m)

# %% log-softmax wrong="plus instead of minus before the log of the sum"
def log_softmax(logits):
    s = logits - logits.max(dim=1, keepdim=True).values
    return s + torch.log(torch.exp(s).sum(dim=1, keepdim=True))

# %% log-softmax wrong="sum over all entries: one softmax for the whole batch"
def log_softmax(logits):
    m = logits.max()
    shifted = logits - m
    return shifted - torch.log(torch.exp(shifted).sum())

# %% log-softmax wrong="keepdim forgotten: shapes clash, or rows are mixed up when n equals the classes"
def log_softmax(logits):
    m = logits.max(dim=1).values
    s = logits - m
    return s - s.exp().sum(dim=1).log()

# %% log-softmax wrong="max returns a pair, values forgotten: fails"
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True)
    shifted = logits - m
    return shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))

# %% log-softmax wrong="sum of logarithms instead of the logarithm of the sum"
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True).values
    s = logits - m
    return s - torch.log(torch.exp(s)).sum(dim=1, keepdim=True)

# %% log-softmax wrong="logarithm to base 2"
def log_softmax(logits):
    p = torch.softmax(logits, dim=1)
    return torch.log2(p)

# %% log-softmax wrong="log of the softmax: minus infinity where the probability underflows" kind="sneaky"
def log_softmax(logits):
    return torch.log(torch.softmax(logits, dim=1))

# %% log-softmax wrong="adds 1e-12 inside the logarithm: finite but wrong for far scores" kind="sneaky"
def log_softmax(logits):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    e = torch.exp(shifted)
    p = e / e.sum(dim=1, keepdim=True)
    return torch.log(p + 1e-12)

# %% log-softmax wrong="one maximum for the whole batch: rows far below it underflow to infinity" kind="sneaky"
def log_softmax(logits):
    shifted = logits - logits.max()
    return shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))

# %% log-softmax wrong="subtracts the mean of the row: still overflows when one score is far above it" kind="sneaky"
def log_softmax(logits):
    s = logits - logits.mean(dim=1, keepdim=True)
    return s - s.exp().sum(dim=1, keepdim=True).log()

# %% log-softmax wrong="shifts the logits of the caller in place" kind="sneaky"
def log_softmax(logits):
    logits -= logits.max(dim=1, keepdim=True).values
    return logits - logits.exp().sum(dim=1, keepdim=True).log()

# %% log-softmax wrong="shifts by the largest absolute value: a row of very negative scores underflows" kind="sneaky"
def log_softmax(logits):
    m = logits.abs().max(dim=1, keepdim=True).values
    return (logits - m) - torch.log(torch.exp(logits - m).sum(dim=1, keepdim=True))

# %% log-softmax wrong="result always in float32" kind="sneaky"
def log_softmax(logits):
    return F.log_softmax(logits, dim=1, dtype=torch.float32)

# %% log-softmax wrong="squeezed: one example or one class loses a dimension" kind="sneaky"
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True).values
    s = logits - m
    return (s - s.exp().sum(dim=1, keepdim=True).log()).squeeze()

# %% cross-entropy right="log_softmax of torch, one-hot for the gradient"
def cross_entropy(logits: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    n, num_classes = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y].mean()
    gradient = (log_p.exp() - F.one_hot(y, num_classes)) / n
    return loss, gradient

# %% cross-entropy right="own stable softmax, subtracts 1 at the labels of a fresh tensor"
def cross_entropy(logits, y):
    n = logits.shape[0]
    shifted = logits - logits.max(dim=1, keepdim=True).values
    e = shifted.exp()
    total = e.sum(dim=1, keepdim=True)
    log_p = shifted - total.log()
    grad = e / total
    rows = torch.arange(n)
    loss = -log_p[rows, y].sum() / n
    grad[rows, y] -= 1
    grad /= n
    return loss, grad

# %% cross-entropy right="F.cross_entropy and autograd on a detached copy"
def cross_entropy(logits, y):
    s = logits.detach().clone().requires_grad_(True)
    loss = F.cross_entropy(s, y.long())
    (grad,) = torch.autograd.grad(loss, s)
    return loss.detach(), grad

# %% cross-entropy right="gather and scatter"
def cross_entropy(scores, labels):
    labels = labels.long().unsqueeze(1)
    log_p = scores.log_softmax(1)
    target = torch.zeros_like(scores).scatter(1, labels, 1.0)
    return -log_p.gather(1, labels).mean(), (log_p.exp() - target) / len(scores)

# %% cross-entropy right="double loop over examples and classes"
def cross_entropy(logits, y):
    n = logits.shape[0]
    C = logits.shape[1]
    loss = torch.zeros((), dtype=logits.dtype)
    gradient = torch.zeros_like(logits)
    for i in range(n):
        row = logits[i]
        log_sum = torch.logsumexp(row, dim=0)
        label = int(y[i])
        loss = loss - (row[label] - log_sum) / n
        for c in range(C):
            p = torch.exp(row[c] - log_sum)
            gradient[i, c] = (p - (1.0 if c == label else 0.0)) / n
    return loss, gradient

# %% cross-entropy right="numpy with scipy log_softmax"
import numpy as np
from scipy.special import log_softmax as np_log_softmax


def cross_entropy(logits, y):
    s = logits.detach().numpy()
    t = y.numpy()
    n, c = s.shape
    lp = np_log_softmax(s, axis=1)
    loss = -lp[np.arange(n), t].mean()
    grad = (np.exp(lp) - np.eye(c)[t]) / n
    return torch.tensor(loss, dtype=logits.dtype), torch.tensor(grad, dtype=logits.dtype)

# %% cross-entropy right="nll_loss and an identity matrix for the one-hot rows"
def cross_entropy(logits, y):
    logp = torch.log_softmax(logits, dim=1)
    onehot = torch.eye(logits.size(1), dtype=logits.dtype)[y]
    return F.nll_loss(logp, y), (logp.exp() - onehot).div(logits.size(0))

# %% cross-entropy right="sum of one-hot times log p"
def cross_entropy(logits, y):
    T = F.one_hot(y.long(), logits.shape[-1]).to(logits.dtype)
    log_p = logits - logits.logsumexp(dim=1, keepdim=True)
    return -(T * log_p).sum(dim=1).mean(), (torch.softmax(logits, dim=1) - T) / logits.shape[0]

# %% cross-entropy wrong="gradient not divided by n"
def cross_entropy(logits, y):
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(len(y)), y].mean()
    grad = torch.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1])
    return loss, grad

# %% cross-entropy wrong="sign of the gradient: one-hot minus softmax"
def cross_entropy(logits, y):
    n = len(logits)
    log_p = logits.log_softmax(dim=1)
    return -log_p[torch.arange(n), y].mean(), (F.one_hot(y, logits.shape[1]) - log_p.exp()) / n

# %% cross-entropy wrong="minus missing: the loss is negative"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = log_p[torch.arange(n), y].mean()
    return loss, (log_p.exp() - F.one_hot(y, C)) / n

# %% cross-entropy wrong="sum instead of mean in the loss"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = 0
    for i in range(n):
        loss = loss - log_p[i, y[i]]
    grad = (log_p.exp() - F.one_hot(y, C)) / n
    return loss, grad

# %% cross-entropy wrong="log_p[:, y] picks every label for every example"
def cross_entropy(logits, y):
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[:, y].mean()
    grad = (log_p.exp() - F.one_hot(y, logits.shape[1])) / len(y)
    return loss, grad

# %% cross-entropy wrong="logarithm of the probabilities in the gradient: log softmax minus one-hot"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y].mean()
    return loss, (log_p - F.one_hot(y, C)) / n

# %% cross-entropy wrong="softmax twice: F.cross_entropy is fed probabilities"
def cross_entropy(logits, y):
    p = F.softmax(logits, dim=1)
    loss = F.cross_entropy(p, y)
    grad = (p - F.one_hot(y, logits.shape[1])) / len(y)
    return loss, grad

# %% cross-entropy wrong="averages over all n times C entries"
def cross_entropy(logits, y):
    T = F.one_hot(y, logits.shape[1])
    log_p = F.log_softmax(logits, dim=1)
    loss = -(T * log_p).mean()
    grad = (log_p.exp() - T) / logits.numel()
    return loss, grad

# %% cross-entropy wrong="loss only, no gradient"
def cross_entropy(logits, y):
    log_p = F.log_softmax(logits, dim=1)
    return -log_p[torch.arange(len(y)), y].mean()

# %% cross-entropy wrong="softmax over the examples: dim 0"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=0)
    loss = -log_p[torch.arange(n), y].mean()
    return loss, (log_p.exp() - F.one_hot(y, C)) / n

# %% cross-entropy wrong="a loss for each example instead of the mean"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y]
    return loss, (log_p.exp() - F.one_hot(y, C)) / n

# %% cross-entropy wrong="gradient with respect to the log probabilities: minus one-hot over n"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y].mean()
    grad = -F.one_hot(y, C).to(logits.dtype) / n
    return loss, grad

# %% cross-entropy wrong="one_hot without the number of classes: fails when the last class is not among the labels" kind="sneaky"
def cross_entropy(logits, y):
    n = len(y)
    log_p = F.log_softmax(logits, dim=1)
    loss = -log_p[torch.arange(n), y].mean()
    grad = (log_p.exp() - F.one_hot(y)) / n
    return loss, grad

# %% cross-entropy wrong="log of the softmax: infinite loss when the label's probability underflows" kind="sneaky"
def cross_entropy(logits, y):
    n, C = logits.shape
    p = torch.softmax(logits, dim=1)
    loss = -torch.log(p[torch.arange(n), y]).mean()
    return loss, (p - F.one_hot(y, C)) / n

# %% cross-entropy wrong="exponentials without a shift: nan for large scores" kind="sneaky"
def cross_entropy(logits, y):
    n, C = logits.shape
    e = torch.exp(logits)
    p = e / e.sum(dim=1, keepdim=True)
    loss = -torch.log(p[torch.arange(n), y]).mean()
    return loss, (p - F.one_hot(y, C)) / n

# %% cross-entropy wrong="backward on the tensor of the caller: its grad adds up from call to call" kind="sneaky"
def cross_entropy(logits, y):
    logits.requires_grad_(True)
    loss = F.cross_entropy(logits, y)
    loss.backward()
    return loss.detach(), logits.grad

# %% cross-entropy wrong="clips the probability at 1e-7: the loss of a very wrong score is capped" kind="sneaky"
def cross_entropy(logits, y):
    n, C = logits.shape
    p = F.softmax(logits, dim=1)
    picked = p[torch.arange(n), y].clamp(min=1e-7)
    return -picked.log().mean(), (p - F.one_hot(y, C)) / n

# %% cross-entropy wrong="ten classes hard-coded" kind="sneaky"
def cross_entropy(logits, y):
    log_p = F.log_softmax(logits, dim=1)
    loss = F.nll_loss(log_p, y)
    target = torch.eye(10)[y]
    return loss, ((log_p.exp() - target) / len(y)).to(logits.dtype)

# %% cross-entropy wrong="gradient has the dtype float32 for float64 logits" kind="sneaky"
def cross_entropy(logits, y):
    n, C = logits.shape
    log_p = F.log_softmax(logits, dim=1)
    grad = torch.zeros(n, C)
    grad += log_p.exp()
    for i in range(n):
        grad[i, y[i]] -= 1
    return -log_p[torch.arange(n), y].mean(), grad / n

# %% bce-with-logits right="the formula of the card"
def bce_with_logits(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()

# %% bce-with-logits right="library call"
def bce_with_logits(z, y):
    return F.binary_cross_entropy_with_logits(z, y)

# %% bce-with-logits right="softplus minus zy"
def bce_with_logits(scores, labels):
    return torch.mean(F.softplus(scores) - scores * labels)

# %% bce-with-logits right="two log-sigmoids"
def bce_with_logits(z, y):
    log_yes = F.logsigmoid(z)
    log_no = F.logsigmoid(-z)
    cost = -y * log_yes - (1 - y) * log_no
    return cost.mean()

# %% bce-with-logits right="loop over the entries with math"
def bce_with_logits(z, y):
    total = 0.0
    for s, t in zip(z.flatten().tolist(), y.flatten().tolist()):
        total += max(s, 0.0) - s * t + math.log1p(math.exp(-abs(s)))
    return torch.tensor(total / z.numel(), dtype=z.dtype)

# %% bce-with-logits right="numpy logaddexp"
import numpy as np


def bce_with_logits(z, y):
    a, t = z.detach().numpy(), y.detach().numpy()
    return torch.tensor(np.mean(np.logaddexp(0, a) - a * t), dtype=z.dtype)

# %% bce-with-logits right="as a cross-entropy of the two classes with the scores 0 and z"
def bce_with_logits(z, y):
    z, y = z.reshape(-1), y.reshape(-1)
    two = torch.stack([torch.zeros_like(z), z], dim=1)
    log_p = torch.log_softmax(two, dim=1)
    return -(log_p[:, 0] * (1 - y) + log_p[:, 1] * y).sum() / z.numel()

# %% bce-with-logits right="torch.where on the label, verbose"
def bce_with_logits(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # yes costs log(1 + e^-z), no costs log(1 + e^z)
    zero = torch.zeros_like(z)
    cost_if_yes = torch.logaddexp(zero, -z)
    cost_if_no = torch.logaddexp(zero, z)
    cost = torch.where(y == 1, cost_if_yes, cost_if_no)
    return cost.mean()

# %% bce-with-logits wrong="plain formula through the sigmoid: infinite or nan for large scores"
def bce_with_logits(z, y):
    p = torch.sigmoid(z)
    return (-y * torch.log(p) - (1 - y) * torch.log(1 - p)).mean()

# %% bce-with-logits wrong="sum instead of mean"
def bce_with_logits(z, y):
    cost = z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
    return cost.sum()

# %% bce-with-logits wrong="no mean: one cost for each example"
def bce_with_logits(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.relu(z) - z * y + torch.log1p(torch.exp(-torch.abs(z)))

# %% bce-with-logits wrong="sign slip: plus zy"
def bce_with_logits(z, y):
    return torch.mean(torch.relu(z) + z * y + torch.log1p(torch.exp(-z.abs())))

# %% bce-with-logits wrong="treats the scores as probabilities: no sigmoid"
def bce_with_logits(z, y):
    loss = -(y * torch.log(z) + (1 - y) * torch.log(1 - z))
    return loss.mean()

# %% bce-with-logits wrong="cost of the yes cases only: the second term is missing"
def bce_with_logits(z, y):
    return -(y * F.logsigmoid(z)).mean()

# %% bce-with-logits wrong="labels exchanged: y with the probability of no"
def bce_with_logits(z, y):
    return -((1 - y) * F.logsigmoid(z) + y * F.logsigmoid(-z)).mean()

# %% bce-with-logits wrong="z.max() is the largest score, not max(z, 0)"
def bce_with_logits(z, y):
    biggest = torch.max(z)
    return (biggest - z * y + torch.log1p(torch.exp(-z.abs()))).mean()

# %% bce-with-logits wrong="log1p of 1 + e^-|z|: one added twice"
def bce_with_logits(z, y):
    tail = torch.log1p(1 + torch.exp(-z.abs()))
    return (z.clamp(min=0) - z * y + tail).mean()

# %% bce-with-logits wrong="formula for labels -1 and 1: log(1 + e^(-yz))"
def bce_with_logits(z, y):
    return F.softplus(-y * z).mean()

# %% bce-with-logits wrong="minus lost: the mean log likelihood"
def bce_with_logits(z, y):
    return (y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()

# %% bce-with-logits wrong="prints the loss and returns nothing"
def bce_with_logits(z, y):
    loss = (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()
    print(f"loss: {loss:.4f}")

# %% bce-with-logits wrong="binary_cross_entropy of the sigmoid: cuts the cost of an example at 100" kind="sneaky"
def bce_with_logits(z, y):
    return F.binary_cross_entropy(torch.sigmoid(z), y)

# %% bce-with-logits wrong="clips the probabilities: a wrong score of 10000 costs only about 16" kind="sneaky"
def bce_with_logits(z, y):
    p = torch.sigmoid(z).clamp(1e-7, 1 - 1e-7)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()

# %% bce-with-logits wrong="log(1 + e^z) - zy: infinite for large z" kind="sneaky"
def bce_with_logits(z, y):
    return (torch.log(1 + torch.exp(z)) - z * y).mean()

# %% bce-with-logits wrong="e^-z without the absolute value: infinite for very negative z" kind="sneaky"
def bce_with_logits(z, y):
    return (z - z * y + torch.log1p(torch.exp(-z))).mean()

# %% bce-with-logits wrong="divides by the number of rows: wrong for matrices" kind="sneaky"
def bce_with_logits(z, y):
    cost = torch.relu(z) - z * y + torch.log1p(torch.exp(-z.abs()))
    return cost.sum() / len(z)

# %% bce-with-logits wrong="mean over the first dimension only: no scalar for matrices" kind="sneaky"
def bce_with_logits(z, y):
    cost = z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
    return cost.mean(dim=0)

# %% bce-with-logits wrong="clamp_ sets the negative scores of the caller to 0" kind="sneaky"
def bce_with_logits(z, y):
    rest = -z * y + torch.log1p(torch.exp(-z.abs()))
    return (z.clamp_(min=0) + rest).mean()

# %% choose-output right="dictionary"
def choose_output(task: str) -> tuple[str, str]:
    answers = {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }
    return answers[task]

# %% choose-output right="if chain"
def choose_output(task):
    if task == "digit":
        return "softmax", "cross-entropy"
    elif task == "tags" or task == "spam":
        return "sigmoid", "binary cross-entropy"
    elif task == "temperature":
        return "none", "squared error"
    elif task == "visitors":
        return "exp", "Poisson"

# %% choose-output right="match statement"
def choose_output(task: str) -> tuple[str, str]:
    match task:
        case "digit":
            return ("softmax", "cross-entropy")
        case "tags" | "spam":
            return ("sigmoid", "binary cross-entropy")
        case "temperature":
            return ("none", "squared error")
        case "visitors":
            return ("exp", "Poisson")
        case _:
            raise ValueError(f"unknown task {task!r}")

# %% choose-output right="two dictionaries: activation by task, loss by activation"
ACTIVATION = {
    "digit": "softmax",
    "tags": "sigmoid",
    "spam": "sigmoid",
    "temperature": "none",
    "visitors": "exp",
}
LOSS = {
    "softmax": "cross-entropy",
    "sigmoid": "binary cross-entropy",
    "none": "squared error",
    "exp": "Poisson",
}


def choose_output(task):
    activation = ACTIVATION[task]
    return activation, LOSS[activation]

# %% choose-output right="parallel lists and index"
def choose_output(task):
    tasks = ["digit", "tags", "spam", "temperature", "visitors"]
    outs = ["softmax", "sigmoid", "sigmoid", "none", "exp"]
    losses = [
        "cross-entropy",
        "binary cross-entropy",
        "binary cross-entropy",
        "squared error",
        "Poisson",
    ]
    i = tasks.index(task)
    return outs[i], losses[i]

# %% choose-output right="reasoning by the range of the numbers"
def choose_output(task: str) -> tuple[str, str]:
    """Ask which numbers may come out."""
    is_probability = task in ("digit", "tags", "spam")
    if is_probability:
        exclusive = task == "digit"
        if exclusive:  # must sum to 1
            return "softmax", "cross-entropy"
        return "sigmoid", "binary cross-entropy"
    is_count = task == "visitors"
    return ("exp", "Poisson") if is_count else ("none", "squared error")

# %% choose-output wrong="softmax for the tags, which do not exclude each other"
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("softmax", "cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]

# %% choose-output wrong="softmax for spam: with a single output it is always 1"
def choose_output(task: str) -> tuple[str, str]:
    if task in ("digit", "spam"):
        return ("softmax", "cross-entropy")
    if task == "tags":
        return ("sigmoid", "binary cross-entropy")
    if task == "temperature":
        return ("none", "squared error")
    return ("exp", "Poisson")

# %% choose-output wrong="visitors as an ordinary regression: none and squared error"
def choose_output(task):
    if task == "digit":
        return "softmax", "cross-entropy"
    if task in ["tags", "spam"]:
        return "sigmoid", "binary cross-entropy"
    return "none", "squared error"

# %% choose-output wrong="temperature through exp: no frost can be predicted"
def choose_output(task):
    table = {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("exp", "squared error"),
        "visitors": ("exp", "Poisson"),
    }
    return table[task]

# %% choose-output wrong="pairs in the wrong order: loss first"
def choose_output(task):
    answers = {
        "digit": ("cross-entropy", "softmax"),
        "tags": ("binary cross-entropy", "sigmoid"),
        "spam": ("binary cross-entropy", "sigmoid"),
        "temperature": ("squared error", "none"),
        "visitors": ("Poisson", "exp"),
    }
    return answers[task]

# %% choose-output wrong="the condition task == digit or spam is always true: softmax for all tasks"
def choose_output(task):
    if task == "digit" or "spam":
        return "softmax", "cross-entropy"
    elif task == "tags":
        return "sigmoid", "binary cross-entropy"
    elif task == "temperature":
        return "none", "squared error"
    else:
        return "exp", "Poisson"

# %% choose-output wrong="own names for the losses: mse and bce"
def choose_output(task):
    if task == "digit":
        return "softmax", "cross-entropy"
    if task == "tags" or task == "spam":
        return "sigmoid", "bce"
    if task == "temperature":
        return "none", "mse"
    if task == "visitors":
        return "exp", "poisson_nll"

# %% choose-output wrong="prints the choice instead of returning it"
def choose_output(task):
    if task == "digit":
        print(("softmax", "cross-entropy"))
    elif task == "tags":
        print(("sigmoid", "binary cross-entropy"))
    elif task == "spam":
        print(("sigmoid", "binary cross-entropy"))
    elif task == "temperature":
        print(("none", "squared error"))
    elif task == "visitors":
        print(("exp", "Poisson"))

# %% choose-output wrong="the activation only, loss missing"
def choose_output(task):
    return {
        "digit": "softmax",
        "tags": "sigmoid",
        "spam": "sigmoid",
        "temperature": "none",
        "visitors": "exp",
    }[task]

# %% choose-output wrong="a sigmoid for each digit: the ten probabilities need not sum to 1"
def choose_output(task):
    if task in {"digit", "tags", "spam"}:
        return "sigmoid", "binary cross-entropy"
    if task == "temperature":
        return "none", "squared error"
    return "exp", "Poisson"

# %% choose-output wrong="returns one string with a comma instead of a pair"
def choose_output(task: str):
    answers = {
        "digit": "softmax, cross-entropy",
        "tags": "sigmoid, binary cross-entropy",
        "spam": "sigmoid, binary cross-entropy",
        "temperature": "none, squared error",
        "visitors": "exp, Poisson",
    }
    return answers[task]

# %% choose-output wrong="spam with the cross-entropy of many classes after its sigmoid" kind="sneaky"
def choose_output(task):
    answers = {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }
    return answers[task]

# %% choose-output wrong="exp for the visitors but squared error instead of Poisson" kind="sneaky"
def choose_output(task):
    match task:
        case "digit":
            return "softmax", "cross-entropy"
        case "tags" | "spam":
            return "sigmoid", "binary cross-entropy"
        case "temperature":
            return "none", "squared error"
        case "visitors":
            return "exp", "squared error"

# %% choose-output wrong="None in place of the name none" kind="sneaky"
def choose_output(task):
    activation = {"digit": "softmax", "tags": "sigmoid", "spam": "sigmoid", "visitors": "exp"}
    loss = {
        "digit": "cross-entropy",
        "tags": "binary cross-entropy",
        "spam": "binary cross-entropy",
        "temperature": "squared error",
        "visitors": "Poisson",
    }
    return activation.get(task), loss[task]

# %% choose-output wrong="names spelled differently: Squared Error and poisson" kind="sneaky"
def choose_output(task):
    answers = {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "Squared Error"),
        "visitors": ("exp", "poisson"),
    }
    return answers[task]
