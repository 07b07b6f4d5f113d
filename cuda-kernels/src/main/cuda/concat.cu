// Concatenation along an axis: parts x_i[outer, width_i] laid side by side in y[outer, width].
//
// `outer` are the axes before the axis as one, `width_i` the axis and those after it as one, and
// width is the sum of the widths. A copy moves bits: widths are given in words of 16, 4, 2 or 1
// bytes, the widest that divides all widths.
//   concat_16, concat_4, concat_2, concat_1: by the bytes of a word
// Launch: block 256, grid any x parts. Parts: at most 16 a launch, by value; `before` is the sum of
// the widths on the left, so that more parts take more launches.
// Bytes: 2 * outer * width * size. Flops: none.

constexpr int MOST_PARTS = 16;

struct Parts {
  const void* x[MOST_PARTS];
  int width[MOST_PARTS];
  int before[MOST_PARTS];
};

template <typename WORD>
__device__ __forceinline__ void concat(const Parts& parts, WORD* y, int outer, int width) {
  const WORD* x = static_cast<const WORD*>(parts.x[blockIdx.y]);
  int own = parts.width[blockIdx.y];
  int before = parts.before[blockIdx.y];
  int count = outer * own;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    int row = i / own;
    y[static_cast<size_t>(row) * width + before + (i - row * own)] = x[i];
  }
}

#define CONCAT(BYTES, WORD)                                                                  \
  extern "C" __global__ void __launch_bounds__(256)                                          \
      concat_##BYTES(const __grid_constant__ Parts parts, WORD* y, int outer, int width) {   \
    concat(parts, y, outer, width);                                                          \
  }
CONCAT(16, uint4)
CONCAT(4, unsigned)
CONCAT(2, unsigned short)
CONCAT(1, unsigned char)
