// loop_columns
typedef int Index;
typedef unsigned int Unsigned;
struct Buffers {
  const float* b0;  // f32[1000,20]
  float* b1;  // f32[20]
};
constexpr Index OUTER = 20, INNER = 1000;
constexpr int SPLITS = 1, PARTS = 16;
struct Outer {
  Index i1;
};
DEVICE Outer outer_of(Index at) {
  const Index i1 = at;
  return {i1};
}
struct Folds {
  float f0;
};
struct Stage0 {
  static constexpr bool HAS_FOLDS = true;
  float f0;
  struct Given {
    DEVICE Given(const Buffers& buffers, const Outer& outer, const Folds& folds) {
    }
  };
  static DEVICE Stage0 identity() { return {0.0f}; }
  DEVICE void take(const Buffers& buffers, const Outer& outer, const Folds& folds,
                  const Given& given, Index at) {
    const Index r0 = at;
    const float e0 = buffers.b0[20 * r0 + outer.i1];
    f0 = fold_sum(f0, e0);
  }
  DEVICE void merge(const Stage0& other) {
    f0 = fold_sum(f0, other.f0);
  }
  DEVICE Stage0 shuffled(int mask) const { return {shuffle(f0, mask)}; }
  DEVICE void finish(Folds& folds) const {
    folds.f0 = f0;
  }
};
#define STAGES Stage0
DEVICE void finals(const Buffers& buffers, const Outer& outer, const Folds& folds) {
  buffers.b1[outer.i1] = folds.f0;
}
