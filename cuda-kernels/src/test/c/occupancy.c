/* Writes occupancy.csv, the occupancies that cuda_occupancy.h of the CUDA toolkit calculates:
 *   gcc -I /usr/local/cuda/include -o occupancy src/test/c/occupancy.c
 *   ./occupancy > src/test/resources/io/gatun/ptx/occupancy.csv
 */
#include <stddef.h>
#include <stdio.h>
#include <cuda_occupancy.h>

static const struct { int major, minor, warps, kib; } DEVICES[] = {
    {8, 0, 64, 164}, {8, 6, 48, 100}, {8, 9, 48, 100}, {9, 0, 64, 228}};
static const int THREADS[] = {1, 33, 96, 128, 160, 256, 512, 1024};
static const int REGISTERS[] = {8, 21, 32, 40, 64, 96, 128, 130, 255};
static const int SHARED[] = {0, 1, 16640, 49152, 101376, 166912, 232448};

#define FOR(i, array) for (size_t i = 0; i < sizeof(array) / sizeof(array[0]); i++)

int main(void) {
  puts("architecture,threads,registers,shared,blocks");
  FOR(d, DEVICES) FOR(t, THREADS) FOR(r, REGISTERS) FOR(s, SHARED) {
    cudaOccDeviceProp device = {0};
    device.computeMajor = DEVICES[d].major;
    device.computeMinor = DEVICES[d].minor;
    device.maxThreadsPerBlock = 1024;
    device.maxThreadsPerMultiprocessor = DEVICES[d].warps * 32;
    device.regsPerBlock = device.regsPerMultiprocessor = 65536;
    device.warpSize = 32;
    device.sharedMemPerBlock = 48 << 10;
    device.sharedMemPerMultiprocessor = DEVICES[d].kib << 10;
    device.sharedMemPerBlockOptin = (DEVICES[d].kib - 1) << 10;
    device.reservedSharedMemPerBlock = 1024;
    device.numSms = 100;
    cudaOccFuncAttributes kernel = {0};
    kernel.maxThreadsPerBlock = 1024;
    kernel.numRegs = REGISTERS[r];
    kernel.shmemLimitConfig = FUNC_SHMEM_LIMIT_OPTIN;
    kernel.maxDynamicSharedSizeBytes = SHARED[s];
    cudaOccDeviceState state = {0};
    state.carveoutConfig = SHAREDMEM_CARVEOUT_DEFAULT;
    cudaOccResult result;
    if (cudaOccMaxActiveBlocksPerMultiprocessor(&result, &device, &kernel, &state, THREADS[t], SHARED[s])) return 1;
    printf("sm_%d%d,%d,%d,%d,%d\n", DEVICES[d].major, DEVICES[d].minor, THREADS[t], REGISTERS[r], SHARED[s],
           result.activeBlocksPerMultiprocessor);
  }
  return 0;
}
