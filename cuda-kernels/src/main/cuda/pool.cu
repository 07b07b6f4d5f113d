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
// Launch: block 256, grid any; ceil(elements / 256) covers the result at once, and where the channels
// are a multiple of a pack, which one thread then does, a pack's share of that. Arrays of packs
// start at a multiple of 16 bytes. Window: by value.
// Bytes: each array once, when windows do not overlap; neighbouring windows share the cache else.
// Flops: height * width of the window an element of y.
//
// The gradients gather: each element of dx finds the few windows that hold it by division, so there
// are no atomics, the sums have one order, and no other window is looked at. Divisors are those of
// the whole launch: a division is a product and a shift (Granlund and Montgomery, PLDI 1994).

#include "pack.cuh"

// Divides numbers from 0 to 2^31 - 1: (n + high word of n * multiplier) >> shift.
struct Divisor {
  unsigned multiplier;
  int shift;
};

__device__ __forceinline__ int quotient(int n, const Divisor& d) {
  return (static_cast<unsigned>(n) + __umulhi(static_cast<unsigned>(n), d.multiplier)) >> d.shift;
}

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
  Divisor by_channels;
  Divisor by_height;
  Divisor by_width;
  Divisor by_rows;
  Divisor by_columns;
  Divisor by_stride_height;
  Divisor by_stride_width;
  Divisor by_dilation_height;
  Divisor by_dilation_width;
};

// Where element `i` of an array [batch, height, width, channels] lies.
struct Place {
  int n;
  int h;
  int w;
  int c;

  __device__ __forceinline__ Place(
      int i, int height, const Divisor& by_height, int width, const Divisor& by_width,
      int channels, const Divisor& by_channels) {
    int pixel = quotient(i, by_channels);
    c = i - pixel * channels;
    int line = quotient(pixel, by_width);
    w = pixel - line * width;
    n = quotient(line, by_height);
    h = line - n * height;
  }
};

__device__ __forceinline__ Place place_in_x(const Window& a, int i) {
  return Place(i, a.height, a.by_height, a.width, a.by_width, a.channels, a.by_channels);
}

__device__ __forceinline__ Place place_in_y(const Window& a, int i) {
  return Place(i, a.rows, a.by_rows, a.columns, a.by_columns, a.channels, a.by_channels);
}

// Places from first to last.
struct Range {
  int first;
  int last;

  __device__ __forceinline__ int count() const { return last < first ? 0 : last - first + 1; }
};

// One direction of a window.
struct Axis {
  int size;
  int outputs;
  int window;
  int stride;
  int dilation;
  int pad;
  Divisor by_stride;
  Divisor by_dilation;

  // Places in the window of output `y` that are not padding.
  __device__ __forceinline__ Range taps(int y) const {
    int start = y * stride - pad;
    int first = start < 0 ? quotient(dilation - 1 - start, by_dilation) : 0;
    int last = start < size ? quotient(size - 1 - start, by_dilation) : -1;
    return {first, min(last, window - 1)};
  }

  // Outputs whose windows may hold `x`: all that do not skip it by their dilation.
  __device__ __forceinline__ Range windows(int x) const {
    int end = x + pad;
    int start = end - (window - 1) * dilation;
    int first = start > 0 ? quotient(start + stride - 1, by_stride) : 0;
    return {first, min(quotient(end, by_stride), outputs - 1)};
  }

  // The place of `x` in the window of output `y`, or -1.
  __device__ __forceinline__ int tap(int x, int y) const {
    int distance = x + pad - y * stride;
    int tap = quotient(distance, by_dilation);
    return tap * dilation == distance ? tap : -1;
  }
};

__device__ __forceinline__ Axis vertical(const Window& a) {
  return {a.height, a.rows, a.window_height, a.stride_height, a.dilation_height,
          a.pad_top, a.by_stride_height, a.by_dilation_height};
}

__device__ __forceinline__ Axis horizontal(const Window& a) {
  return {a.width, a.columns, a.window_width, a.stride_width, a.dilation_width,
          a.pad_left, a.by_stride_width, a.by_dilation_width};
}

// Calls f(tap, first of N elements of x) for each place in the window of `y` that is not padding.
template <typename F>
__device__ __forceinline__ void for_each_tap(const Window& window, const Place& y, F f) {
  Axis down = vertical(window);
  Axis across = horizontal(window);
  Range rows = down.taps(y.h);
  Range columns = across.taps(y.w);
  for (int i = rows.first; i <= rows.last; i++) {
    int h = y.h * down.stride + i * down.dilation - down.pad;
    size_t line = static_cast<size_t>(y.n * window.height + h) * window.width;
#pragma unroll 2
    for (int j = columns.first; j <= columns.last; j++) {
      int w = y.w * across.stride + j * across.dilation - across.pad;
      f(i * window.window_width + j, (line + w) * window.channels + y.c);
    }
  }
}

// Calls f(tap, row, column, first of N elements of y) for each window that holds `x`, the tap being
// its place there.
template <typename F>
__device__ __forceinline__ void for_each_window(const Window& window, const Place& x, F f) {
  Axis down = vertical(window);
  Axis across = horizontal(window);
  Range rows = down.windows(x.h);
  Range columns = across.windows(x.w);
  for (int p = rows.last; p >= rows.first; p--) {
    int i = down.tap(x.h, p);
    if (i < 0) continue;
    size_t line = static_cast<size_t>(x.n * window.rows + p) * window.columns;
#pragma unroll 1
    for (int q = columns.last; q >= columns.first; q--) {
      int j = across.tap(x.w, q);
      if (j < 0) continue;
      f(i * window.window_width + j, p, q, (line + q) * window.channels + x.c);
    }
  }
}

// N neighbouring elements: a pack, or one.
template <int N, typename T>
__device__ __forceinline__ void load(const T* from, float (&values)[N]) {
  if constexpr (N == 1) values[0] = to_float(*from); else load_pack(from, values);
}

template <int N, typename T>
__device__ __forceinline__ void store(T* to, const float (&values)[N]) {
  if constexpr (N == 1) *to = from_float<T>(values[0]); else store_pack(to, values);
}

// The element of a thread's first turn, and how far the next is: N are done at once.
template <int N>
__device__ __forceinline__ int first_element() {
  return (blockIdx.x * blockDim.x + threadIdx.x) * N;
}

template <int N>
__device__ __forceinline__ int next_element() {
  return gridDim.x * blockDim.x * N;
}

template <int N, typename T>
__device__ __forceinline__ void maxpool(
    const T* x, T* y, int* position, const Window& window, int count) {
  for (int i = first_element<N>(); i < count; i += next_element<N>()) {
    float greatest[N];
    int at[N];  // the first place, padding or not, where nothing is greater than -infinity
#pragma unroll
    for (int k = 0; k < N; k++) {
      greatest[k] = __int_as_float(0xff800000);
      at[k] = 0;
    }
    for_each_tap(window, place_in_y(window, i), [&](int tap, size_t from) {
      float value[N];
      load(x + from, value);
#pragma unroll
      for (int k = 0; k < N; k++) {
        // Greater, or a NaN after numbers.
        bool is_greater = !(value[k] <= greatest[k]) && greatest[k] == greatest[k];
        greatest[k] = is_greater ? value[k] : greatest[k];
        at[k] = is_greater ? tap : at[k];
      }
    });
    store(y + i, greatest);
    if (position == nullptr) continue;
    if constexpr (N == 1) {
      position[i] = at[0];
    } else {
#pragma unroll
      for (int k = 0; k < N; k += 4) {
        *reinterpret_cast<int4*>(position + i + k) =
            make_int4(at[k], at[k + 1], at[k + 2], at[k + 3]);
      }
    }
  }
}

template <int N, typename T>
__device__ __forceinline__ void maxpool_gradient(
    const T* dy, const int* position, T* dx, const Window& window, int count) {
  for (int i = first_element<N>(); i < count; i += next_element<N>()) {
    float sum[N] = {};
    for_each_window(window, place_in_x(window, i), [&](int tap, int, int, size_t y) {
      float value[N];
      load(dy + y, value);
      if constexpr (N == 1) {
        sum[0] += position[y] == tap ? value[0] : 0.0f;
      } else {
#pragma unroll
        for (int k = 0; k < N; k += 4) {
          int4 at = *reinterpret_cast<const int4*>(position + y + k);
          sum[k] += at.x == tap ? value[k] : 0.0f;
          sum[k + 1] += at.y == tap ? value[k + 1] : 0.0f;
          sum[k + 2] += at.z == tap ? value[k + 2] : 0.0f;
          sum[k + 3] += at.w == tap ? value[k + 3] : 0.0f;
        }
      }
    });
    store(dx + i, sum);
  }
}

template <int N, typename T>
__device__ __forceinline__ void averagepool(
    const T* x, T* y, const Window& window, int count) {
  for (int i = first_element<N>(); i < count; i += next_element<N>()) {
    Place place = place_in_y(window, i);
    float sum[N] = {};
    for_each_tap(window, place, [&](int, size_t from) {
      float value[N];
      load(x + from, value);
#pragma unroll
      for (int k = 0; k < N; k++) sum[k] += value[k];
    });
    int elements =
        vertical(window).taps(place.h).count() * horizontal(window).taps(place.w).count();
#pragma unroll
    for (int k = 0; k < N; k++) sum[k] /= elements;
    store(y + i, sum);
  }
}

template <int N, typename T>
__device__ __forceinline__ void averagepool_gradient(
    const T* dy, T* dx, const Window& window, int count) {
  for (int i = first_element<N>(); i < count; i += next_element<N>()) {
    float sum[N] = {};
    for_each_window(window, place_in_x(window, i), [&](int, int row, int column, size_t y) {
      float value[N];
      load(dy + y, value);
      int elements = vertical(window).taps(row).count() * horizontal(window).taps(column).count();
#pragma unroll
      for (int k = 0; k < N; k++) sum[k] += value[k] / elements;
    });
    store(dx + i, sum);
  }
}

// Packs where each lies in the channels of one place.
#define OF_PACKS(f, T, ...)                  \
  if (window.channels % PACK<T> == 0) {      \
    f<PACK<T>>(__VA_ARGS__, window, count);  \
  } else {                                   \
    f<1>(__VA_ARGS__, window, count);        \
  }

#define POOL(TYPE, T)                                                                     \
  extern "C" __global__ void __launch_bounds__(256) maxpool_##TYPE(                       \
      const T* x, T* y, int* position, const __grid_constant__ Window window, int count) { \
    OF_PACKS(maxpool, T, x, y, position)                                                  \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) maxpool_gradient_##TYPE(              \
      const T* dy, const int* position, T* dx, const __grid_constant__ Window window,     \
      int count) {                                                                        \
    OF_PACKS(maxpool_gradient, T, dy, position, dx)                                       \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) averagepool_##TYPE(                   \
      const T* x, T* y, const __grid_constant__ Window window, int count) {               \
    OF_PACKS(averagepool, T, x, y)                                                        \
  }                                                                                       \
  extern "C" __global__ void __launch_bounds__(256) averagepool_gradient_##TYPE(          \
      const T* dy, T* dx, const __grid_constant__ Window window, int count) {             \
    OF_PACKS(averagepool_gradient, T, dy, dx)                                             \
  }
POOL(f32, float)
POOL(bf16, bf16)
POOL(f16, f16)
