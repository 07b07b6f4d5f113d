// Stands in for libcudnn.so.9: convolutions on the host, element by element, in double, as
// cudnn_cnn.h describes its calls of version 7: cross-correlation, channels last (NHWC, filters
// KRSC), padding, strides, dilation, groups. What the documentation forbids gets
// CUDNN_STATUS_BAD_PARAM.
#include "numbers.h"
#include "standin.h"

enum { SUCCESS = 0, BAD_PARAM = 2000, NOT_SUPPORTED_SHAPE = 3002 };
enum { NHWC = 1, CROSS_CORRELATION = 1, FMA_MATH = 3 };

typedef struct { Number type; int n, c, h, w; } Tensor;
typedef struct {
  int pad[2], stride[2], dilation[2], groups, math;
} Convolution;
// The results of the three searches are alike.
typedef struct {
  int algorithm, status;
  float time;
  size_t memory;
  int determinism, math, reserved[3];
} Guess;

#define ENTER(...) do { int code = begin(__func__, __VA_ARGS__); if (code) return code; } while (0)
#define REQUIRE(condition) do { if (!(condition)) { \
    note("  refused: %s\n", #condition); return BAD_PARAM; } } while (0)

static char library;
static void *stream_of_handle;

EXPORT int cudnnCreate(void **handle) { ENTER(""); *handle = &library; return SUCCESS; }
EXPORT int cudnnDestroy(void *handle) { ENTER(""); REQUIRE(handle == &library); return SUCCESS; }
EXPORT size_t cudnnGetVersion(void) { return 92400; }
EXPORT const char *cudnnGetErrorString(int status) {
  return status == BAD_PARAM ? "CUDNN_STATUS_BAD_PARAM" : "CUDNN_STATUS_STANDIN";
}
EXPORT int cudnnSetStream(void *handle, void *stream) {
  ENTER("");
  REQUIRE(handle == &library);
  stream_of_handle = stream;
  return SUCCESS;
}

static Number number(int type) { return type == 0 ? F32 : type == 2 ? F16 : BF16; }

EXPORT int cudnnCreateTensorDescriptor(Tensor **t) {
  ENTER("");
  *t = calloc(1, sizeof **t);
  return SUCCESS;
}
EXPORT int cudnnDestroyTensorDescriptor(Tensor *t) { ENTER(""); free(t); return SUCCESS; }
EXPORT int cudnnCreateFilterDescriptor(Tensor **t) {
  ENTER("");
  *t = calloc(1, sizeof **t);
  return SUCCESS;
}
EXPORT int cudnnDestroyFilterDescriptor(Tensor *t) { ENTER(""); free(t); return SUCCESS; }
EXPORT int cudnnCreateConvolutionDescriptor(Convolution **c) {
  ENTER("");
  *c = calloc(1, sizeof **c);
  (*c)->groups = 1;
  return SUCCESS;
}
EXPORT int cudnnDestroyConvolutionDescriptor(Convolution *c) { ENTER(""); free(c); return SUCCESS; }

EXPORT int cudnnSetTensor4dDescriptor(Tensor *t, int format, int type, int n, int c, int h, int w) {
  ENTER("format=%d type=%d n=%d c=%d h=%d w=%d", format, type, n, c, h, w);
  REQUIRE(format == NHWC && (type == 0 || type == 2 || type == 9));
  REQUIRE(n > 0 && c > 0 && h > 0 && w > 0);
  *t = (Tensor){number(type), n, c, h, w};
  return SUCCESS;
}
EXPORT int cudnnSetFilter4dDescriptor(Tensor *t, int type, int format, int k, int c, int h, int w) {
  ENTER("type=%d format=%d k=%d c=%d h=%d w=%d", type, format, k, c, h, w);
  REQUIRE(format == NHWC && (type == 0 || type == 2 || type == 9));
  REQUIRE(k > 0 && c > 0 && h > 0 && w > 0);
  *t = (Tensor){number(type), k, c, h, w};
  return SUCCESS;
}
EXPORT int cudnnSetConvolution2dDescriptor(Convolution *c, int pad_h, int pad_w, int stride_h,
    int stride_w, int dilation_h, int dilation_w, int mode, int compute) {
  ENTER("mode=%d compute=%d", mode, compute);
  REQUIRE(mode == CROSS_CORRELATION && compute == 0);
  REQUIRE(pad_h >= 0 && pad_w >= 0 && stride_h > 0 && stride_w > 0);
  REQUIRE(dilation_h > 0 && dilation_w > 0);
  *c = (Convolution){{pad_h, pad_w}, {stride_h, stride_w}, {dilation_h, dilation_w}, 1, 0};
  return SUCCESS;
}
EXPORT int cudnnSetConvolutionGroupCount(Convolution *c, int groups) {
  ENTER("groups=%d", groups);
  c->groups = groups;
  return SUCCESS;
}
EXPORT int cudnnSetConvolutionMathType(Convolution *c, int math) {
  ENTER("math=%d", math);
  REQUIRE(math >= 0 && math <= FMA_MATH);
  c->math = math;
  return SUCCESS;
}

static int out(const Convolution *c, int axis, int image, int filter) {
  return (image + 2 * c->pad[axis] - c->dilation[axis] * (filter - 1) - 1) / c->stride[axis] + 1;
}

static int check(const Tensor *x, const Tensor *w, const Convolution *c, const Tensor *y) {
  REQUIRE(x->type == w->type && x->type == y->type && x->n == y->n);
  REQUIRE(x->c == w->c * c->groups && y->c == w->n && w->n % c->groups == 0);
  REQUIRE(y->h == out(c, 0, x->h, w->h) && y->w == out(c, 1, x->w, w->w));
  return SUCCESS;
}

// Three guesses: one that fails, one without and one with a workspace; none for 13 filters.
static int guess(const Tensor *x, const Tensor *w, const Convolution *c, const Tensor *y,
    int wanted,
    int *found, Guess *guesses) {
  int status = check(x, w, c, y);
  if (status) return status;
  *found = 0;
  if (y->c == 13) return NOT_SUPPORTED_SHAPE;
  for (int i = 0; i < 3 && i < wanted; i++) {
    guesses[i] = (Guess){.algorithm = i, .status = i ? SUCCESS : 3000, .math = i - 1};
    ++*found;
  }
  return SUCCESS;
}
static int workspace(const Convolution *c, int algorithm, size_t *bytes) {
  (void)c;
  *bytes = algorithm == 2 ? 512 : 0;
  return SUCCESS;
}

EXPORT int cudnnGetConvolutionForwardAlgorithm_v7(void *handle, Tensor *x, Tensor *w,
    Convolution *c,
    Tensor *y, int wanted, int *found, Guess *guesses) {
  ENTER("math=%d", c->math);
  REQUIRE(handle == &library);
  return guess(x, w, c, y, wanted, found, guesses);
}
EXPORT int cudnnGetConvolutionBackwardDataAlgorithm_v7(void *handle, Tensor *w, Tensor *y,
    Convolution *c, Tensor *x, int wanted, int *found, Guess *guesses) {
  ENTER("math=%d", c->math);
  REQUIRE(handle == &library);
  return guess(x, w, c, y, wanted, found, guesses);
}
EXPORT int cudnnGetConvolutionBackwardFilterAlgorithm_v7(void *handle, Tensor *x, Tensor *y,
    Convolution *c, Tensor *w, int wanted, int *found, Guess *guesses) {
  ENTER("math=%d", c->math);
  REQUIRE(handle == &library);
  return guess(x, w, c, y, wanted, found, guesses);
}
EXPORT int cudnnGetConvolutionForwardWorkspaceSize(void *handle, Tensor *x, Tensor *w,
    Convolution *c,
    Tensor *y, int algorithm, size_t *bytes) {
  ENTER("algorithm=%d", algorithm);
  REQUIRE(handle == &library && check(x, w, c, y) == SUCCESS);
  return workspace(c, algorithm, bytes);
}
EXPORT int cudnnGetConvolutionBackwardDataWorkspaceSize(void *handle, Tensor *w, Tensor *y,
    Convolution *c, Tensor *x, int algorithm, size_t *bytes) {
  ENTER("algorithm=%d", algorithm);
  REQUIRE(handle == &library && check(x, w, c, y) == SUCCESS);
  return workspace(c, algorithm, bytes);
}
EXPORT int cudnnGetConvolutionBackwardFilterWorkspaceSize(void *handle, Tensor *x, Tensor *y,
    Convolution *c, Tensor *w, int algorithm, size_t *bytes) {
  ENTER("algorithm=%d", algorithm);
  REQUIRE(handle == &library && check(x, w, c, y) == SUCCESS);
  return workspace(c, algorithm, bytes);
}

// Adds x * w to y, w * y to x or x * y to w for every pair that the convolution multiplies.
typedef enum { TO_Y, TO_X, TO_W } Direction;

static void accumulate(Direction direction, const Convolution *c, const Tensor *xs, double *x,
    const Tensor *ws, double *w, const Tensor *ys, double *y) {
  int filters = ws->n / c->groups;
  for (int n = 0; n < ys->n; n++)
    for (int p = 0; p < ys->h; p++)
      for (int q = 0; q < ys->w; q++)
        for (int k = 0; k < ys->c; k++)
          for (int r = 0; r < ws->h; r++)
            for (int s = 0; s < ws->w; s++) {
              int h = p * c->stride[0] - c->pad[0] + r * c->dilation[0];
              int v = q * c->stride[1] - c->pad[1] + s * c->dilation[1];
              if (h < 0 || h >= xs->h || v < 0 || v >= xs->w) continue;
              for (int d = 0; d < ws->c; d++) {
                double *to = &y[((n * ys->h + p) * ys->w + q) * ys->c + k];
                double *image = &x[((n * xs->h + h) * xs->w + v) * xs->c + k / filters * ws->c + d];
                double *weight = &w[((k * ws->h + r) * ws->w + s) * ws->c + d];
                if (direction == TO_Y) *to += *image * *weight;
                if (direction == TO_X) *image += *to * *weight;
                if (direction == TO_W) *weight += *image * *to;
              }
            }
}

static double *load(const Tensor *t, const void *memory, int zero) {
  int64_t count = (int64_t)t->n * t->c * t->h * t->w;
  double *values = calloc((size_t)count, sizeof *values);
  for (int64_t i = 0; !zero && i < count; i++) values[i] = get(t->type, memory, i);
  return values;
}

static int run(Direction direction, const float *alpha, const float *beta, const Convolution *c,
    int algorithm, void *space, size_t bytes, const Tensor *xs, void *x, const Tensor *ws, void *w,
    const Tensor *ys, void *y) {
  REQUIRE(*alpha == 1 && *beta == 0 && x && w && y && stream_of_handle);
  REQUIRE(algorithm == 1 ? bytes == 0 : algorithm == 2 && bytes == 512 && space);
  int status = check(xs, ws, c, ys);
  if (status) return status;
  memset(space, 0x55, bytes);
  double *xv = load(xs, x, direction == TO_X), *wv = load(ws, w, direction == TO_W);
  double *yv = load(ys, y, direction == TO_Y);
  accumulate(direction, c, xs, xv, ws, wv, ys, yv);
  const Tensor *t = direction == TO_X ? xs : direction == TO_W ? ws : ys;
  void *target = direction == TO_X ? x : direction == TO_W ? w : y;
  double *values = direction == TO_X ? xv : direction == TO_W ? wv : yv;
  int64_t count = (int64_t)t->n * t->c * t->h * t->w;
  for (int64_t i = 0; i < count; i++) put(t->type, target, i, values[i]);
  free(xv);
  free(wv);
  free(yv);
  return SUCCESS;
}

EXPORT int cudnnConvolutionForward(void *handle, const float *alpha, Tensor *xs, void *x,
    Tensor *ws,
    void *w, Convolution *c, int algorithm, void *space, size_t bytes, const float *beta,
    Tensor *ys,
    void *y) {
  ENTER("algorithm=%d math=%d", algorithm, c->math);
  REQUIRE(handle == &library);
  return run(TO_Y, alpha, beta, c, algorithm, space, bytes, xs, x, ws, w, ys, y);
}
EXPORT int cudnnConvolutionBackwardData(void *handle, const float *alpha, Tensor *ws, void *w,
    Tensor *ys, void *y, Convolution *c, int algorithm, void *space, size_t bytes,
    const float *beta,
    Tensor *xs, void *x) {
  ENTER("algorithm=%d math=%d", algorithm, c->math);
  REQUIRE(handle == &library);
  return run(TO_X, alpha, beta, c, algorithm, space, bytes, xs, x, ws, w, ys, y);
}
EXPORT int cudnnConvolutionBackwardFilter(void *handle, const float *alpha, Tensor *xs, void *x,
    Tensor *ys, void *y, Convolution *c, int algorithm, void *space, size_t bytes,
    const float *beta,
    Tensor *ws, void *w) {
  ENTER("algorithm=%d math=%d", algorithm, c->math);
  REQUIRE(handle == &library);
  return run(TO_W, alpha, beta, c, algorithm, space, bytes, xs, x, ws, w, ys, y);
}
