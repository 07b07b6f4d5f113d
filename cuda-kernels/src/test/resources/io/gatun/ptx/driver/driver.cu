// Kernels for the tests of the virtual driver.

// x = x * factor for n elements.
extern "C" __global__ void __launch_bounds__(256, 2) scale(float* x, float factor, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    x[i] *= factor;
  }
}

// Reverses each block through dynamic shared memory of four bytes a thread.
extern "C" __global__ void reverse(const float* x, float* y) {
  extern __shared__ float tile[];
  int first = blockIdx.x * blockDim.x;
  tile[threadIdx.x] = x[first + threadIdx.x];
  __syncthreads();
  y[first + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

struct Buffers {
  const float* x;
  float* y;
  int count;
};

// Takes its pointers as one struct by value, as kernels do that are filled at run time.
extern "C" __global__ void copy_struct(Buffers buffers) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < buffers.count) {
    buffers.y[i] = buffers.x[i];
  }
}
