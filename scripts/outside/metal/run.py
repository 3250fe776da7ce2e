#!/usr/bin/env python3
"""Runs Metal's texts on the CPU, as clang compiles them: activations check --msl --outside 'scripts/outside/metal/run.py --fast'

A stand-in for Metal where there is none: with --fast under -ffast-math, which is Metal's default, else without. It needs clang
15 or newer ($CLANG, by default clang++-19 or clang++) and keeps what it compiled in $XDG_CACHE_HOME. For each plan there is a
line of JSON on standard input, then the contents of its buffers; the answer is a line of JSON, empty or with why it failed,
and what they hold afterwards.
"""

import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "wgpu-activations-metal"
CLANG = os.environ.get("CLANG") or shutil.which("clang++-19") or shutil.which("clang++")
MATH = ["-ffast-math"] if "--fast" in sys.argv else ["-ffp-contract=off"]
FLAGS = ["-std=c++17", "-w", "-fPIC", "-shared", "-O2", "-mavx2", "-mfma", f"-I{HERE}", *MATH]


def names(text):
    """The kernel's bindings in the order of its arguments, and the text with a function that runs all its threads."""
    signature = re.search(r"kernel void main_\((.*?)\n\)", text, re.S).group(1)
    given = re.findall(r"^[, ] (.*?)(?: \[\[.*)?$", signature, re.M)
    arguments, order = [], []
    for argument in given:
        kind, name = re.match(r"(.*?)[ ]?(\w+)$", argument).groups()
        if name in ("group", "lane"):
            arguments.append(name)
        elif name == "_buffer_sizes":
            arguments.append("sizes")
        elif kind.startswith("device"):
            kind = kind.replace("device ", "").replace("const&", "").replace("&", "").strip()
            arguments.append(f"*({kind} *)buffers[{len(order)}]")
            # naga tells names of one word apart by numbers.
            order.append(re.sub(r"_\d*$", "", name))
        else:
            raise ValueError(f"no stand-in for the argument {argument!r}")
    if "threadgroup_barrier" in text:
        raise ValueError("no stand-in for barriers")
    # Metal's literals are single, and parts of its vectors are members.
    text = re.sub(r"(?<![\w.])(\d+\.\d*(?:e[+-]?\d+)?|\d+e[+-]?\d+)(?![\w.])", r"\1f", text)
    text = re.sub(r"\.([xyzw]{2,4})\b", lambda m: f".pick<{', '.join(str('xyzw'.index(c)) for c in m[1])}>()", text)
    sizes = re.findall(r"uint size(\d+);", text)
    text += f"""
extern "C" void run(void **buffers, const uint *bytes, uint x, uint y, uint z, uint threads) {{
    {"_mslBufferSizes sizes = {" + ", ".join(f"bytes[{k}]" for k in sizes) + "};" if sizes else ""}
    for (uint c = 0; c < z; c++) for (uint b = 0; b < y; b++) for (uint a = 0; a < x; a++)
        for (uint lane = 0; lane < threads; lane++) {{ metal::uint3 group(a, b, c); main_({", ".join(arguments)}); }}
}}
"""
    return order, text


def compiled(text, known={}):
    """(bindings' names in order, the function)"""
    if text not in known:
        order, source = names(text)
        key = hashlib.sha256((source + " ".join(FLAGS) + (HERE / "metal_stdlib").read_text()).encode()).hexdigest()[:24]
        library = CACHE / f"{key}.so"
        if not library.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            path = CACHE / f"{key}.{os.getpid()}.cpp"
            path.write_text(source)
            made = path.with_suffix(".so")
            run = subprocess.run([CLANG, *FLAGS, str(path), "-o", str(made)], capture_output=True, text=True)
            path.unlink()
            if run.returncode != 0:
                raise ValueError(run.stderr)
            made.rename(library)
        known[text] = order, ctypes.CDLL(str(library)).run
    return known[text]


def launch(launch, buffers):
    order, function = compiled(launch["text"])
    held = {}
    for binding in launch["bindings"]:
        contents = binding["contents"]
        if "bytes" in contents:
            memory = bytearray(contents["bytes"])
            held[binding["name"]] = (memory, 0, len(memory))
        else:
            part = contents["buffer"]
            held[binding["name"]] = (buffers[part["buffer"]], part["offset"], part["bytes"])
    ranges = [held[name] for name in order]
    anchors = [(ctypes.c_char * len(memory)).from_buffer(memory) for memory, _, _ in ranges]
    pointers = (ctypes.c_void_p * len(ranges))(*(ctypes.addressof(a) + r[1] for a, r in zip(anchors, ranges)))
    sizes = (ctypes.c_uint * len(ranges))(*(r[2] for r in ranges))
    function(pointers, sizes, *map(ctypes.c_uint, launch["workgroups"]), ctypes.c_uint(launch["workgroup_size"][0]))


def main():
    if not CLANG:
        raise SystemExit("metal: clang++ is missing: apt-get install clang-19")
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := requests.readline():
        plan = json.loads(line)
        buffers = [bytearray(requests.read(buffer["bytes"])) for buffer in plan["buffers"]]
        try:
            for part in plan["launches"]:
                launch(part, buffers)
            answers.write(b"{}\n" + b"".join(buffers))
        except ValueError as error:
            answers.write(json.dumps({"error": str(error)}).encode() + b"\n")
        answers.flush()


main()
