"""The points, the values and the files."""
import math
import pathlib
import struct

import mpmath
from mpmath import mp

from .dual import ENDS, Dual, Outside, Undefined, dual
from .table import FUNCTIONS, SEARCH

DIGITS = (400, 500)  # tanhshrink(1e-38) cancels 76 digits, and 1 - tanh(x)^2 goes down to 1e-324
CHECKED = "cross-checked in float64 with PyTorch"  # begins what a file says of a comparison
OUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
# 1.2e-38 is the smallest round number that is a normal float32
POINTS = [1.2e-38, 1e-20, 1e-6, 1e-3, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 13, 20, 44, 80, 87, 100,
          1000, 1e10, 1e30, 3.4e38]


def strata():
    """Numbers of every eighth binade and of every stretch of [-20, 20], in no pattern, but the same each time."""
    golden = (math.sqrt(5) - 1) / 2
    for k in range(32):
        share, sign = (k + 1) * golden % 1, 1 - 2 * (k % 2)
        yield f32(sign * 2.0 ** (8 * k - 126) * (1 + share))
        yield f32(-20 + 40 * (k + share) / 32)


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


def dx(fn, params, x):
    if fn.grad:
        return mp.mpf(fn.grad(x, *params))
    return dual(fn.f(Dual(x, 1), *map(Dual, params))).d


def found_roots(fn, params, cache={}):
    """The three roots of the derivative nearest to 0 in [-6, 6], where it changes its sign and does not jump."""
    if (fn.name, params) not in cache:
        mp.dps, roots = 40, []
        grid = [(mp.mpf(k) + mp.mpf("0.37")) / 16 for k in range(-96, 96)]
        for a, b in zip(grid, grid[1:]):
            try:
                sign = mp.sign(dx(fn, params, a))
                if sign * mp.sign(dx(fn, params, b)) < 0:
                    while b - a > 1e-30:
                        middle = (a + b) / 2
                        a, b = (middle, b) if mp.sign(dx(fn, params, middle)) == sign else (a, middle)
                    if abs(dx(fn, params, a)) < 1e-20:
                        roots.append(0.0 if abs(a) < 1e-20 else float(a))
            except Outside:
                pass
        cache[fn.name, params] = sorted(roots, key=abs)[:3]
    return cache[fn.name, params]


def roots_of(fn, params):
    return found_roots(fn, params) if fn.roots is SEARCH else fn.roots(*params) if fn.roots else ()


def points(fn, params):
    xs = {0.0, *strata()} | {s * f32(x) for x in POINTS for s in (1, -1)}
    for k in fn.kinks(*params) if fn.kinks else ():
        xs |= {f32(k), *neighbours(f32(k))} if k else {0.0}
    for r in roots_of(fn, params):
        xs |= {f32(r), *(neighbours(f32(r)) if r else ()), *(f32(r + h) for h in (-0.1, -0.01, 0.01, 0.1))}
    return sorted(xs)


def exact(fn, params, x):
    """y, dx and the gradients of the trainable parameters."""
    seeds = [1 + fn.params.split().index(n) for n in fn.train.split()]
    y = dual(fn.f(Dual(x), *map(Dual, params))).v
    grads = [dual(fn.f(*(Dual(v, i == seed) for i, v in enumerate((x, *params))))).d for seed in seeds]
    return [y, dx(fn, params, x), *grads]


def limit(values):
    """What a function tends to, from its values at ENDS; NaN for what goes on to swing."""
    last, steps = values[-1], list(zip(values, values[1:]))
    if abs(last) < 1e-20 and all(abs(b) <= abs(a) / 2 for a, b in steps):
        return 0.0
    if abs(last) > 100 and all(a * b > 0 and abs(b) > abs(a) + 1 for a, b in steps):
        return float(mp.sign(last) * mp.inf)
    return f64(last) if all(abs(v - last) <= 1e-20 * abs(last) for v in values) else math.nan


def evaluate(fn, params, x):
    """The same as float64, and at an infinity the limits."""
    rounded = []
    for mp.dps in DIGITS:
        if math.isinf(x):
            rounded.append([limit(v) for v in zip(*(exact(fn, params, math.copysign(end, x)) for end in ENDS))])
        else:
            rounded.append([f64(v) for v in exact(fn, params, x)])
    assert str(rounded[0]) == str(rounded[1]), (fn.name, params, x, rounded)
    return rounded[0]


def rows(names=()):
    """(fn, params, x, [y, dx, ...]) for every row of the files of these names, or of all; at the infinities, the limits."""
    for fn in named(FUNCTIONS, names):
        for k, values in enumerate(fn.sets):
            params = tuple(float(p) if fn.exact and k == 0 else f32(p) for p in values)
            for x in [-math.inf, *points(fn, params), math.inf]:
                try:
                    yield fn, params, x, evaluate(fn, params, x)
                except Undefined:
                    yield fn, params, x, [math.nan] * (2 + len(fn.train.split()))
                except (OverflowError, Outside):  # beyond float64
                    pass


def named(table, names):
    return [fn for fn in table if not names or fn.name in names]


def heading(fn):
    noted = "float64." in fn.note
    return [f"# {fn.name}: golden values, generated by `python3 scripts/golden.py`; do not edit",
            f"# mpmath {mpmath.__version__} at {DIGITS[0]} and {DIGITS[1]} digits, derivatives by dual numbers",
            "# x and parameters: exact float32 values (save where noted); results: rounded once to float64",
            *([f"# {fn.note}"] if fn.note else []),
            *(["# Default parameters that are no float32 are float64."] if fn.exact and not noted else []),
            ",".join(fn.params.split() + ["x", "y", "dx"] + ["d" + n for n in fn.train.split()])]


def save(path, lines):
    """Writes a file. What it says of PyTorch stays as long as its values do."""
    old = path.read_text().splitlines() if path.exists() else []
    same = compared(old) == compared(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    note(path, next((line for line in old if same and CHECKED in line), None))


def compared(lines):
    """The values of which PyTorch is asked: neither limits nor where there is no value."""
    head, *table = [line.split(",") for line in lines if line[0] != "#"] or [[]]
    limit = lambda row: "x" in head and row[head.index("x")] in ("inf", "-inf")
    return [head, *(row for row in table if "nan" not in row and not limit(row))]


def note(path, line):
    """Has a file say that its values were compared, or no longer."""
    rest = [old for old in path.read_text().splitlines() if CHECKED not in old]
    path.write_text("\n".join([*rest[:3], *([line] if line else []), *rest[3:]]) + "\n")


def write(names=()):
    texts = {}
    for fn, params, x, values in rows(names):
        texts.setdefault(fn.name, heading(fn)).append(",".join(f"{v:.17g}" for v in (*params, x, *values)))
    for name, lines in texts.items():
        save(OUT / f"{name}.csv", lines)
    if texts:
        print(f"{len(texts)} files, {sum(len(t) for t in texts.values())} lines")
