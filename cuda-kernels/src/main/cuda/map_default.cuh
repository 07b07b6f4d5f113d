// The hole of map.cu filled by hand: y = 2 x of f32 arrays.
#pragma once
#include "expressions.cuh"
typedef int Index;
typedef unsigned Unsigned;
struct Buffers {
  const float* x;
  float* y;
};
constexpr Index POINTS = 1 << 20;
constexpr int LANES = 4;
DEVICE void points(const Buffers& buffers, Index at) {
  auto x = load_lanes<float, 4>(buffers.x + at);
  store_lanes<float, 4>(
      buffers.y + at, {2.0f * x.at[0], 2.0f * x.at[1], 2.0f * x.at[2], 2.0f * x.at[3]});
}
DEVICE void point(const Buffers& buffers, Index at) { buffers.y[at] = 2.0f * buffers.x[at]; }
