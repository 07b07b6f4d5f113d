// Cross-entropy of softmax(logits) against integer labels, its gradient, and both in one pass.
//
//   logsum = max + log(sum(exp(logits - max)))          of each row
//   loss   = logsum - logits[label]
//   dlogits[c] = (exp(logits[c] - logsum) - (c == label)) * dy
//
// logits: [rows, columns] of f32, bf16 or f16; labels: [rows] of label_bytes 4 (i32) or 8 (i64);
// loss, logsum, dlogits: [rows], [rows] and [rows, columns] of the type of logits. A label outside
// of [0, columns) counts as a class of logit 0.
//   crossentropy:       reads logits, writes loss and logsum (null: not wanted)
//   crossentropy_train: writes loss and dlogits, which may be in the place of logits; `dy`, of the
//                       type of logits, is the cotangent of the loss of row r at dy[r * dy_stride]:
//                       stride 0 for one of all rows, 1 / rows for the mean
// Launch: row.cuh says it by capacity; "any" takes a block of 512 a row.
// Bytes: rows * columns * size for the loss, twice that for both at once; "any" reads a row once
// for the loss and twice for both. Flops: 4 an element, 6 for both.
//
// One pass over the logits of a language model, in place, is what llm.c's fused classifier and
// Liger's cross-entropy do: the probabilities are never stored.

#include "row.cuh"

struct Labels {
  const void* at;
  int bytes;

  __device__ __forceinline__ long long operator[](int row) const {
    return bytes == 8 ? static_cast<const long long*>(at)[row] : static_cast<const int*>(at)[row];
  }
};

// The logit of the label; every thread reads the same address before any of the row is replaced.
template <typename T>
__device__ __forceinline__ float picked(const T* logits, long long label, int columns) {
  return label >= 0 && label < columns ? to_float(logits[label]) : 0.0f;
}

template <bool TRAIN, typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void crossentropy(
    const T* logits, Labels labels, T* loss, T* logsum, const T* dy, int dy_stride, T* dlogits,
    int rows, int columns) {
  Row<T, THREADS, PER_THREAD> row;
  int r = row.index();
  if (r >= rows) return;
  size_t first = static_cast<size_t>(r) * columns;
  const T* start = logits + first;
  row.load(start, columns, -infinity());
  long long label = labels[r];
  float own = picked(start, label, columns);
  float max = row.max();
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    float exponential = row.inside(i, columns) ? expf(row.value[i] - max) : 0.0f;
    if (TRAIN) row.value[i] = exponential;
    sum += exponential;
  }
  sum = row.sum(sum);
  if (threadIdx.x % THREADS == 0) {
    float total = logf(sum) + max;
    loss[r] = from_float<T>(total - own);
    if (logsum != nullptr) logsum[r] = from_float<T>(total);
  }
  if (TRAIN) {
    float weight = to_float(dy[r * dy_stride]);
    float factor = weight / sum;
#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) {
      float onehot = row.column(i, columns) == label ? weight : 0.0f;
      row.value[i] = fmaf(row.value[i], factor, -onehot);
    }
    // The sums above have been folded over all threads, so each has read its logits by now.
    row.store(dlogits + first, columns);
  }
}

constexpr int WIDE_BLOCK = 512;

// As in softmax.cu: a running maximum, and the sum of exponentials relative to it.
template <bool TRAIN, typename T>
__device__ __forceinline__ void crossentropy_any(
    const T* logits, Labels labels, T* loss, T* logsum, const T* dy, int dy_stride, T* dlogits,
    int columns) {
  int r = blockIdx.x;
  size_t first = static_cast<size_t>(r) * columns;
  const T* start = logits + first;
  long long label = labels[r];
  float own = picked(start, label, columns);
  float max = -infinity();
  float sum = 0.0f;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float value = to_float(start[c]);
    if (value == -infinity()) continue;
    float greater = fmaxf(max, value);
    sum = fmaf(sum, max == greater ? 1.0f : expf(max - greater), expf(value - greater));
    max = greater;
  }
  float greatest = fold_row<Max, WIDE_BLOCK>(max);
  sum = fold_row<Sum, WIDE_BLOCK>(sum == 0.0f ? 0.0f : sum * expf(max - greatest));
  if (threadIdx.x == 0) {
    float total = logf(sum) + greatest;
    loss[r] = from_float<T>(total - own);
    if (logsum != nullptr) logsum[r] = from_float<T>(total);
  }
  if (TRAIN) {
    float weight = to_float(dy[r * dy_stride]);
    float factor = weight / sum;
    for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
      float onehot = c == label ? weight : 0.0f;
      float exponential = expf(to_float(start[c]) - greatest);
      dlogits[first + c] = from_float<T>(fmaf(exponential, factor, -onehot));
    }
  }
}

#define CROSSENTROPY(SUFFIX, T, THREADS, PER_THREAD)                                             \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>) crossentropy_##SUFFIX(        \
      const T* logits, const void* labels, T* loss, T* logsum, int label_bytes, int rows,        \
      int columns) {                                                                             \
    crossentropy<false, T, THREADS, PER_THREAD>(                                                 \
        logits, {labels, label_bytes}, loss, logsum, nullptr, 0, nullptr, rows, columns);        \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>) crossentropy_train_##SUFFIX(  \
      const T* logits, const void* labels, const T* dy, T* loss, T* dlogits, int label_bytes,    \
      int dy_stride, int rows, int columns) {                                                    \
    crossentropy<true, T, THREADS, PER_THREAD>(                                                  \
        logits, {labels, label_bytes}, loss, nullptr, dy, dy_stride, dlogits, rows, columns);    \
  }
FOR_EACH_ROW_KERNEL(CROSSENTROPY)

#define ANY(TYPE, T)                                                                             \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK) crossentropy_##TYPE##_any(            \
      const T* logits, const void* labels, T* loss, T* logsum, int label_bytes, int rows,        \
      int columns) {                                                                             \
    crossentropy_any<false, T>(                                                                  \
        logits, {labels, label_bytes}, loss, logsum, nullptr, 0, nullptr, columns);              \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK) crossentropy_train_##TYPE##_any(      \
      const T* logits, const void* labels, const T* dy, T* loss, T* dlogits, int label_bytes,    \
      int dy_stride, int rows, int columns) {                                                    \
    crossentropy_any<true, T>(                                                                   \
        logits, {labels, label_bytes}, loss, nullptr, dy, dy_stride, dlogits, columns);          \
  }
ANY(f32, float)
ANY(bf16, bf16)
ANY(f16, f16)
