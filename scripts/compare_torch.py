#!/usr/bin/env python3
"""The CPU kernels of `activations bench` beside PyTorch's, in turn: scripts/compare_torch.py [ROUNDS] [ELEMENTS] [THREADS]

Needs torch, and `cargo build --release`. Both use as many threads. Fails where ours take more than three times as long.
PyTorch takes the gradients of sigmoid and tanh from the output, which is less work than from the input, as ours do.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# Memory that is freed stays with the process, so that PyTorch's results do not pay for new pages each time.
WARM = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_TOP_PAD_": "268435456"}
if any(os.environ.get(name) != value for name, value in WARM.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **WARM})

import torch
import torch.nn.functional as F

PROGRAM = pathlib.Path(__file__).parent.parent / "target/release/activations"
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
ELEMENTS = int(sys.argv[2]) if len(sys.argv) > 2 else 1 << 22
THREADS = int(sys.argv[3]) if len(sys.argv) > 3 else len(os.sched_getaffinity(0))
ROW = 1024
SELU = (1.6732632423543772, 1.0507009873554805)

torch.set_num_threads(THREADS)
torch.set_grad_enabled(False)
aten = torch.ops.aten
x = torch.rand(ELEMENTS) * 8 - 4
b = torch.rand(ELEMENTS)
dy = torch.rand(ELEMENTS) * 2 - 1
rows, drows = x.view(-1, ROW), dy.view(-1, ROW)
sigmoid, tanh, softmax = torch.sigmoid(x), torch.tanh(x), torch.softmax(rows, -1)

FUNCTIONS = {
    "relu": (lambda: F.relu(x), lambda: aten.threshold_backward(dy, x, 0)),
    "leaky_relu": (lambda: F.leaky_relu(x), lambda: aten.leaky_relu_backward(dy, x, 0.01, False)),
    "elu": (lambda: F.elu(x), lambda: aten.elu_backward(dy, 1, 1, 1, False, x)),
    "selu": (lambda: F.selu(x), lambda: aten.elu_backward(dy, *SELU, 1, False, x)),
    "sigmoid": (lambda: torch.sigmoid(x), lambda: aten.sigmoid_backward(dy, sigmoid)),
    "tanh": (lambda: torch.tanh(x), lambda: aten.tanh_backward(dy, tanh)),
    "silu": (lambda: F.silu(x), lambda: aten.silu_backward(dy, x)),
    "gelu": (lambda: F.gelu(x), lambda: aten.gelu_backward(dy, x)),
    "gelu_tanh": (lambda: F.gelu(x, approximate="tanh"), lambda: aten.gelu_backward(dy, x, approximate="tanh")),
    "softplus": (lambda: F.softplus(x), lambda: aten.softplus_backward(dy, x, 1, 20)),
    "mish": (lambda: F.mish(x), lambda: aten.mish_backward(dy, x)),
    "swiglu": (lambda: F.silu(x) * b, lambda: (aten.silu_backward(dy * b, x), dy * F.silu(x))),
    "softmax": (
        lambda: torch.softmax(rows, -1),
        lambda: aten._softmax_backward_data(drows, softmax, -1, torch.float32),
    ),
}


def theirs(call):
    """Seconds of a call, repeated for some milliseconds."""
    calls, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < 6e-3 or calls < 2:
        call()
        calls += 1
    return elapsed / calls


def ours(name, file):
    """Seconds of a call, forward and backward."""
    arguments = ["bench", name, "--cpu-only", "--sizes", str(ELEMENTS), "--rows", str(ROW), "--repetitions", "3"]
    threads = {**os.environ, "RAYON_NUM_THREADS": str(THREADS)}
    subprocess.run([PROGRAM, *arguments, "--json", file], check=True, stdout=subprocess.DEVNULL, env=threads)
    results = json.loads(pathlib.Path(file).read_text())["results"]
    return [next(r["cpu_seconds"] for r in results if r["pass"] == p) for p in ("forward", "backward")]


times = {name: ([], []) for name in FUNCTIONS}
with tempfile.TemporaryDirectory() as folder:
    for _ in range(ROUNDS):
        for name, calls in FUNCTIONS.items():
            for call in calls:
                call()
            torch_times = [statistics.median(theirs(call) for _ in range(3)) for call in calls]
            for samples, pair in zip(times[name], zip(ours(name, f"{folder}/ours.json"), torch_times)):
                samples.append(pair)

print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, {THREADS} threads, {ELEMENTS} f32")
print("medians, and the best on a machine that is busy")
print(f"{'function':<12}{'pass':<10}{'ours ms':>9}{'torch ms':>10}{'ratio':>7}{'best':>9}{'torch':>8}{'ratio':>7}")
worst = 0.0
for name, passes in times.items():
    for title, samples in zip(("forward", "backward"), passes):
        own, other = (1e3 * statistics.median(column) for column in zip(*samples))
        ratio = statistics.median(a / b for a, b in samples)
        worst = max(worst, ratio)
        best, least = (1e3 * min(column) for column in zip(*samples))
        medians = f"{own:>9.2f}{other:>10.2f}{ratio:>7.2f}"
        print(f"{name:<12}{title:<10}{medians}{best:>9.2f}{least:>8.2f}{best / least:>7.2f}")
sys.exit(f"{worst:.2f} is too slow" if worst > 3.0 else 0)
