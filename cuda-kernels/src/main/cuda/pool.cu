// Pooling of images x[batch, height, width, channels], and its gradients.
//
//   maxpool:             y[n, p, q, c] = max over the window, position = its first place in it
//   maxpool_gradient:    dx[n, h, w, c] = sum of dy over the windows whose maximum this is
//   averagepool:         y = sum over the window / its elements that are not padding
//   averagepool_gradient: dx = sum over the windows that hold this of dy / their elements
//
// x, dx: [batch, height, width, channels]; y, dy: [batch, rows, columns, channels]; position: i32
// of the shape of y, row-major in the window, padding included; f32, bf16 or f16. Padding counts as
// -infinity for the maximum; a NaN is greater than any number.
// Launch: block 256, grid any; ceil(elements / 256) covers the result at once. Window: by value.
// Bytes: each array once, when windows do not overlap; neighbouring windows share the cache else.
// Flops: height * width of the window an element of y.
//
// The gradients gather: each element of dx looks at the windows that may hold it, so there are no
// atomics and the sums have one order.

#include "pack.cuh"

struct Window {
  int height;
  int width;
  int channels;
  int rows;
  int columns;
  int window_height;
  int window_width;
  int stride_height;
  int stride_width;
  int dilation_height;
  int dilation_width;
  int pad_top;
  int pad_left;
};

// Where element `i` of an array [batch, height, width, channels] lies.
struct Place {
  int n;
  int h;
  int w;
  int c;

  __device__ __forceinline__ Place(int i, int height, int width, int channels) {
    c = i % channels;
    i /= channels;
    w = i % width;
    i /= width;
    h = i % height;
    n = i / height;
  }
};

__device__ __forceinline__ size_t flat(
    int n, int h, int w, int c, int height, int width, int channels) {
  return ((static_cast<size_t>(n) * height + h) * width + w) * channels + c;
}

// Calls f(tap, position in x) for each element of the window of `y` that is not padding.
template <typename F>
__device__ __forceinline__ void for_each_tap(const Window& window, const Place& y, F f) {
  for (int i = 0; i < window.window_height; i++) {
    int h = y.h * window.stride_height + i * window.dilation_height - window.pad_top;
    if (h < 0 || h >= window.height) continue;
    for (int j = 0; j < window.window_width; j++) {
      int w = y.w * window.stride_width + j * window.dilation_width - window.pad_left;
      if (w < 0 || w >= window.width) continue;
      f(i * window.window_width + j,
        flat(y.n, h, w, y.c, window.height, window.width, window.channels));
    }
  }
}

// Calls f(tap, row, column) for each window that holds element `x`, the tap being its place there.
template <typename F>
__device__ __forceinline__ void for_each_window(const Window& window, const Place& x, F f) {
  for (int i = 0; i < window.window_height; i++) {
    int p = x.h + window.pad_top - i * window.dilation_height;
    if (p < 0 || p % window.stride_height != 0 || p / window.stride_height >= window.rows) continue;
    for (int j = 0; j < window.window_width; j++) {
      int q = x.w + window.pad_left - j * window.dilation_width;
      if (q < 0 || q % window.stride_width != 0) continue;
      if (q / window.stride_width >= window.columns) continue;
      f(i * window.window_width + j, p / window.stride_height, q / window.stride_width);
    }
  }
}

// How many elements of the window at (row, column) are not padding.
__device__ __forceinline__ int elements(const Window& window, int row, int column) {
  int rows = 0;
  int columns = 0;
  for (int i = 0; i < window.window_height; i++) {
    int h = row * window.stride_height + i * window.dilation_height - window.pad_top;
    rows += h >= 0 && h < window.height;
  }
  for (int j = 0; j < window.window_width; j++) {
    int w = column * window.stride_width + j * window.dilation_width - window.pad_left;
    columns += w >= 0 && w < window.width;
  }
  return rows * columns;
}

template <typename T>
__device__ __forceinline__ void maxpool(
    const T* x, T* y, int* position, const Window& window, int count) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    Place place(i, window.rows, window.columns, window.channels);
    float greatest = __int_as_float(0xff800000);
    int at = 0;  // the first place, padding or not, where nothing is greater than -infinity
    for_each_tap(window, place, [&](int tap, size_t from) {
      float value = to_float(x[from]);
      if (value > greatest || (!(value == value) && greatest == greatest)) {
        greatest = value;
        at = tap;
      }
    });
    y[i] = from_float<T>(greatest);
    if (position != nullptr) position[i] = at;
  }
}

template <typename T>
__device__ __forceinline__ void maxpool_gradient(
    const T* dy, const int* position, T* dx, const Window& window, int count) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    Place x(i, window.height, window.width, window.channels);
    float sum = 0.0f;
    for_each_window(window, x, [&](int tap, int row, int column) {
      size_t y = flat(x.n, row, column, x.c, window.rows, window.columns, window.channels);
      if (position[y] == tap) sum += to_float(dy[y]);
    });
    dx[i] = from_float<T>(sum);
  }
}

template <typename T>
__device__ __forceinline__ void averagepool(
    const T* x, T* y, const Window& window, int count) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    Place place(i, window.rows, window.columns, window.channels);
    float sum = 0.0f;
    for_each_tap(window, place, [&](int, size_t from) { sum += to_float(x[from]); });
    y[i] = from_float<T>(sum / elements(window, place.h, place.w));
  }
}

template <typename T>
__device__ __forceinline__ void averagepool_gradient(
    const T* dy, T* dx, const Window& window, int count) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    Place x(i, window.height, window.width, window.channels);
    float sum = 0.0f;
    for_each_window(window, x, [&](int, int row, int column) {
      size_t y = flat(x.n, row, column, x.c, window.rows, window.columns, window.channels);
      sum += to_float(dy[y]) / elements(window, row, column);
    });
    dx[i] = from_float<T>(sum);
  }
}

#define POOL(TYPE, T)                                                                     \
  extern "C" __global__ void __launch_bounds__(256) maxpool_##TYPE(                       \
      const T* x, T* y, int* position, const __grid_constant__ Window window, int count) { \
    maxpool(x, y, position, window, count);                                               \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) maxpool_gradient_##TYPE(              \
      const T* dy, const int* position, T* dx, const __grid_constant__ Window window,     \
      int count) {                                                                        \
    maxpool_gradient(dy, position, dx, window, count);                                    \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) averagepool_##TYPE(                   \
      const T* x, T* y, const __grid_constant__ Window window, int count) {               \
    averagepool(x, y, window, count);                                                     \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) averagepool_gradient_##TYPE(          \
      const T* dy, T* dx, const __grid_constant__ Window window, int count) {             \
    averagepool_gradient(dy, dx, window, count);                                          \
  }
POOL(f32, float)
POOL(bf16, bf16)
POOL(f16, f16)
