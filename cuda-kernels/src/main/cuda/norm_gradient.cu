// Gradients of layer normalization and root-mean-square normalization of x[rows, columns].
//
// With h = (x - mean) * rstd and g = dy * gamma:
//   layernorm_gradient: dx = rstd * (g - mean(g) - h * mean(g * h))
//   rmsnorm_gradient:   dx = rstd * (g - h * mean(g * h)), where mean = 0
//   both:               dgamma = sum over rows of dy * h,  dbeta = sum over rows of dy
//
// x, dy, dx: [rows, columns]; gamma: [columns]; mean, rstd: [rows] as the forward kernels wrote
// them; all of one type: f32, bf16 or f16. sums: f32[parts, 2, columns], the sums of dy * h and of
// dy over the rows of each part, which norm_parameters then adds: no atomics, the same bits in
// every run. dgamma, dbeta: [columns]; rmsnorm_gradient leaves its half of the sums for dbeta
// unwritten, and dbeta is null then.
// Launch: blocks as row.cuh says for gradients, any grid: `parts` is the number of rows that the
// grid holds at once: 4 * grid for capacity 256, grid else.
//   norm_parameters: block 32 x 8, grid ceil(columns / 32) x 2.
// Bytes: 3 * rows * columns * size + 8 * parts * columns. Flops: 12 an element.
//
// A thread keeps its columns for all rows of its part, so the sums over rows stay in registers.

#include "row.cuh"

template <bool CENTRED, typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void norm_gradient(
    const T* x, const T* gamma, const T* mean, const T* rstd, const T* dy, T* dx, float* sums,
    int rows, int columns) {
  using Values = Row<T, THREADS, PER_THREAD>;
  Values factor;
  factor.load(gamma, columns, 0.0f);
  Values gamma_sum = {};
  Values beta_sum = {};
  float reciprocal = 1.0f / columns;
  int stride = gridDim.x * (ROW_BLOCK<THREADS> / THREADS);
  for (int r = Values::index(); r < rows; r += stride) {
    size_t start = static_cast<size_t>(r) * columns;
    float average = CENTRED ? to_float(mean[r]) : 0.0f;
    float scale = to_float(rstd[r]);
    Values normal;
    Values cotangent;
    normal.load(x + start, columns, average);
    cotangent.load(dy + start, columns, 0.0f);
    float2 folds = make_float2(0.0f, 0.0f);
#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) {
      float d = cotangent.value[i];
      float h = (normal.value[i] - average) * scale;
      float g = d * factor.value[i];
      normal.value[i] = h;
      cotangent.value[i] = g;
      gamma_sum.value[i] = fmaf(d, h, gamma_sum.value[i]);
      if (CENTRED) beta_sum.value[i] += d;
      folds.x = fmaf(g, h, folds.x);
      folds.y += g;
    }
    if (CENTRED) {
      folds = Values::sum(folds);
    } else {
      folds = make_float2(Values::sum(folds.x), 0.0f);
    }
    float along = folds.x * reciprocal;
    float shift = folds.y * reciprocal;
#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) {
      normal.value[i] = scale * (fmaf(-normal.value[i], along, cotangent.value[i]) - shift);
    }
    normal.store(dx + start, columns);
  }
  float* part = sums + static_cast<size_t>(Values::index()) * 2 * columns;
  gamma_sum.store_wide(part, columns);
  if (CENTRED) beta_sum.store_wide(part + columns, columns);
}

// Adds the parts: dgamma by the blocks of y 0, dbeta by those of y 1.
template <typename T>
__device__ __forceinline__ void norm_parameters(
    const float* sums, T* dgamma, T* dbeta, int parts, int columns) {
  __shared__ float partial[8][33];
  T* to = blockIdx.y == 0 ? dgamma : dbeta;
  if (to == nullptr) return;
  int c = blockIdx.x * 32 + threadIdx.x;
  const float* from = sums + static_cast<size_t>(blockIdx.y) * columns;
  float sum = 0.0f;
  if (c < columns) {
    for (int p = threadIdx.y; p < parts; p += 8) {
      sum += from[static_cast<size_t>(p) * 2 * columns + c];
    }
  }
  partial[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y != 0 || c >= columns) return;
#pragma unroll
  for (int i = 1; i < 8; i++) sum += partial[i][threadIdx.x];
  to[c] = from_float<T>(sum);
}

// Blocks that shall fit on a multiprocessor; 0 leaves it to the assembler, which takes a stack of 8
// bytes for 128 threads and narrow types rather than some registers more.
template <int THREADS>
constexpr int GRADIENT_BLOCKS = THREADS == 128 ? 8 : 0;

#define GRADIENT(SUFFIX, T, THREADS, PER_THREAD)                                              \
  extern "C" __global__ void                                                                  \
  __launch_bounds__(ROW_BLOCK<THREADS>, GRADIENT_BLOCKS<THREADS>) layernorm_gradient_##SUFFIX( \
      const T* x, const T* gamma, const T* mean, const T* rstd, const T* dy, T* dx,           \
      float* sums, int rows, int columns) {                                                  \
    norm_gradient<true, T, THREADS, PER_THREAD>(                                              \
        x, gamma, mean, rstd, dy, dx, sums, rows, columns);                                  \
  }                                                                                           \
  extern "C" __global__ void                                                                  \
  __launch_bounds__(ROW_BLOCK<THREADS>, GRADIENT_BLOCKS<THREADS>) rmsnorm_gradient_##SUFFIX(   \
      const T* x, const T* gamma, const T* rstd, const T* dy, T* dx, float* sums, int rows,  \
      int columns) {                                                                          \
    norm_gradient<false, T, THREADS, PER_THREAD>(                                             \
        x, gamma, rstd, rstd, dy, dx, sums, rows, columns);                                  \
  }
FOR_EACH_GRADIENT_KERNEL(GRADIENT)

#define PARAMETERS(TYPE, T)                                                                     \
  extern "C" __global__ void __launch_bounds__(256) norm_parameters_##TYPE(                     \
      const float* sums, T* dgamma, T* dbeta, int parts, int columns) {                        \
    norm_parameters(sums, dgamma, dbeta, parts, columns);                                      \
  }
PARAMETERS(f32, float)
PARAMETERS(bf16, bf16)
PARAMETERS(f16, f16)
