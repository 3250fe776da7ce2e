#!/usr/bin/env python3
"""Golden values of the activation functions, made apart from the Rust and WGSL code.

    python3 scripts/golden.py                  write tests/golden/NAME.csv (needs mpmath only)
    python3 scripts/golden.py --check-torch    compare the same values with PyTorch in float64; writes nothing

Only forward formulas are written here; derivatives come from dual numbers over mpmath. Each value is computed at two
precisions, which must round to the same float64. At a kink the branch taken gives the derivative, as in PyTorch 2.15.
"""
import argparse
import pathlib
import struct
import sys
from collections import namedtuple

import mpmath
from mpmath import mp

DIGITS = (400, 500)  # tanhshrink(1e-38) cancels 76 digits, and 1 - tanh(x)^2 goes down to 1e-324
CHECKED = "2.15.0"  # the PyTorch release that --check-torch was last run with
OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"

# ---- dual numbers: a value and its derivative ----------------------------------------------------------------------
class Dual:
    def __init__(self, v, d=0):
        self.v, self.d = mp.mpf(v), mp.mpf(d)

    def __add__(a, b): b = dual(b); return Dual(a.v + b.v, a.d + b.d)
    def __mul__(a, b): b = dual(b); return Dual(a.v * b.v, a.d * b.v + a.v * b.d)
    def __truediv__(a, b): b = dual(b); return Dual(a.v / b.v, (a.d - a.v / b.v * b.d) / b.v)
    def __rtruediv__(a, b): return dual(b) / a
    def __neg__(a): return Dual(-a.v, -a.d)
    def __sub__(a, b): return a + -dual(b)
    def __rsub__(a, b): return dual(b) + -a
    def __gt__(a, b): return a.v > dual(b).v
    def __lt__(a, b): return a.v < dual(b).v
    __radd__, __rmul__ = __add__, __mul__


def dual(v): return v if isinstance(v, Dual) else Dual(v)
def exp(x): e = mp.exp(x.v); return Dual(e, x.d * e)
def log1p(x): return Dual(mp.log1p(x.v), x.d / (1 + x.v))
def tanh(x): return Dual(mp.tanh(x.v), x.d / mp.cosh(x.v) ** 2)
def erfc(x): return Dual(mp.erfc(x.v), -2 / mp.sqrt(mp.pi) * mp.exp(-x.v * x.v) * x.d)
def sigmoid(x): return 1 / (1 + exp(-x))
def absolute(x): return x if x > 0 else -x if x < 0 else 0
def clip(x, lo, hi): return (x if x < hi else hi) if x > lo else lo
def elu(x, alpha): return x if x > 0 else alpha * (exp(x) - 1)
def gelu(x): return x * erfc(-x / mp.sqrt(2)) / 2
def gelu_tanh(x): return x * sigmoid(mp.sqrt(8 / mp.pi) * (x + mp.mpf("0.044715") * x * x * x))  # x (1 + tanh u) / 2
def hardswish(x): return 0 if not x > -3 else x * (x + 3) / 6 if x < 3 else x
def celu(x, alpha): return x if x > 0 else alpha * (exp(x / alpha) - 1)
def quick_gelu(x): return x * sigmoid(mp.mpf("1.702") * x)

# ---- the table -----------------------------------------------------------------------------------------------------
# sets: the default parameters first; rounded to float32 before use, except numbers in FLOAT64.
# kinks, roots (of the derivative): points sampled on and beside. grad: a chosen derivative instead of the formula's.
# torch: expressions of x and the parameters, split by ";". A parameter in capitals is a tensor with a gradient; detach:
# there is no derivative to compare. A second expression is there for what the first cannot give: the gradient of a
# parameter, other parameters, or digits that PyTorch's own function loses (sigmoid' = y(1-y), tanh' = 1-y^2, gelu by
# 1+erf or 1+tanh in the tail; hardsigmoid' is the float32 1/6). Every value must agree with one of them to 1e-12.
F = namedtuple("F", "name params sets f torch train kinks grad roots note", defaults=("", None, None, None, ""))
SIXTH, ALPHA, SCALE = 1 / 6, 1.6732632423543772, 1.0507009873554805
FLOAT64 = (SIXTH, ALPHA, SCALE)
DEFAULTS_ONLY = ("F.selu(x)", "F.hardsigmoid(x)")
SILU_ROOT = -1.2784645427610738
STEP = "torch.heaviside(x.detach(), 0 * x.detach())"
one, alphas = [()], [(1,), (2,), (-0.5,)]
zero = lambda *p: (0,)
step = lambda x: 1 if x > 0 else 0
leaky = lambda x, a: x if x > 0 else a * x

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
      "F.selu(x); torch.ops.aten.elu(x, alpha, scale, 1)", kinks=zero, note="The default alpha and scale are float64."),
    F("celu", "alpha", [(1,), (2,), (-0.7,)], celu, "F.celu(x, alpha)", kinks=zero),
    F("silu", "", one, lambda x: x * sigmoid(x), "F.silu(x)", roots=lambda: (SILU_ROOT,)),
    F("swish", "beta", [(1,), (2.5,), (-0.75,)], lambda x, b: x * sigmoid(b * x),
      "x * torch.sigmoid(BETA * x); x * torch.exp(F.logsigmoid(BETA * x))", "beta", roots=lambda b: (SILU_ROOT / b,)),
    F("quick_gelu", "", one, quick_gelu, "x * torch.sigmoid(1.702 * x)", roots=lambda: (SILU_ROOT / 1.702,),
      note="The constant is the decimal 1.702."),
    F("gelu", "", one, gelu, "F.gelu(x); x * torch.erfc(-x / 2**0.5) / 2", roots=lambda: (-0.7517915246935645,)),
    F("gelu_tanh", "", one, gelu_tanh, "F.gelu(x, approximate='tanh'); x * torch.sigmoid((8 / torch.pi)**0.5 * "
      "(x + 0.044715 * x**3))", roots=lambda: (-0.7524614220710163,),
      note="The constants are the decimal 0.044715 and the real sqrt(2/pi)."),
    F("mish", "", one, lambda x: x * tanh(log1p(exp(x))), "F.mish(x)", roots=lambda: (-1.1924312145154428,)),
    F("hardsigmoid", "alpha beta", [(SIXTH, 0.5), (0.2, 0.5), (-0.25, 0.5)],
      lambda x, a, b: clip((mp.mpf(1) / 6 if a.v == SIXTH else a) * x + b, 0, 1),
      "F.hardsigmoid(x); torch.clamp(alpha * x + beta, 0, 1)", kinks=lambda a, b: (-b / a, (1 - b) / a),
      note="The default alpha is the real 1/6 (kinks at -3 and 3 exactly); its column holds the nearest float64."),
    F("hardswish", "", one, hardswish, "F.hardswish(x)", kinks=lambda: (-3, 3), roots=lambda: (-1.5,)),
    F("logsigmoid", "", one, lambda x: -log1p(exp(-x)), "F.logsigmoid(x)"),
    F("tanhshrink", "", one, lambda x: x - tanh(x), "F.tanhshrink(x)",
      note="PyTorch cancels below |x| = 0.01: compared there only to the rounding of x (y) and of 1 (dx)."),
    F("softshrink", "lambd", [(0.5,), (1.3,), (0,)], lambda x, l: x - l if x > l else x + l if x < -l else 0,
      "F.softshrink(x, lambd)", kinks=lambda l: (-l, l)),
    F("hardshrink", "lambd", [(0.5,), (1.3,), (0,)], lambda x, l: x if x > l or x < -l else 0,
      "F.hardshrink(x, lambd)", kinks=lambda l: (-l, l)),
]
# 1.2e-38 is the smallest round number that is a normal float32
POINTS = [1.2e-38, 1e-20, 1e-6, 1e-3, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 13, 20, 44, 80, 87, 100,
          1000, 1e10, 1e30, 3.4e38]

# ---- values --------------------------------------------------------------------------------------------------------
def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def neighbours(x):
    bits = struct.unpack("<i", struct.pack("<f", x))[0]
    return [struct.unpack("<f", struct.pack("<i", bits + k))[0] for k in (-1, 1)]


def f64(v):
    """The float64 nearest to an mpf, subnormals included; OverflowError beyond."""
    sign, man, exponent, bits = v._mpf_
    if not man or exponent + bits < -1100:
        return 0.0
    if exponent + bits > 1100:
        raise OverflowError
    top, bottom = (int(man) << exponent, 1) if exponent > 0 else (int(man), 1 << -exponent)
    return (-top if sign else top) / bottom or 0.0  # int / int is rounded once; no -0


def points(fn, params):
    xs = {0.0} | {s * f32(x) for x in POINTS for s in (1, -1)}
    for k in fn.kinks(*params) if fn.kinks else ():
        xs |= {f32(k), *neighbours(f32(k))} if k else {0.0}
    for r in fn.roots(*params) if fn.roots else ():
        xs |= {f32(r), *neighbours(f32(r)), *(f32(r + h) for h in (-0.1, -0.01, 0.01, 0.1))}
    return sorted(xs)


def evaluate(fn, params, x):
    """y, dx and the gradients of the trainable parameters, as float64."""
    seeds = [0] + [1 + fn.params.split().index(n) for n in fn.train.split()]
    rounded = []
    for mp.dps in DIGITS:
        results = [dual(fn.f(*(Dual(v, i == seed) for i, v in enumerate((x, *params))))) for seed in seeds]
        dx = mp.mpf(fn.grad(x, *params)) if fn.grad else results[0].d
        rounded.append([f64(v) for v in (results[0].v, dx, *(r.d for r in results[1:]))])
    assert rounded[0] == rounded[1], (fn.name, params, x, rounded)
    return rounded[0]


def rows():
    """(fn, params, x, [y, dx, ...]) for every row of every file."""
    for fn in FUNCTIONS:
        for chosen in fn.sets:
            params = tuple(p if p in FLOAT64 else f32(p) for p in chosen)
            for x in points(fn, params):
                try:
                    yield fn, params, x, evaluate(fn, params, x)
                except OverflowError:  # beyond float64
                    pass


def write():
    OUT.mkdir(parents=True, exist_ok=True)
    texts = {}
    for fn, params, x, values in rows():
        if fn.name not in texts:
            part = "y (the derivative is a choice)" if "(x.detach" in fn.torch and not fn.train else "all"
            near = "1e-12 (beside the root of dx 1e-15 absolute)" if fn.roots else "1e-12"
            texts[fn.name] = [
                f"# {fn.name}: golden values, generated by `python3 scripts/golden.py`; do not edit",
                f"# mpmath {mpmath.__version__} at {DIGITS[0]} and {DIGITS[1]} digits, derivatives by dual numbers",
                "# x and parameters: exact float32 values (save where noted); results: rounded once to float64",
                f"# {part} cross-checked in float64 with PyTorch {CHECKED} to {near}: {fn.torch}",
                *([f"# {fn.note}"] if fn.note else []),
                ",".join(fn.params.split() + ["x", "y", "dx"] + ["d" + n for n in fn.train.split()])]
        texts[fn.name].append(",".join(f"{v:.17g}" for v in (*params, x, *values)))
    for name, lines in texts.items():
        (OUT / f"{name}.csv").write_text("\n".join(lines) + "\n")
    print(f"{len(texts)} files, {sum(len(t) for t in texts.values())} lines")

# ---- PyTorch -------------------------------------------------------------------------------------------------------
def slack(fn, params, x, want):
    """The absolute error allowed to PyTorch where none of its expressions can have the digits."""
    if fn.name == "tanhshrink" and abs(x) < 0.01:
        return 2.3e-16 * (abs(x) if abs(want) < x * x / 2 else 1)  # x - tanh x; 1 - tanh' by 1 - y^2
    near_root = any(abs(x - r) < 1e-5 for r in (fn.roots(*params) if fn.roots else ()))
    return 1e-15 if near_root else 1e-300 if abs(want) < 1e-300 else 0


def check_torch():
    import torch
    groups, count, missed = {}, 0, 0
    for fn, params, x, values in rows():
        groups.setdefault((fn.name, params), (fn, []))[1].append((x, *values))
    for (name, params), (fn, table) in groups.items():
        xs = torch.tensor([row[0] for row in table], dtype=torch.float64)
        results = []  # (expression, [y, dx, ...]), None for what it does not give
        for text in fn.torch.split("; "):
            if text in DEFAULTS_ONLY and params != fn.sets[0]:
                continue
            scope = {"torch": torch, "F": torch.nn.functional, "x": xs[None].clone().requires_grad_()}
            for n, p in zip(fn.params.split(), params):
                scope[n], scope[n.upper()] = p, torch.full_like(xs, p).requires_grad_()
            y = eval(text, scope)
            if y.requires_grad:
                y.sum().backward()
            tensors = [y.detach(), scope["x"].grad] + [scope[n.upper()].grad for n in fn.train.split()]
            results.append((text, [None if t is None else t.flatten().tolist() for t in tensors]))
        for column, what in enumerate(["y", "dx", *fn.train.split()]):
            for i, (x, *values) in enumerate(table):
                want, got = values[column], [(text, r[column][i]) for text, r in results if r[column]]
                near = max(1e-12 * abs(want), slack(fn, params, x, want))
                wrong = [(text, g) for text, g in got if not abs(g - want) <= near]
                count, missed = count + bool(got), missed + (len(wrong) == len(got) > 0)
                for text, g in wrong:
                    mark = "MISSED" if len(wrong) == len(got) else "one"
                    print(f"{mark} {name}{params} {what} at {x:.9g}: mpmath {want:.17g}, {text} {g:.17g}")
    print(f"PyTorch {torch.__version__}: {count} values compared, {missed} agree with no expression")
    return missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check-torch", action="store_true", help="compare with PyTorch instead of writing")
    sys.exit(check_torch() > 0 if parser.parse_args().check_torch else write())
