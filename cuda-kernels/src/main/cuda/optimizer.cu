// One step of an optimizer over all parameters in one launch.
//
// With g the gradient times clip[0] (and loss scaling undone in it), t the step from 1:
//   sgd:      v = momentum * v + g,  p -= rate * (nesterov ? g + momentum * v : v)
//             g includes decay * p
//   rmsprop:  v = decay1 * v + (1 - decay1) * g^2,  p -= rate * g / (sqrt(v) + epsilon)
//   adam:     m = decay1 * m + (1 - decay1) * g,  v = decay2 * v + (1 - decay2) * g^2
//             p -= rate * (m / (1 - decay1^t)) / (sqrt(v / (1 - decay2^t)) + epsilon)
//             g includes decay * p (Kingma and Ba 2015)
//   adamw:    the same without decay in g, but p -= rate * decay * p (Loshchilov and Hutter 2019)
//
// chunks: Chunk[grid], each at most 65536 numbers of one tensor, so that small and large tensors
// share the launch evenly (multi_tensor_apply of Apex). parameter, gradient, first, second: f32,
// 16-byte aligned; copy: bf16, or null; first is unused by rmsprop, second by sgd (null).
// numbers: Numbers[1] in device memory, so that a captured graph is replayed with other ones.
// Launch: block 256, grid = number of chunks.
// Bytes: for each parameter adam and adamw 28, sgd and rmsprop 20, and 2 for a copy. Flops: about
// 12.
//
// Everything of a parameter is read once and written once, 16 bytes at a time.
//
// For launches of one's own, and as a yardstick. A plan's updates go through map_tensors.cu: there
// the compiler writes any optimizer's rule, with what surrounds it (clipping, unscaling, leaving out
// a step, casts), and moves the same bytes; its table of tensors is among the parameters, not in
// memory that a host has to write first.

#include "pack.cuh"

struct Chunk {
  float* parameter;
  const float* gradient;
  float* first;
  float* second;
  bf16* copy;
  long long count;
};

struct Numbers {
  float rate;
  float decay1;      // sgd: momentum
  float decay2;
  float epsilon;
  float weight_decay;
  float correction1;  // 1 / (1 - decay1^t)
  float correction2;  // 1 / (1 - decay2^t)
  float scale;        // of all gradients: 1, or 1 / loss scale
};

struct Sgd {
  static constexpr bool FIRST = true, SECOND = false;
  static __device__ __forceinline__ float step(
      const Numbers& n, float p, float g, float& v, float&) {
    g = fmaf(n.weight_decay, p, g);
    v = fmaf(n.decay1, v, g);
    return fmaf(-n.rate, v, p);
  }
};

struct Nesterov {
  static constexpr bool FIRST = true, SECOND = false;
  static __device__ __forceinline__ float step(
      const Numbers& n, float p, float g, float& v, float&) {
    g = fmaf(n.weight_decay, p, g);
    v = fmaf(n.decay1, v, g);
    return fmaf(-n.rate, fmaf(n.decay1, v, g), p);
  }
};

struct RmsProp {
  static constexpr bool FIRST = false, SECOND = true;
  static __device__ __forceinline__ float step(
      const Numbers& n, float p, float g, float&, float& v) {
    g = fmaf(n.weight_decay, p, g);
    v = fmaf(n.decay1, v, (1.0f - n.decay1) * g * g);
    return fmaf(-n.rate, __fdividef(g, sqrtf(v) + n.epsilon), p);
  }
};

template <bool DECOUPLED>
struct Adam {
  static constexpr bool FIRST = true, SECOND = true;
  static __device__ __forceinline__ float step(
      const Numbers& n, float p, float g, float& m, float& v) {
    if (!DECOUPLED) g = fmaf(n.weight_decay, p, g);
    m = fmaf(n.decay1, m, (1.0f - n.decay1) * g);
    v = fmaf(n.decay2, v, (1.0f - n.decay2) * g * g);
    float change = __fdividef(m * n.correction1, sqrtf(v * n.correction2) + n.epsilon);
    if (DECOUPLED) change = fmaf(n.weight_decay, p, change);
    return fmaf(-n.rate, change, p);
  }
};

template <typename Rule>
__device__ __forceinline__ void optimize(
    const Chunk* chunks, const Numbers* numbers, const float* clip) {
  Chunk chunk = chunks[blockIdx.x];
  Numbers n = *numbers;
  float scale = n.scale * (clip != nullptr ? clip[0] : 1.0f);
  for (long long i = threadIdx.x * 4; i < chunk.count; i += blockDim.x * 4) {
    float p[4];
    float g[4];
    float first[4] = {};
    float second[4] = {};
    if (i + 4 <= chunk.count) {
      load_pack(chunk.parameter + i, p);
      load_pack(chunk.gradient + i, g);
      if (Rule::FIRST) load_pack(chunk.first + i, first);
      if (Rule::SECOND) load_pack(chunk.second + i, second);
#pragma unroll
      for (int j = 0; j < 4; j++) p[j] = Rule::step(n, p[j], g[j] * scale, first[j], second[j]);
      store_pack(chunk.parameter + i, p);
      if (Rule::FIRST) store_pack(chunk.first + i, first);
      if (Rule::SECOND) store_pack(chunk.second + i, second);
      if (chunk.copy != nullptr) {
        *reinterpret_cast<uint2*>(chunk.copy + i) =
            make_uint2(Pair<bf16>::pack(p[0], p[1]), Pair<bf16>::pack(p[2], p[3]));
      }
      continue;
    }
    for (long long j = i; j < chunk.count; j++) {
      if (Rule::FIRST) first[0] = chunk.first[j];
      if (Rule::SECOND) second[0] = chunk.second[j];
      float value =
          Rule::step(n, chunk.parameter[j], chunk.gradient[j] * scale, first[0], second[0]);
      chunk.parameter[j] = value;
      if (Rule::FIRST) chunk.first[j] = first[0];
      if (Rule::SECOND) chunk.second[j] = second[0];
      if (chunk.copy != nullptr) chunk.copy[j] = from_float<bf16>(value);
    }
  }
}

#define OPTIMIZER(NAME, RULE)                                                \
  extern "C" __global__ void __launch_bounds__(256)                          \
      NAME(const Chunk* chunks, const Numbers* numbers, const float* clip) { \
    optimize<RULE>(chunks, numbers, clip);                                   \
  }
OPTIMIZER(sgd_step, Sgd)
OPTIMIZER(nesterov_step, Nesterov)
OPTIMIZER(rmsprop_step, RmsProp)
OPTIMIZER(adam_step, Adam<false>)
OPTIMIZER(adamw_step, Adam<true>)
