// The hole of argsort.cu and argsort_select.cu filled by hand: the first positions that sort the
// rows of an f32 matrix.
#pragma once
#include "expressions.cuh"
typedef int Index;
typedef unsigned Unsigned;
struct Buffers {
  const float* x;
  int* y;
  unsigned char* workspace;
};
constexpr Index OUTER = 64, LENGTH = 5000, COUNT = 100;
constexpr int GROUP = 256, PARTS = 2;
typedef unsigned Key;
DEVICE Key key_of(const Buffers& buffers, Index outer, Index position) {
  return sort_key(buffers.x[outer * LENGTH + position]);
}
DEVICE void place(const Buffers& buffers, Index outer, Index p, int position) {
  buffers.y[outer * LENGTH + p] = position;
}
