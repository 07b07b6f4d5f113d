// Stands in for libcublasLt.so.13: products on the host, element by element, in double, as
// cublasLt.h of CUDA 13 describes them: column-major matrices, transpositions, leading dimensions,
// strided batches, epilogues. It answers with CUBLAS_STATUS_INVALID_VALUE what the documentation
// forbids.
#include <math.h>

#include "numbers.h"
#include "standin.h"

enum { SUCCESS = 0, INVALID_VALUE = 7, NOT_SUPPORTED = 15 };
enum { ORDER_COLUMNS = 0, ORDER_ROWS = 1 };
// Bits of an epilogue.
enum { RELU = 2, BIAS = 4, DRELU = 8, BGRAD = 16, GELU = 32, DGELU = 64, AUX = 128, BGRAD_A = 256,
       BGRAD_B = 512 };

typedef struct {
  Number type;
  int order, batch;
  uint64_t rows, columns;
  int64_t ld, stride;
} Layout;

typedef struct {
  int compute, scale, transpose_a, transpose_b, epilogue;
  void *bias, *aux;
  int64_t aux_ld, aux_stride;
} Product;

typedef struct { uint64_t workspace; uint32_t alignment[4]; } Preference;
typedef struct { uint64_t data[8]; } Algorithm;
typedef struct {
  Algorithm algorithm;
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
} Result;

#define ENTER(...) do { int code = begin(__func__, __VA_ARGS__); if (code) return code; } while (0)
#define REQUIRE(condition) do { if (!(condition)) { \
    note("  refused: %s\n", #condition); return INVALID_VALUE; } } while (0)

static char library;
static const uint64_t MAGIC = 0x6761747564;

EXPORT int cublasLtCreate(void **handle) { ENTER(""); *handle = &library; return SUCCESS; }
EXPORT int cublasLtDestroy(void *handle) { ENTER(""); REQUIRE(handle == &library); return SUCCESS; }
EXPORT size_t cublasLtGetVersion(void) { return 130100; }
EXPORT const char *cublasLtGetStatusString(int status) {
  return status == INVALID_VALUE ? "CUBLAS_STATUS_INVALID_VALUE" : "CUBLAS_STATUS_STANDIN";
}

EXPORT int cublasLtMatrixLayoutCreate(Layout **layout, int type, uint64_t rows, uint64_t columns,
    int64_t ld) {
  ENTER("type=%d rows=%llu columns=%llu ld=%lld", type, (unsigned long long)rows,
        (unsigned long long)columns, (long long)ld);
  REQUIRE(type == F32 || type == F16 || type == BF16);
  *layout = calloc(1, sizeof **layout);
  **layout = (Layout){.type = (Number)type, .batch = 1, .rows = rows, .columns = columns, .ld = ld};
  return SUCCESS;
}
EXPORT int cublasLtMatrixLayoutDestroy(Layout *layout) { ENTER(""); free(layout); return SUCCESS; }
EXPORT int cublasLtMatrixLayoutSetAttribute(Layout *layout, int attribute, const void *value,
    size_t bytes) {
  ENTER("attribute=%d bytes=%zu", attribute, bytes);
  switch (attribute) {
    case 1: REQUIRE(bytes == 4); memcpy(&layout->order, value, 4); return SUCCESS;
    case 5: REQUIRE(bytes == 4); memcpy(&layout->batch, value, 4); return SUCCESS;
    case 6: REQUIRE(bytes == 8); memcpy(&layout->stride, value, 8); return SUCCESS;
    default: return INVALID_VALUE;
  }
}

EXPORT int cublasLtMatmulDescCreate(Product **product, int compute, int scale) {
  ENTER("compute=%d scale=%d", compute, scale);
  *product = calloc(1, sizeof **product);
  **product = (Product){.compute = compute, .scale = scale, .epilogue = 1};
  return SUCCESS;
}
EXPORT int cublasLtMatmulDescDestroy(Product *product) { ENTER(""); free(product); return SUCCESS; }
EXPORT int cublasLtMatmulDescSetAttribute(Product *product, int attribute, const void *value,
    size_t bytes) {
  ENTER("attribute=%d bytes=%zu", attribute, bytes);
  switch (attribute) {
    case 3: REQUIRE(bytes == 4); memcpy(&product->transpose_a, value, 4); return SUCCESS;
    case 4: REQUIRE(bytes == 4); memcpy(&product->transpose_b, value, 4); return SUCCESS;
    case 7: REQUIRE(bytes == 4); memcpy(&product->epilogue, value, 4); return SUCCESS;
    case 8: REQUIRE(bytes == 8); memcpy(&product->bias, value, 8); return SUCCESS;
    case 11: REQUIRE(bytes == 8); memcpy(&product->aux, value, 8); return SUCCESS;
    case 12: REQUIRE(bytes == 8); memcpy(&product->aux_ld, value, 8); return SUCCESS;
    case 13: REQUIRE(bytes == 8); memcpy(&product->aux_stride, value, 8); return SUCCESS;
    default: return INVALID_VALUE;
  }
}

EXPORT int cublasLtMatmulPreferenceCreate(Preference **preference) {
  ENTER("");
  *preference = calloc(1, sizeof **preference);
  return SUCCESS;
}
EXPORT int cublasLtMatmulPreferenceDestroy(Preference *preference) { ENTER(""); free(preference);
    return SUCCESS; }
EXPORT int cublasLtMatmulPreferenceSetAttribute(Preference *preference, int attribute,
    const void *value, size_t bytes) {
  ENTER("attribute=%d bytes=%zu", attribute, bytes);
  if (attribute == 1) {
    REQUIRE(bytes == 8);
    memcpy(&preference->workspace, value, 8);
    return SUCCESS;
  }
  REQUIRE(attribute >= 5 && attribute <= 8 && bytes == 4);
  memcpy(&preference->alignment[attribute - 5], value, 4);
  return SUCCESS;
}

static int check(const Product *product, const Layout *a, const Layout *b, const Layout *c,
    const Layout *d) {
  uint64_t k = product->transpose_a ? a->rows : a->columns;
  REQUIRE(product->scale == F32);
  REQUIRE((product->transpose_a ? a->columns : a->rows) == d->rows);
  REQUIRE((product->transpose_b ? b->rows : b->columns) == d->columns);
  REQUIRE((product->transpose_b ? b->columns : b->rows) == k);
  REQUIRE(c->rows == d->rows && c->columns == d->columns && c->type == d->type);
  REQUIRE(a->type == b->type && (a->type == d->type || d->type == F32));
  REQUIRE(a->ld >= (int64_t)a->rows && b->ld >= (int64_t)b->rows && d->ld >= (int64_t)d->rows);
  REQUIRE(a->batch == d->batch && b->batch == d->batch && c->batch == d->batch);
  if (product->epilogue & (BIAS | BGRAD | BGRAD_A | BGRAD_B)) REQUIRE(product->bias != NULL);
  if (product->epilogue & AUX) {
    int granule = product->epilogue & (RELU | DRELU) ? 128 : 8;
    REQUIRE(product->aux != NULL);
    REQUIRE(product->aux_ld >= (int64_t)d->rows && product->aux_ld % granule == 0);
    REQUIRE(d->batch == 1 || product->aux_stride % granule == 0);
  }
  return SUCCESS;
}

// Two algorithms, of which the second wants a workspace; none for 13 columns, so that there is a
// case without.
EXPORT int cublasLtMatmulAlgoGetHeuristic(void *handle, Product *product, Layout *a, Layout *b,
    Layout *c, Layout *d, Preference *preference, int wanted, Result *results, int *found) {
  ENTER("wanted=%d workspace=%llu alignment=%u,%u,%u,%u", wanted,
        (unsigned long long)preference->workspace, preference->alignment[0],
        preference->alignment[1], preference->alignment[2], preference->alignment[3]);
  REQUIRE(handle == &library);
  int status = check(product, a, b, c, d);
  if (status) return status;
  *found = 0;
  if (d->columns == 13) return NOT_SUPPORTED;
  for (int i = 0; i < 2 && i < wanted; i++) {
    results[i] = (Result){.workspace = i ? 1024 : 0};
    results[i].algorithm.data[0] = MAGIC + (uint64_t)i;
    ++*found;
  }
  return SUCCESS;
}

static int64_t at(const Layout *layout, int64_t batch, uint64_t row, uint64_t column) {
  int64_t place = layout->order == ORDER_ROWS ? (int64_t)row * layout->ld + (int64_t)column
                                              : (int64_t)column * layout->ld + (int64_t)row;
  return batch * layout->stride + place;
}

static double gelu(double x) { return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x *
    x * x))); }
static double gelu_slope(double x) {
  double t = tanh(0.7978845608028654 * (x + 0.044715 * x * x * x));
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.7978845608028654 * (1 + 3 * 0.044715 * x * x);
}

// One element's value after the epilogue; reads or writes bias and auxiliary.
static double finish(const Product *product, const Layout *d, int64_t batch, uint64_t row,
    uint64_t column, double sum) {
  int epilogue = product->epilogue;
  int64_t aux = batch * product->aux_stride + (int64_t)column * product->aux_ld + (int64_t)row;
  unsigned char *byte = (unsigned char *)product->aux + aux / 8;
  if (epilogue & BIAS) sum += get(d->type, product->bias, (int64_t)row);
  if (epilogue & AUX && epilogue & RELU) {
    *byte = (unsigned char)((*byte & ~(1 << aux % 8)) | ((sum > 0) << aux % 8));
  }
  if (epilogue & AUX && epilogue & GELU) put(d->type, product->aux, aux, sum);
  if (epilogue & RELU) sum = fmax(sum, 0);
  if (epilogue & GELU) sum = gelu(sum);
  if (epilogue & DRELU) sum = *byte >> aux % 8 & 1 ? sum : 0;
  if (epilogue & DGELU) sum *= gelu_slope(get(d->type, product->aux, aux));
  return sum;
}

static double element_a(const Product *p, const Layout *a, const void *memory, int64_t batch,
    uint64_t row, uint64_t k) {
  return get(a->type, memory, p->transpose_a ? at(a, batch, k, row) : at(a, batch, row, k));
}
static double element_b(const Product *p, const Layout *b, const void *memory, int64_t batch,
    uint64_t k, uint64_t column) {
  return get(b->type, memory, p->transpose_b ? at(b, batch, column, k) : at(b, batch, k, column));
}

EXPORT int cublasLtMatmul(void *handle, Product *product, const float *alpha, const void *A,
    Layout *a, const void *B, Layout *b, const float *beta, const void *C, Layout *c, void *D,
        Layout *d, const Algorithm *algorithm, void *workspace, size_t bytes, void *stream) {
  ENTER("algorithm=%d compute=%d epilogue=%d workspace=%zu stream=%d",
      (int)(algorithm->data[0] - MAGIC),
        product->compute, product->epilogue, bytes, stream != NULL);
  REQUIRE(handle == &library && A && B && C && D);
  REQUIRE(algorithm->data[0] == MAGIC || (workspace && bytes == 1024));
  int status = check(product, a, b, c, d);
  if (status) return status;
  memset(workspace, 0x55, bytes);
  uint64_t depth = product->transpose_a ? a->rows : a->columns;
  for (int64_t batch = 0; batch < d->batch; batch++) {
    for (uint64_t row = 0; row < d->rows; row++) {
      double row_sum = 0;
      for (uint64_t column = 0; column < d->columns; column++) {
        double sum = 0;
        for (uint64_t k = 0; k < depth; k++) {
          sum += element_a(product, a, A, batch, row, k) * element_b(product, b, B, batch, k,
              column);
        }
        sum *= *alpha;
        if (*beta != 0) sum += *beta * get(c->type, C, at(c, batch, row, column));
        sum = finish(product, d, batch, row, column, sum);
        put(d->type, D, at(d, batch, row, column), sum);
        row_sum += sum;
      }
      if (product->epilogue & BGRAD) put(d->type, product->bias, (int64_t)row, row_sum);
      if (product->epilogue & BGRAD_A) {
        double sum = 0;
        for (uint64_t k = 0; k < depth; k++) sum += element_a(product, a, A, batch, row, k);
        put(d->type, product->bias, (int64_t)row, sum);
      }
    }
    for (uint64_t column = 0; product->epilogue & BGRAD_B && column < d->columns; column++) {
      double sum = 0;
      for (uint64_t k = 0; k < depth; k++) sum += element_b(product, b, B, batch, k, column);
      put(d->type, product->bias, (int64_t)column, sum);
    }
  }
  return SUCCESS;
}

EXPORT int cublasLtMatrixTransformDescCreate(int **transform, int scale) {
  ENTER("scale=%d", scale);
  *transform = malloc(sizeof **transform);
  **transform = scale;
  return SUCCESS;
}
EXPORT int cublasLtMatrixTransformDescDestroy(int *transform) { ENTER(""); free(transform); return
    SUCCESS; }
EXPORT int cublasLtMatrixTransform(void *handle, int *transform, const float *alpha,
    const void *A, Layout *a, const float *beta, const void *B, Layout *b, void *C, Layout *c,
        void *stream) {
  ENTER("rows=%llu columns=%llu stream=%d", (unsigned long long)c->rows,
      (unsigned long long)c->columns,
        stream != NULL);
  REQUIRE(handle == &library && *transform == F32 && A && C);
  REQUIRE(a->rows == c->rows && a->columns == c->columns && a->type == c->type);
  REQUIRE(*beta == 0 || (B && b));
  for (uint64_t row = 0; row < c->rows; row++) {
    for (uint64_t column = 0; column < c->columns; column++) {
      double value = *alpha * get(a->type, A, at(a, 0, row, column));
      if (*beta != 0) value += *beta * get(b->type, B, at(b, 0, row, column));
      put(c->type, C, at(c, 0, row, column), value);
    }
  }
  return SUCCESS;
}
