// Elementwise kernels of narrow types, and casts between types, 16 bytes at a time.
//
//   add, multiply:    y = a + b,  y = a * b
//   relu, gelu, silu: y = max(a, 0),  y = a / 2 * (1 + erf(a / sqrt(2))),  y = a / (1 + exp(-a))
//   swiglu:           y = silu(a) * b
//   cast_FROM_TO:     y = a in another type, rounded to nearest even
//   The compiler's own map kernels do these in f32 and with whatever surrounds them; the narrow
//   ones are for memory that is narrow while the arithmetic is not.
//
// a, b, y: [count] of bf16 or f16, casts of any; 16-byte aligned.
// Launch: block 256, any grid; ceil(count / 2048) covers it at once with 8 numbers a thread, casts
// from or to f32 take 4.
// Bytes: the sizes of the operands and the result, once each. Flops: 1 to 12 an element.

#include "pack.cuh"

// Numbers that a thread handles at once: the 16 bytes of a pack, of the wider type where the two
// differ, so that neighbouring threads always fill whole sectors.
template <typename A, typename Y>
constexpr int WIDTH = sizeof(A) == 4 || sizeof(Y) == 4 ? 4 : 8;

template <int COUNT, typename T>
__device__ __forceinline__ void load(const T* from, float* x) {
  if constexpr (COUNT == 8) {
    load_pack(from, x);
  } else {
    load_four(from, x);
  }
}

template <int COUNT, typename T>
__device__ __forceinline__ void store(T* to, const float* x) {
  if constexpr (COUNT == 8) {
    store_pack(to, x);
  } else {
    store_four(to, x);
  }
}

// y[i] = f(a[i], b[i]); b is read where it is not null.
template <typename A, typename Y, typename F>
__device__ __forceinline__ void map(const A* a, const A* b, Y* y, int count, F f) {
  constexpr int EACH = WIDTH<A, Y>;
  int packs = count / EACH;
  int first = blockIdx.x * blockDim.x + threadIdx.x;
  int stride = gridDim.x * blockDim.x;
  for (int p = first; p < packs; p += stride) {
    float left[EACH];
    float right[EACH] = {};
    load<EACH>(a + p * EACH, left);
    if (b != nullptr) load<EACH>(b + p * EACH, right);
#pragma unroll
    for (int i = 0; i < EACH; i++) left[i] = f(left[i], right[i]);
    store<EACH>(y + p * EACH, left);
  }
  int tail = packs * EACH + first;
  if (tail < count) {
    y[tail] = from_float<Y>(f(to_float(a[tail]), b != nullptr ? to_float(b[tail]) : 0.0f));
  }
}

__device__ __forceinline__ float silu(float x) { return __fdividef(x, 1.0f + __expf(-x)); }

// Keeps a NaN, which fmaxf would drop.
__device__ __forceinline__ float relu(float x) { return x < 0.0f ? 0.0f : x; }

__device__ __forceinline__ float gelu(float x) {
  return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f));
}

#define UNARY(NAME, TYPE, T)                                                          \
  extern "C" __global__ void __launch_bounds__(256)                                   \
      NAME##_##TYPE(const T* a, T* y, int count) {                                    \
    map<T, T>(a, nullptr, y, count, [](float x, float) { return NAME(x); });          \
  }

#define BINARY(NAME, TYPE, T, EXPRESSION)                                             \
  extern "C" __global__ void __launch_bounds__(256)                                   \
      NAME##_##TYPE(const T* a, const T* b, T* y, int count) {                        \
    map<T, T>(a, b, y, count, [](float x, float z) { return EXPRESSION; });           \
  }

#define NARROW(TYPE, T)            \
  UNARY(relu, TYPE, T)             \
  UNARY(gelu, TYPE, T)             \
  UNARY(silu, TYPE, T)             \
  BINARY(add, TYPE, T, x + z)      \
  BINARY(multiply, TYPE, T, x * z) \
  BINARY(swiglu, TYPE, T, silu(x) * z)
NARROW(bf16, bf16)
NARROW(f16, f16)

#define CAST(FROM, A, TO, Y)                                                          \
  extern "C" __global__ void __launch_bounds__(256)                                   \
      cast_##FROM##_##TO(const A* a, Y* y, int count) {                               \
    map<A, Y>(a, nullptr, y, count, [](float x, float) { return x; });                \
  }
CAST(f32, float, bf16, bf16)
CAST(f32, float, f16, f16)
CAST(bf16, bf16, f32, float)
CAST(f16, f16, f32, float)
CAST(bf16, bf16, f16, f16)
CAST(f16, f16, bf16, bf16)
