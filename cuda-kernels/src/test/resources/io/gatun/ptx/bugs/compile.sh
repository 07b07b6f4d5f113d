#!/bin/bash
# Compiles the kernels of these tests to PTX with line numbers; needs nvcc 13. Run it in its folder
# after a change of a .cu file, and commit the .ptx files with it.
set -e
for source in *.cu ../counters/*.cu ../driver/*.cu; do
  target=${source%.cu}.ptx
  nvcc -arch=compute_80 -std=c++17 -O3 -lineinfo -ptx -o "$target" "$source"
  # Paths of the machine that compiled them are of no use.
  sed -i -E 's|^(\s*\.file\s+[0-9]+ )"[^"]*/|\1"|' "$target"
done
