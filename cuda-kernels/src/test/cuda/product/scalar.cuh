// A filled hole for tests, set by macros: a batch of products of arrays in either layout and of any
// type, with an epilogue: C[b, m, n] = SCALE * sum + bias[n].
//
//   SIZE_B SIZE_M SIZE_N SIZE_K    extents
//   TYPE_A TYPE_B TYPE_C           F32, F16 or BF16; PRODUCT the same, of the tensor cores
//   TRANSPOSE_A TRANSPOSE_B        A[k, m] instead of A[m, k], B[n, k] instead of B[k, n]
//   OPAQUE                         hides that the operands are plain arrays
#pragma once

typedef float Sum;
constexpr Element COMPUTE = PRODUCT;
constexpr int BATCH = SIZE_B, M = SIZE_M, N = SIZE_N, K = SIZE_K;
constexpr float SCALE = 0.5f;

template <Element TYPE>
struct Number {
  typedef unsigned short Type;
};
template <>
struct Number<F32> {
  typedef float Type;
};

template <Element TYPE>
__device__ __forceinline__ float widened(typename Number<TYPE>::Type x) {
  if constexpr (TYPE == F32) {
    return x;
  } else if constexpr (TYPE == BF16) {
    return __uint_as_float(static_cast<unsigned>(x) << 16);
  } else {
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x));
    return y;
  }
}

template <Element TYPE>
__device__ __forceinline__ typename Number<TYPE>::Type narrowed(float x) {
  if constexpr (TYPE == F32) {
    return x;
  } else {
    unsigned short y;
    if constexpr (TYPE == BF16) {
      asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y) : "f"(x));
    } else {
      asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x));
    }
    return y;
  }
}

struct Buffers {
  const Number<TYPE_A>::Type* a;
  const Number<TYPE_B>::Type* b;
  const float* bias;
  Number<TYPE_C>::Type* c;
};

constexpr int lanes(int row, Element type) {
  int wide = type == F32 ? 4 : 8;
  return row % wide == 0 ? wide : 1;
}

constexpr bool A_PLAIN = !OPAQUE, A_INNER_K = !TRANSPOSE_A;
constexpr long long A_STRIDE_M = TRANSPOSE_A ? 1 : K, A_STRIDE_K = TRANSPOSE_A ? M : 1;
constexpr int A_LANES = lanes(TRANSPOSE_A ? M : K, TYPE_A);
constexpr Element A_ELEMENT = TYPE_A;
__device__ __forceinline__ auto a_pointer(const Buffers& buffers, int batch) {
  return buffers.a + (long long)batch * M * K;
}
__device__ __forceinline__ Sum load_a(const Buffers& buffers, int batch, int m, int k) {
  return widened<TYPE_A>(a_pointer(buffers, batch)[m * A_STRIDE_M + k * A_STRIDE_K]);
}

constexpr bool B_PLAIN = !OPAQUE, B_INNER_K = TRANSPOSE_B;
constexpr long long B_STRIDE_N = TRANSPOSE_B ? K : 1, B_STRIDE_K = TRANSPOSE_B ? 1 : N;
constexpr int B_LANES = lanes(TRANSPOSE_B ? K : N, TYPE_B);
constexpr Element B_ELEMENT = TYPE_B;
__device__ __forceinline__ auto b_pointer(const Buffers& buffers, int batch) {
  return buffers.b + (long long)batch * K * N;
}
__device__ __forceinline__ Sum load_b(const Buffers& buffers, int batch, int k, int n) {
  return widened<TYPE_B>(b_pointer(buffers, batch)[n * B_STRIDE_N + k * B_STRIDE_K]);
}

constexpr int C_LANES = lanes(N, TYPE_C);
__device__ __forceinline__ Number<TYPE_C>::Type epilogue(const Buffers& buffers, int n, Sum sum) {
  return narrowed<TYPE_C>(fmaf(SCALE, sum, buffers.bias[n]));
}
__device__ __forceinline__ void store_c(const Buffers& buffers, int batch, int m, int n, Sum sum) {
  buffers.c[((long long)batch * M + m) * N + n] = epilogue(buffers, n, sum);
}
template <int LANES>
__device__ __forceinline__ void store_c_vector(
    const Buffers& buffers, int batch, int m, int n, const Sum* sums) {
  Pack<Number<TYPE_C>::Type, LANES> c;
#pragma unroll
  for (int i = 0; i < LANES; i++) c.at[i] = epilogue(buffers, n + i, sums[i]);
  store_vector(buffers.c + ((long long)batch * M + m) * N + n, c);
}
