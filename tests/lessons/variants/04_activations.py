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


# %% sigmoid wrong="only the value" says="2 results are wanted, one came, the one with index 0."
def sigmoid(z):
    return 1 / (1 + torch.exp(-z))


# %% sigmoid wrong="in float64"
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z.double()))
    return y, y * (1 - y)


# %% sigmoid correct="the slope as the product of two sigmoids, with clamped scores"
def sigmoid(z):
    z = z.clamp(-80, 80)
    value = 1 / (1 + torch.exp(-z))
    other = 1 / (1 + torch.exp(z))
    return (value, value * other)


# %% sigmoid wrong="the value twice" says="That is the value twice. The slope is y(1 − y)."
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z))
    return y, y


# %% sigmoid wrong="y squared" says="Your slope is y². Its second factor is 1 − y."
def sigmoid(z):
    y = torch.sigmoid(z)
    slope = torch.sigmoid(z) * (1 - torch.sigmoid(-z))
    return y, slope


# %% sigmoid wrong="the inner derivative forgotten" says="Your slope is −y². By the chain rule it is multiplied by the derivative of 1 + e^−z."
def sigmoid(z):
    u = 1 + torch.exp(-z)
    return 1 / u, -1 / u**2


# %% sigmoid wrong="plus in the bracket" says="Your slope is y(1 + y). In the bracket stands a minus: y(1 − y)."
def sigmoid(z):
    y = 1 / (1 + torch.exp(-z))
    return y, y * (1 + y)


# %% sigmoid wrong="minus in the denominator" says="In the denominator stands 1 + e^−z, with a plus."
def sigmoid(z):
    y = 1 / (1 - torch.exp(-z))
    return y, y * (1 - y)


# %% sigmoid wrong="no brackets" says="Brackets are missing: 1 / (1 + e^−z)."
def sigmoid(z):
    y = 1 / 1 + torch.exp(-z)
    return y, y * (1 - y)


# %% sigmoid wrong="the slope by the quotient rule, with e^z" says="Your slope divides infinity by infinity at 10,000. Make it from y."
def sigmoid(z):
    e = torch.exp(z)
    return torch.sigmoid(z), e / (1 + e) ** 2


# %% sigmoid wrong="exchanged" says="The two results are exchanged."
def sigmoid(z):
    y = torch.sigmoid(z)
    return y * (1 - y), y


# %% sigmoid wrong="nothing returned" says="is the `return` missing?"
def sigmoid(z):
    y = torch.sigmoid(z)
    (y, y * (1 - y))


# %% sigmoid wrong="in place" says="Return something new"
def sigmoid(z):
    z.neg_().exp_().add_(1).reciprocal_()
    return z, z * (1 - z)


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
    value[z <= 0] *= leak
    slope[z <= 0] = leak
    return value, slope


# %% leaky-relu correct="by the sign, entry by entry"
def leaky_relu(z, leak):
    slope = torch.tensor([1.0 if x > 0 else leak for x in z.flatten().tolist()])
    slope = slope.reshape(z.shape).to(z.dtype)
    return z * slope, slope


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


# %% leaky-relu wrong="slopes exchanged" says="The slopes of the two sides are exchanged: 1 is that of z > 0."
def leaky_relu(z, leak):
    slope = torch.ones_like(z)
    slope[z > 0] = leak
    return torch.where(z > 0, z, leak * z), slope


# %% leaky-relu wrong="z for its slope" says="On the right the slope is 1, not z."
def leaky_relu(z, leak):
    value = torch.where(z > 0, z, leak * z)
    return value, torch.where(z > 0, z, torch.full_like(z, leak))


# %% leaky-relu wrong="leak z for its slope" says="On the left the slope is the leak, not leak · z."
def leaky_relu(z, leak):
    value = torch.where(z > 0, z, leak * z)
    return value, torch.where(z > 0, torch.ones_like(z), leak * z)


# %% leaky-relu wrong="ReLU" says="That is ReLU: the leak is not used."
def leaky_relu(z, leak):
    return z.clamp(min=0), (z > 0).to(z.dtype)


# %% leaky-relu wrong="the leak subtracted" says="On the left z is multiplied by the leak; you subtract it."
def leaky_relu(z, leak):
    value = torch.where(z > 0, z, z - leak)
    return value, torch.where(z > 0, torch.ones_like(z), torch.full_like(z, leak))


# %% leaky-relu wrong="bends at the leak" says="The bend is at z = 0, not where z is the leak."
def leaky_relu(z, leak):
    on = z > leak
    return torch.where(on, z, leak * z), torch.where(on, 1.0, leak).to(z.dtype)


# %% leaky-relu wrong="slope 1 at 0" says="At z = 0 your slope is 1; the card takes the leak."
def leaky_relu(z, leak):
    value, slope = z.clone(), torch.ones_like(z)
    value[z < 0] *= leak
    slope[z < 0] = leak
    return value, slope


# %% leaky-relu wrong="slope 0 at 0" says="At z = 0 your slope is 0; the card takes the leak."
def leaky_relu(z, leak):
    positive, negative = (z > 0).to(z.dtype), (z < 0).to(z.dtype)
    slope = positive + leak * negative
    return slope * z, slope


# %% leaky-relu wrong="autograd of a maximum" says="At z = 0 your slope is the mean of both sides; the card takes the leak."
def leaky_relu(z, leak):
    x = z.clone().requires_grad_()
    y = torch.maximum(x, leak * x)
    y.sum().backward()
    return y.detach(), x.grad


# %% leaky-relu wrong="autograd of two clamps" says="At z = 0 your slope is 1 + leak, that of both sides at once; the card takes the leak."
def leaky_relu(z, leak):
    x = z.clone().requires_grad_()
    y = x.clamp(min=0) + leak * x.clamp(max=0)
    y.sum().backward()
    return y.detach(), x.grad


# %% leaky-relu wrong="slope in float32" says="the dtype is not"
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z), torch.where(z > 0, 1.0, leak)


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


# %% elu correct="minimum and maximum"
def elu(z, alpha):
    low, high = torch.clamp(z, max=0.0), torch.clamp(z, min=0.0)
    on = (z > 0).to(z.dtype)
    return high + alpha * (low.exp() - 1), on + (1 - on) * alpha * low.exp()


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


# %% elu wrong="CELU" says="That is CELU, with z/α in the exponent. ELU has z alone."
def elu(z, alpha):
    left = z.clamp(max=0) / alpha
    value = torch.where(z > 0, z, alpha * (left.exp() - 1))
    return value, torch.where(z > 0, torch.ones_like(z), left.exp())


# %% elu wrong="no brackets" says="Brackets are missing: α multiplies e^z − 1 as a whole."
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * torch.exp(z) - 1)
    return value, torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z))


# %% elu wrong="1 − e^z" says="On the left it lies below 0: e^z − 1, not 1 − e^z."
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * (1 - torch.exp(z)))
    return value, torch.where(z > 0, torch.ones_like(z), -alpha * torch.exp(z))


# %% elu wrong="e^−z" says="The exponent is z, not −z."
def elu(z, alpha):
    left = z.clamp(max=0)
    value = torch.where(z > 0, z, alpha * (torch.exp(-left) - 1))
    return value, torch.where(z > 0, torch.ones_like(z), -alpha * torch.exp(-left))


# %% elu wrong="a constant slope" says="The slope on the left is αe^z, not the constant α."
def elu(z, alpha):
    value = torch.where(z > 0, z, alpha * (torch.exp(z) - 1))
    return value, torch.where(z > 0, torch.ones_like(z), torch.full_like(z, alpha))


# %% elu wrong="the value plus 1" says="Your slope is the value plus 1. What must be added is α."
def elu(z, alpha):
    y = torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
    return y, torch.where(z > 0, torch.ones_like(z), y + 1)


# %% elu wrong="the power rule" says="e^z is no power of z: its derivative is e^z again."
def elu(z, alpha):
    y = torch.where(z > 0, z, alpha * torch.expm1(z))
    return y, torch.where(z > 0, torch.ones_like(z), alpha * z * torch.exp(z - 1))


# %% elu wrong="z for its slope" says="On the right the slope is 1, not z."
def elu(z, alpha):
    y = torch.where(z > 0, z, alpha * torch.expm1(z))
    return y, torch.where(z > 0, z, alpha * torch.exp(z))


# %% elu wrong="the sides exchanged" says="The sides are exchanged: it bends where z is negative."
def elu(z, alpha):
    y = torch.where(z > 0, alpha * torch.expm1(z), z)
    return y, torch.where(z > 0, alpha * torch.exp(z), torch.ones_like(z))


# %% elu wrong="slope 1 at 0" says="At z = 0 your slope is 1; the card takes α."
def elu(z, alpha):
    bent = alpha * torch.expm1(z.clamp(max=0))
    return torch.where(z >= 0, z, bent), torch.where(z >= 0, torch.ones_like(z), bent + alpha)


# %% elu wrong="autograd behind where" says="Your slope is nan at 10,000: 0 times infinity. Let exp see min(z, 0) only."
def elu(z, alpha):
    x = z.clone().requires_grad_()
    y = torch.where(x > 0, x, alpha * (torch.exp(x) - 1))
    y.sum().backward()
    return y.detach(), x.grad


# %% elu wrong="only the value" says="2 results are wanted, one came"
def elu(z, alpha):
    return torch.where(z > 0, z, alpha * torch.expm1(z))


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


# %% swish correct="SiLU of βz, divided by β"
def swish(z, beta):
    x = (beta * z).detach().requires_grad_()
    y = F.silu(x)
    return y.detach() / beta, torch.autograd.grad(y.sum(), x)[0]


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


# %% swish wrong="β missing in the value" says="β is missing in the value: the gate is σ(βz)."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return F.silu(z), s + beta * z * s * (1 - s)


# %% swish wrong="the slope of SiLU" says="β is missing in the slope: the gate is σ(βz)."
def swish(z, beta):
    s = torch.sigmoid(z)
    return z * torch.sigmoid(beta * z), s + z * s * (1 - s)


# %% swish wrong="the slope of the gate at z" says="The slope of the gate is wanted at βz, not at z."
def swish(z, beta):
    s, t = torch.sigmoid(beta * z), torch.sigmoid(z)
    return z * s, s + z * beta * t * (1 - t)


# %% swish wrong="1 minus the value" says="In the bracket 1 − σ the gate stands, not the value."
def swish(z, beta):
    gate = torch.sigmoid(beta * z)
    y = z * gate
    return y, gate + beta * y * (1 - y)


# %% swish wrong="σ′ = σ" says="The derivative of σ is σ(1 − σ): the bracket 1 − σ is missing."
def swish(z, beta):
    gate = torch.sigmoid(beta * z)
    return z * gate, gate + z * beta * gate


# %% swish wrong="the quotient rule's minus" says="The product rule adds its two terms; you subtract."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s - beta * z * s * (1 - s)


# %% swish wrong="no z in the second term" says="z times the slope of the gate is wanted; the z is missing."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, s + beta * s * (1 - s)


# %% swish wrong="z in the first term" says="The first term of the product rule is the gate, not z."
def swish(z, beta):
    s = torch.sigmoid(beta * z)
    return z * s, z + z * beta * s * (1 - s)


# %% swish wrong="β inside and in front" says="β stands inside the gate, and not in front of z as well."
def swish(z, beta):
    x = (beta * z).requires_grad_()
    y = F.silu(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), beta * slope


# %% swish wrong="a gate that closes" says="Your gate closes as z grows: it is σ(βz), without a minus."
def swish(z, beta):
    s = 1 / (1 + torch.exp(beta * z))
    return z * s, s - beta * z * s * (1 - s)


# %% swish wrong="the gate's slope by the quotient rule, with e^−z" says="Your slope divides infinity by infinity at −10,000. Make it from the gate."
def swish(z, beta):
    e = torch.exp(-beta * z)
    return z / (1 + e), 1 / (1 + e) + z * beta * e / (1 + e) ** 2


# %% swish wrong="the gate's slope by the quotient rule, with e^z" says="Your slope divides infinity by infinity at 10,000. Make it from the gate."
def swish(z, beta):
    s, e = torch.sigmoid(beta * z), torch.exp(beta * z)
    return z * s, s + beta * z * e / (1 + e) ** 2


# %% swish wrong="a function for its values" says="A function came, not what it gives"
def swish(z, beta):
    return lambda x: x * torch.sigmoid(beta * x)


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


# %% gelu correct="erfc, and the slope from a chain of terms"
def gelu(z):
    upper = 0.5 * torch.special.erfc(-z / 2**0.5)
    bell = torch.exp(-0.5 * z.square()) * (2 * math.pi) ** -0.5
    return upper.mul(z), upper.add(z.mul(bell))


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


# %% gelu wrong="the tanh form, with the exact slope" says="Your value is the form with tanh, up to 0.0005 away. The exact one is wanted."
def gelu(z):
    value = 0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return value, below + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="only the second half of the product rule" says="Product rule: z changes as well. Add Φ itself."
def gelu(z):
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return F.gelu(z), z * density


# %% gelu wrong="the product of the derivatives" says="The derivative of a product is not the product of the derivatives."
def gelu(z):
    return F.gelu(z), torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="erf(z/2)" says="Inside erf z is divided by √2, not by 2."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / 2))
    return z * below, below + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="no ½" says="The ½ in front of 1 + erf is missing."
def gelu(z):
    below = 1 + torch.erf(z / math.sqrt(2))
    return z * below, below + z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="no root over 2π" says="The factor of the density is 1/√(2π); you left the root out."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below + z * torch.exp(-(z**2) / 2) / (2 * math.pi)


# %% gelu wrong="π outside the root" says="In the factor 1/√(2π) the π is under the root, too."
def gelu(z):
    below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
    return z * below, below + z * torch.exp(-(z**2) / 2) / (math.sqrt(2) * math.pi)


# %% gelu wrong="a minus between the terms" says="The product rule adds its two terms; you subtract."
def gelu(z):
    below = torch.special.ndtr(z)
    return z * below, below - z * torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="z not squared" says="The exponent of the density is −z²/2: z is squared in it."
def gelu(z):
    below = torch.special.ndtr(z)
    return z * below, below + z * torch.exp(-z / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="no half in the exponent" says="The exponent of the density is −z²/2: the half is missing."
def gelu(z):
    below = torch.special.ndtr(z)
    return z * below, below + z * torch.exp(-(z**2)) / math.sqrt(2 * math.pi)


# %% gelu wrong="the gate alone" says="That is the gate alone. Multiply it by z."
def gelu(z):
    below = torch.special.ndtr(z)
    return below, torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


# %% gelu wrong="only the value" says="2 results are wanted, one came"
def gelu(z):
    return F.gelu(z)


# %% gelu wrong="the square of −z" says="The density falls to both sides: exp(−z²/2), with a minus."
def gelu(z):
    below = torch.special.ndtr(z)
    return z * below, below + z * torch.exp((-z) ** 2 / 2) / math.sqrt(2 * math.pi)


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


# %% gradient-norms correct="floats, from lists of everything"
def gradient_norms(weights, activation, X, last_gradient):
    outputs, slopes = [X], []
    for W in weights:
        y, dy = activation(outputs[-1].matmul(W))
        outputs.append(y)
        slopes.append(dy)
    gradients = {len(weights): last_gradient}
    for l in range(len(weights), 1, -1):
        gradients[l - 1] = torch.mul(gradients[l], slopes[l - 1]).matmul(weights[l - 1].t())
    return [math.sqrt(gradients[l].square().sum()) for l in range(1, len(weights) + 1)]


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


# %% gradient-norms wrong="the value for the slope" says="You multiply by the value. The slope is the second result of `activation`."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h = activation(h @ W)[0]
        slopes.append(h)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="forward without the activation" says="On the way forward the activation is left out: h is its first result."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h = h @ W
        slopes.append(activation(h)[1])
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="no weights on the way back" says="The weights are missing on the way back: times W.T."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for slope in slopes[:0:-1]:
        g = g * slope
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the slope of the layer below" says="That slope is of the layer below: W and slope of one step are of the same layer."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for l in range(len(weights) - 1, 0, -1):
        g = (g * slopes[l - 1]) @ weights[l].T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="the weights of the layer below" says="Those weights are of the layer below: W and slope of one step are of the same layer."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for l in range(len(weights) - 1, 0, -1):
        g = (g * slopes[l]) @ weights[l - 1].T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="root of the mean" says="The mean of the squares is under your root. Their sum is wanted."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.pow(2).mean().sqrt()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.pow(2).mean().sqrt())
    return norms[::-1]


# %% gradient-norms wrong="sum of sizes" says="That is the sum of the sizes. The norm is the root of the sum of all squares."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm(p=1)]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm(p=1))
    return norms[::-1]


# %% gradient-norms wrong="a spectral norm" says="That is the largest singular value. The norm is the root of the sum of all squares."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [torch.linalg.norm(last_gradient, 2)]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(torch.linalg.norm(g, 2))
    return norms[::-1]


# %% gradient-norms wrong="a norm for each example" says="That is a norm for each example. One norm over all entries is wanted for each layer."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm(dim=1)]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm(dim=1))
    return norms[::-1]


# %% gradient-norms wrong="the norms of the outputs" says="These are the norms of the outputs h. Those of their gradients are wanted."
def gradient_norms(weights, activation, X, last_gradient):
    norms = []
    for W in weights:
        X, slope = activation(X @ W)
        norms.append(X.norm().item())
    return norms


# %% gradient-norms wrong="the gradients of the weights" says="These are the gradients of the weights. Those of the outputs h are wanted."
def gradient_norms(weights, activation, X, last_gradient):
    hs, slopes = [X], []
    for W in weights:
        h, slope = activation(hs[-1] @ W)
        hs.append(h)
        slopes.append(slope)
    g, norms = last_gradient, []
    for l in reversed(range(len(weights))):
        delta = g * slopes[l]
        norms.append((hs[l].T @ delta).norm())
        g = delta @ weights[l].T
    return norms[::-1]


# %% gradient-norms wrong="the input as well" says="One too many: the gradient of the input X is not asked for."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[::-1], slopes[::-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="without the last" says="The last one is missing: the norm of the gradient that you are given."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, []
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="without the first" says="The first one is missing: the gradient goes down to layer 1."
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, []
    for l in range(len(weights) - 1, 0, -1):
        norms.append(g.norm())
        g = (g * slopes[l]) @ weights[l].T
    return norms[::-1]


# %% gradient-norms wrong="nothing returned" says="is the `return` missing?"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(g.norm())
    norms[::-1]


# %% gradient-norms wrong="in place" says="Return something new"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [last_gradient.norm()]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g *= slope
        g = g @ W.T
        norms.append(g.norm())
    return norms[::-1]


# %% gradient-norms wrong="too small to count"
def gradient_norms(weights, activation, X, last_gradient):
    h, slopes = X, []
    for W in weights:
        h, slope = activation(h @ W)
        slopes.append(slope)
    g, norms = last_gradient, [round(last_gradient.norm().item(), 6)]
    for W, slope in zip(weights[:0:-1], slopes[:0:-1]):
        g = (g * slope) @ W.T
        norms.append(round(g.norm().item(), 6))
    return norms[::-1]


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


# %% dead-units wrong="faint is dead" says="A unit that is above 0 for one example, however faintly, is not dead."
def dead_units(batches):
    return torch.where((torch.cat(batches) < 1e-6).all(dim=0))[0].tolist()


# %% dead-units wrong="a mask" says="That is a mask, a yes or no for each unit. Their numbers are wanted."
def dead_units(batches):
    return (torch.cat(batches) == 0).all(dim=0).tolist()


# %% dead-units wrong="counted from 1" says="Units are counted from 0."
def dead_units(batches):
    return [int(i) + 1 for i in torch.where((torch.cat(batches) == 0).all(dim=0))[0]]


# %% dead-units correct="numbers of numpy"
def dead_units(batches):
    import numpy as np

    silent = [batch.numpy().max(axis=0) == 0 for batch in batches]
    return list(np.flatnonzero(np.all(silent, axis=0)))


# %% dead-units wrong="the last batch left out" says="The last batch, a short one, is left out."
def dead_units(batches):
    alive = torch.zeros(batches[0].shape[1], dtype=torch.bool)
    for i in range(len(batches) - 1):
        alive |= (batches[i] > 0).any(dim=0)
    return [i for i in range(len(alive)) if not alive[i]]


# %% dead-units wrong="batch after batch" says="These are silent in some batch, one batch after the other. Dead means: in every batch."
def dead_units(batches):
    dead = []
    for h in batches:
        for unit in range(h.shape[1]):
            if (h[:, unit] == 0).all():
                dead.append(unit)
    return dead


# %% dead-units wrong="a list for each batch" says="That is a list for each batch. One list is wanted, of the units silent in all of them."
def dead_units(batches):
    return [torch.where((h == 0).all(dim=0))[0].tolist() for h in batches]


# %% dead-units wrong="how many" says="That is how many are dead. Their numbers are wanted, in a list."
def dead_units(batches):
    return int((torch.cat(batches).sum(dim=0) == 0).sum())


# %% dead-units wrong="falling" says="They are wanted in rising order."
def dead_units(batches):
    dead = torch.where((torch.cat(batches) == 0).all(dim=0))[0].tolist()
    return sorted(dead, reverse=True)


# %% dead-units wrong="squeezed" says="Where one unit is dead a number came. A list of one is wanted: `squeeze` takes it away."
def dead_units(batches):
    return (torch.cat(batches) == 0).all(dim=0).nonzero().squeeze().tolist()


# %% dead-units wrong="below 0" says="Your list is empty, though some are dead. Their outputs are equal to 0, not below."
def dead_units(batches):
    return torch.where((torch.cat(batches) < 0).all(dim=0))[0].tolist()


# %% dead-units wrong="columns of numbers" says="The numbers are right, in the shape (2, 1); (2,) is wanted."
def dead_units(batches):
    return (torch.cat(batches) == 0).all(dim=0).nonzero().tolist()


# %% dead-units wrong="a tuple of where" says="A tuple came, as torch.where makes it. Return its part with index 0."
def dead_units(batches):
    return torch.where((torch.cat(batches) == 0).all(dim=0))


# %% dead-units wrong="nothing returned" says="is the `return` missing?"
def dead_units(batches):
    dead = torch.where((torch.cat(batches) == 0).all(dim=0))[0].tolist()
    dead.sort()


# %% dead-units wrong="one of equal batches only"
def dead_units(batches):
    return torch.where((torch.stack(batches) == 0).all(dim=1).all(dim=0))[0].tolist()


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


# %% revive correct="all columns drawn anew each, by a copy of the weights"
def revive(X, W1, b1, W2, generator):
    outputs = F.relu(torch.addmm(b1, X, W1))
    numbers = [j for j in range(len(b1)) if not outputs[:, j].any()]
    W1, b1, W2 = W1.detach().clone(), b1.detach().clone(), W2.detach().clone()
    for j in numbers:
        nn.init.normal_(W1[:, j], 0.0, math.sqrt(2 / X.shape[1]), generator=generator)
        b1[j] = 0
        W2[j] = torch.zeros(W2.shape[1])
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


# %% revive wrong="outgoing weights stay" says="A revived unit has outgoing weights that are not 0. With 0 it starts without a word."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1 = W1.clone(), b1.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead] = 0
    return W1, b1, W2.clone()


# %% revive wrong="all units anew" says="The incoming weights of living units have changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    W1 = torch.randn(W1.shape, generator=generator).to(W1) * math.sqrt(2 / len(W1))
    return W1, torch.zeros_like(b1), torch.zeros_like(W2)


# %% revive wrong="dead for one example" says="The incoming weights of living units have changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / len(W1)
    )
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="twins" says="Revived units got the same weights, and will stay twins. Draw for each of them."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(len(W1), 1, generator=generator).to(W1) * math.sqrt(2 / len(W1))
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="standard normal" says="The new weights have the standard deviation 1. Multiply them by √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1)
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="variance for standard deviation" says="2/fan-in is the variance. The standard deviation is its root."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * 2 / len(W1)
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="fan-out for fan-in" says="You divide by the number of units. Fan-in is that of the inputs, the rows of W1."
def revive(X, W1, b1, W2, generator):
    dead = ~((X @ W1 + b1) > 0).any(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    W1[:, dead] = torch.randn(W1[:, dead].shape, generator=generator).to(W1) * math.sqrt(
        2 / W1.shape[1]
    )
    b1[dead], W2[dead] = 0, 0
    return W1, b1, W2


# %% revive wrong="outgoing weights of all units 0" says="The outgoing weights of living units have changed. Touch only the dead."
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


# %% revive wrong="outgoing weights of one unit too few" says="A revived unit has outgoing weights that are not 0."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    W1, b1, W2 = W1.clone(), b1.clone(), W2.clone()
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    W1[:, dead], b1[dead] = fresh[:, dead], 0
    W2[torch.where(dead)[0][1:]] = 0
    return W1, b1, W2


# %% revive wrong="old incoming weights" says="A dead unit has kept its incoming weights. Draw them anew."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    W1 = torch.where(W1 == 0, torch.randn(W1.shape, generator=generator).to(W1), W1)
    return W1, b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="no generator" says="The same generator gave other weights the second time. Draw from `generator` alone."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn_like(W1) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="a generator of its own" says="Generators with different seeds gave the same weights. Draw from the one that is given."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    own = torch.Generator().manual_seed(42)
    fresh = torch.randn(W1.shape, generator=own, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="a large negative bias" says="A unit with a large negative bias was treated, which lives by its weights."
def revive(X, W1, b1, W2, generator):
    dead = (b1 < -10) | ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="nearly dead" says="A unit that answers to few examples was treated. Dead means 0 for every example."
def revive(X, W1, b1, W2, generator):
    dead = torch.relu(X @ W1 + b1).mean(dim=0) < 0.01
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="below 0 only" says="A unit whose input is exactly 0 puts out 0 as well: it is dead, too."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) < 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="no bias in the census" says="Dead units were left as they are."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="all biases 0" says="The bias of living units has changed. Touch only the dead."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), torch.zeros_like(b1), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="one number for all inputs" says="A revived unit has the same weight from every input. Draw each weight by itself."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    row = torch.randn(W1.shape[1], generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, row, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="Glorot" says="That is 2/(fan-in + fan-out) under the root. He has 2/fan-in."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(
        2 / sum(W1.shape)
    )
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="1/fan-in" says="That is 1/fan-in under the root. He has 2/fan-in."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) / math.sqrt(len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="the root of 2 alone" says="The fan-in is under the root as well: √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2) / len(W1)
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="uniform up to the standard deviation" says="Your weights end at √(2/fan-in), so their standard deviation is less than that."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    c = math.sqrt(2 / len(W1))
    fresh = torch.empty_like(W1).uniform_(-c, c, generator=generator)
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="twice as large" says="The standard deviation of the new weights is not √(2/fan-in)."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(8 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="uniform from 0" says="The mean of the new weights is not 0."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.rand(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(24 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="in float32" says="The dtype of W1 has changed. Keep that of what you are given."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator) * math.sqrt(2 / len(W1))
    new = torch.where(dead, fresh, W1.float())
    return new, b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="nothing new where nobody is dead" says="right, but not its own"
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    if not dead.any():
        return W1, b1, W2
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


# %% revive wrong="only W1" says="Three results are wanted: W1, b1 and W2."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    return torch.where(dead, torch.randn(W1.shape, generator=generator).to(W1), W1)


# %% revive wrong="two in another order" says="The shape of b1 has changed."
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), W2.masked_fill(dead[:, None], 0), b1.masked_fill(dead, 0)


# %% revive wrong="nothing returned" says="is the `return` missing?"
def revive(X, W1, b1, W2, generator):
    dead = ((X @ W1 + b1) <= 0).all(dim=0)
    W1 = torch.where(dead, torch.randn(W1.shape, generator=generator).to(W1), W1)


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


# %% log-softmax wrong="shifted by the largest of all" says="What you take out is not the largest score of each example."
def log_softmax(logits):
    shifted = logits - logits.max()
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% log-softmax correct="logaddexp, score by score"
def log_softmax(logits):
    total = logits[:, 0]
    for j in range(1, logits.shape[1]):
        total = torch.logaddexp(total, logits[:, j])
    return logits - total[:, None]


# %% log-softmax correct="torch's own"
def log_softmax(logits):
    return F.log_softmax(logits, -1)


# %% log-softmax wrong="shifted once" says="The largest score was taken out of the score, and not of the sum: shift both, or neither."
def log_softmax(logits):
    m = logits.max(dim=1, keepdim=True).values
    return (logits - m) - torch.log(torch.exp(logits).sum(dim=1, keepdim=True))


# %% log-softmax wrong="the largest of each column" says="The largest of each column was taken out. All scores of an example are shifted alike."
def log_softmax(logits):
    shifted = logits - logits.max(dim=0, keepdim=True).values
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% log-softmax wrong="no exponential" says="The sum is of e to the scores; you add the scores themselves."
def log_softmax(logits):
    return logits - logits.sum(dim=1, keepdim=True).log()


# %% log-softmax wrong="mean for sum" says="The mean stands where the sum is wanted."
def log_softmax(logits):
    m = logits.amax(dim=1, keepdim=True)
    return logits - m - (logits - m).exp().mean(dim=1, keepdim=True).log()


# %% log-softmax wrong="divided" says="Subtract the logarithm of the sum; you divide by it."
def log_softmax(logits):
    return logits / logits.logsumexp(dim=1, keepdim=True)


# %% log-softmax wrong="softmax twice" says="That is a softmax of the softmax. Once is enough."
def log_softmax(logits):
    return torch.log_softmax(torch.softmax(logits, dim=1), dim=1)


# %% log-softmax wrong="the sigmoid" says="That is the logarithm of the sigmoid, each score by itself. A softmax divides by the sum."
def log_softmax(logits):
    return torch.log(torch.sigmoid(logits))


# %% log-softmax wrong="base 2" says="The logarithm is the natural one; you took that to base 2."
def log_softmax(logits):
    return torch.log2(torch.softmax(logits, dim=1))


# %% log-softmax wrong="shifted by the first" says="You took the first score out. Another may be larger, and overflows: take the largest."
def log_softmax(logits):
    shifted = logits - logits[:, :1]
    return shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))


# %% log-softmax wrong="shifted by the smallest" says="You took the smallest score out, or the mean. Larger ones overflow: take the largest."
def log_softmax(logits):
    shifted = logits - logits.min(dim=1, keepdim=True).values
    return shifted - torch.log(torch.exp(shifted).sum(dim=1, keepdim=True))


# %% log-softmax wrong="the card's first form" says="exp overflows at 10,000. Take the largest score out first."
def log_softmax(logits):
    return logits - torch.log(torch.exp(logits).sum(dim=1, keepdim=True))


# %% log-softmax wrong="uphill" says="The sign is flipped."
def log_softmax(logits):
    return torch.logsumexp(logits, dim=1, keepdim=True) - logits


# %% log-softmax wrong="clamped" says="A small number inside the logarithm hides the zero, and puts a wrong number there."
def log_softmax(logits):
    return torch.softmax(logits, dim=1).clamp(min=1e-12).log()


# %% log-softmax wrong="nothing returned" says="is the `return` missing?"
def log_softmax(logits):
    torch.log_softmax(logits, dim=1)


# %% log-softmax wrong="in place" says="Return something new"
def log_softmax(logits):
    logits -= logits.max(dim=1, keepdim=True).values
    return logits - logits.exp().sum(dim=1, keepdim=True).log()


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


# %% cross-entropy correct="gather, and scatter_add"
def cross_entropy(logits, y):
    log_p = F.log_softmax(logits, dim=1)
    n = logits.shape[0]
    loss = -log_p.gather(1, y[:, None]).sum() / n
    ones = torch.full_like(logits[:, :1], -1.0)
    return loss, log_p.exp().scatter_add(1, y[:, None], ones) / n


# %% cross-entropy correct="row by row, in Python's floats"
def cross_entropy(logits, y):
    loss, gradient = 0.0, torch.zeros_like(logits)
    labels = y.tolist()
    for i, row in enumerate(logits.tolist()):
        top = max(row)
        total = sum(math.exp(s - top) for s in row)
        loss += math.log(total) + top - row[labels[i]]
        for j, s in enumerate(row):
            gradient[i, j] = (math.exp(s - top) / total - (j == labels[i])) / len(y)
    return loss / len(y), gradient


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


# %% cross-entropy wrong="softmax in the loss only" says="Your loss has a softmax before a loss that has one inside. Hand it the raw scores."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    gradient = p.clone()
    gradient[torch.arange(len(y)), y] -= 1
    return F.cross_entropy(p, y), gradient / len(y)


# %% cross-entropy wrong="the loss of the sum" says="The gradient is that of a mean, the loss is not: divide it by the number of examples."
def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=1)
    gradient = log_p.exp() - F.one_hot(y, logits.shape[1])
    return -log_p[torch.arange(len(y)), y].sum(), gradient / len(y)


# %% cross-entropy wrong="the loss over all entries" says="Your loss is a mean over examples and classes. It is wanted over the examples."
def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=1)
    onehot = F.one_hot(y, logits.shape[1])
    return -(onehot * log_p).mean(), (log_p.exp() - onehot) / len(y)


# %% cross-entropy wrong="the gradient over all entries" says="Your gradient is divided by the number of entries. Divide it by the number of examples."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    return F.cross_entropy(logits, y), (p - F.one_hot(y, logits.shape[1])) / p.numel()


# %% cross-entropy wrong="binary" says="That is the binary cross-entropy of every class. Only the label's logarithm counts."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    t = F.one_hot(y, logits.shape[1]).to(p.dtype)
    loss = -(t * p.log() + (1 - t) * (1 - p).log()).sum() / len(y)
    return loss, (p - t) / len(y)


# %% cross-entropy wrong="squared error" says="That is the squared error. The cross-entropy is minus the logarithm that the label got."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    error = p - F.one_hot(y, logits.shape[1])
    return error.pow(2).sum(dim=1).mean(), error / len(y)


# %% cross-entropy wrong="no one-hot" says="One-hot is missing in the gradient: softmax minus one-hot."
def cross_entropy(logits, y):
    return F.cross_entropy(logits, y), torch.softmax(logits, dim=1) / len(y)


# %% cross-entropy wrong="the label's entry only" says="The other classes are missing in the gradient: only the label's entry is left."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    rows, gradient = torch.arange(len(y)), torch.zeros_like(p)
    gradient[rows, y] = (p[rows, y] - 1) / len(y)
    return F.cross_entropy(logits, y), gradient


# %% cross-entropy wrong="by the probabilities" says="That is the gradient by the probabilities, −1/p. It is wanted by the scores."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1).requires_grad_()
    loss = -p[torch.arange(len(y)), y].log().mean()
    loss.backward()
    return loss.detach(), p.grad


# %% cross-entropy wrong="the logarithm in the gradient" says="Your gradient has the logarithm of the softmax. Softmax minus one-hot is wanted."
def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=1)
    return F.nll_loss(log_p, y), (log_p - F.one_hot(y, logits.shape[1])) / len(y)


# %% cross-entropy wrong="the scores in the gradient" says="Your gradient has the scores themselves. Softmax minus one-hot is wanted."
def cross_entropy(logits, y):
    return F.cross_entropy(logits, y), (logits - F.one_hot(y, logits.shape[1])) / len(y)


# %% cross-entropy wrong="a softmax by hand" says="exp overflows at 10,000. Use log_softmax, or take the largest score out first."
def cross_entropy(logits, y):
    e = logits.exp()
    p = e / e.sum(dim=1, keepdim=True)
    loss = -torch.log(p[torch.arange(len(y)), y]).mean()
    return loss, (p - F.one_hot(y, logits.shape[1])) / len(y)


# %% cross-entropy wrong="a softmax by hand in the gradient" says="Your loss holds, the softmax of your gradient overflows. Take the largest score out."
def cross_entropy(logits, y):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return F.cross_entropy(logits, y), (p - F.one_hot(y, logits.shape[1])) / len(y)


# %% cross-entropy wrong="a small number" says="A small number inside the logarithm hides the zero, and puts a wrong number there."
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    onehot = F.one_hot(y, logits.shape[1])
    return -(onehot * torch.log(p + 1e-12)).sum() / len(y), (p - onehot) / len(y)


# %% cross-entropy wrong="only the loss" says="2 results are wanted, one came"
def cross_entropy(logits, y):
    return F.cross_entropy(logits, y)


# %% cross-entropy wrong="exchanged" says="The two results are exchanged."
def cross_entropy(logits, y):
    onehot = F.one_hot(y, logits.shape[1])
    return (torch.softmax(logits, dim=1) - onehot) / len(y), F.cross_entropy(logits, y)


# %% cross-entropy wrong="the gradient in float32" says="the dtype is not"
def cross_entropy(logits, y):
    p = torch.softmax(logits.float(), dim=1)
    return F.cross_entropy(logits, y), (p - F.one_hot(y, logits.shape[1])) / len(y)


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


# %% bce-with-logits correct="torch's own, as a float"
def bce_with_logits(z, y):
    return float(nn.BCEWithLogitsLoss()(z, y))


# %% bce-with-logits wrong="divided by the rows" says="The sum is divided by the number of rows. Divide it by the number of entries."
def bce_with_logits(z, y):
    return (F.softplus(z) - y * z).sum() / len(z)


# %% bce-with-logits wrong="no mean" says="That is the cost of each example. Return the mean over all of them."
def bce_with_logits(z, y):
    return z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))


# %% bce-with-logits wrong="mean of the columns" says="That is a mean for each column. One mean over all examples is wanted."
def bce_with_logits(z, y):
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean(dim=0)


# %% bce-with-logits wrong="only the negatives" says="Only the examples with y = 0 count in your loss. The others lose −log σ."
def bce_with_logits(z, y):
    return (-(1 - y) * F.logsigmoid(-z)).mean()


# %% bce-with-logits wrong="no max" says="max(z, 0) is missing."
def bce_with_logits(z, y):
    return (torch.log1p(torch.exp(-z.abs())) - z * y).mean()


# %% bce-with-logits wrong="abs for max" says="The first term is max(z, 0), not |z|."
def bce_with_logits(z, y):
    return torch.mean(z.abs() - z * y + torch.log(1 + torch.exp(-z.abs())))


# %% bce-with-logits wrong="z for max" says="The first term is max(z, 0), not z."
def bce_with_logits(z, y):
    return torch.mean(z - z * y + torch.log(1 + torch.exp(-z.abs())))


# %% bce-with-logits wrong="plus zy" says="The middle term is −zy, with a minus."
def bce_with_logits(z, y):
    return torch.mean(torch.relu(z) + z * y + torch.log(1 + torch.exp(-z.abs())))


# %% bce-with-logits wrong="labels ignored" says="The middle term, −zy, is missing."
def bce_with_logits(z, y):
    return F.softplus(z).mean()


# %% bce-with-logits wrong="no logarithm" says="The last term, log(1 + e^−|z|), is missing."
def bce_with_logits(z, y):
    return (torch.relu(z) - z * y).mean()


# %% bce-with-logits wrong="e^|z|" says="In the last term the exponent is −|z|, with a minus."
def bce_with_logits(z, y):
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(z.abs()))).mean()


# %% bce-with-logits wrong="minus the logarithm" says="The last term is added; you subtract it."
def bce_with_logits(z, y):
    return (z.clamp(min=0) - z * y - torch.log1p(torch.exp(-z.abs()))).mean()


# %% bce-with-logits wrong="for labels of −1 and 1" says="log(1 + e^−zy) is for labels −1 and 1. Here they are 0 and 1."
def bce_with_logits(z, y):
    return torch.log(1 + torch.exp(-y * z)).mean()


# %% bce-with-logits wrong="arguments exchanged" says="The labels stand in the place of the scores, and the scores in theirs."
def bce_with_logits(z, y):
    return F.binary_cross_entropy_with_logits(y, z)


# %% bce-with-logits wrong="log(1 + e^z)" says="exp(z) overflows at 10,000: take max(z, 0) out first."
def bce_with_logits(z, y):
    return (torch.log(1 + torch.exp(z)) - y * z).mean()


# %% bce-with-logits wrong="clamped probabilities" says="A small number inside the logarithm hides the zero, and puts a wrong number there."
def bce_with_logits(z, y):
    p = torch.sigmoid(z).clamp(1e-7, 1 - 1e-7)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


# %% bce-with-logits wrong="nothing returned" says="is the `return` missing?"
def bce_with_logits(z, y):
    loss = F.binary_cross_entropy_with_logits(z, y)


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


# %% choose-output wrong="PyTorch's view" says="Raw scores are no probabilities: they neither lie between 0 and 1 nor sum to 1. For one of ten classes: softmax."
def choose_output(task):
    return {
        "digit": ("none", "cross-entropy"),
        "tags": ("none", "binary cross-entropy"),
        "spam": ("none", "binary cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("none", "Poisson"),
    }[task]


# %% choose-output wrong="exchanged" says="The two are exchanged: the activation first, then the loss."
def choose_output(task):
    return {
        "digit": ("cross-entropy", "softmax"),
        "tags": ("binary cross-entropy", "sigmoid"),
        "spam": ("binary cross-entropy", "sigmoid"),
        "temperature": ("squared error", "none"),
        "visitors": ("Poisson", "exp"),
    }[task]


# %% choose-output wrong="only the activation" says="Two names are wanted, the activation and the loss"
def choose_output(task):
    table = {"digit": "softmax", "temperature": "none", "visitors": "exp"}
    return table.get(task, "sigmoid")


# %% choose-output wrong="nothing returned" says="is the `return` missing?"
def choose_output(task):
    table = {"digit": ("softmax", "cross-entropy"), "temperature": ("none", "squared error")}
    table.get(task, ("sigmoid", "binary cross-entropy"))


# %% choose-output wrong="cross-entropy for spam" says="Cross-entropy picks one of several outputs. Here is a single one, for yes or no."
def choose_output(task):
    return {
        "digit": ("softmax", "cross-entropy"),
        "tags": ("sigmoid", "binary cross-entropy"),
        "spam": ("sigmoid", "cross-entropy"),
        "temperature": ("none", "squared error"),
        "visitors": ("exp", "Poisson"),
    }[task]


# %% choose-output wrong="Poisson for a temperature" says="Poisson is for counts, 0, 1, 2, …; a temperature may be −3.5."
def choose_output(task):
    if task in ("temperature", "visitors"):
        return "none" if task == "temperature" else "exp", "Poisson"
    if task == "digit":
        return "softmax", "cross-entropy"
    return "sigmoid", "binary cross-entropy"
