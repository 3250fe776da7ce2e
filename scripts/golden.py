#!/usr/bin/env python3
"""Golden values of the activation functions, made apart from the Rust and WGSL code.

    python3 scripts/golden.py                  write tests/golden/NAME.csv, gate/NAME.csv, row/NAME.csv (needs mpmath only)
    python3 scripts/golden.py --check-torch    the same, and compare the values with PyTorch in float64: files say so where it agrees

Only forward formulas are written here; derivatives come from dual numbers over mpmath. Each value is computed at two
precisions, which must round to the same float64. At a kink the branch taken gives the derivative, as in PyTorch 2.15,
and for functions that PyTorch lacks the one-sided slope of least magnitude, for each derivative by itself.

golden/dual.py    dual numbers and the elementary functions
golden/table.py   the activation functions: formula, parameters, what PyTorch is to compute
golden/values.py  the points, the values, the files
golden/gates.py   all of this for gates
golden/rows.py    and for row-wise functions
golden/pytorch.py the comparison
"""
import argparse
import sys

sys.dont_write_bytecode = True
from golden import gates, pytorch, rows, values

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check-torch", action="store_true", help="compare with PyTorch, too")
    check = parser.parse_args().check_torch
    values.write()
    gates.write()
    rows.write()
    if check:
        sys.exit(pytorch.check() + gates.check() + rows.check() > 0)
