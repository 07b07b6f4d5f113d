#!/bin/sh
# Compiles families.cu to PTX for each architecture; needs nvcc.
cd "$(dirname "$0")" || exit 1
for arch in 80 90 100; do
  nvcc -ptx -arch=compute_$arch families.cu -o families.sm_$arch.ptx || exit 1
done
