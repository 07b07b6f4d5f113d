// What the processor can do at most, for the ceilings of bench/gpu-first-run.
//
//   float32_rate: 8 independent chains of fmaf a thread, 64 flops an iteration after unrolling
//                 by 4: 2 * 8 * 4 * iterations flops a thread
//   tensor_rate:  4 independent mma.sync m16n8k16 of bf16 with f32 sums a warp:
//                 4 * 2 * 16 * 8 * 16 * iterations flops a warp
//
// out: f32[blocks * 256], written so that nothing is left out. Launch: block 256, any grid.

extern "C" __global__ void __launch_bounds__(256) float32_rate(float* out, int iterations) {
  float x = 1.0f + threadIdx.x * 1e-6f;
  float sums[8];
#pragma unroll
  for (int i = 0; i < 8; i++) sums[i] = i;
  for (int n = 0; n < iterations; n++) {
#pragma unroll
    for (int u = 0; u < 4; u++) {
#pragma unroll
      for (int i = 0; i < 8; i++) sums[i] = fmaf(sums[i], x, 1e-3f);
    }
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) sum += sums[i];
  out[blockIdx.x * 256 + threadIdx.x] = sum;
}

extern "C" __global__ void __launch_bounds__(256) tensor_rate(float* out, int iterations) {
  unsigned a = 0x3f803f80u + threadIdx.x;  // pairs of bf16 near 1
  float sums[4][4] = {};
  for (int n = 0; n < iterations; n++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      asm volatile(
          "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
          "{%0, %1, %2, %3}, {%4, %4, %4, %4}, {%4, %4}, {%0, %1, %2, %3};"
          : "+f"(sums[i][0]), "+f"(sums[i][1]), "+f"(sums[i][2]), "+f"(sums[i][3])
          : "r"(a));
    }
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 4; i++) sum += sums[i][0] + sums[i][1] + sums[i][2] + sums[i][3];
  out[blockIdx.x * 256 + threadIdx.x] = sum;
}
