// Batch normalization of x[rows, channels], where rows are all axes but the last (Ioffe and
// Szegedy 2015).
//
//   training:  mean, variance over the rows, rstd = 1 / sqrt(variance + epsilon)
//              y = (x - mean) * (rstd * gamma) + beta
//   gradient:  h = (x - mean) * rstd,  dgamma = sum(dy * h),  dbeta = sum(dy)
//              dx = (dy - dbeta / rows - h * dgamma / rows) * (rstd * gamma)
//
// x, y, dy, dx: [rows, channels]; gamma, beta, mean, variance, rstd, dgamma, dbeta: [channels];
// epsilon: [1]; of one type: f32, bf16 or f16. sums: f32[parts, 2, channels], made by one kernel
// for the next.
// Launches, in order:
//   training   batchnorm_moments, batchnorm_statistics, batchnorm_apply
//   inference  batchnorm_apply with rstd null: it takes the variance then
//   gradient   batchnorm_products, batchnorm_sums, batchnorm_gradient
//   moments, products:  block 32 x 8, grid ceil(channels / 32) x parts, any number of parts
//   statistics, sums:   block 256, grid ceil(channels / 256)
//   apply, gradient:    block 32 x 8, grid ceil(channels / 32) x any
// Bytes: x twice and y once forward; x and dy twice and dx once backward. Flops: 8 an element
// forward, 10 backward.
//
// Each thread sums differences from the first value it sees, so a mean far from 0 does not cancel
// the variance; parts are joined as (count, mean, sum of squares), after Chan, Golub and LeVeque
// 1979. The order is fixed: the same bits in every run.

#include "fold.cuh"
#include "pack.cuh"

constexpr int LANES = 32;
constexpr int LINES = 8;

// Mean and sum of squared differences from it, of `count` numbers.
struct Moments {
  float count;
  float mean;
  float squares;

  __device__ __forceinline__ void join(Moments other) {
    if (other.count == 0.0f) return;
    if (count == 0.0f) {
      *this = other;
      return;
    }
    float total = count + other.count;
    float weight = other.count / total;
    float distance = other.mean - mean;
    mean = fmaf(distance, weight, mean);
    squares = fmaf(distance * distance, count * weight, squares + other.squares);
    count = total;
  }
};

// Rows of part `part` of `parts`: [first, end).
struct Part {
  int first;
  int end;

  __device__ __forceinline__ Part(int part, int parts, int rows) {
    int size = (rows + parts - 1) / parts;
    first = min(part * size, rows);
    end = min(first + size, rows);
  }
};

template <typename T>
__device__ __forceinline__ void moments(const T* x, float* sums, int rows, int channels) {
  __shared__ Moments partial[LINES][LANES];
  int c = blockIdx.x * LANES + threadIdx.x;
  Part part(blockIdx.y, gridDim.y, rows);
  Moments own = {0.0f, 0.0f, 0.0f};
  int r = part.first + threadIdx.y;
  if (c < channels && r < part.end) {
    float origin = to_float(x[static_cast<size_t>(r) * channels + c]);
    float sum = 0.0f;
    float squares = 0.0f;
    int count = 0;
    for (; r < part.end; r += LINES) {
      float distance = to_float(x[static_cast<size_t>(r) * channels + c]) - origin;
      sum += distance;
      squares = fmaf(distance, distance, squares);
      count++;
    }
    float average = sum / count;
    float centred = fmaf(-average, sum, squares);
    // Rounding may leave a little less than nothing; a NaN stays.
    own = {static_cast<float>(count), origin + average, centred < 0.0f ? 0.0f : centred};
  }
  partial[threadIdx.y][threadIdx.x] = own;
  __syncthreads();
  if (threadIdx.y != 0 || c >= channels) return;
#pragma unroll
  for (int i = 1; i < LINES; i++) own.join(partial[i][threadIdx.x]);
  float* to = sums + static_cast<size_t>(blockIdx.y) * 2 * channels;
  to[c] = own.mean;
  to[channels + c] = own.squares;
}

template <typename T>
__device__ __forceinline__ void statistics(
    const float* sums, const T* epsilon, T* mean, T* variance, T* rstd, int parts, int rows,
    int channels) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= channels) return;
  Moments all = {0.0f, 0.0f, 0.0f};
  for (int p = 0; p < parts; p++) {
    Part part(p, parts, rows);
    const float* from = sums + static_cast<size_t>(p) * 2 * channels;
    all.join({static_cast<float>(part.end - part.first), from[c], from[channels + c]});
  }
  float spread = all.squares / rows;
  mean[c] = from_float<T>(all.mean);
  variance[c] = from_float<T>(spread);
  rstd[c] = from_float<T>(rsqrtf(spread + to_float(epsilon[0])));
}

template <typename T>
__device__ __forceinline__ void apply(
    const T* x, const T* gamma, const T* beta, const T* mean, const T* variance, const T* rstd,
    const T* epsilon, T* y, int rows, int channels) {
  int c = blockIdx.x * LANES + threadIdx.x;
  if (c >= channels) return;
  float scale = rstd != nullptr ? to_float(rstd[c])
                                : rsqrtf(to_float(variance[c]) + to_float(epsilon[0]));
  float factor = scale * to_float(gamma[c]);
  float average = to_float(mean[c]);
  float shift = to_float(beta[c]);
  for (int r = blockIdx.y * LINES + threadIdx.y; r < rows; r += gridDim.y * LINES) {
    size_t i = static_cast<size_t>(r) * channels + c;
    y[i] = from_float<T>(fmaf(to_float(x[i]) - average, factor, shift));
  }
}

template <typename T>
__device__ __forceinline__ void products(
    const T* x, const T* mean, const T* rstd, const T* dy, float* sums, int rows, int channels) {
  __shared__ float2 partial[LINES][LANES];
  int c = blockIdx.x * LANES + threadIdx.x;
  Part part(blockIdx.y, gridDim.y, rows);
  float2 folds = make_float2(0.0f, 0.0f);
  if (c < channels) {
    float average = to_float(mean[c]);
    float scale = to_float(rstd[c]);
    for (int r = part.first + threadIdx.y; r < part.end; r += LINES) {
      size_t i = static_cast<size_t>(r) * channels + c;
      float d = to_float(dy[i]);
      folds.x = fmaf(d, (to_float(x[i]) - average) * scale, folds.x);
      folds.y += d;
    }
  }
  partial[threadIdx.y][threadIdx.x] = folds;
  __syncthreads();
  if (threadIdx.y != 0 || c >= channels) return;
#pragma unroll
  for (int i = 1; i < LINES; i++) {
    folds.x += partial[i][threadIdx.x].x;
    folds.y += partial[i][threadIdx.x].y;
  }
  float* to = sums + static_cast<size_t>(blockIdx.y) * 2 * channels;
  to[c] = folds.x;
  to[channels + c] = folds.y;
}

template <typename T>
__device__ __forceinline__ void add_parts(
    const float* sums, T* dgamma, T* dbeta, int parts, int channels) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= channels) return;
  float gamma_sum = 0.0f;
  float beta_sum = 0.0f;
  for (int p = 0; p < parts; p++) {
    const float* from = sums + static_cast<size_t>(p) * 2 * channels;
    gamma_sum += from[c];
    beta_sum += from[channels + c];
  }
  dgamma[c] = from_float<T>(gamma_sum);
  dbeta[c] = from_float<T>(beta_sum);
}

template <typename T>
__device__ __forceinline__ void gradient(
    const T* x, const T* gamma, const T* mean, const T* rstd, const T* dgamma, const T* dbeta,
    const T* dy, T* dx, int rows, int channels) {
  int c = blockIdx.x * LANES + threadIdx.x;
  if (c >= channels) return;
  float reciprocal = 1.0f / rows;
  float average = to_float(mean[c]);
  float scale = to_float(rstd[c]);
  float along = to_float(dgamma[c]) * reciprocal;
  float shift = to_float(dbeta[c]) * reciprocal;
  float factor = scale * to_float(gamma[c]);
  for (int r = blockIdx.y * LINES + threadIdx.y; r < rows; r += gridDim.y * LINES) {
    size_t i = static_cast<size_t>(r) * channels + c;
    float h = (to_float(x[i]) - average) * scale;
    dx[i] = from_float<T>((fmaf(-h, along, to_float(dy[i])) - shift) * factor);
  }
}

#define BATCHNORM(TYPE, T)                                                                       \
  extern "C" __global__ void __launch_bounds__(256)                                              \
      batchnorm_moments_##TYPE(const T* x, float* sums, int rows, int channels) {               \
    moments(x, sums, rows, channels);                                                           \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(256) batchnorm_statistics_##TYPE(                 \
      const float* sums, const T* epsilon, T* mean, T* variance, T* rstd, int parts, int rows,  \
      int channels) {                                                                            \
    statistics(sums, epsilon, mean, variance, rstd, parts, rows, channels);                     \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(256) batchnorm_apply_##TYPE(                      \
      const T* x, const T* gamma, const T* beta, const T* mean, const T* variance,               \
      const T* rstd, const T* epsilon, T* y, int rows, int channels) {                           \
    apply(x, gamma, beta, mean, variance, rstd, epsilon, y, rows, channels);                     \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(256) batchnorm_products_##TYPE(                   \
      const T* x, const T* mean, const T* rstd, const T* dy, float* sums, int rows,             \
      int channels) {                                                                            \
    products(x, mean, rstd, dy, sums, rows, channels);                                          \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(256) batchnorm_sums_##TYPE(                       \
      const float* sums, T* dgamma, T* dbeta, int parts, int channels) {                        \
    add_parts(sums, dgamma, dbeta, parts, channels);                                            \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(256) batchnorm_gradient_##TYPE(                   \
      const T* x, const T* gamma, const T* mean, const T* rstd, const T* dgamma,                 \
      const T* dbeta, const T* dy, T* dx, int rows, int channels) {                              \
    gradient(x, gamma, mean, rstd, dgamma, dbeta, dy, dx, rows, channels);                       \
  }
BATCHNORM(f32, float)
BATCHNORM(bf16, bf16)
BATCHNORM(f16, f16)
