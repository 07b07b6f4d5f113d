// Kernels whose memory counters are known by hand; blocks of 128 threads unless said otherwise.

// 4 sectors a request, all of their bytes used.
extern "C" __global__ void copy(const float* __restrict__ x, float* __restrict__ y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[i];
}

// 16 sectors a request, all of their bytes used.
extern "C" __global__ void copy4(const float4* __restrict__ x, float4* __restrict__ y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[i];
}

// 32 sectors a request of which an eighth is used.
extern "C" __global__ void gather32(const float* __restrict__ x, float* __restrict__ y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[32 * i];
}

// One sector a request: all lanes read the same element.
extern "C" __global__ void broadcast(const float* __restrict__ x, float* __restrict__ y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[blockIdx.x];
}

// 5 sectors a request: 128 bytes that begin in the middle of a sector.
extern "C" __global__ void shifted(const float* __restrict__ x, float* __restrict__ y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[i + 4];
}

template <int PITCH>
static __device__ __forceinline__ void transpose(const float* x, float* y, int n) {
  __shared__ float tile[32][PITCH];
  int column = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
  for (int i = 0; i < 32; i += 8) {
    tile[threadIdx.y + i][threadIdx.x] = x[(row + i) * n + column];
  }
  __syncthreads();
  column = blockIdx.y * 32 + threadIdx.x;
  row = blockIdx.x * 32 + threadIdx.y;
  for (int i = 0; i < 32; i += 8) {
    y[(row + i) * n + column] = tile[threadIdx.x][threadIdx.y + i];
  }
}

// Transpose by tiles of 32 x 32, blocks of 32 x 8: padded, so one wavefront a request.
extern "C" __global__ void transpose_padded(const float* __restrict__ x, float* __restrict__ y, int n) {
  transpose<33>(x, y, n);
}

// Unpadded: the column is in one bank, so 32 wavefronts a read and one a write: 16.5.
extern "C" __global__ void transpose_unpadded(const float* __restrict__ x, float* __restrict__ y, int n) {
  transpose<32>(x, y, n);
}

// Rows of 16 bytes side by side: 4 wavefronts for four matrices. One warp.
extern "C" __global__ void matrices(const uint4* __restrict__ x, uint4* __restrict__ y) {
  __shared__ uint4 tile[32];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncwarp();
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(tile + threadIdx.x));
  uint4 r;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r.x), "=r"(r.y), "=r"(r.z), "=r"(r.w) : "r"(address));
  y[threadIdx.x] = r;
}

// Rows 128 bytes apart: all in the same banks, so 32 wavefronts. One warp.
extern "C" __global__ void matrices_unswizzled(const uint4* __restrict__ x, uint4* __restrict__ y) {
  __shared__ uint4 tile[256];
  for (int i = threadIdx.x; i < 256; i += 32) tile[i] = x[i];
  __syncwarp();
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(tile + 8 * threadIdx.x));
  uint4 r;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r.x), "=r"(r.y), "=r"(r.z), "=r"(r.w) : "r"(address));
  y[threadIdx.x] = r;
}
