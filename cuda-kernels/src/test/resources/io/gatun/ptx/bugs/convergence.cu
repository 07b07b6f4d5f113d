// Seeded bugs of barriers and of operations that a whole warp does together, for blocks of 128
// threads. The line that a check must name carries `BUG`; a kernel whose name ends in _ok is the
// correct twin of the one before.

// A barrier that a part of the last warp and whole warps do not reach.
extern "C" __global__ void barrier_in_branch(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  if (threadIdx.x < 100) {
    __syncthreads();  // BUG
  }
  y[threadIdx.x] = tile[127 - threadIdx.x];
}

// Whole warps take one barrier or another: neither is ever complete.
extern "C" __global__ void two_barriers(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  if (threadIdx.x < 64) {
    asm volatile("bar.sync 1, 128;");  // BUG
  } else {
    asm volatile("bar.sync 2, 128;");  // BUG
  }
  y[threadIdx.x] = tile[127 - threadIdx.x];
}

// Two halves of a block that meet at a barrier of their own.
extern "C" __global__ void two_barriers_ok(const float* x, float* y) {
  __shared__ float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  if (threadIdx.x < 64) {
    asm volatile("bar.sync 1, 64;" ::: "memory");
    y[threadIdx.x] = tile[63 - threadIdx.x];
  } else {
    asm volatile("bar.sync 2, 64;" ::: "memory");
    y[threadIdx.x] = tile[191 - threadIdx.x];
  }
}

// Half of the warps leave before the barrier, which counts all threads of the block.
extern "C" __global__ void barrier_after_exit(const float* x, float* y) {
  __shared__ float tile[128];
  if (threadIdx.x >= 64) return;
  tile[threadIdx.x] = x[threadIdx.x];
  asm volatile("bar.sync 0, 128;" ::: "memory");  // BUG
  y[threadIdx.x] = tile[63 - threadIdx.x];
}

// A shuffle that names all lanes, where only some are.
extern "C" __global__ void shuffle_in_branch(const float* x, float* y) {
  float v = x[threadIdx.x];
  if ((threadIdx.x & 31) < 20) {
    v += __shfl_xor_sync(0xffffffffu, v, 1);  // BUG
  }
  y[threadIdx.x] = v;
}

extern "C" __global__ void shuffle_in_branch_ok(const float* x, float* y) {
  float v = x[threadIdx.x];
  if ((threadIdx.x & 31) < 16) {
    v += __shfl_xor_sync(0x0000ffffu, v, 1);
  }
  y[threadIdx.x] = v;
}

// Asks a lane that is not in the mask.
extern "C" __global__ void shuffle_from_outside(const float* x, float* y) {
  float v = x[threadIdx.x];
  if ((threadIdx.x & 31) < 16) {
    v += __shfl_sync(0x0000ffffu, v, 20);  // BUG
  }
  y[threadIdx.x] = v;
}

// A vote of all lanes in a branch.
extern "C" __global__ void vote_in_branch(const float* x, unsigned* y) {
  unsigned votes = 0;
  if ((threadIdx.x & 31) != 5) {
    votes = __ballot_sync(0xffffffffu, x[threadIdx.x] > 0.0f);  // BUG
  }
  y[threadIdx.x] = votes;
}

// A matrix operation of half a warp.
extern "C" __global__ void matrix_in_branch(const float* x, unsigned* y) {
  __shared__ __align__(16) float tile[128];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  unsigned a = 0;
  if ((threadIdx.x & 31) < 16) {
    unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(tile + 4 * (threadIdx.x & 7)));
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(a) : "r"(address));  // BUG
  }
  y[threadIdx.x] = a;
}
