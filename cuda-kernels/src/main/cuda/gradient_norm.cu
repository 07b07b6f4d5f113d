// The norm of all gradients together, and the factor that clips it.
//
//   norm = sqrt(sum of g^2 over all tensors) * scale
//   clip = norm > limit ? limit / norm : 1     (limit 0: no limit, 1)
//
// Two launches: gradient_norm_parts adds the squares of a chunk each, gradient_norm joins them.
// chunks: GradientChunk[grid], at most 65536 numbers of one tensor each, 16-byte aligned; parts:
// f64[grid]; result: f32[3] = norm, clip, and 1 where the norm is not finite, else 0: with loss
// scaling such a step is left out. scale: f32[1], 1 or 1 / loss scale.
// Launch: gradient_norm_parts: block 256, grid = number of chunks. gradient_norm: block 256, grid
// 1.
// Bytes: 4 a number. Flops: 2 a number.
//
// Each thread adds at most 256 squares in f32; these sums are joined in f64, in a fixed order.
//
// For launches of one's own, and as a yardstick. A plan folds gradients by fold_tensors.cu, which
// takes other folds and what is computed on the way, too: the greatest magnitude for loss scaling,
// the unscaled gradient.

#include "fold.cuh"
#include "pack.cuh"

struct GradientChunk {
  const float* gradient;
  long long count;
};

constexpr int BLOCK = 256;

__device__ __forceinline__ double sum_block(double x) {
  __shared__ double partial[BLOCK / 32];
#pragma unroll
  for (int lanes = 16; lanes > 0; lanes >>= 1) x += __shfl_xor_sync(ALL_LANES, x, lanes);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = x;
  __syncthreads();
  double sum = 0.0;
#pragma unroll
  for (int warp = 0; warp < BLOCK / 32; warp++) sum += partial[warp];
  return sum;
}

extern "C" __global__ void __launch_bounds__(BLOCK)
    gradient_norm_parts(const GradientChunk* chunks, double* parts) {
  GradientChunk chunk = chunks[blockIdx.x];
  float sum = 0.0f;
  for (long long i = threadIdx.x * 4; i < chunk.count; i += BLOCK * 4) {
    if (i + 4 <= chunk.count) {
      float g[4];
      load_pack(chunk.gradient + i, g);
#pragma unroll
      for (int j = 0; j < 4; j++) sum = fmaf(g[j], g[j], sum);
    } else {
      for (long long j = i; j < chunk.count; j++) {
        sum = fmaf(chunk.gradient[j], chunk.gradient[j], sum);
      }
    }
  }
  double total = sum_block(sum);
  if (threadIdx.x == 0) parts[blockIdx.x] = total;
}

extern "C" __global__ void __launch_bounds__(BLOCK) gradient_norm(
    const double* parts, const float* scale, float* result, float limit, int count) {
  double sum = 0.0;
  for (int i = threadIdx.x; i < count; i += BLOCK) sum += parts[i];
  double total = sum_block(sum);
  if (threadIdx.x != 0) return;
  float norm = static_cast<float>(sqrt(total)) * scale[0];
  bool finite = fabsf(norm) < infinity();
  result[0] = norm;
  result[1] = limit > 0.0f && norm > limit ? limit / norm : 1.0f;
  result[2] = finite ? 0.0f : 1.0f;
}
