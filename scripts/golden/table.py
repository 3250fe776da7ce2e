"""The activation functions: formulas, parameters, points of interest, and what PyTorch is to compute.

sets: the default parameters first; rounded to float32 before use, save the defaults where exact is set.
kinks: points to sample on and beside (zeros of oscillating functions too). roots: the same for the roots of the
derivative; SEARCH finds those nearest to 0. grad: a chosen derivative instead of the formula's.
torch: expressions of x and the parameters, split by ";". A parameter in capitals is a tensor with a gradient; detach:
there is no derivative to compare. A further expression is there for what the first cannot give: the gradient of a
parameter, other parameters, the other side of a kink, or digits that PyTorch's own function loses (sigmoid' = y(1-y),
tanh' = 1-y^2, gelu by 1+erf or 1+tanh in the tail; hardsigmoid' is the float32 1/6). Every value must agree with one of
them to 1e-12.
"""
from collections import namedtuple

from mpmath import mp

from .dual import (Dual, atan, clip, cos, cosh, erf, erfc, exp, log, log1p, pieces, power, relu, root, sigmoid, sin, sinh,
                   softplus, sqrt, tanh)

F = namedtuple("F", "name params sets f torch train kinks grad roots note exact",
               defaults=("", None, None, None, "", False))
SEARCH = "search"
SIXTH, ALPHA, SCALE = 1 / 6, 1.6732632423543772, 1.0507009873554805
DEFAULTS_ONLY = ("F.selu(x)", "F.hardsigmoid(x)")
SILU_ROOT = -1.2784645427610738
STEP = "torch.heaviside(x.detach(), 0 * x.detach())"
POSITIVE = (1e-30, 1e-10, 0.01, 0.7, 1.4, 7, 30, 300, 3000, 1e5)  # more points where there are none left of 0
one, alphas = [()], [(1,), (2,), (-0.5,)]
zero = lambda *p: (0,)
step = lambda x: 1 if x > 0 else 0
leaky = lambda x, a: x if x > 0 else a * x


# ---- formulas ------------------------------------------------------------------------------------------------------
def absolute(x): return x if x > 0 else -x if x < 0 else 0
def elu(x, alpha): return x if x > 0 else alpha * (exp(x) - 1)
def gelu(x): return x * erfc(-x / mp.sqrt(2)) / 2
def gelu_tanh(x): return x * sigmoid(mp.sqrt(8 / mp.pi) * (x + mp.mpf("0.044715") * x * x * x))  # x (1 + tanh u) / 2
def hardswish(x): return 0 if not x > -3 else x * (x + 3) / 6 if x < 3 else x
def celu(x, alpha): return x if x > 0 else alpha * (exp(x / alpha) - 1)
def quick_gelu(x): return x * sigmoid(mp.mpf("1.702") * x)
def sign(x): return 1 if x > 0 else -1 if x < 0 else 0
def elish(x, gate): return x * gate if x > 0 else (exp(x) - 1) * gate
def ramp(x): return clip((x + 1) / 2, 0, 1)
def isru(x, alpha): return x / sqrt(1 + alpha * x * x)
def acon_c(x, p1, p2, beta): return (p1 - p2) * x * sigmoid(beta * (p1 - p2) * x) + p2 * x


def pow_silu(x, m):
    if x > 0:
        return exp(m * log(x) / (sqrt(x) + 1)) * sigmoid(x)
    return x * sigmoid(x) if x < 0 else Dual(0)  # the right slope at 0


def soft_exponential(x, a):
    if a < 0:
        return -log1p(-a * (x + a)) / a
    return (exp(a * x) - 1) / a + a if a > 0 else x + a * (1 + x * x / 2)  # at 0 the Taylor polynomial in a


def srelu(x, tl, al, tr, ar):
    return pieces(x, tr, pieces(x, tl, tl + al * (x - tl), x), tr + ar * (x - tr))


def leaky_hardtanh(x, lo, hi, below, above): return srelu(x, lo, below, hi, above)


def shrink(x, lambd, bias): return x - bias if x > lambd else x + bias if x < -lambd else 0


def xielu(x, ap, an, beta, eps):
    below = an * (exp(x if x < eps else eps) - 1 - x) + beta * x  # at eps the slope that holds up to 0
    return ap * x * x + beta * x if x > 0 else below  # as the published code branches


def sugar_slope(x, a):
    s = sigmoid(Dual(x)).v
    return s + (x + a) * s * (1 - s)  # of (x + a) sigmoid(x)


# ---- PyTorch expressions used more than once -----------------------------------------------------------------------
def T_SIGMOID(u): return f"torch.exp(F.logsigmoid({u}))"  # with a derivative that keeps its digits
def T_TANH(u): return f"torch.sign({u}) * (1 - 2 * torch.sigmoid(-2 * ({u}).abs()))"
def T_EXPM1(u): return f"torch.expm1({u})", f"torch.exp({u}) - 1"  # the second for the derivative
def T_SURROGATE(y, s): return f"{y} + ({s} - ({s}).detach())"  # y, with the derivative of s
T_GELU = "x * torch.erfc(-x / 2**0.5) / 2"
T_ISRU = "{} / torch.sqrt(alpha + x.abs().clamp(min=1e-39)**-2)"


# The power as an exponential, as at 0 the slope of the other branch would be NaN; F.logsigmoid has the digits of the tails.
POW_SILU = "; ".join(f"torch.where(x {right} 0, torch.exp(m * x.clamp(min=1e-300).log() / (x.clamp(min=1e-300).sqrt() + 1) + "
                     "F.logsigmoid(x)), x * torch.exp(F.logsigmoid(x)))" for right in (">", ">="))


FUNCTIONS = [
    F("identity", "", one, lambda x: x, "torch.nn.Identity()(x)"),
    F("linear", "slope bias", [(1, 0), (2.5, -0.75), (-0.5, 3)], lambda x, s, b: s * x + b, "SLOPE * x + BIAS",
      "slope bias"),
    F("binary_step", "", one, step, STEP, kinks=zero),
    F("binary_step_ste", "", one, step, STEP, kinks=zero, grad=lambda x: 1),
    F("binary_step_clipped_ste", "", one, step, STEP, kinks=lambda: (0, -1, 1), grad=lambda x: 1 if abs(x) <= 1 else 0),
    F("relu", "", one, lambda x: x if x > 0 else 0, "F.relu(x)", kinks=zero),
    F("leaky_relu", "negative_slope", [(0.01,), (0.25,), (-0.5,)], leaky,
      "F.leaky_relu(x, negative_slope); F.prelu(x, NEGATIVE_SLOPE)", "negative_slope", zero),
    F("prelu", "weight", [(0.25,), (1.5,), (-0.5,)], leaky, "F.prelu(x, WEIGHT)", "weight", zero),
    F("thresholded_relu", "theta", [(1,), (0.3,), (-0.75,)], lambda x, t: x if x > t else 0,
      "F.threshold(x, theta, 0)", kinks=lambda t: (t,)),
    F("fatrelu", "threshold", [(0,), (0.01,), (-0.75,)], lambda x, t: x if x > t else 0,
      "F.threshold(x, threshold, 0)", kinks=lambda t: (t,)),
    F("threshold", "threshold value", [(0, 0), (0.7, -2), (-1, 3)], lambda x, t, v: x if x > t else v,
      "F.threshold(x, threshold, value)", kinks=lambda t, v: (t,)),
    F("relu6", "", one, lambda x: clip(x, 0, 6), "F.relu6(x)", kinks=lambda: (0, 6)),
    F("hardtanh", "min_val max_val", [(-1, 1), (-2, 0.3), (0.5, 3)], clip, "F.hardtanh(x, min_val, max_val)",
      kinks=lambda lo, hi: (lo, hi)),
    F("necro_relu", "leak", [(0.1,), (0.5,), (-0.25,)], lambda x, leak: x if x > 0 else 0, "F.relu(x.detach())",
      kinks=zero, grad=lambda x, leak: 1 if x > 0 else leak),
    F("abs", "", one, absolute, "torch.abs(x)", kinks=zero),
    F("sigmoid", "", one, sigmoid, "torch.sigmoid(x); torch.exp(F.logsigmoid(x))"),
    F("tanh", "", one, tanh, "torch.tanh(x); torch.sign(x) * (1 - 2 * torch.sigmoid(-2 * x.abs()))"),
    F("softplus", "beta", [(1,), (2.5,), (-0.75,)], lambda x, b: log1p(exp(b * x)) / b,
      "F.softplus(x, beta, threshold=40)"),
    F("softsign", "", one, lambda x: x / (1 + absolute(x)), "F.softsign(x); torch.sign(x) * (1 - 1 / (1 + x.abs()))"),
    F("elu", "alpha", alphas, elu, "F.elu(x, alpha); torch.where(x.detach() > 0, x.detach(), ALPHA * "
      "torch.expm1(x.detach().clamp(max=0)))", "alpha", zero),
    F("selu", "alpha scale", [(ALPHA, SCALE), (0.5, 2), (-0.75, 1.25)], lambda x, a, s: s * elu(x, a),
      "F.selu(x); torch.ops.aten.elu(x, alpha, scale, 1)", kinks=zero, exact=True,
      note="The default alpha and scale are float64."),
    F("celu", "alpha", [(1,), (2,), (-0.7,)], celu, "F.celu(x, alpha)", kinks=zero),
    F("silu", "", one, lambda x: x * sigmoid(x), "F.silu(x)", roots=lambda: (SILU_ROOT,)),
    F("swish", "beta", [(1,), (2.5,), (-0.75,)], lambda x, b: x * sigmoid(b * x),
      "x * torch.sigmoid(BETA * x); x * torch.exp(F.logsigmoid(BETA * x))", "beta", roots=lambda b: (SILU_ROOT / b,)),
    F("pow_silu", "m", [(3,), (2,), (5.5,)], pow_silu, POW_SILU, kinks=zero, roots=SEARCH),
    F("quick_gelu", "", one, quick_gelu, "x * torch.sigmoid(1.702 * x)", roots=lambda: (SILU_ROOT / 1.702,),
      note="The constant is the decimal 1.702."),
    F("gelu", "", one, gelu, "F.gelu(x); x * torch.erfc(-x / 2**0.5) / 2", roots=lambda: (-0.7517915246935645,)),
    F("gelu_tanh", "", one, gelu_tanh, "F.gelu(x, approximate='tanh'); x * torch.sigmoid((8 / torch.pi)**0.5 * "
      "(x + 0.044715 * x**3))", roots=lambda: (-0.7524614220710163,),
      note="The constants are the decimal 0.044715 and the real sqrt(2/pi)."),
    F("mish", "", one, lambda x: x * tanh(log1p(exp(x))), "F.mish(x)", roots=lambda: (-1.1924312145154428,)),
    F("hardsigmoid", "alpha beta", [(SIXTH, 0.5), (0.2, 0.5), (-0.25, 0.5)],
      lambda x, a, b: clip((mp.mpf(1) / 6 if a.v == SIXTH else a) * x + b, 0, 1),
      "F.hardsigmoid(x); torch.clamp(alpha * x + beta, 0, 1)", kinks=lambda a, b: (-b / a, (1 - b) / a), exact=True,
      note="The default alpha is the real 1/6 (kinks at -3 and 3 exactly); its column holds the nearest float64."),
    F("hardswish", "", one, hardswish, "F.hardswish(x)", kinks=lambda: (-3, 3), roots=lambda: (-1.5,)),
    F("logsigmoid", "", one, lambda x: -log1p(exp(-x)), "F.logsigmoid(x)"),
    F("tanhshrink", "", one, lambda x: x - tanh(x), "F.tanhshrink(x)",
      note="PyTorch cancels below |x| = 0.01: compared there only to the rounding of x (y) and of 1 (dx)."),
    F("softshrink", "lambd", [(0.5,), (1.3,), (0,)], lambda x, l: x - l if x > l else x + l if x < -l else 0,
      "F.softshrink(x, lambd)", kinks=lambda l: (-l, l)),
    F("hardshrink", "lambd", [(0.5,), (1.3,), (0,)], lambda x, l: x if x > l or x < -l else 0,
      "F.hardshrink(x, lambd)", kinks=lambda l: (-l, l)),
    # rectifiers
    F("nl_relu", "beta", [(1,), (0.3,), (2.5,)], lambda x, b: log1p(b * relu(x)), "torch.log1p(beta * F.relu(x))",
      kinks=zero),
    F("relu_squared", "", one, lambda x: relu(x) * relu(x), "F.relu(x)**2", kinks=zero),
    F("star_relu", "scale bias", [(0.8944, -0.4472), (1, 0), (-0.5, 2)], lambda x, s, b: s * relu(x) * relu(x) + b,
      "SCALE * F.relu(x)**2 + BIAS", "scale bias", zero, exact=True),
    F("srelu", "t_left a_left t_right a_right",
      [(0, 0.2, 1, 1), (-1, 0.25, 1, 0.5), (0, 0.125, 2, -0.5), (-0.75, 1.5, 0.3, -2)], srelu,
      "; ".join(f"torch.where(x {ge} t_right, T_RIGHT + A_RIGHT * (x - T_RIGHT), "
                f"torch.where(x {le} t_left, T_LEFT + A_LEFT * (x - T_LEFT), x))" for ge, le in [(">=", "<="), "><"]),
      "t_left a_left t_right a_right", lambda tl, al, tr, ar: (tl, tr), exact=True),
    F("leaky_hardtanh", "min_val max_val min_slope max_slope", [(-1, 1, 0.01, 0.01), (-0.5, 2, 0.3, -0.25), (0, 1, 1.5, 0)],
      leaky_hardtanh, "torch.where(x >= max_val, max_val + max_slope * (x - max_val), "
      "torch.where(x <= min_val, min_val + min_slope * (x - min_val), x)); torch.where(x > max_val, "
      "max_val + max_slope * (x - max_val), torch.where(x < min_val, min_val + min_slope * (x - min_val), x))",
      kinks=lambda lo, hi, below, above: (lo, hi), exact=True),
    F("rrelu", "lower upper", [(1 / 8, 1 / 3), (0.25, 0.7), (-0.5, 0.1)],
      lambda x, lower, upper: x if x > 0 else (lower + upper) / 2 * x, "F.rrelu(x, lower, upper, training=False)",
      kinks=zero, exact=True),
    F("sugar", "alpha", [(1.67,), (1,), (-0.4,)], lambda x, a: relu(x),
      T_SURROGATE("F.relu(x).detach()", "(x + alpha) * torch.sigmoid(x)"), kinks=zero, grad=sugar_slope, roots=SEARCH,
      exact=True),
    F("clip", "min_val max_val", [(-mp.inf, mp.inf), (-1, 1), (0, 6), (2, -1), (-1000, 1e10)], clip,
      "torch.clamp(x, min_val, max_val)", kinks=lambda lo, hi: [v for v in (lo, hi) if abs(v) < mp.inf]),
    F("shrink", "lambd bias", [(0.5, 0), (1.3, 0.7), (0, -0.25)], shrink,
      "torch.where(x > lambd, x - bias, torch.where(x < -lambd, x + bias, 0 * x))", kinks=lambda l, b: (-l, l)),
    # exponentials
    F("exponential", "", one, exp, "torch.exp(x)"),
    F("expm1", "", one, lambda x: exp(x) - 1, "; ".join(T_EXPM1("x"))),
    F("stable_exp", "", one, lambda x: exp(-exp(x)), "torch.exp(-torch.exp(x.clamp(max=7)))"),
    F("soft_exponential", "alpha", [(0,), (0.3,), (-0.5,)], soft_exponential,
      "; ".join(f"({e}) / ALPHA + ALPHA if alpha > 0 else -torch.log1p(-ALPHA * (x + ALPHA)) / ALPHA if alpha < 0 else "
                "x + ALPHA * (1 + x * x / 2)" for e in T_EXPM1("ALPHA * x")),
      "alpha", lambda a: (1 / a - a,) if a < 0 else (),
      note="dalpha at 0 is the limit 1 + x^2/2."),
    F("pelu", "a b", [(1, 1), (2, 0.7), (-0.5, 3)], lambda x, a, b: a / b * x if x > 0 else a * (exp(x / b) - 1),
      "; ".join(f"torch.where(x >= 0, A / B * x, A * ({e}))" for e in T_EXPM1("x.clamp(max=0) / B")), "a b", zero),
    F("elish", "", one, lambda x: elish(x, sigmoid(x)),
      "torch.where(x >= 0, x, torch.expm1(x.clamp(max=0))) * torch.sigmoid(x)", kinks=zero, roots=SEARCH),
    F("hard_elish", "", one,
      lambda x: pieces(x, -1, 0, pieces(x, 1, elish(x, (x + 1) / 2), x)),
      "torch.where(x >= 0, x, torch.expm1(x.clamp(max=0))) * torch.clamp((x + 1) / 2, 0, 1)", kinks=lambda: (-1, 0, 1),
      roots=SEARCH),
    F("xielu", "alpha_p alpha_n beta eps", [(0.8, 0.8, 0.5, -1e-6), (0.3, 1.5, 1, -0.125), (2, 0.5, -0.25, -1e-3)],
      xielu,
      "; ".join(f"torch.where(x {gt} 0, ALPHA_P * x * x + beta * x, "
                f"ALPHA_N * (torch.expm1(torch.where(x {lt} eps, x, eps)) - x) + beta * x)"
                for gt, lt in [(">", "<"), (">=", "<=")]),
      "alpha_p alpha_n", kinks=lambda ap, an, b, eps: (0, eps), roots=SEARCH, exact=True,
      note="It jumps at 0 by alpha_n (e^eps - 1); alpha_p and alpha_n are the final values; at eps the slope is that "
           "up to 0, and dalpha_n at -1e-6 is mpmath's alone."),
    # sigmoids and their like
    F("erf", "", one, erf, "torch.erf(x)"),
    F("atan", "", one, atan, "torch.atan(x)"),
    F("laplace", "mu sigma", [(0.707107, 0.282095), (0, 1), (-1.5, 2.3)],
      lambda x, m, s: erfc((m - x) / (s * mp.sqrt(2))) / 2, "torch.erfc((mu - x) / (sigma * 2**0.5)) / 2", exact=True),
    F("scaled_tanh", "alpha beta", [(1.7159, 2 / 3), (2, 0.3), (-0.5, 3)], lambda x, a, b: a * tanh(b * x),
      f"alpha * torch.tanh(beta * x); alpha * {T_TANH('beta * x')}", exact=True),
    F("softcap", "c", [(50,), (30,), (0.3,)], lambda x, c: c * tanh(x / c),
      f"c * torch.tanh(x / c); c * {T_TANH('x / c')}"),
    F("derf", "weight alpha shift bias", [(1, 0.5, 0, 0), (-1.5, 0.3, 0.7, 0.25), (0.75, 2, -1.3, -3)],
      lambda x, w, a, s, b: w * erf(a * x + s) + b, "WEIGHT * torch.erf(ALPHA * x + SHIFT) + BIAS",
      "weight alpha shift bias"),
    F("dyt", "weight alpha bias", [(1, 0.5, 0), (-1.5, 0.3, 0.25), (0.75, 2, -3)],
      lambda x, w, a, b: w * tanh(a * x) + b,
      f"WEIGHT * torch.tanh(ALPHA * x) + BIAS; WEIGHT * {T_TANH('ALPHA * x')} + BIAS", "weight alpha bias"),
    F("parametric_softplus", "alpha beta", [(1, 1), (2.5, 0.3), (-0.75, -2)], lambda x, a, b: a * log1p(exp(b * x)),
      "ALPHA * F.softplus(BETA * x, threshold=40)", "alpha beta"),
    F("logcosh", "", one, lambda x: log(cosh(x)), "F.softplus(-2 * x.abs(), threshold=40) + x.abs() - 0.6931471805599453; "
      "torch.log1p(torch.sinh(x.clamp(-40, 40))**2) / 2"),
    F("squareplus", "b", [(4,), (0.3,), (1,)], lambda x, b: (x + sqrt(x * x + b)) / 2,
      "(x + torch.sqrt(x * x + b)) / 2; b / 2 / (torch.sqrt(x * x + b) - x)"),
    F("sparse_plus", "", one, lambda x: x if x > 1 else relu(x + 1) * relu(x + 1) / 4,
      "torch.where(x >= 1, x, F.relu(x + 1)**2 / 4)", kinks=lambda: (-1, 1)),
    F("sparse_sigmoid", "", one, ramp, "torch.clamp((x + 1) / 2, 0, 1)", kinks=lambda: (-1, 1)),
    F("isru", "alpha", [(1,), (0.3,), (4,)], isru,
      f"x / torch.sqrt(1 + alpha * x * x); {T_ISRU.format('torch.sign(x)')}"),
    F("isrlu", "alpha", [(1,), (0.3,), (4,)], lambda x, a: x if x > 0 else isru(x, a),
      f"torch.where(x >= 0, x, x / torch.sqrt(1 + alpha * x * x)); torch.where(x >= 0, x, {T_ISRU.format('-1')})",
      kinks=zero),
    F("bent_identity", "", one, lambda x: (sqrt(x * x + 1) - 1) / 2 + x,
      "(torch.sqrt(x * x + 1) - 1) / 2 + x; x * x / (torch.sqrt(x * x + 1) + 1) / 2 + x"),
    F("gaussian", "", one, lambda x: exp(-x * x), "torch.exp(-x * x)"),
    F("sqrt_softplus", "", one, lambda x: sqrt(softplus(x)),
      "torch.where(x < -40, torch.exp(x.clamp(max=-40) / 2), torch.sqrt(F.softplus(x.clamp(min=-40), threshold=40)))"),
    # x times a gate
    F("serf", "", one, lambda x: x * erf(softplus(x)), "x * torch.erf(F.softplus(x, threshold=40))", roots=SEARCH),
    F("golu", "alpha beta gamma", [(1, 1, 1), (2, 0.3, 0.7), (-0.5, 5, -1.5)],
      lambda x, a, b, g: x * a * exp(-b * exp(-g * x)), "x * ALPHA * torch.exp(-BETA * torch.exp((-GAMMA * x).clamp(max=40)))",
      "alpha beta gamma", roots=SEARCH),
    F("erf_act", "alpha beta", [(0.75, 0.75), (2, 0.3), (-0.5, 1.5)], lambda x, a, b: x * erf(a * exp(b * x)),
      "x * torch.erf(ALPHA * torch.exp((BETA * x).clamp(max=40)))", "alpha beta", roots=SEARCH),
    F("pserf", "gamma delta", [(1.25, 0.85), (0.3, 2), (-0.5, 1.5)], lambda x, g, d: x * erf(g * softplus(d * x)),
      "x * torch.erf(GAMMA * F.softplus(DELTA * x, threshold=40))", "gamma delta", roots=SEARCH, exact=True),
    F("phish", "", one, lambda x: x * tanh(gelu(x)), f"x * torch.tanh({T_GELU})", roots=SEARCH,
      note="With the erf form of gelu."),
    F("smish", "alpha beta", [(1, 1), (2, 0.3), (-0.5, -1.5)], lambda x, a, b: a * x * tanh(log1p(sigmoid(b * x))),
      "alpha * x * torch.tanh(torch.log1p(torch.sigmoid(beta * x)))", roots=SEARCH),
    F("logish", "alpha beta", [(1, 1), (2, 0.3), (-0.5, -1.5)], lambda x, a, b: a * x * log1p(sigmoid(b * x)),
      "alpha * x * torch.log1p(torch.sigmoid(beta * x))", roots=SEARCH),
    F("clipped_gelu", "", one, lambda x: gelu(x) if x < 10 else 10,
      f"torch.clamp(F.gelu(x), -10, 10); torch.clamp({T_GELU}, -10, 10)", kinks=lambda: (10,), roots=SEARCH,
      note="The upper bound is reached 7.6e-23 beyond x = 10, taken for the kink: dx = 0 there, as in float64."),
    F("hard_mish", "", one, lambda x: pieces(x, -2, 0, pieces(x, 0, x * (x + 2) / 2, x)),
      "x / 2 * torch.clamp(x + 2, 0, 2)", kinks=lambda: (-2, 0), roots=SEARCH),
    F("tanh_exp", "", one, lambda x: x * tanh(exp(x)), "x * torch.tanh(torch.exp(x.clamp(max=40)))", roots=SEARCH),
    F("aptx", "alpha beta gamma", [(1, 1, 0.5), (1, 0.5, 0.5), (0.3, -2, 1.5)],
      lambda x, a, b, g: (a + tanh(b * x)) * g * x,
      "(alpha + torch.tanh(beta * x)) * gamma * x; (alpha - 1 + 2 * torch.sigmoid(2 * beta * x)) * gamma * x",
      roots=SEARCH),
    F("lisht", "", one, lambda x: x * tanh(x), "x * torch.tanh(x)", roots=SEARCH),
    F("d_silu", "", one, lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
      f"{T_SIGMOID('x')} * (1 + x * {T_SIGMOID('-x')})", roots=SEARCH),
    F("acon_c", "p1 p2 beta", [(1, 0, 1), (1.5, -0.25, 2.5), (-0.5, 0.7, -1)], acon_c,
      "(P1 - P2) * x * torch.sigmoid(BETA * (P1 - P2) * x) + P2 * x; "
      f"P1 * x * {T_SIGMOID('BETA * (P1 - P2) * x')} + P2 * x * {T_SIGMOID('-BETA * (P1 - P2) * x')}",
      "p1 p2 beta", roots=SEARCH),
    # periodic
    F("sine", "omega", [(30,), (1,), (-0.3,)], lambda x, w: sin(w * x), "torch.sin(OMEGA * x)",
      "omega", kinks=lambda w: (mp.pi / w, 100 * mp.pi / w), roots=SEARCH),
    F("cosine", "", one, cos, "torch.cos(x)", kinks=lambda: (mp.pi / 2, -1.5 * mp.pi, 100.5 * mp.pi), roots=SEARCH),
    F("gcu", "", one, lambda x: x * cos(x), "x * torch.cos(x)", kinks=lambda: (mp.pi / 2, -1.5 * mp.pi, 100.5 * mp.pi),
      roots=SEARCH),
    F("snake", "alpha", [(1,), (3.3,), (-0.5,)], lambda x, a: x + sin(a * x) * sin(a * x) / a,
      "x + torch.sin(ALPHA * x)**2 / ALPHA; "
      + T_SURROGATE("torch.sin(alpha * x.detach())**2 / alpha + x.detach()",
                    "x * (torch.sin(alpha * x) + torch.cos(alpha * x)).detach()**2"),
      "alpha", roots=lambda a: (-mp.pi / 4 / a, 0.75 * mp.pi / a)),
    F("snake_beta", "alpha beta", [(1, 1), (3.3, 0.7), (0.5, -2)], lambda x, a, b: x + sin(a * x) * sin(a * x) / b,
      "x + torch.sin(ALPHA * x)**2 / BETA", "alpha beta",
      roots=lambda a, b: [(2 * mp.pi * k - mp.asin(b / a)) / (2 * a) for k in (0, 1)] if abs(b) <= abs(a) else ()),
    F("sin_lu", "alpha beta", [(1, 1), (0.3, 2), (-1.5, 0.7)], lambda x, a, b: (x + a * sin(b * x)) * sigmoid(x),
      "(x + ALPHA * torch.sin(BETA * x)) * torch.sigmoid(x)", "alpha beta", roots=SEARCH),
    # simple and chosen derivatives
    F("square", "", one, lambda x: x * x, "x * x"),
    F("power", "alpha beta gamma", [(0, 1, 1), (0.3, 0.7, 2), (0, 2.5, 0.3), (1.5, -0.5, -1.3), (-2, 1, 3)],
      lambda x, a, b, g: power(a + b * x, g.v), "(alpha + beta * x)**gamma", kinks=lambda a, b, g: (-a / b,),
      note="Rows without a finite derivative are left out; as in C, -inf to a power that is not whole has no sign."),
    F("sqrt", "", one, root, "torch.sqrt(x)", kinks=lambda: POSITIVE),
    F("rsqrt", "", one, lambda x: 1 / root(x), "torch.rsqrt(x)", kinks=lambda: POSITIVE),
    F("log", "", one, log, "torch.log(x)", kinks=lambda: (1, *POSITIVE)),
    F("log1p", "", one, log1p, "torch.log1p(x)", kinks=lambda: (-1, *POSITIVE)),
    F("sinh", "", one, sinh, "torch.sinh(x)", kinks=lambda: POSITIVE),
    F("cosh", "", one, cosh, "torch.cosh(x)", kinks=lambda: POSITIVE),
    F("asinh", "", one, lambda x: Dual(mp.asinh(x.v), x.d / mp.sqrt(1 + x.v * x.v)), "torch.asinh(x)"),
    F("sign", "", one, sign, "torch.sign(x)", kinks=zero),
    F("sign_ste", "", one, sign, T_SURROGATE("torch.sign(x)", "x"), kinks=zero, grad=lambda x: 1),
    F("spike_fast_sigmoid", "slope", [(25,), (1,), (100,)], lambda x, a: step(x), STEP, kinks=zero,
      grad=lambda x, a: 1 / (1 + a * abs(x)) ** 2),
    F("spike_atan", "alpha", [(2,), (0.3,), (50,)], lambda x, a: step(x), STEP, kinks=zero,
      grad=lambda x, a: a / 2 / (1 + (mp.pi / 2 * a * x) ** 2)),
    F("spike_triangle", "gamma", [(0.3,), (1,), (-2.5,)], lambda x, a: step(x), STEP, kinks=lambda *p: (0, -1, 1),
      grad=lambda x, a: a * max(0, 1 - abs(x))),
    F("sign_clipped_ste", "", one, sign, T_SURROGATE("torch.sign(x)", "x * (x.abs() <= 1)"), kinks=lambda: (0, -1, 1),
      grad=lambda x: 1 if abs(x) <= 1 else 0),
]
