// A library of products and convolutions that does what it says and nothing faster: one thread a
// result.

// How a batch of matrices lies in memory: element (row, column) of one of them is at
// batch * batch_stride + row * row_stride + column * column_stride.
struct Matrix {
  long long batch_stride, row_stride, column_stride;
};

struct Product {
  const float *a, *b, *c, *bias;
  float* d;
  Matrix in_a, in_b, in_d;
  int batch, m, n, k, relu;
  float alpha, beta;
  int unused;
};

__device__ long long at(Matrix in, int batch, int row, int column) {
  return batch * in.batch_stride + row * in.row_stride + column * in.column_stride;
}

extern "C" __global__ void product(Product p) {
  long long index = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= (long long)p.batch * p.m * p.n) return;
  int column = index % p.n, row = index / p.n % p.m, batch = index / p.n / p.m;
  float sum = 0;
  for (int k = 0; k < p.k; k++) {
    sum += p.a[at(p.in_a, batch, row, k)] * p.b[at(p.in_b, batch, k, column)];
  }
  sum *= p.alpha;
  if (p.beta != 0) sum += p.beta * p.c[at(p.in_d, batch, row, column)];
  if (p.bias) sum += p.bias[column];
  if (p.relu && sum <= 0) sum = 0;
  p.d[at(p.in_d, batch, row, column)] = sum;
}

struct Convolution {
  float *x, *w, *y;
  int images, height, width, channels;
  int filter_height, filter_width, filters;
  int out_height, out_width;
  int stride_height, stride_width, padding_height, padding_width;
  int dilation_height, dilation_width, groups;
};

// Element of x that the filter's tap sees at an output position; -1 in the padding.
__device__ long long source(const Convolution& v, int n, int oh, int ow, int kh, int kw, int c) {
  int h = oh * v.stride_height + kh * v.dilation_height - v.padding_height;
  int w = ow * v.stride_width + kw * v.dilation_width - v.padding_width;
  if (h < 0 || h >= v.height || w < 0 || w >= v.width) return -1;
  return (((long long)n * v.height + h) * v.width + w) * v.channels + c;
}

extern "C" __global__ void convolution(Convolution v) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= v.images * v.out_height * v.out_width * v.filters) return;
  int o = index % v.filters, ow = index / v.filters % v.out_width;
  int oh = index / v.filters / v.out_width % v.out_height;
  int n = index / v.filters / v.out_width / v.out_height;
  int inner = v.channels / v.groups, group = o / (v.filters / v.groups);
  float sum = 0;
  for (int kh = 0; kh < v.filter_height; kh++) {
    for (int kw = 0; kw < v.filter_width; kw++) {
      for (int c = 0; c < inner; c++) {
        long long from = source(v, n, oh, ow, kh, kw, group * inner + c);
        long long tap = ((kh * v.filter_width + kw) * (long long)inner + c) * v.filters + o;
        if (from >= 0) sum += v.x[from] * v.w[tap];
      }
    }
  }
  v.y[index] = sum;
}

extern "C" __global__ void filter_gradient(Convolution v) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  int inner = v.channels / v.groups;
  if (index >= v.filter_height * v.filter_width * inner * v.filters) return;
  int o = index % v.filters, c = index / v.filters % inner;
  int kw = index / v.filters / inner % v.filter_width;
  int kh = index / v.filters / inner / v.filter_width;
  int group = o / (v.filters / v.groups);
  float sum = 0;
  for (int n = 0; n < v.images; n++) {
    for (int oh = 0; oh < v.out_height; oh++) {
      for (int ow = 0; ow < v.out_width; ow++) {
        long long from = source(v, n, oh, ow, kh, kw, group * inner + c);
        long long out = ((n * v.out_height + oh) * (long long)v.out_width + ow) * v.filters + o;
        if (from >= 0) sum += v.x[from] * v.y[out];
      }
    }
  }
  v.w[index] = sum;
}

extern "C" __global__ void image_gradient(Convolution v) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= v.images * v.height * v.width * v.channels) return;
  int c = index % v.channels, w = index / v.channels % v.width;
  int h = index / v.channels / v.width % v.height;
  int n = index / v.channels / v.width / v.height;
  int inner = v.channels / v.groups, outer = v.filters / v.groups, group = c / inner;
  float sum = 0;
  for (int kh = 0; kh < v.filter_height; kh++) {
    for (int kw = 0; kw < v.filter_width; kw++) {
      int oh = h + v.padding_height - kh * v.dilation_height;
      int ow = w + v.padding_width - kw * v.dilation_width;
      if (oh < 0 || ow < 0 || oh % v.stride_height || ow % v.stride_width) continue;
      oh /= v.stride_height, ow /= v.stride_width;
      if (oh >= v.out_height || ow >= v.out_width) continue;
      for (int o = group * outer; o < (group + 1) * outer; o++) {
        long long tap = ((kh * v.filter_width + kw) * (long long)inner + c % inner) * v.filters + o;
        sum += v.y[((n * v.out_height + oh) * (long long)v.out_width + ow) * v.filters + o] * v.w[tap];
      }
    }
  }
  v.x[index] = sum;
}
