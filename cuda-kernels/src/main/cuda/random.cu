// Counter-based random numbers and dropout: Philox4x32-10 (Salmon et al., "Parallel random numbers:
// as easy as 1, 2, 3", SC 2011), bit-identical with the graph's Random on every device.
//
//   word(i) = word i % 4 of the block whose counter is counter + i / 4, under the key
//   random_bits:    y[i] = word(i)
//   random_uniform: y[i] = (word(i) >> 8) * 2^-24, in [0, 1)
//   dropout:        y[i] = uniform(i) >= rate ? x[i] * scale : 0,  scale = 1 / (1 - rate)
//
// key, counter: i64[1]; x, y: [count], 16-byte aligned. Dropout is its own gradient, with dy as x:
// the numbers are made again, so no mask is stored.
// Launch: block 256, any grid; ceil(count / 1024) covers it at once, 4 numbers a thread.
// Bytes: 4 * count for random numbers, 2 * count * size for dropout. Flops: none for bits, 2 an
// element else; about 15 integer operations a word.

#include "pack.cuh"

// The four words of one block.
__device__ __forceinline__ uint4 philox(unsigned long long counter, unsigned long long key) {
  unsigned c0 = static_cast<unsigned>(counter);
  unsigned c1 = static_cast<unsigned>(counter >> 32);
  unsigned c2 = 0;
  unsigned c3 = 0;
  unsigned k0 = static_cast<unsigned>(key);
  unsigned k1 = static_cast<unsigned>(key >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    unsigned low0 = 0xD2511F53u * c0;
    unsigned high0 = __umulhi(0xD2511F53u, c0);
    unsigned low1 = 0xCD9E8D57u * c2;
    unsigned high1 = __umulhi(0xCD9E8D57u, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return make_uint4(c0, c1, c2, c3);
}

// 24 bits are a float exactly, and so is their product with a power of two.
__device__ __forceinline__ float uniform(unsigned word) { return (word >> 8) * 0x1p-24f; }

// Calls f(first, words) for each group of four elements.
template <typename F>
__device__ __forceinline__ void for_each_block(
    const long long* key, const long long* counter, int count, F f) {
  int blocks = count / 4 + (count % 4 != 0);
  for (int b = blockIdx.x * blockDim.x + threadIdx.x; b < blocks; b += gridDim.x * blockDim.x) {
    f(b * 4, philox(static_cast<unsigned long long>(counter[0]) + b, key[0]));
  }
}

extern "C" __global__ void __launch_bounds__(256)
    random_bits(const long long* key, const long long* counter, int* y, int count) {
  for_each_block(key, counter, count, [=](int first, uint4 word) {
    if (first + 4 <= count) {
      *reinterpret_cast<uint4*>(y + first) = word;
      return;
    }
    unsigned rest[3] = {word.x, word.y, word.z};
#pragma unroll
    for (int i = 0; i < 3; i++) {
      if (first + i < count) y[first + i] = rest[i];
    }
  });
}

extern "C" __global__ void __launch_bounds__(256)
    random_uniform(const long long* key, const long long* counter, float* y, int count) {
  for_each_block(key, counter, count, [=](int first, uint4 word) {
    float u[4] = {uniform(word.x), uniform(word.y), uniform(word.z), uniform(word.w)};
    if (first + 4 <= count) {
      store_pack(y + first, u);
      return;
    }
#pragma unroll
    for (int i = 0; i < 3; i++) {
      if (first + i < count) y[first + i] = u[i];
    }
  });
}

template <typename T>
__device__ __forceinline__ void dropout(
    const T* x, const long long* key, const long long* counter, T* y, float rate, float scale,
    int count) {
  for_each_block(key, counter, count, [=](int first, uint4 word) {
    float u[4] = {uniform(word.x), uniform(word.y), uniform(word.z), uniform(word.w)};
    float value[4];
    if (first + 4 <= count) {
      load_four(x + first, value);
#pragma unroll
      for (int i = 0; i < 4; i++) value[i] = u[i] >= rate ? value[i] * scale : 0.0f;
      store_four(y + first, value);
      return;
    }
#pragma unroll
    for (int i = 0; i < 3; i++) {
      if (first + i >= count) continue;
      y[first + i] = from_float<T>(u[i] >= rate ? to_float(x[first + i]) * scale : 0.0f);
    }
  });
}

#define DROPOUT(TYPE, T)                                                                     \
  extern "C" __global__ void __launch_bounds__(256) dropout_##TYPE(                          \
      const T* x, const long long* key, const long long* counter, T* y, float rate,          \
      float scale, int count) {                                                              \
    dropout(x, key, counter, y, rate, scale, count);                                         \
  }
DROPOUT(f32, float)
DROPOUT(bf16, bf16)
DROPOUT(f16, f16)
