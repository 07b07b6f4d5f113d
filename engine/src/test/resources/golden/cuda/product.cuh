// contract_simt_32
#define CONTRACT_TILE 32
typedef int Index;
typedef unsigned int Unsigned;
struct Buffers {
  const float* b0;  // f32[64,48]
  const float* b1;  // f32[48,96]
  const float* b2;  // f32[96]
  float* b3;  // f32[64,96]
};
typedef float Sum;
constexpr int BATCH = 1, M = 64, N = 96, K = 48;
constexpr Element COMPUTE = F32;
constexpr bool A_PLAIN = true, A_INNER_K = true;
constexpr long long A_STRIDE_M = 48, A_STRIDE_K = 1;
constexpr int A_LANES = 4;
constexpr Element A_ELEMENT = F32;
DEVICE const float* a_pointer(const Buffers& buffers, int at_batch) {
  return buffers.b0 + (0);
}
DEVICE Sum load_a(const Buffers& buffers, int at_batch, int at_free, int at_k) {
  const Index m = at_free;
  const Index k = at_k;
  const float e0 = buffers.b0[48 * m + k];
  return e0;
}
constexpr bool B_PLAIN = true, B_INNER_K = false;
constexpr long long B_STRIDE_N = 1, B_STRIDE_K = 96;
constexpr int B_LANES = 4;
constexpr Element B_ELEMENT = F32;
DEVICE const float* b_pointer(const Buffers& buffers, int at_batch) {
  return buffers.b1 + (0);
}
DEVICE Sum load_b(const Buffers& buffers, int at_batch, int at_k, int at_free) {
  const Index n = at_free;
  const Index k = at_k;
  const float e1 = buffers.b1[96 * k + n];
  return e1;
}
constexpr int C_LANES = 4;
DEVICE void store_c(
    const Buffers& buffers, int at_batch, int at_m, int at_n, Sum sum) {
  const Index m = at_m;
  const Index n = at_n;
  const float e2 = sum;
  const float e3 = buffers.b2[n];
  const float e4 = e2 + e3;
  const bool e6 = e4 <= 0.0f;
  const float e7 = e6 ? 0.0f : e4;
  buffers.b3[96 * m + n] = e7;
}
template <int LANES>
DEVICE void store_c_vector(
    const Buffers& buffers, int at_batch, int at_m, int at_n, const Sum* sums) {
  if constexpr (LANES == 2) {
    const Index m = at_m;
    const Index n = at_n;
    const float e2_0 = sums[0];
    const auto v3 = load_lanes<float, 2>(buffers.b2 + (n));
    const float e3_0 = v3.at[0];
    const float e4_0 = e2_0 + e3_0;
    const bool e6_0 = e4_0 <= 0.0f;
    const float e7_0 = e6_0 ? 0.0f : e4_0;
    const float e2_1 = sums[1];
    const float e3_1 = v3.at[1];
    const float e4_1 = e2_1 + e3_1;
    const bool e6_1 = e4_1 <= 0.0f;
    const float e7_1 = e6_1 ? 0.0f : e4_1;
    store_lanes<float, 2>(buffers.b3 + (96 * m + n), {e7_0, e7_1});
  }
  if constexpr (LANES == 4) {
    const Index m = at_m;
    const Index n = at_n;
    const float e2_0 = sums[0];
    const auto v3 = load_lanes<float, 4>(buffers.b2 + (n));
    const float e3_0 = v3.at[0];
    const float e4_0 = e2_0 + e3_0;
    const bool e6_0 = e4_0 <= 0.0f;
    const float e7_0 = e6_0 ? 0.0f : e4_0;
    const float e2_1 = sums[1];
    const float e3_1 = v3.at[1];
    const float e4_1 = e2_1 + e3_1;
    const bool e6_1 = e4_1 <= 0.0f;
    const float e7_1 = e6_1 ? 0.0f : e4_1;
    const float e2_2 = sums[2];
    const float e3_2 = v3.at[2];
    const float e4_2 = e2_2 + e3_2;
    const bool e6_2 = e4_2 <= 0.0f;
    const float e7_2 = e6_2 ? 0.0f : e4_2;
    const float e2_3 = sums[3];
    const float e3_3 = v3.at[3];
    const float e4_3 = e2_3 + e3_3;
    const bool e6_3 = e4_3 <= 0.0f;
    const float e7_3 = e6_3 ? 0.0f : e4_3;
    store_lanes<float, 4>(buffers.b3 + (96 * m + n), {e7_0, e7_1, e7_2, e7_3});
  }
}
