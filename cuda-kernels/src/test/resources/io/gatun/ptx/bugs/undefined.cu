// Seeded bugs of registers and local memory that nothing wrote, for blocks of 128 threads. The line
// that a check must name carries `BUG`; a kernel whose name ends in _ok is the correct twin of the
// one before. Compilers choose any value where CUDA C++ reads a variable that has none, so the
// registers are those of inline PTX.

// From thread 100 on, nothing writes `t`.
extern "C" __global__ void register_unwritten(const float* x, float* y) {
  float sum;
  asm("{ .reg .pred p; .reg .f32 t; setp.lt.u32 p, %1, 100; @p mov.f32 t, %2; add.f32 %0, t, t; }" : "=f"(sum) : "r"(threadIdx.x), "f"(x[threadIdx.x]));  // BUG
  y[threadIdx.x] = sum;
}

extern "C" __global__ void register_unwritten_ok(const float* x, float* y) {
  float sum;
  asm("{ .reg .pred p; .reg .f32 t; setp.lt.u32 p, %1, 100; mov.f32 t, 0f00000000; @p mov.f32 t, %2; add.f32 %0, t, t; }" : "=f"(sum) : "r"(threadIdx.x), "f"(x[threadIdx.x]));
  y[threadIdx.x] = sum;
}

// A guard that nothing wrote.
extern "C" __global__ void guard_unwritten(const float* x, float* y) {
  float value = x[threadIdx.x];
  asm("{ .reg .pred p; @p neg.f32 %0, %0; }" : "+f"(value));  // BUG
  y[threadIdx.x] = value;
}

extern "C" __global__ void guard_unwritten_ok(const float* x, float* y) {
  float value = x[threadIdx.x];
  asm("{ .reg .pred p; setp.lt.f32 p, %0, 0f00000000; @p neg.f32 %0, %0; }" : "+f"(value));
  y[threadIdx.x] = value;
}

// Writes one element of an array in local memory and reads the next.
extern "C" __global__ void local_unwritten(const float* x, float* y) {
  float held[8];
  int at = static_cast<int>(x[threadIdx.x]) & 7;
  held[at] = x[threadIdx.x];
  y[threadIdx.x] = held[(at + 1) & 7];  // BUG
}

extern "C" __global__ void local_unwritten_ok(const float* x, float* y) {
  float held[8] = {};
  int at = static_cast<int>(x[threadIdx.x]) & 7;
  held[at] = x[threadIdx.x];
  y[threadIdx.x] = held[(at + 1) & 7];
}
