"""The Triton kernels are compiled to machine code for Hopper, which needs no GPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="torch brings Triton along on Linux only")

COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from analogbench.crossbar.kernels import gpu_triton, gpu_triton_product

TYPES = {"keys": "*i64", "pulses": "*fp64"}
TYPES |= dict.fromkeys("step bound inp_step inp_bound out_step out_bound largest".split(), "fp32")
TYPES |= dict.fromkeys("hidden visible planes shared x d length factor_x factor_d lr c2c write_noise".split(), "*fp32")
TYPES |= dict.fromkeys("volts peak norm y w out_noise w_noise".split(), "*fp32")

def compile(kernel, warps=4, **constants):
    signature = {n: "constexpr" if n in constants else TYPES.get(n, "i32") for n in kernel.arg_names}
    source = ASTSource(fn=kernel, signature=signature, constexprs=constants)
    compiled = triton.compile(source, target=GPUTarget("cuda", 90, 32), options={"num_warps": warps})
    assert compiled.asm["cubin"], kernel

update, warps = gpu_triton._update, gpu_triton.WARPS
for kind in (0, 1, 2):
    compile(update, warps, KIND=kind, ADDITIVE=kind == 0, WRITE_NOISE=kind < 2, ROWS=32, COLUMNS=32)
# Triton turns sizes of 1 into constants.
ones = dict.fromkeys("samples outputs inputs n_shared desired_bl per_plane per_replica per_row per_column".split(), 1)
compile(update, warps, KIND=0, ADDITIVE=True, WRITE_NOISE=True, ROWS=1, COLUMNS=1, **ones)
for inputs in ({}, {"inputs": 1}):
    compile(gpu_triton_product._prepare, LARGEST=not inputs, WIDTH=1024, **inputs)
    compile(gpu_triton_product._finish, W_NOISE=not inputs, OUTPUTS=256, CHUNK=32, **inputs)
print("compiled")
"""


def test_kernels_compile_for_a_gpu(tmp_path: Path) -> None:
    """In a process of its own: this one has Triton's interpreter."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment |= {"TRITON_CACHE_DIR": str(tmp_path / "cache")}
    script = tmp_path / "compile_kernels.py"
    script.write_text(COMPILE)
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("compiled\n"), done.stderr
