"""Golden values of the row-wise functions: tests/golden/row/NAME.csv. Those PyTorch lacks are written in its
operations, the projections by the closed forms of the sorted row (Martins and Astudillo 2016, Peters et al. 2019)."""
import random
from collections import Counter, namedtuple

import mpmath
from mpmath import mp

from .dual import FAR, Dual, exp, log1p, sqrt, tanh
from .values import CHECKED, DIGITS, OUT, f32, f64, named, note, save

R = namedtuple("R", "name params sets f torch unit", defaults=("", [()], None, "", 0))
INF = float("inf")
ONE = ("maxout", "logsumexp", "cross_entropy")
MASKED = ("masked_softmax", "attention_softmax")
HIDDEN = Dual(mp.mpf(10) ** 80)  # stands for inf, whose product with 0 is NaN


def total(xs): return sum(xs, Dual(0))
def largest(xs): return max(xs, key=lambda x: x.v)
def parts(xs): return [exp(x - largest(xs)) for x in xs]
def softmax(xs): ps = parts(xs); s = total(ps); return [p / s for p in ps]
def log(x): return log1p(x - 1)
def log_softmax(xs): m = largest(xs); s = log(total(parts(xs))); return [x - m - s for x in xs]
def quiet(xs): return softmax([*xs, Dual(0)])[:-1]
def first(xs): return min(range(len(xs)), key=lambda i: (-xs[i].v, i))
def solu(xs): return [Dual(0) if p.v == 0 else x * p for x, p in zip(xs, softmax(xs))]


def sparsemax(xs):
    ordered = sorted(xs, key=lambda x: -x.v)
    sums = [total(ordered[:k + 1]) for k in range(len(xs))]
    k = max(k for k in range(len(xs)) if (k + 1) * ordered[k].v > sums[k].v - 1)
    tau = (sums[k] - 1) / (k + 1)
    return [x - tau if x > tau else Dual(0) for x in xs]


def entmax15(xs):
    m = largest(xs)
    halves = [(x - m) / 2 for x in xs]
    ordered, tau = sorted(halves, key=lambda x: -x.v), None
    for k in range(1, len(xs) + 1):
        mean = total(ordered[:k]) / k
        rest = (1 - total([(h - mean) * (h - mean) for h in ordered[:k]])) / k
        candidate = mean - sqrt(rest) if rest > 0 else mean
        if ordered[k - 1].v >= candidate.v and (tau is None or rest > 0):
            tau = candidate
    return [(h - tau) * (h - tau) if h > tau else Dual(0) for h in halves]


def squash(xs):
    square = total([x * x for x in xs])
    if square.v == 0:
        return [Dual(0) for _ in xs]
    return [x * sqrt(square) / (1 + square) for x in xs]


def causal(xs, scale, queries, number):
    seen = int(number.v) % int(queries.v or len(xs)) + 1
    return softmax([scale * x for x in xs[:seen]]) + [Dual(0)] * (len(xs) - seen)


def attention(xs, scale, cap, slope, sink, offset, window, queries, number, *mask):
    cap, sink, offset, window = (float(v.v) if abs(v.v) < FAR else INF * mp.sign(v.v) for v in (cap, sink, offset, window))
    keys = len(xs)
    queries = int(queries.v) or keys
    query = int(number.v) % queries
    place = query + (keys - queries if offset == INF else int(offset))
    z = {}
    for i, x in enumerate(xs):
        if i <= query + offset and abs(place - i) < window and (not mask or mask[i].v > -FAR):
            z[i] = scale * x if cap == INF else cap * tanh(scale * x / cap)
            z[i] = z[i] + (mask[i] if mask else 0) - slope * abs(place - i)
    if not z:
        return [Dual(0)] * keys
    ps = softmax([*z.values(), *([] if sink == -INF else [Dual(sink)])])
    weights = dict(zip(z, ps))
    return [weights.get(i, Dual(0)) for i in range(keys)]


def cross_entropy(xs, smoothing, cap, weight, scale, ignored, number):
    if number.v >= len(xs) or number.v == ignored.v:
        return [Dual(0)]
    zs = xs if cap.v > FAR else [cap * tanh(x / cap) for x in xs]
    share = smoothing / len(xs)
    q = [share + ((1 - smoothing) if i == number.v else 0) for i in range(len(xs))]
    m = largest(zs)
    rest = log(total([exp(z - m) for z in zs]))
    whole = m + rest
    return [rest - total([w * (z - m) for w, z in zip(q, zs) if w.v != 0]) + weight * whole * whole]


SEEN = "torch.arange(len(x)) <= number % (queries or len(x))"
TABLE = [
    R("softmax", f=softmax, torch="F.softmax(x, 0)"),
    R("log_softmax", f=log_softmax, torch="F.log_softmax(x, 0)", unit=1),
    R("logsumexp", f=lambda xs: [largest(xs) + log(total(parts(xs)))], torch="x.logsumexp(0).reshape(1)", unit=1),
    R("softmin", f=lambda xs: softmax([-x for x in xs]), torch="F.softmin(x, 0)"),
    R("quiet_softmax", f=quiet, torch="F.softmax(torch.cat([x, torch.zeros(1)]), 0)[:-1]"),
    R("scaled_softmax", "scale", [(1,), (0.125,), (-2.5,)], lambda xs, s: softmax([s * x for x in xs]),
      "F.softmax(scale * x, 0)"),
    R("masked_softmax", "scale", [(1,), (0.125,)], lambda xs, s, *mask: softmax([s * x + m for x, m in zip(xs, mask)]),
      "F.softmax(scale * x + mask, 0)"),
    R("causal_softmax", "scale queries number", [(1, 0, 1), (0.125, 7, 10)], causal,
      f"F.softmax((scale * x).masked_fill(~({SEEN}), -torch.inf), 0)"),
    R("attention_softmax", "scale softcap slope sink offset window queries number",
      [(1, INF, 0, -INF, INF, INF, 0, 0), (0.125, INF, 0.25, 0.5, 0, INF, 7, 3), (1, INF, 0.5, -1, 1, 2, 4, 2),
       (0.0625, 30, 0, -INF, 2, INF, 5, 4)], attention),
    R("cross_entropy", "label_smoothing softcap z_loss grad_scale ignore_index number",
      [(0, INF, 0, 1, -100, 0), (0.1, INF, 1e-3, 1, -100, 1), (0.2, 30, 0, 1, -100, 2)], cross_entropy,
      "(lambda z: F.cross_entropy(z[None], torch.tensor([int(number)]), label_smoothing=label_smoothing) + z_loss *"
      " z.logsumexp(0) ** 2 if number < len(z) else 0 * z.sum())(softcap * torch.tanh(x / softcap) if softcap < 1e9 else x)"
      ".reshape(1)", unit=1),
    R("hardmax", f=lambda xs: [Dual(i == first(xs)) for i in range(len(xs))],
      torch="F.one_hot((x == x.max()).int().argmax(), len(x)) + 0 * x.nan_to_num(neginf=0)"),
    R("sparsemax", f=sparsemax),
    R("entmax15", f=entmax15),
    R("solu", f=solu, torch="x.clamp(min=-1e300) * F.softmax(x, 0)"),
    R("squash", f=squash, torch="x * torch.linalg.norm(x) / (1 + torch.linalg.norm(x) ** 2)"),
    R("maxout", f=lambda xs: [xs[first(xs)]], torch="x.max(0).values.reshape(1)"),
]


def folder(name): return "loss" if name == "cross_entropy" else "row"


def rows_of(fn):
    """Near and far elements, ties, dominant elements, wide ranges, hidden elements."""
    noise = random.Random(1)
    some = [[0], [-3.5], [0, 0], [1, -1], [0, -20, -40], [5, 5, 5, 5], [1, 3, 3, -2], [0, -0.5, -1],
            [0.25, 0.5, 0.75, 1], [-1000, -1001, -1002.5], [80, -80, 3], [1e4, 1e4 + 1, 1e4 + 0.5], [300, 0, -300],
            [1e-20, -1e-20, 0], [0, 1e-6, -1e-3], [0, -16.6, -17.5, -30], [88, 87.5, 88.5, 89, 90],
            [1e30, -1e30, 0], [0, 0, 0]]
    some += [[noise.uniform(-w, w) for _ in range(n)] for n in (2, 3, 5, 8, 13) for w in (0.1, 1, 3, 10)]
    if fn.name == "cross_entropy":
        return [[f32(x) for x in row] for row in some]
    hidden = [[0, -INF], [-INF, 2, 1], [-INF, -4, -INF, -4.5, -3]]
    if fn.name == "softmin":
        hidden = [[-x for x in row] for row in hidden]
    return [[f32(x) for x in row] for row in some + (hidden if fn.name != "squash" else [])]


def finite(x, d): return Dual(HIDDEN.v * mp.sign(x), d) if abs(x) == INF else Dual(x, d)
def ended(v): return mp.sign(v) * INF if abs(v) > FAR else f64(v)


def evaluate(fn, params, xs, mask, dy):
    """y and dx, which is the sum of dy times each column of the Jacobian."""
    rounded = []
    for mp.dps in DIGITS:
        rest = [*map(Dual, params), *(finite(m, 0) for m in mask)]
        columns = [fn.f([finite(x, i == k) for k, x in enumerate(xs)], *rest) for i in range(len(xs))]
        dx = [sum((mp.mpf(d) * y.d for d, y in zip(dy, column)), mp.mpf(0)) for column in columns]
        rounded.append([[ended(y.v) for y in columns[0]], [f64(d) for d in dx]])
    assert rounded[0] == rounded[1], (fn.name, params, xs, rounded)
    return rounded[0]


def rows(names=()):
    """(fn, params, x, mask, dy, [y, dx]) for every row of every file."""
    for fn in named(TABLE, names):
        noise = random.Random(2)
        for params in fn.sets:
            for xs in rows_of(fn):
                masks = xs if fn.name in MASKED else []
                mask = [f32(noise.choice([0, noise.uniform(-3, 3), -INF])) for _ in masks]
                if mask and max(m + 0 * x if x > -INF else -INF for m, x in zip(mask, xs)) == -INF:
                    mask = [0.0 for _ in xs]  # not hidden throughout
                if fn.params and -INF in xs and (params[0] < 0 or xs[0] == -INF and fn.name == "causal_softmax"):
                    continue
                dy = [f32(noise.uniform(-2, 2)) for _ in ([0] if fn.name in ONE else xs)]
                yield fn, params, xs, mask, dy, evaluate(fn, params, xs, mask, dy)


def heading(fn):
    mask = ["mask"] if fn.name in MASKED else []
    return [f"# {fn.name}: golden values, generated by `python3 scripts/golden.py`; do not edit",
            f"# mpmath {mpmath.__version__} at {DIGITS[0]} and {DIGITS[1]} digits, derivatives by dual numbers",
            "# x, mask, dy and parameters: exact float32 values; results: rounded once to float64; a row to a line",
            *([] if fn.torch else ["# PyTorch lacks it"]),
            ",".join([*fn.params.split(), "x", *mask, "dy", "y", "dx"])]


def write(names=()):
    texts = {}
    for fn, params, xs, mask, dy, values in rows(names):
        columns = [*((p,) for p in params), xs, *([mask] if mask else []), dy, *values]
        line = ",".join(" ".join(f"{float(v):.17g}" for v in column) for column in columns)
        texts.setdefault(fn.name, heading(fn)).append(line)
    for name, lines in texts.items():
        save(OUT / folder(name) / f"{name}.csv", lines)
    if texts:
        print(f"{len(texts)} files of rows, {sum(len(t) for t in texts.values())} lines")


def check(names=()):
    """The number of values that PyTorch does not give."""
    import torch
    release = torch.__version__.split("+")[0]
    torch.set_default_dtype(torch.float64)
    count, missed = 0, Counter()
    for fn, params, xs, mask, dy, (y, dx) in rows(names):
        if not fn.torch:
            continue
        x = torch.tensor(xs).requires_grad_()
        scope = {"torch": torch, "F": torch.nn.functional, "x": x, "mask": torch.tensor(mask),
                 **dict(zip(fn.params.split(), params))}
        result = eval(fn.torch, scope)
        result.backward(torch.tensor(dy))
        size = max((abs(v) for v in dx), default=0) + max(map(abs, dy))
        for got, want, unit in [(result, y, fn.unit), (x.grad, dx, size)]:
            for g, w in zip(got.flatten().tolist(), want):
                right = g == w or abs(g - w) <= 1e-12 * max(abs(w), unit) or abs(w) < 1e-300 > abs(g)
                count += 1
                missed[fn.name] += not right
                if not right:
                    print(f"MISSED {fn.name}{params} at {xs}, {mask}, {dy}: mpmath {w:.17g}, PyTorch {g:.17g}")
    print(f"PyTorch {torch.__version__}: {count} values of rows compared, {missed.total()} do not agree")
    for fn in named(TABLE, names):
        claim = f"# all {CHECKED} {release} to {'1e-12 of 1' if fn.unit else '1e-12'}: {fn.torch}"
        note(OUT / folder(fn.name) / f"{fn.name}.csv", claim if fn.torch and not missed[fn.name] else None)
    return missed.total()
