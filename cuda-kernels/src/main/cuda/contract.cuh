// Contractions: what their templates share, and what the compiler must write into the hole.
//
//   C[b, m, n] = epilogue( sum over k of A[b, m, k] * B[b, k, n] )      b < BATCH, m < M, ...
//
// Matrix products, convolutions and both their gradients are this sum: A and B are functions of
// their indices, and what they do inside (im2col, transposes, paddings, gathers, conversions,
// elementwise prologues) the templates do not see.
//
// THE HOLE. The compiler's text is found under the name "scalar.cuh". It defines all of:
//
//   struct Buffers { ... };                 the kernel's pointers, the first argument, by value
//   typedef float Sum;                      type of products and sum: float; double, int or
//                                           long long in the SIMT templates only
//   constexpr Element COMPUTE;              type of products on the tensor cores: F16, BF16 or F32
//                                           (tf32); looked at in contract_tensor alone
//   constexpr int BATCH, M, N, K;           extents; K may be 0, the others not
//
//   Sum load_a(const Buffers&, int b, int m, int k)            any element, 0 <= index < extent
//   Sum load_b(const Buffers&, int b, int k, int n)
//   void store_c(const Buffers&, int b, int m, int n, Sum sum) epilogue and all its stores
//   template <int LANES> void store_c_vector(const Buffers&, int b, int m, int n, const Sum* sums)
//                                           as store_c for n .. n + LANES - 1, n a multiple of
//                                           LANES, LANES <= C_LANES, with vector stores
//                                           (store_vector below)
//   constexpr int C_LANES;                  1, 2, 4 or 8: greatest LANES whose stores are aligned;
//                                           N is a multiple of it; 1 where there are none
//
// and for operand A (for B the same with B and N for M, `k` and `n` in the order of load_b):
//
//   constexpr bool A_INNER_K;               neighbours in k lie beside each other in memory, or
//                                           mostly so; else neighbours in m do. Only a hint for
//                                           load_a, where threads then share cache lines
//   constexpr bool A_PLAIN;                 A is an array and load_a only reads (and converts) it:
//                                           a_pointer(buffers, b)[m * A_STRIDE_M + k * A_STRIDE_K]
//   constexpr long long A_STRIDE_M, A_STRIDE_K;   in elements; one of them 1 where A_LANES > 1
//   constexpr int A_LANES;                  elements along the index of stride 1 that are read at
//                                           once: a_pointer and the other stride are aligned to
//                                           A_LANES elements; 16 bytes of them, or else 1
//   constexpr Element A_ELEMENT;            type of the array: F32, F16, BF16 or OTHER
//   a_pointer(const Buffers&, int b)        `const T*` to element (0, 0) of the array; where A is
//                                           not plain any pointer, say a null `const Sum*`
//
// All are `__device__ __forceinline__` functions or constants and always defined, used or not.
// Raw bits of f16 and bf16 are `unsigned short`: no CUDA header is needed.
// `#define CONTRACT_TILE 128` in the hole leaves out the kernels of other tiles (64, 32);
// `#define CONTRACT_STAGES 5` says what contract_tensor's dynamic shared memory is for.
//
// WHAT IS CHEAP. A thread keeps its m (n) for all of its k, so whatever an index map derives from
// b and m alone leaves the loop. What depends on k is computed for each element: write divisions
// by constants on `unsigned` values (a multiply-high and a shift; signed ones cost twice), split k
// into its variables innermost last, and guard with one unsigned comparison,
// `(unsigned)(y * stride + dy - pad) < HEIGHT`. A convolution's operand is
//
//   Sum load_a(buffers, b, m, k) {                       m = (image, y, x), k = (channel, dy, dx)
//     unsigned dx = k % 3u, dy = k / 3u % 3u, channel = k / 9u;
//     unsigned x = m % 28u, y = m / 28u % 28u, image = m / 784u;
//     int row = y + dy - 1, column = x + dx - 1;
//     return (unsigned)row < 28u && (unsigned)column < 28u
//         ? buffers.x[((image * 32 + channel) * 28 + row) * 28 + column] : 0;
//   }
//
// Let n run along the axis of C that is contiguous (swap A and B, M and N otherwise); where M or N
// is at most 8, let M be that one and use contract_rows.
#pragma once

enum Element { F32, F16, BF16, OTHER };

// LANES values, aligned so that they move by one instruction (up to 16 bytes).
template <typename T, int LANES>
struct alignas(sizeof(T) * LANES > 16 ? 16 : sizeof(T) * LANES) Pack {
  T at[LANES];
};

__device__ __forceinline__ void store_words(void* to, uint4 words) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(to)),
               "r"(words.x), "r"(words.y), "r"(words.z), "r"(words.w)
               : "memory");
}
__device__ __forceinline__ void store_words(void* to, uint2 words) {
  asm volatile("st.global.v2.u32 [%0], {%1, %2};" ::"l"(__cvta_generic_to_global(to)),
               "r"(words.x), "r"(words.y)
               : "memory");
}
__device__ __forceinline__ void store_words(void* to, unsigned word) {
  *static_cast<unsigned*>(to) = word;
}

template <int BYTES>
struct Words;
template <>
struct Words<16> {
  typedef uint4 Type;
};
template <>
struct Words<8> {
  typedef uint2 Type;
};
template <>
struct Words<4> {
  typedef unsigned Type;
};

// Writes a pack of 4, 8 or 16 bytes by one instruction. The compiler splits the assignment of a
// struct into stores of its elements, and among many others does not always join them again.
template <typename T, int LANES>
__device__ __forceinline__ void store_vector(T* to, const Pack<T, LANES>& pack) {
  typename Words<sizeof(T) * LANES>::Type words;
  memcpy(&words, &pack, sizeof(words));
  store_words(to, words);
}

#define HOLE_CONTRACT
#include "scalar.cuh"

__device__ __forceinline__ float multiply_add(float a, float b, float sum) {
  return fmaf(a, b, sum);
}
__device__ __forceinline__ double multiply_add(double a, double b, double sum) {
  return fma(a, b, sum);
}
__device__ __forceinline__ int multiply_add(int a, int b, int sum) { return a * b + sum; }
__device__ __forceinline__ long long multiply_add(long long a, long long b, long long sum) {
  return a * b + sum;
}

// Whether a plain operand's elements are Sums, which need no conversion.
template <typename Pointer>
constexpr bool POINTS_TO_SUM = false;
template <>
constexpr bool POINTS_TO_SUM<const Sum*> = true;
template <>
constexpr bool POINTS_TO_SUM<Sum*> = true;

// The hole's operands behind one face: `row` is m of A, and n of B. FOURS: four elements can be
// read as four Sums.
struct OperandA {
  static constexpr int ROWS = M;
  static constexpr bool INNER_K = A_INNER_K;
  static constexpr bool PLAIN = A_PLAIN;
  static constexpr long long STRIDE_ROW = A_STRIDE_M, STRIDE_K = A_STRIDE_K;
  static constexpr int LANES = A_LANES;
  static constexpr Element ELEMENT = A_ELEMENT;
  static constexpr bool FOURS = PLAIN && LANES == 4 && sizeof(Sum) == 4 &&
      POINTS_TO_SUM<decltype(a_pointer(*static_cast<const Buffers*>(nullptr), 0))>;
  static __device__ __forceinline__ Sum load(const Buffers& buffers, int batch, int row, int k) {
    return load_a(buffers, batch, row, k);
  }
  static __device__ __forceinline__ auto pointer(const Buffers& buffers, int batch) {
    return a_pointer(buffers, batch);
  }
};

struct OperandB {
  static constexpr int ROWS = N;
  static constexpr bool INNER_K = B_INNER_K;
  static constexpr bool PLAIN = B_PLAIN;
  static constexpr long long STRIDE_ROW = B_STRIDE_N, STRIDE_K = B_STRIDE_K;
  static constexpr int LANES = B_LANES;
  static constexpr Element ELEMENT = B_ELEMENT;
  static constexpr bool FOURS = PLAIN && LANES == 4 && sizeof(Sum) == 4 &&
      POINTS_TO_SUM<decltype(b_pointer(*static_cast<const Buffers*>(nullptr), 0))>;
  static __device__ __forceinline__ Sum load(const Buffers& buffers, int batch, int row, int k) {
    return load_b(buffers, batch, k, row);
  }
  static __device__ __forceinline__ auto pointer(const Buffers& buffers, int batch) {
    return b_pointer(buffers, batch);
  }
};

// Where a block works. Tiles are counted so that blocks that run at the same time share rows of A
// and columns of B in the L2 cache: down a strip of 8 tiles first, then to the right.
struct TilePlace {
  int batch, m, n;
};

template <int TILE_M, int TILE_N>
__device__ __forceinline__ TilePlace place_of(int block) {
  constexpr int ROWS = (M + TILE_M - 1) / TILE_M, COLUMNS = (N + TILE_N - 1) / TILE_N;
  constexpr int STRIP = 8;
  int batch = block / (ROWS * COLUMNS), tile = block % (ROWS * COLUMNS);
  int first = tile / (STRIP * COLUMNS) * STRIP, within = tile % (STRIP * COLUMNS);
  int height = ROWS - first < STRIP ? ROWS - first : STRIP;
  return {batch, (first + within % height) * TILE_M, within / height * TILE_N};
}
