// Kernels whose results depend on the order of blocks, for blocks of 128 threads. A kernel whose name
// ends in _ok is the correct twin of the one before.

// The sum of floats in the order in which blocks come: its rounding changes.
extern "C" __global__ void sum_atomic(const float* x, float* sum, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    atomicAdd(sum, x[i]);
  }
}

// Integers have no rounding.
extern "C" __global__ void sum_atomic_ok(const int* x, int* sum, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    atomicAdd(sum, x[i]);
  }
}

// Every block writes the same element: the last one wins.
extern "C" __global__ void last_block_wins(float* y) {
  if (threadIdx.x == 0) {
    y[0] = static_cast<float>(blockIdx.x);
  }
}

// Reads what the block before has written, without a launch between them.
extern "C" __global__ void reads_neighbour(float* x) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float left = blockIdx.x > 0 ? x[i - blockDim.x] : 0.0f;
  x[i] = left + 1.0f;
}

extern "C" __global__ void reads_neighbour_ok(const float* x, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float left = blockIdx.x > 0 ? x[i - blockDim.x] : 0.0f;
  y[i] = left + 1.0f;
}
