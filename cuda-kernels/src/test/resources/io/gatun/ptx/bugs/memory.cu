// Seeded bugs of global memory. The line that a check must name carries `BUG`; a kernel whose name
// ends in _ok is the correct twin of the one before.

// The last thread writes one element too many: needs i < n.
extern "C" __global__ void off_by_one(float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) {
    x[i] = 1.0f;  // BUG
  }
}

extern "C" __global__ void off_by_one_ok(float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    x[i] = 1.0f;
  }
}

// A stencil without its left edge: thread 0 reads x[-1].
extern "C" __global__ void before_start(const float* x, float* y) {
  int i = threadIdx.x;
  y[i] = x[i - 1];  // BUG
}

// Four floats at once from an address that is aligned to four bytes only.
extern "C" __global__ void misaligned(const float* x, float4* y) {
  y[threadIdx.x] = *reinterpret_cast<const float4*>(x + 1 + 4 * threadIdx.x);  // BUG
}

extern "C" __global__ void misaligned_ok(const float* x, float4* y) {
  y[threadIdx.x] = *reinterpret_cast<const float4*>(x + 4 * threadIdx.x);
}

// Launched with a null pointer, and with one that was freed.
extern "C" __global__ void write_element(float* x) {
  x[threadIdx.x] = 0.0f;  // BUG
}

// Reads memory that nothing has written.
extern "C" __global__ void read_element(const float* x, float* y) {
  y[threadIdx.x] = x[threadIdx.x] + 1.0f;  // BUG
}

// Adds to a sum that nobody has set to zero.
extern "C" __global__ void accumulate(const float* x, float* sum) {
  atomicAdd(sum, x[threadIdx.x]);  // BUG
}

// Stops the grid where a value is not what it must be.
extern "C" __global__ void stop_unless_seven(const int* x) {
  if (x[threadIdx.x] != 7) {
    __trap();  // BUG
  }
}

// Waits for a block that never writes.
extern "C" __global__ void wait_forever(volatile int* flag) {
  while (flag[0] == 0) {  // BUG
  }
}
