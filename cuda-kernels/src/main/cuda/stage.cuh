// What the kernels with folds share: how values are folded, then the hole, whose stages use that, and
// how a warp folds what its lanes have. The hole is described in loop.cuh.
#pragma once
#include "expressions.cuh"

// The extreme value so far and its place; NOWHERE before the first that is beyond the identity.
// Both parts are of one size: no padding, which would be copied without ever being written.
template <int BYTES>
struct Place {
  typedef int Type;
};
template <>
struct Place<8> {
  typedef long long Type;
};
template <typename T>
struct Best {
  T value;
  typename Place<sizeof(T)>::Type at;
};
constexpr int NOWHERE = 0x7fffffff;

// One more element, or the result of others.
DEVICE float fold_sum(float a, float b) { return a + b; }
DEVICE double fold_sum(double a, double b) { return a + b; }
DEVICE int fold_sum(int a, int b) { return add(a, b); }
DEVICE long long fold_sum(long long a, long long b) { return add(a, b); }
DEVICE float fold_prod(float a, float b) { return a * b; }
DEVICE double fold_prod(double a, double b) { return a * b; }
DEVICE int fold_prod(int a, int b) { return multiply(a, b); }
DEVICE long long fold_prod(long long a, long long b) { return multiply(a, b); }

// A NaN stays; zeros are not told apart.
template <typename T>
DEVICE T fold_max(T a, T b) {
  return b > a || b != b ? b : a;
}
template <typename T>
DEVICE T fold_min(T a, T b) {
  return b < a || b != b ? b : a;
}

// Strictly beyond, or the first NaN; among equals the first place.
template <typename T>
DEVICE bool is_beyond_max(T a, T b) {
  return b > a || (b != b && a == a);
}
template <typename T>
DEVICE bool is_beyond_min(T a, T b) {
  return b < a || (b != b && a == a);
}
template <typename T>
DEVICE Best<T> fold_argmax(Best<T> a, Best<T> b) {
  if (is_beyond_max(a.value, b.value)) return b;
  return !is_beyond_max(b.value, a.value) && b.at < a.at ? b : a;
}
template <typename T>
DEVICE Best<T> fold_argmin(Best<T> a, Best<T> b) {
  if (is_beyond_min(a.value, b.value)) return b;
  return !is_beyond_min(b.value, a.value) && b.at < a.at ? b : a;
}

// Where nothing was beyond the identity all elements equal it, and the first is the best.
template <typename T>
DEVICE int place_of(Best<T> best) {
  return best.at == NOWHERE ? 0 : (int)best.at;
}

constexpr unsigned ALL_LANES = 0xffffffffu;

template <typename T>
DEVICE T shuffle(T value, int mask) {
  return __shfl_xor_sync(ALL_LANES, value, mask);
}
template <typename T>
DEVICE Best<T> shuffle(Best<T> best, int mask) {
  return {shuffle(best.value, mask), shuffle(best.at, mask)};
}

#include "scalar.cuh"

template <typename Stage>
DEVICE void fold_warp(Stage& stage) {
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1) stage.merge(stage.shuffled(mask));
}

// One stage over the positions first, first + step, ... < end; `merge` takes the accumulators to
// the other threads' and finishes them.
template <typename Stage, typename Merge>
DEVICE void run_stage(
    const Buffers& buffers, const Outer& outer, Folds& folds, Index first, Index step, Index end,
    Merge merge) {
  typename Stage::Given given(buffers, outer, folds);
  Stage stage = Stage::identity();
  for (Index at = first; at < end; at += step) stage.take(buffers, outer, folds, given, at);
  if constexpr (Stage::HAS_FOLDS) merge(stage);
}
