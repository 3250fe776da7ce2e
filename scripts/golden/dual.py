"""Dual numbers over mpmath: a value and its derivative."""
from mpmath import mp

ENDS = 1e50, 1e52, 1e54, 1e56, 1e58  # stand for infinity; no point is near them
FAR = 1e60  # exp(-FAR) is 0 in every sense here; mpmath itself gives up only where the exponent overflows memory


class Outside(ValueError):
    """Value and derivative are not both finite here; the row is left out."""


class Undefined(Outside):
    """The function has no value here; the row says NaN."""


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
def real_exp(v): return mp.exp(v) if v > -FAR else mp.mpf(0)


# ---- elementary functions ------------------------------------------------------------------------------------------
def exp(x): e = real_exp(x.v); return Dual(e, x.d * e)
def sqrt(x): r = mp.sqrt(x.v); return Dual(r, x.d / (2 * r))
def sin(x): return Dual(mp.sin(x.v), x.d * mp.cos(x.v))
def cos(x): return Dual(mp.cos(x.v), -x.d * mp.sin(x.v))
def sinh(x): return (exp(x) - exp(-x)) / 2
def cosh(x): return (exp(x) + exp(-x)) / 2
def atan(x): return Dual(mp.atan(x.v), x.d / (1 + x.v * x.v))
def bell(x): return 2 / mp.sqrt(mp.pi) * real_exp(-x.v * x.v) * x.d
def erf(x): return Dual(mp.erf(x.v), bell(x))
def erfc(x): return Dual(mp.erfc(x.v), -bell(x))
def sigmoid(x): return 1 / (1 + exp(-x))
def softplus(x): return log1p(exp(x))


def above(x, end):
    """The function is defined above this end, at which its value or derivative is infinite."""
    if not x > end:
        raise Undefined if x < end else Outside


def log1p(x):
    above(x, -1)
    return Dual(mp.log1p(x.v), x.d / (1 + x.v))


def log(x):
    above(x, 0)
    return Dual(mp.log(x.v), x.d / x.v)


def root(x):
    above(x, 0)
    return sqrt(x)


def power(x, y):
    """x to the power of a constant; at 0 only where value and derivative are finite. As in C, -inf has no sign."""
    if x < 0 and y != mp.floor(y):
        if abs(x.v) < ENDS[0] / 1000:  # as parameters may be small
            raise Undefined
        x = Dual(-x.v, x.d)
    if x.v == 0 and y < 1:
        raise Outside
    return Dual(mp.power(x.v, y), y * mp.power(x.v, y - 1) * x.d)


def tanh(x):
    if abs(x.v) > FAR:
        return Dual(mp.sign(x.v))
    return Dual(mp.tanh(x.v), x.d / mp.cosh(x.v) ** 2)


# ---- pieces --------------------------------------------------------------------------------------------------------
def relu(x): return x if x > 0 else Dual(0)
def clip(x, lo, hi): x = x if x > lo else lo; return x if x < hi else hi  # hi wins; slope 0 at the bounds


def pieces(x, at, below, above):
    """One expression on each side of a kink; on it the slope of least magnitude (the values must agree there)."""
    if x < at or x > at:
        return dual(below if x < at else above)
    return min(dual(below), dual(above), key=lambda side: abs(side.d))
