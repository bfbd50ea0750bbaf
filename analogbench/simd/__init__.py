"""Vector instructions for numba kernels: what neither numba nor LLVM find by themselves. No physics."""
