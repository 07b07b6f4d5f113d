// Kernels whose PTX has what hand-written snippets do not: slow paths of the mathematical library,
// local arrays, 16-bit arithmetic, calls, 64-bit divisions. `compile.sh` makes the .ptx files.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

// y[6 i ..] = sin, cos, pow, erf, log, tan of x[i], with the exact (slow) functions
extern "C" __global__ void functions(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  y[6 * i] = sinf(x[i]);
  y[6 * i + 1] = cosf(x[i]);
  y[6 * i + 2] = powf(fabsf(x[i]) + 0.5f, 1.7f);
  y[6 * i + 3] = erff(x[i]);
  y[6 * i + 4] = logf(fabsf(x[i]) + 1e-3f);
  y[6 * i + 5] = tanhf(x[i]);
}

// y[3 i ..] = sin, pow, exp of x[i] in f64
extern "C" __global__ void doubles(const double* x, double* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  y[3 * i] = sin(x[i]);
  y[3 * i + 1] = pow(fabs(x[i]) + 0.25, 2.3);
  y[3 * i + 2] = exp(x[i] * 0.01);
}

// y[i] = bits of half sums and products, x as pairs
extern "C" __global__ void halves(const __half2* x, __half2* y, const __nv_bfloat162* b, __nv_bfloat162* c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  y[i] = __hfma2(x[i], x[i], __hmul2(x[i], __float2half2_rn(0.5f)));
  c[i] = __hadd2(b[i], __hmax2(b[i], __float2bfloat162_rn(0.25f)));
}

__device__ __noinline__ long long weigh(long long a, int b) { return a / (b + 1) + a % 7; }

// a local array indexed at run time, a call and 64-bit division
extern "C" __global__ void integers(const long long* x, long long* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  long long seen[8];
  for (int k = 0; k < 8; k++) seen[k] = x[(i + k) % n] * k;
  long long sum = 0;
  for (int k = 0; k < (i & 7) + 1; k++) sum += weigh(seen[(k * i) & 7], k);
  y[i] = sum;
}

// sum of squares of a row per block through shared memory and shuffles
extern "C" __global__ void rows(const float* x, float* y, int columns) {
  __shared__ float parts[32];
  float sum = 0;
  for (int c = threadIdx.x; c < columns; c += blockDim.x) {
    float v = x[(size_t)blockIdx.x * columns + c];
    sum = fmaf(v, v, sum);
  }
  for (int o = 16; o; o >>= 1) sum += __shfl_xor_sync(0xffffffffu, sum, o);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = threadIdx.x < blockDim.x / 32 ? parts[threadIdx.x] : 0;
    for (int o = 16; o; o >>= 1) sum += __shfl_xor_sync(0xffffffffu, sum, o);
    if (threadIdx.x == 0) y[blockIdx.x] = sum;
  }
}
