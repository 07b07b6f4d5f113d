// loop_rows
typedef int Index;
typedef unsigned int Unsigned;
struct Buffers {
  const float* b0;  // f32[8,100]
  float* b1;  // f32[8,100]
};
constexpr Index OUTER = 8, INNER = 100;
constexpr int SPLITS = 1, THREADS = 32;
struct Outer {
  Index i0;
};
DEVICE Outer outer_of(Index at) {
  const Index i0 = at;
  return {i0};
}
struct Folds {
  float f0;
  float f1;
};
struct Stage0 {
  static constexpr bool HAS_FOLDS = true;
  float f0;
  struct Given {
    DEVICE Given(const Buffers& buffers, const Outer& outer, const Folds& folds) {
    }
  };
  static DEVICE Stage0 identity() { return {__uint_as_float(0xff800000u)}; }
  DEVICE void take(const Buffers& buffers, const Outer& outer, const Folds& folds,
                  const Given& given, Index at) {
    const Index r1 = at;
    const float e0 = buffers.b0[100 * outer.i0 + r1];
    f0 = fold_max(f0, e0);
  }
  DEVICE void merge(const Stage0& other) {
    f0 = fold_max(f0, other.f0);
  }
  DEVICE Stage0 shuffled(int mask) const { return {shuffle(f0, mask)}; }
  DEVICE void finish(Folds& folds) const {
    folds.f0 = f0;
  }
};
struct Stage1 {
  static constexpr bool HAS_FOLDS = true;
  float f1;
  struct Given {
    DEVICE Given(const Buffers& buffers, const Outer& outer, const Folds& folds) {
    }
  };
  static DEVICE Stage1 identity() { return {0.0f}; }
  DEVICE void take(const Buffers& buffers, const Outer& outer, const Folds& folds,
                  const Given& given, Index at) {
    const Index r1 = at;
    const float e0 = buffers.b0[100 * outer.i0 + r1];
    const float e2 = e0 - folds.f0;
    const float e3 = expf(e2);
    f1 = fold_sum(f1, e3);
  }
  DEVICE void merge(const Stage1& other) {
    f1 = fold_sum(f1, other.f1);
  }
  DEVICE Stage1 shuffled(int mask) const { return {shuffle(f1, mask)}; }
  DEVICE void finish(Folds& folds) const {
    folds.f1 = f1;
  }
};
struct Stage2 {
  static constexpr bool HAS_FOLDS = false;
  struct Given {
    float e6;
    DEVICE Given(const Buffers& buffers, const Outer& outer, const Folds& folds) {
      const float e6 = 1.0f / folds.f1;
      this->e6 = e6;
    }
  };
  static DEVICE Stage2 identity() { return {}; }
  DEVICE void take(const Buffers& buffers, const Outer& outer, const Folds& folds,
                  const Given& given, Index at) {
    const Index r1 = at;
    const float e0 = buffers.b0[100 * outer.i0 + r1];
    const float e2 = e0 - folds.f0;
    const float e3 = expf(e2);
    const float e7 = e3 * given.e6;
    buffers.b1[100 * outer.i0 + r1] = e7;
  }
  DEVICE void merge(const Stage2& other) {
  }
  DEVICE Stage2 shuffled(int mask) const { return {}; }
  DEVICE void finish(Folds& folds) const {
  }
};
#define STAGES Stage0, Stage1, Stage2
DEVICE void finals(const Buffers& buffers, const Outer& outer, const Folds& folds) {
}
