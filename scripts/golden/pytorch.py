"""The same values by PyTorch in float64."""
import math
from collections import Counter

from .table import DEFAULTS_ONLY, FUNCTIONS
from .values import CHECKED, OUT, named, note, roots_of, rows


def slack(fn, params, x, want):
    """The absolute error allowed to PyTorch where none of its expressions can have the digits."""
    if fn.name == "tanhshrink" and abs(x) < 0.01:
        return 2.3e-16 * (abs(x) if abs(want) < x * x / 2 else 1)  # x - tanh x; 1 - tanh' by 1 - y^2
    near_root = any(abs(x - r) < 1e-5 for r in roots_of(fn, params))
    return 1e-15 if near_root else 1e-300 if abs(want) < 1e-300 else 0


def check(names=()):
    """The number of values that no expression gives."""
    import torch
    release = torch.__version__.split("+")[0]
    groups, count, missed = {}, 0, Counter()
    for fn, params, x, values in rows(names):
        if not all(map(math.isfinite, (x, *values))):
            continue  # PyTorch's own way: limits, and where there is no value
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
                count += bool(got)
                missed[name] += len(wrong) == len(got) > 0
                for text, g in wrong:
                    mark = "MISSED" if len(wrong) == len(got) else "one"
                    print(f"{mark} {name}{params} {what} at {x:.9g}: mpmath {want:.17g}, {text} {g:.17g}")
    print(f"PyTorch {torch.__version__}: {count} values compared, {missed.total()} agree with no expression")
    for fn in named(FUNCTIONS, names):
        part = "y (the derivative is a choice)" if "(x.detach" in fn.torch and not fn.train else "all"
        near = "1e-12 (beside the root of dx 1e-15 absolute)" if fn.roots else "1e-12"
        claim = f"# {part} {CHECKED} {release} to {near}: {fn.torch}"
        note(OUT / f"{fn.name}.csv", None if missed[fn.name] else claim)
    return missed.total()
