// Seeded bugs of asynchronous copies, for blocks of 128 threads. The line that a check must name
// carries `BUG`; a kernel whose name ends in _ok is the correct twin of the one before.

static __device__ __forceinline__ void copy16(float* target, const float* source) {
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(target));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(source) : "memory");
}

static __device__ __forceinline__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int N>
static __device__ __forceinline__ void wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

// Reads the own copy before it is waited for.
extern "C" __global__ void no_wait(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  y[threadIdx.x] = tile[4 * threadIdx.x];  // BUG
  wait<0>();
}

extern "C" __global__ void no_wait_ok(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  wait<0>();
  y[threadIdx.x] = tile[4 * threadIdx.x];
}

// A barrier alone does not wait for copies.
extern "C" __global__ void barrier_for_wait(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x];  // BUG
  wait<0>();
}

// Waits for its own copies, then reads those of other threads without a barrier.
extern "C" __global__ void wait_for_barrier(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  for (int i = threadIdx.x; i < 512; i += 128) tile[i] = 0.0f;
  __syncthreads();
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);  // BUG
  commit();
  wait<0>();
  y[threadIdx.x] = tile[511 - 4 * threadIdx.x];  // BUG
}

extern "C" __global__ void wait_for_barrier_ok(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  wait<0>();
  __syncthreads();
  y[threadIdx.x] = tile[511 - 4 * threadIdx.x];
}

// Two stages, but the wait leaves one group open where the older one must be done and the newer one
// is read.
extern "C" __global__ void wrong_stage(const float* x, float* y) {
  __shared__ __align__(16) float tile[2][512];
  copy16(tile[0] + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  copy16(tile[1] + 4 * threadIdx.x, x + 512 + 4 * threadIdx.x);
  commit();
  wait<1>();
  __syncthreads();
  y[threadIdx.x] = tile[1][threadIdx.x];  // BUG
  wait<0>();
}

extern "C" __global__ void wrong_stage_ok(const float* x, float* y) {
  __shared__ __align__(16) float tile[2][512];
  copy16(tile[0] + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  copy16(tile[1] + 4 * threadIdx.x, x + 512 + 4 * threadIdx.x);
  commit();
  wait<1>();
  __syncthreads();
  y[threadIdx.x] = tile[0][threadIdx.x];
  wait<0>();
}

// Copies past the end of the source.
extern "C" __global__ void copy_bounds(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(tile + 4 * threadIdx.x));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(x + 4 * threadIdx.x + 4) : "memory");  // BUG
  commit();
  wait<0>();
  y[threadIdx.x] = tile[4 * threadIdx.x];
}

// Ends while its copies are under way.
extern "C" __global__ void pending_at_exit(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);  // BUG
  commit();
  y[threadIdx.x] = 1.0f;
}

extern "C" __global__ void pending_at_exit_ok(const float* x, float* y) {
  __shared__ __align__(16) float tile[512];
  copy16(tile + 4 * threadIdx.x, x + 4 * threadIdx.x);
  commit();
  y[threadIdx.x] = 1.0f;
  wait<0>();
}
