#!/usr/bin/env python3
"""Golden values of the functions, made apart from the Rust and WGSL code.

    scripts/golden.py                  write tests/golden/NAME.csv, gate/NAME.csv and row/NAME.csv for every function
    scripts/golden.py NAME...          write the files of these functions only
    scripts/golden.py --check-torch    the same, and compare the values with PyTorch in float64: files say so where it agrees

Only forward formulas are written here; derivatives come from dual numbers over mpmath. Each value is computed at two
precisions, which must round to the same float64. At a kink the branch taken gives the derivative, as in PyTorch 2.15,
and for functions that PyTorch lacks the one-sided slope of least magnitude, for each derivative by itself. At the
infinities stand the limits, and NaN where there is no value.

golden/dual.py    dual numbers and the elementary functions
golden/table.py   the activation functions: formula, parameters, what PyTorch is to compute
golden/values.py  the points, the values, the files
golden/gates.py   all of this for gates
golden/rows.py    and for row-wise functions
golden/pytorch.py the comparison
"""
import argparse
import importlib.util
import os
import pathlib
import subprocess
import sys
import venv

sys.dont_write_bytecode = True


def with_mpmath():
    """Goes on in an environment of its own, below target/, where this Python lacks mpmath."""
    if importlib.util.find_spec("mpmath"):
        return
    home = pathlib.Path(__file__).resolve().parents[1] / "target" / "golden"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if not python.exists():
            venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "mpmath==1.3.0"], check=True)
    except subprocess.CalledProcessError:
        sys.exit("golden.py: this needs mpmath, or python3-venv to install it below target/")
    sys.exit(subprocess.run([python, *sys.argv]).returncode)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions whose files to write [default: all]")
    parser.add_argument("--check-torch", action="store_true", help="compare with PyTorch, too")
    args = parser.parse_args()
    with_mpmath()
    from golden import gates, pytorch, rows, table, values
    known = {fn.name for fn in table.FUNCTIONS + gates.GATES + rows.TABLE}
    for name in args.names:
        if name not in known:
            sys.exit(f"{name} has no row in scripts/golden/table.py (gates: gates.py, row-wise functions: rows.py)")
    for module in (values, gates, rows):
        module.write(args.names)
    if args.check_torch:
        sys.exit(sum(module.check(args.names) for module in (pytorch, gates, rows)) > 0)


if __name__ == "__main__":
    main()
