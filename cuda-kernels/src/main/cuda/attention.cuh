// Attention: what the kernels of all types share.
//
//   y  = softmax(scale * q k^T, over the keys that a query sees) v
//   log_sums = log(sum(exp(scale * q k^T)))                    of each query, for the gradient
// and backwards, with p = exp(scale * q k^T - log_sums) and deltas = sum(dy * y) of each query:
//   dv = p^T dy,   ds = p * (dy v^T - deltas),   dq = scale * ds k,   dk = scale * ds^T q
//
// Shapes: q, y, dy, dq [batches, heads, queries, D];  k, v, dk, dv [batches, key_heads, keys, D];
// log_sums, deltas f32[batches, heads, queries];  mask bool[batches, heads, queries, keys].
// Rows of D are contiguous and aligned to 16 bytes; all else has strides, so that heads need not be
// transposed out of [batches, queries, heads * D]. A stride of 0 broadcasts: a mask of padded keys
// is [batches, keys]. `heads` is a multiple of `key_heads`; each group of heads shares a key head.
// Causal: the last query sees all keys, each before it one less.
// A query that sees no key gives zeros and the log sum -2^127.
//
// Sources: Dao et al., "FlashAttention" (2022) and "FlashAttention-2" (2023): nothing of the size
// queries * keys goes to memory; the maximum and the sum run along with the keys, and the gradient
// recomputes the weights. The gradient is two kernels, one for dq, one for dk and dv, without
// atomics: the same bits in every run for one more product of q and k.
//
// Flops: forward 4 * D for each visible pair, backward 14 * D. Bytes: q, y, log_sums once; k and v
// once for each block of queries (from the L2 cache).
#pragma once

// Stands for minus infinity, without its NaN differences.
constexpr float LEAST = -0x1p127f;
constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LN_2 = 0.6931471805599453f;

__device__ __forceinline__ float minus_infinity() { return __int_as_float(0xff800000); }

// Rows of D elements; strides in elements.
template <typename T>
struct Rows {
  T* at;
  long long batch, head, row;

  __device__ __forceinline__ T* of(int b, int h) const { return at + b * batch + h * head; }
};

// The argument of the kernels, by value; what a kernel does not use may be zero.
template <typename T>
struct Attention {
  Rows<const T> q, k, v;
  Rows<T> y;
  Rows<const T> dy;
  Rows<T> dq, dk, dv;
  Rows<const unsigned char> mask;  // `at` null where all keys are visible
  float* log_sums;
  float* deltas;
  int batches, heads, key_heads, queries, keys;
  int causal;  // 0 or 1
  float scale;

  // Keys from here on are invisible to the queries before `end`.
  __device__ __forceinline__ int keys_before(int end) const {
    int visible = (end < queries ? end : queries) + keys - queries;
    return !causal || visible > keys ? keys : visible;
  }

  // The first query that sees a key.
  __device__ __forceinline__ int first_query(int key) const {
    int first = key - (keys - queries);
    return !causal || first < 0 ? 0 : first;
  }

  // Factor of a score in the exponent of 2, never 0: infinite scores stay so.
  __device__ __forceinline__ float exponent_scale() const {
    return scale == 0.0f ? 0x1p-100f : scale * LOG2_E;
  }

  __device__ __forceinline__ long long sums_of(int b, int h) const {
    return ((long long)b * heads + h) * queries;
  }
};

// Which keys the queries of one head see.
template <typename T>
struct Visibility {
  const unsigned char* mask;
  long long stride;
  int queries, keys, shift;

  __device__ __forceinline__ Visibility(const Attention<T>& a, int b, int h)
      : mask(a.mask.at == nullptr ? nullptr : a.mask.of(b, h)),
        stride(a.mask.row),
        queries(a.queries),
        keys(a.keys),
        shift(a.causal ? a.keys - a.queries : a.keys) {}

  __device__ __forceinline__ bool sees(int query, int key) const {
    return query < queries && key < keys && key <= query + shift &&
        (mask == nullptr || mask[query * stride + key] != 0);
  }

  // Whether this query and those after it see all keys before `end`.
  __device__ __forceinline__ bool sees_all(int query, int end) const {
    return mask == nullptr && end <= keys && end - 1 <= query + shift;
  }
};
