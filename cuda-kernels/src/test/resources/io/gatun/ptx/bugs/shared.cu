// Seeded bugs of shared memory, for blocks of 128 threads. The lines that a check may name carry
// `BUG`: both lines of a race, as either may come last. Names that end in _ok are correct twins.

// One element behind the array.
extern "C" __global__ void shared_bounds(const float* x, float* y) {
  extern __shared__ float tile[];
  tile[threadIdx.x + 1] = x[threadIdx.x];  // BUG
  __syncthreads();
  y[threadIdx.x] = tile[127 - threadIdx.x + 1];
}

// Reads an element that no thread has written.
extern "C" __global__ void shared_uninitialised(const float* x, float* y) {
  __shared__ float tile[129];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x + 1];  // BUG
}

// 16 bytes from an address aligned to 4.
extern "C" __global__ void shared_misaligned(const float* x, float4* y) {
  __shared__ __align__(16) float tile[132];
  tile[threadIdx.x] = x[threadIdx.x];
  if (threadIdx.x < 4) tile[128 + threadIdx.x] = 0.0f;
  __syncthreads();
  if (threadIdx.x < 32) {
    y[threadIdx.x] = *reinterpret_cast<float4*>(tile + 4 * threadIdx.x + 1);  // BUG
  }
}

// Read after write without a barrier: another warp writes what is read.
extern "C" __global__ void read_after_write(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = 0.0f;
  __syncthreads();
  tile[threadIdx.x] = x[threadIdx.x];  // BUG
  y[threadIdx.x] = tile[(threadIdx.x + 32) & 127];  // BUG
}

extern "C" __global__ void read_after_write_ok(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = 0.0f;
  __syncthreads();
  tile[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[(threadIdx.x + 32) & 127];
}

// Write after read: a warp begins the next round while another still reads this one.
extern "C" __global__ void write_after_read(const float* x, float* y) {
  __shared__ float tile[128];
  float sum = 0.0f;
#pragma unroll 1
  for (int round = 0; round < 3; round++) {
    tile[threadIdx.x] = x[threadIdx.x] + round;  // BUG
    __syncthreads();
    sum += tile[127 - threadIdx.x];  // BUG
  }
  y[threadIdx.x] = sum;
}

extern "C" __global__ void write_after_read_ok(const float* x, float* y) {
  __shared__ float tile[128];
  float sum = 0.0f;
#pragma unroll 1
  for (int round = 0; round < 3; round++) {
    tile[threadIdx.x] = x[threadIdx.x] + round;
    __syncthreads();
    sum += tile[127 - threadIdx.x];
    __syncthreads();
  }
  y[threadIdx.x] = sum;
}

// Two warps write the same elements.
extern "C" __global__ void write_after_write(const float* x, float* y) {
  __shared__ float tile[64];
  tile[threadIdx.x & 63] = x[threadIdx.x];  // BUG
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x & 63];
}

// Lanes of one warp exchange values and rely on lock step, which hardware does not promise.
extern "C" __global__ void lanes_race(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  y[threadIdx.x] = tile[threadIdx.x ^ 1];  // BUG
}

extern "C" __global__ void lanes_race_ok(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncwarp();
  y[threadIdx.x] = tile[threadIdx.x ^ 1];
}

// All lanes of a warp write one element at once: which one wins is not defined.
extern "C" __global__ void lanes_write_one(const float* x, float* y) {
  __shared__ float tile[4];
  tile[threadIdx.x >> 5] = x[threadIdx.x];  // BUG
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x >> 5];
}
