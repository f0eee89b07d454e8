"""Answers to the exercises of *Activations* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% sigmoid correct="torch's own, slope from the output"
def sigmoid(z):
    y = torch.sigmoid(z)
    return y, y * (1 - y)


# %% sigmoid correct="through tanh"
def sigmoid(x):
    half = torch.tanh(x / 2)
    return [0.5 * (1 + half), 0.25 * (1 - half**2)]


# %% sigmoid correct="two branches that never overflow"
def sigmoid(z):
    e = torch.exp(-z.abs())
    y = torch.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return y, e / (1 + e) ** 2


# %% sigmoid correct="the slope by autograd"
def sigmoid(z):
    x = z.clone().requires_grad_(True)
    y = torch.sigmoid(x)
    y.sum().backward()
    return y.detach(), x.grad


# %% sigmoid wrong="y(1−y) at the input" says="y(1 − y) wants the output y; you put the input in."
def sigmoid(z):
    return 1 / (1 + torch.exp(-z)), z * (1 - z)


# %% sigmoid wrong="the slope at the output" says="That is the slope at the place y. It is wanted at z."
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z))
    s = 1 / (1 + torch.exp(-y))
    return y, s * (1 - s)


# %% sigmoid wrong="the sign in the exponent" says="It falls: the exponent is −z, with a minus."
def sigmoid(z):
    y = 1 / (1 + torch.exp(z))
    return y, y * (1 - y)


# %% sigmoid wrong="the slope of tanh" says="1 − y² is the slope of tanh. Here it is y(1 − y)."
def sigmoid(z):
    y = torch.sigmoid(z)
    return y, 1 - y**2


# %% sigmoid wrong="tanh" says="That is tanh, which runs from −1 to 1. The sigmoid runs from 0 to 1."
def sigmoid(z):
    y = torch.tanh(z)
    return y, 1 - y**2


# %% sigmoid wrong="the slope negative" says="The slope has the wrong sign: the sigmoid rises everywhere."
def sigmoid(z):
    y = torch.sigmoid(z)
    return y, y * (y - 1)


# %% sigmoid wrong="the factor y is missing" says="A factor is missing: the slope is y times (1 − y)."
def sigmoid(z):
    y = torch.sigmoid(z)
    return y, 1 - y


# %% sigmoid wrong="e^z over 1 + e^z" says="exp(z) overflows at 10,000, and infinity over infinity is no number."
def sigmoid(z):
    y = torch.exp(z) / (1 + torch.exp(z))
    return y, y * (1 - y)


# %% sigmoid wrong="the slope by the quotient rule" says="Your slope divides infinity by infinity at −10,000. Make it from y."
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z))
    return y, torch.exp(-z) / (1 + torch.exp(-z)) ** 2


# %% sigmoid wrong="only the value" says="Two results are wanted: the value and the slope."
def sigmoid(z):
    return 1 / (1 + torch.exp(-z))


# %% sigmoid wrong="in float64"
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z.double()))
    return y, y * (1 - y)


# %% leaky-relu correct="where"
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.where(z > 0, 1.0, leak).to(z.dtype)


# %% leaky-relu correct="positive part and negative part"
def leaky_relu(x, a):
    step = (x > 0).to(x.dtype)
    return x.clamp(min=0) + a * x.clamp(max=0), step + a * (1 - step)


# %% leaky-relu correct="torch's own, and its autograd"
def leaky_relu(z, leak):
    x = z.clone().requires_grad_()
    y = F.leaky_relu(x, leak)
    return y.detach(), torch.autograd.grad(y.sum(), x)[0]


# %% leaky-relu correct="writes into a copy"
def leaky_relu(z, leak):
    value, slope = z.clone(), torch.ones_like(z)
    value[z < 0] *= leak
    slope[z < 0] = leak
    return value, slope


# %% leaky-relu wrong="leaks forward only" says="It leaks forward only. The slope for z < 0 is the leak, not 0."
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), (z > 0).to(z.dtype)


# %% leaky-relu wrong="leaks backward only" says="It leaks backward only: the value for z < 0 is leak · z."
def leaky_relu(z, leak):
    return torch.relu(z), torch.where(z > 0, 1.0, leak).to(z.dtype)


# %% leaky-relu wrong="slope 1 everywhere" says="The slope is 1 for z < 0 as well. There the function rises by the leak only."
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.ones_like(z)


# %% leaky-relu wrong="maximum with the leak" says="max(z, leak) is flat on the left. The leak is a factor: leak · z."
def leaky_relu(z, leak):
    return torch.maximum(z, torch.full_like(z, leak)), torch.where(z > 0, 1.0, leak).to(z.dtype)


# %% leaky-relu wrong="the leak with a minus" says="On the left it must still rise: the leak has no minus."
def leaky_relu(z, leak):
    return torch.where(z > 0, z, -leak * z), torch.where(z > 0, 1.0, -leak).to(z.dtype)


# %% leaky-relu wrong="leaks on the right" says="The sides are exchanged: it leaks where z is negative."
def leaky_relu(z, leak):
    return torch.where(z < 0, z, leak * z), torch.where(z < 0, 1.0, leak).to(z.dtype)


# %% leaky-relu wrong="the slope times z" says="That is the slope times z. The slope alone is 1 or the leak."
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.where(z > 0, z, leak * z)


# %% leaky-relu wrong="a fixed leak" says="The leak is an argument; you took 0.01."
def leaky_relu(z, leak):
    return torch.where(z > 0, z, 0.01 * z), torch.where(z > 0, 1.0, 0.01).to(z.dtype)


# %% leaky-relu wrong="nothing returned" says="is the `return` missing?"
def leaky_relu(z, leak):
    torch.where(z > 0, z, leak * z), torch.where(z > 0, 1.0, leak)


# %% leaky-relu wrong="in place" says="Return something new"
def leaky_relu(z, leak):
    slope = torch.ones_like(z)
    slope[z < 0] = leak
    z[z < 0] *= leak
    return z, slope


# %% elu correct="expm1 of the negative part"
def elu(z, alpha):
    bent = alpha * torch.expm1(z.clamp(max=0))
    return torch.where(z > 0, z, bent), torch.where(z > 0, torch.ones_like(z), bent + alpha)


# %% elu correct="where"
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * (torch.exp(z) - 1))
    slope = torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z))
    return value, slope


# %% elu correct="torch's own, and its autograd"
def elu(x, a):
    x = x.detach().clone().requires_grad_()
    y = F.elu(x, alpha=a)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope


# %% elu correct="writes into a copy"
def elu(z, alpha):
    value, slope = z.clone(), torch.ones_like(z)
    left = z <= 0
    value[left] = alpha * (z[left].exp() - 1)
    slope[left] = alpha * z[left].exp()
    return value, slope


# %% elu wrong="the −1 stays in the slope" says="The derivative of e^z − 1 is e^z: the −1 falls away."
def elu(z, alpha):
    bent = alpha * torch.expm1(z.clamp(max=0))
    return torch.where(z > 0, z, bent), torch.where(z > 0, torch.ones_like(z), bent)


# %% elu wrong="no α in the slope" says="α is missing in the slope."
def elu(z, alpha):
    left = z.clamp(max=0)
    return torch.where(z > 0, z, alpha * torch.expm1(left)), torch.where(
        z > 0, torch.ones_like(z), left.exp()
    )


# %% elu wrong="no α in the value" says="α is missing in the value."
def elu(z, alpha):
    left = z.clamp(max=0)
    return torch.where(z > 0, z, torch.expm1(left)), torch.where(
        z > 0, torch.ones_like(z), alpha * left.exp()
    )


# %% elu wrong="no α at all" says="α is missing, in the value and in the slope."
def elu(z, alpha):
    left = z.clamp(max=0)
    return torch.where(z > 0, z, torch.expm1(left)), torch.where(
        z > 0, torch.ones_like(z), left.exp()
    )


# %% elu wrong="α in the exponent" says="α stands in front of the bracket, not in the exponent."
def elu(z, alpha):
    left = (alpha * z).clamp(max=0)
    return torch.where(z > 0, z, torch.expm1(left)), torch.where(
        z > 0, torch.ones_like(z), alpha * left.exp()
    )


# %% elu wrong="a jump at 0" says="The −1 is missing: your function jumps at 0."
def elu(z, alpha):
    left = z.clamp(max=0)
    return torch.where(z > 0, z, alpha * left.exp()), torch.where(
        z > 0, torch.ones_like(z), alpha * left.exp()
    )


# %% elu wrong="flat on the left" says="The slope on the left is αe^z, not 0: this is no ReLU."
def elu(z, alpha):
    return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0))), (z > 0).to(z.dtype)


# %% elu wrong="the slope at the output" says="You took the slope at the output: e to the z, not to the value."
def elu(z, alpha):
    y = torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
    return y, torch.where(z > 0, torch.ones_like(z), alpha * y.exp())


# %% elu wrong="e^z overflows on the right" says="e^z overflows at 10,000, and 0 times infinity is no number: choose, do not multiply by 0."
def elu(z, alpha):
    left, right = (z <= 0).to(z.dtype), (z > 0).to(z.dtype)
    return right * z + left * alpha * (torch.exp(z) - 1), right + left * alpha * torch.exp(z)


# %% swish correct="product and chain rule"
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s + beta * z * s * (1 - s)


# %% swish correct="the slope from the value"
def swish(x, beta):
    gate = torch.sigmoid(beta * x)
    y = x * gate
    return y, gate + beta * y * (1 - gate)


# %% swish correct="by autograd"
def swish(z, beta):
    x = z.clone().requires_grad_()
    y = x * torch.sigmoid(beta * x)
    y.sum().backward()
    return y.detach(), x.grad


# %% swish wrong="only the first half of the product rule" says="Product rule: the gate changes as well. Add z times the slope of the gate."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s


# %% swish wrong="only the second half of the product rule" says="Product rule: z changes as well. Add the gate itself."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, beta * z * s * (1 - s)


# %% swish wrong="the product of the derivatives" says="The derivative of a product is not the product of the derivatives."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, beta * s * (1 - s)


# %% swish wrong="β missing in the slope" says="Chain rule: the derivative of σ(βz) carries a factor β."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s + z * s * (1 - s)


# %% swish wrong="β missing" says="β is missing: the gate is σ(βz)."
def swish(z, beta):
    s = torch.sigmoid(z)
    return z * s, s + z * s * (1 - s)


# %% swish wrong="y(1−y) with the value" says="σ(1 − σ) belongs to the gate. You put the value in."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    y = z * s
    return y, s + beta * z * y * (1 - y)


# %% swish wrong="the gate alone" says="That is the gate alone. Multiply it by z."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return s, beta * s * (1 - s)


# %% swish wrong="β outside" says="β belongs inside the gate, not in front of z."
def swish(z, beta):
    s = torch.sigmoid(z)
    return beta * z * s, beta * (s + z * s * (1 - s))


# %% swish wrong="overflows" says="exp overflows at 10,000. Let torch.sigmoid do it."
def swish(z, beta):
    e = torch.exp(beta * z)
    s = e / (1 + e)
    return z * s, s + beta * z * s * (1 - s)


# %% gelu correct="with erf"
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z * below, below + z * density


# %% gelu correct="with torch's normal distribution"
def gelu(x):
    normal = torch.distributions.Normal(x.new_tensor(0.0), x.new_tensor(1.0))
    return x * normal.cdf(x), normal.cdf(x) + x * normal.log_prob(x).exp()


# %% gelu correct="torch's own, and its autograd"
def gelu(z):
    x = z.clone().requires_grad_()
    y = F.gelu(x)
    return y.detach(), torch.autograd.grad(y.sum(), x)[0]


# %% gelu correct="with ndtr"
def gelu(z):
    return z * torch.special.ndtr(z), torch.special.ndtr(z) + z * torch.exp(
        -z * z / 2
    ) * 0.3989422804014327


# %% gelu wrong="the tanh form" says="That is the form with tanh, up to 0.0005 away. The exact one is wanted."
def gelu(z):
    x = z.clone().requires_grad_()
    y = F.gelu(x, approximate="tanh")
    return y.detach(), torch.autograd.grad(y.sum(), x)[0]


# %% gelu wrong="the sigmoid form" says="That is the form with the sigmoid, up to 0.02 away. The exact one is wanted."
def gelu(z):
    s = torch.sigmoid(1.702 * z)
    return z * s, s + 1.702 * z * s * (1 - s)


# %% gelu wrong="SiLU" says="That is SiLU. The gate of GELU is Φ, not σ."
def gelu(z):
    s = torch.sigmoid(z)
    return z * s, s + z * s * (1 - s)


# %% gelu wrong="only the first half of the product rule" says="Product rule: the gate Φ changes as well. Add zφ(z)."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below


# %% gelu wrong="no root of 2" says="Φ has a root of 2 inside: erf(z/√2)."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z))
    return z * below, below + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="erf as it is" says="erf runs from −1 to 1. Φ runs from 0 to 1: ½(1 + erf)."
def gelu(z):
    below = torch.erf(z / math.sqrt(2))
    return z * below, below + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="a density that is not normalized" says="The density φ lacks its factor 1/√(2π)."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below + z * torch.exp(-(z**2) / 2)


# %% gelu wrong="the density without z" says="The density is multiplied by z: Φ + zφ."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below + torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="a density that explodes" says="The density falls to both sides: exp(−z²/2), with a minus."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below + z * torch.exp((z**2) / 2) / math.sqrt(2 * math.pi)


# %% gradient-norms correct="forward with a list, backward through it"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms correct="recursively"
def gradient_norms(weights, activation, X, last_gradient):
    norms = []

    def back(layer, h):
        value, slope = activation(h @ weights[layer])
        if layer == len(weights) - 1:
            g = last_gradient
        else:
            g = back(layer + 1, value)
        norms.insert(0, g.norm().item())
        return (g * slope) @ weights[layer].T

    back(0, X)
    return norms


# %% gradient-norms correct="with einsum, as a tensor"
def gradient_norms(weights, activation, X, last_gradient):
    slopes = []
    for W in weights:
        X, slope = activation(torch.einsum("bi,ij->bj", X, W))
        slopes.append(slope)
    gradients = [last_gradient]
    for layer in range(len(weights) - 1, 0, -1):
        delta = gradients[0] * slopes[layer]
        gradients.insert(0, torch.einsum("bj,ij->bi", delta, weights[layer]))
    return torch.stack([torch.sqrt((g**2).sum()) for g in gradients])


# %% gradient-norms wrong="no slope" says="The slope is missing: the gradient passes the activation, too."
def gradient_norms(weights, activation, X, last_gradient):
    g, norms = last_gradient, [last_gradient.norm()]
    for W in weights[:0:-1]:
        g = g @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the slope at the output" says="The slope is wanted at z, which goes into the activation, not at h, which comes out."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, _ = activation(h @ W)
        slopes.append(activation(h)[1])
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="not transposed" says="On the way back the weights are transposed: W.T."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the last layer first" says="The order is reversed: layer 1 stands first."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms


# %% gradient-norms wrong="squares" says="These are the squares of the norms: the root is missing."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [(last_gradient**2).sum()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append((g**2).sum())
    return norms[::-1]


# %% gradient-norms wrong="with respect to z" says="These belong to z, before the activation. Those of h, after it, are wanted."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, []
    for W, slope in zip(weights[::-1], slopes[::-1]):
        norms.append((g * slope).norm())
        g = (g * slope) @ W.T
    return norms[::-1]


# %% gradient-norms wrong="one layer too far" says="That is one layer too far: you begin with the gradient of the input X."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, []
    for W, slope in zip(weights[::-1], slopes[::-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the slope after the weights" says="Wrong order: first through the activation (times its slope), then through the weights."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for layer in range(len(weights) - 1, 0, -1):
        g = (g @ weights[layer].T) * slopes[layer - 1]
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the largest entry" says="That is the largest entry. The norm is the root of the sum of all squares."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.abs().max()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.abs().max())
    return norms[::-1]


# %% gradient-norms wrong="by autograd, through numbers"
def gradient_norms(weights, activation, X, last_gradient):
    h, layers = X.clone().requires_grad_(), []
    for W in weights:
        h, _ = activation(h @ W)
        layers.append(h)
    return [g.norm() for g in torch.autograd.grad(h, layers, last_gradient)]


# %% dead-units correct="all batches in one"
def dead_units(batches):
    alive = (torch.cat(batches) > 0).any(dim=0)
    return torch.nonzero(~alive).flatten().tolist()


# %% dead-units correct="a set that shrinks"
def dead_units(batches):
    dead = set(range(batches[0].shape[1]))
    for batch in batches:
        dead -= {j for j in dead if batch[:, j].max() > 0}
    return sorted(dead)


# %% dead-units correct="a running maximum"
def dead_units(batches):
    largest = torch.zeros(batches[0].shape[1])
    for h in batches:
        largest = torch.maximum(largest, h.amax(dim=0))
    return [i for i, m in enumerate(largest.tolist()) if m == 0]


# %% dead-units correct="counts of zeros, as a tensor"
def dead_units(batches):
    zeros = sum((h == 0).sum(dim=0) for h in batches)
    return torch.where(zeros == sum(len(h) for h in batches))[0]


# %% dead-units wrong="the first batch" says="You looked at the first batch only. A unit that sleeps there may wake in the next."
def dead_units(batches):
    return torch.where((batches[0] == 0).all(dim=0))[0].tolist()


# %% dead-units wrong="the last batch" says="Only the last batch counts in your answer: the earlier ones are forgotten."
def dead_units(batches):
    for h in batches:
        dead = torch.where((h == 0).all(dim=0))[0].tolist()
    return dead


# %% dead-units wrong="silent in some batch" says="These are silent in some batch. Dead means: in every batch."
def dead_units(batches):
    dead = set()
    for h in batches:
        dead |= set(torch.where((h == 0).all(dim=0))[0].tolist())
    return sorted(dead)


# %% dead-units wrong="silent for some example" says="These are zero for some example. Half of all units are: dead means for every example."
def dead_units(batches):
    return torch.where((torch.cat(batches) == 0).any(dim=0))[0].tolist()


# %% dead-units wrong="the wrong axis" says="These are examples for which no unit answers. The axes are exchanged."
def dead_units(batches):
    return torch.where((torch.cat(batches) == 0).all(dim=1))[0].tolist()


# %% dead-units wrong="the living" says="These are the living ones."
def dead_units(batches):
    return torch.where((torch.cat(batches) > 0).any(dim=0))[0].tolist()


# %% dead-units wrong="faint is dead" says="Faint is not dead: any value above 0 passes a gradient."
def dead_units(batches):
    return torch.where((torch.cat(batches) < 1e-6).all(dim=0))[0].tolist()


# %% dead-units wrong="a mask" says="That is a mask, a yes or no for each unit. Their numbers are wanted."
def dead_units(batches):
    return (torch.cat(batches) == 0).all(dim=0).tolist()


# %% dead-units wrong="counted from 1" says="Units are counted from 0."
def dead_units(batches):
    return [int(i) + 1 for i in torch.where((torch.cat(batches) == 0).all(dim=0))[0]]


# %% revive correct="with indices"
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / W1.shape[0])
    W1[:, dead] = fresh[:, dead]
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2


# %% revive correct="with where"
def revive(X, W1, b1, W2, generator):
    alive = torch.relu(X @ W1 + b1).sum(dim=0) > 0
    fresh = torch.empty_like(W1).normal_(0, (2 / len(W1)) ** 0.5, generator=generator)
    zero = torch.zeros_like
    return (
        torch.where(alive, W1, fresh),
        torch.where(alive, b1, zero(b1)),
        torch.where(alive[:, None], W2, zero(W2)),
    )


# %% revive correct="unit by unit, in a list"
def revive(X, W1, b1, W2, generator):
    new = [W1.clone(), b1.clone(), W2.clone()]
    h = (X @ W1 + b1).clamp(min=0)
    for unit in range(W1.shape[1]):
        if h[:, unit].max() == 0:
            draws = torch.randn(W1.shape[0], generator=generator).to(W1)
            new[0][:, unit] = draws * (2 / W1.shape[0]) ** 0.5
            new[1][unit] = 0.0
            new[2][unit, :] = 0.0
    return new


# %% revive correct="uniform draws of the same variance"
def revive(X, W1, b1, W2, generator):
    dead = (X @ W1 + b1).amax(dim=0) <= 0
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    bound = math.sqrt(6 / W1.shape[0])
    shape = (W1.shape[0], int(dead.sum()))
    W1[:, dead] = bound * (2 * torch.rand(shape, generator=generator, dtype=W1.dtype) - 1)
    b1[dead] = 0
    W2[dead] = 0
    return W1, b1, W2


# %% revive wrong="the bias stays" says="A dead unit has kept its bias, which killed it. Set it to 0."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, W2 = W1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    W2[dead] = 0
    return W1, b1.clone(), W2


# %% revive wrong="incoming weights 0" says="Units are still dead: with all incoming weights 0, relu(0) = 0 has the slope 0."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead], b1[dead], W2[dead] = 0, 0, 0
    return W1, b1, W2


# %% revive wrong="outgoing weights stay" says="The network answers differently now. With outgoing weights 0 a revived unit starts without a word."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1 = W1.clone(), b1.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead] = 0
    return W1, b1, W2.clone()


# %% revive wrong="all units anew" says="A living unit has changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    W1 = torch.randn(W1.shape, generator=generator).to(W1) * math.sqrt(2 / len(W1))
    return W1, torch.zeros_like(b1), torch.zeros_like(W2)


# %% revive wrong="dead for one example" says="A living unit has changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="twins" says="All revived units got the same weights, and will stay twins. Draw for each of them."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(len(W1), 1, generator=generator).to(W1) * math.sqrt(2 / len(W1))
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="standard normal" says="The new weights have the wrong size: He's have the standard deviation √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1)
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="variance for standard deviation" says="The new weights have the wrong size: He's have the standard deviation √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * 2 / len(W1)
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="fan-out for fan-in" says="The new weights have the wrong size: He's have the standard deviation √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / W1.shape[1]
    )
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="outgoing weights of all units 0" says="A living unit has changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1 = W1.clone(), b1.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead] = 0
    return W1, b1, torch.zeros_like(W2)


# %% revive wrong="in place" says="Return something new"
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% log-softmax correct="shifted by the largest score"
def log_softmax(logits):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% log-softmax correct="logsumexp"
def log_softmax(s):
    return s - torch.logsumexp(s, dim=-1)[:, None]


# %% log-softmax correct="row by row"
def log_softmax(logits):
    rows = []
    for row in logits:
        m = row.max()
        rows.append(row - m - torch.log(torch.sum(torch.exp(row - m))))
    return torch.stack(rows)


# %% log-softmax wrong="over the examples" says="Each column sums to 1 here. The classes lie side by side: sum over the rows."
def log_softmax(logits):
    return logits - logits.logsumexp(dim=0, keepdim=True)


# %% log-softmax wrong="the softmax" says="That is the softmax itself. Its logarithm is wanted."
def log_softmax(logits):
    return torch.softmax(logits, dim=1)


# %% log-softmax wrong="one sum for all" says="One sum over all entries: each example needs its own."
def log_softmax(logits):
    return logits - logits.flatten().logsumexp(dim=0)


# %% log-softmax wrong="the shift not undone" says="The largest score was taken out of the sum, and not of the score: shift both, or neither."
def log_softmax(logits):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    return logits - shifted.exp().sum(dim=1, keepdim=True).log()


# %% log-softmax wrong="no logarithm of the sum" says="The logarithm of the sum is missing."
def log_softmax(logits):
    return logits - logits.exp().sum(dim=1, keepdim=True)


# %% log-softmax wrong="only shifted" says="That is the distance to the largest score. The softmax counts the others, too."
def log_softmax(logits):
    return logits - logits.max(dim=1, keepdim=True).values


# %% log-softmax wrong="base 10" says="The logarithm is the natural one; you took that to base 10."
def log_softmax(logits):
    return torch.log10(torch.softmax(logits, dim=1))


# %% log-softmax wrong="naive" says="exp overflows at 10,000. Take the largest score out first."
def log_softmax(logits):
    e = torch.exp(logits)
    return torch.log(e / e.sum(dim=1, keepdim=True))


# %% log-softmax wrong="log of softmax" says="The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms."
def log_softmax(logits):
    return torch.log(torch.softmax(logits, dim=1))


# %% log-softmax wrong="log of softmax plus eps" says="A small number inside the logarithm hides the zero, and puts a wrong number there."
def log_softmax(logits):
    return torch.log(torch.softmax(logits, dim=1) + 1e-8)


# %% log-softmax wrong="shifted by the largest of all"
def log_softmax(logits):
    shifted = logits - logits.max()
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% cross-entropy correct="by hand"
def cross_entropy(logits, y):
    log_p = logits - logits.logsumexp(dim=1, keepdim=True)
    n = len(y)
    loss = -log_p[torch.arange(n), y].mean()
    gradient = log_p.exp()
    gradient[torch.arange(n), y] -= 1
    return loss, gradient / n


# %% cross-entropy correct="with one-hot labels"
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    loss = -(onehot * torch.log_softmax(logits, dim=1)).sum() / logits.shape[0]
    return loss.item(), (torch.softmax(logits, dim=1) - onehot) / logits.shape[0]


# %% cross-entropy correct="torch's own, and its autograd"
def cross_entropy(logits, y):
    s = logits.clone().requires_grad_()
    loss = F.cross_entropy(s, y)
    loss.backward()
    return loss.detach(), s.grad


# %% cross-entropy wrong="softmax before a loss that has one" says="There is a softmax before a loss that has one inside. Hand it the raw scores."
def cross_entropy(logits, y):
    s = logits.clone().requires_grad_()
    loss = F.cross_entropy(torch.softmax(s, dim=1), y)
    loss.backward()
    return loss.detach(), s.grad


# %% cross-entropy wrong="sum for mean" says="That is the sum over the examples. The mean is wanted."
def cross_entropy(logits, y):
    s = logits.clone().requires_grad_()
    loss = F.cross_entropy(s, y, reduction="sum")
    loss.backward()
    return loss.detach(), s.grad


# %% cross-entropy wrong="the gradient of the sum" says="The loss is a mean, its gradient is not: divide it by the number of examples as well."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    return F.cross_entropy(logits, y), torch.softmax(logits, dim=1) - onehot


# %% cross-entropy wrong="the gradient uphill" says="The gradient points the wrong way: softmax minus one-hot."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    return F.cross_entropy(logits, y), (onehot - torch.softmax(logits, dim=1)) / len(y)


# %% cross-entropy wrong="minus forgotten" says="The minus is missing: a loss is never negative here."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    loss = (onehot * torch.log_softmax(logits, dim=1)).sum() / len(y)
    return loss, (torch.softmax(logits, dim=1) - onehot) / len(y)


# %% cross-entropy wrong="mean over classes as well" says="The mean is over the examples, not over examples and classes."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    loss = -(onehot * torch.log_softmax(logits, dim=1)).mean()
    return loss, (torch.softmax(logits, dim=1) - onehot) / logits.numel()


# %% cross-entropy wrong="the probability, not its logarithm" says="That is minus the probability of the label. Its logarithm is wanted."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    return -(p * onehot).sum() / len(y), (p - onehot) / len(y)


# %% cross-entropy wrong="over the examples" says="The softmax runs over the examples. It runs over the classes of each."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    loss = -(onehot * torch.log_softmax(logits, dim=0)).sum() / len(y)
    return loss, (torch.softmax(logits, dim=0) - onehot) / len(y)


# %% cross-entropy wrong="the surest class" says="That is the loss of the surest class. The label decides which one counts."
def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=1)
    onehot = F.one_hot(log_p.argmax(dim=1), logits.shape[1]).to(logits.dtype)
    return -(onehot * log_p).sum() / len(y), (log_p.exp() - onehot) / len(y)


# %% cross-entropy wrong="log of softmax" says="The softmax has rounded to 0, and log 0 = −∞. Never form it: stay in logarithms."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    onehot = F.one_hot(y, logits.shape[1]).to(logits.dtype)
    return -torch.log(p[torch.arange(len(y)), y]).mean(), (p - onehot) / len(y)


# %% bce-with-logits correct="the stable formula"
def bce_with_logits(z, y):
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()


# %% bce-with-logits correct="softplus"
def bce_with_logits(z, y):
    return torch.mean(F.softplus(z) - y * z)


# %% bce-with-logits correct="two log-sigmoids"
def bce_with_logits(scores, labels):
    each = -labels * F.logsigmoid(scores) - (1 - labels) * F.logsigmoid(-scores)
    return each.sum().item() / each.numel()


# %% bce-with-logits correct="logaddexp"
def bce_with_logits(z, y):
    zero = torch.zeros_like(z)
    return (torch.logaddexp(z, zero) - y * z).mean()


# %% bce-with-logits wrong="sigmoid before a loss that has one" says="There is a sigmoid before a loss that has one inside. Hand it the raw scores."
def bce_with_logits(z, y):
    return F.binary_cross_entropy_with_logits(torch.sigmoid(z), y)


# %% bce-with-logits wrong="labels exchanged" says="The labels are exchanged: y = 1 wants a high score."
def bce_with_logits(z, y):
    return F.binary_cross_entropy_with_logits(z, 1 - y)


# %% bce-with-logits wrong="sum for mean" says="That is the sum. The mean is wanted."
def bce_with_logits(z, y):
    return F.binary_cross_entropy_with_logits(z, y, reduction="sum")


# %% bce-with-logits wrong="only the positives" says="Only the examples with y = 1 count in your loss. The others lose −log(1 − σ)."
def bce_with_logits(z, y):
    return (-y * F.logsigmoid(z)).mean()


# %% bce-with-logits wrong="minus forgotten" says="The minus is missing: this loss is never negative."
def bce_with_logits(z, y):
    return -F.binary_cross_entropy_with_logits(z, y)


# %% bce-with-logits wrong="squared error" says="That is the squared error of σ(z), which goes flat where the score is far off."
def bce_with_logits(z, y):
    return ((torch.sigmoid(z) - y) ** 2).mean()


# %% bce-with-logits wrong="without the absolute value" says="Without the |z|, exp(−z) overflows at −10,000."
def bce_with_logits(z, y):
    return (z - z * y + torch.log(1 + torch.exp(-z))).mean()


# %% bce-with-logits wrong="log of sigmoid" says="σ has rounded to 0 or 1, and log 0 = −∞. Never form it: stay with the score."
def bce_with_logits(z, y):
    p = torch.sigmoid(z)
    return -torch.where(y > 0, p, 1 - p).log().mean()


# %% bce-with-logits wrong="0 times infinity" says="0 · log 0 is no number. Never form σ: stay with the score."
def bce_with_logits(z, y):
    p = torch.sigmoid(z)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


# %% bce-with-logits wrong="clipped at −100" says="The loss stops at 100, as that of F.binary_cross_entropy does; there its gradient is 0."
def bce_with_logits(z, y):
    return F.binary_cross_entropy(torch.sigmoid(z), y)


# %% bce-with-logits wrong="a small number in the logarithm" says="A small number inside the logarithm hides the zero, and puts a wrong number there."
def bce_with_logits(z, y):
    p = torch.sigmoid(z)
    return -(y * torch.log(p + 1e-7) + (1 - y) * torch.log(1 - p + 1e-7)).mean()


# %% choose-output correct="a dictionary"
def choose_output(task):
    table = {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }
    return table[task]


# %% choose-output correct="if and elif"
def choose_output(task):
    if task == "digit":
        return "softmax", "cross-entropy"
    elif task == "temperature":
        return "none", "squared error"
    elif task == "visitors":
        return "exp", "Poisson"
    return "sigmoid", "binary cross-entropy"


# %% choose-output correct="match, as lists"
def choose_output(task):
    match task:
        case "tags" | "spam":
            return ["sigmoid", "binary cross-entropy"]
        case "digit":
            return ["softmax", "cross-entropy"]
        case "visitors":
            return ["exp", "Poisson"]
    return ["none", "squared error"]


# %% choose-output wrong="softmax for tags" says="Softmax outputs sum to 1: a second tag could only be had at the cost of the first."
def choose_output(task):
    if task in ("digit", "tags"):
        return "softmax", "cross-entropy"
    if task == "spam":
        return "sigmoid", "binary cross-entropy"
    return ("none", "squared error") if task == "temperature" else ("exp", "Poisson")


# %% choose-output wrong="softmax over one output" says="The softmax of a single score is 1, whatever the score."
def choose_output(task):
    if task in ("digit", "spam"):
        return "softmax", "cross-entropy"
    if task == "tags":
        return "sigmoid", "binary cross-entropy"
    return ("none", "squared error") if task == "temperature" else ("exp", "Poisson")


# %% choose-output wrong="ten sigmoids for a digit" says="Ten sigmoids could all say yes. Exactly one class is right: let them compete."
def choose_output(task):
    if task in ("digit", "spam", "tags"):
        return "sigmoid", "binary cross-entropy"
    return ("none", "squared error") if task == "temperature" else ("exp", "Poisson")


# %% choose-output wrong="sigmoid with squared error" says="A sigmoid with squared error goes flat where it is most wrong: its gradient carries the factor y(1 − y)."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "squared error"),
        "spam": ("sigmoid", "squared error"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]


# %% choose-output wrong="exp for a temperature" says="A temperature may be below zero, and exp is not."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("exp", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]


# %% choose-output wrong="nothing for a count" says="Without an activation the expected number of visitors may come out negative."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("none", "squared error"),
    }[task]


# %% choose-output wrong="sigmoid for a temperature" says="A sigmoid never leaves the range from 0 to 1, which is cold for noon."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("sigmoid", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]


# %% choose-output wrong="squared error on a count" says="Squared error minds ten too many at 20 visitors and at 20,000 alike. The scatter of a count grows with it: Poisson."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "squared error"),
    }[task]


# %% choose-output wrong="softmax with a binary loss" says="With softmax goes cross-entropy: minus the logarithm of the one right class."
def choose_output(task):
    return {
        "digit": ("softmax", "binary cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]


# %% choose-output wrong="a name that is not on the list" says="is not on the list"
def choose_output(task):
    return "identity", "MSE"
