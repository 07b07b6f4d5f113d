#include "driver.h"

static int driver_version = 13000;
static Object contexts[DEVICES];
int initialized;
int poison;
__thread Object *current;
static size_t free_bytes = (size_t)1 << 30;
static struct { void *address; size_t bytes; char kind; } allocations[1024];

CUresult forced(int code) {
  int registration = code == ALREADY_REGISTERED || code == NOT_REGISTERED;
  if (code >= 700 && code < 720 && !registration) poison = code;
  return code;
}

Object *make(Kind kind) {
  Object *object = calloc(1, sizeof *object);
  object->kind = kind;
  object->live = 1;
  return object;
}

EXPORT void standin_set_version(int version) { driver_version = version; }

EXPORT void standin_reset(void) {
  standin_clear();
  poison = 0;
  initialized = 0;
  driver_version = 13000;
  current = NULL;
  memset(contexts, 0, sizeof contexts);
}

// --- the driver and its devices

EXPORT CUresult cuInit(unsigned flags) {
  int code = begin(__func__, "flags=%u", flags);
  if (code) return code;
  initialized = 1;
  return 0;
}
EXPORT CUresult cuDriverGetVersion(int *version) {
  int code = begin(__func__, "");
  *version = driver_version;
  return code;
}
EXPORT CUresult cuGetErrorName(CUresult error, const char **text) {
  *text = error == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_STANDIN";
  return error > 0 && error < 999 ? 0 : INVALID_VALUE;
}
EXPORT CUresult cuGetErrorString(CUresult error, const char **text) {
  *text = error == OUT_OF_MEMORY ? "out of memory" : "a failure that the test asked for";
  return error > 0 && error < 999 ? 0 : INVALID_VALUE;
}
EXPORT CUresult cuDeviceGetCount(int *count) {
  ENTER_ANYWHERE("");
  *count = DEVICES;
  return 0;
}
EXPORT CUresult cuDeviceGet(int *device, int ordinal) {
  ENTER_ANYWHERE("ordinal=%d", ordinal);
  if (ordinal < 0 || ordinal >= DEVICES) return INVALID_DEVICE;
  *device = ordinal + 40;  // a handle is no ordinal
  return 0;
}
EXPORT CUresult cuDeviceGetName(char *name, int length, int device) {
  ENTER_ANYWHERE("length=%d device=%d", length, device);
  snprintf(name, (size_t)length, "Stand-in %d", device - 40);
  return 0;
}
EXPORT CUresult cuDeviceTotalMem_v2(size_t *bytes, int device) {
  ENTER_ANYWHERE("device=%d", device);
  *bytes = (size_t)80 << 30;
  return 0;
}
EXPORT CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
  ENTER_ANYWHERE("attribute=%d device=%d", attribute, device);
  switch (attribute) {
    case 75: *value = device == 40 ? 9 : 8; break;  // compute capability, major
    case 76: *value = device == 40 ? 0 : 6; break;
    case 19: case 115: *value = 1; break;           // maps host memory, has memory pools
    default: *value = 1000 + attribute;             // so that a swap of two shows
  }
  return 0;
}
EXPORT CUresult cuDeviceGetDefaultMemPool(Object **pool, int device) {
  ENTER_ANYWHERE("device=%d", device);
  *pool = make(POOL);
  return 0;
}
EXPORT CUresult cuMemPoolSetAttribute(Object *pool, int attribute, void *value) {
  ENTER_ANYWHERE("attribute=%d value=%llx", attribute, *(unsigned long long *)value);
  NEED(pool, POOL);
  return 0;
}

// --- contexts

EXPORT CUresult cuDevicePrimaryCtxRetain(Object **context, int device) {
  ENTER_ANYWHERE("device=%d", device);
  Object *primary = &contexts[device - 40];
  primary->kind = CONTEXT;
  primary->live++;
  primary->device = device;
  *context = primary;
  return 0;
}
EXPORT CUresult cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER_ANYWHERE("device=%d", device);
  Object *primary = &contexts[device - 40];
  if (!primary->live) return INVALID_CONTEXT;
  if (--primary->live == 0) poison = 0;
  return 0;
}
EXPORT CUresult cuCtxSetCurrent(Object *context) {
  ENTER_ANYWHERE("device=%d", context ? context->device : -1);
  if (context && !context->live) return INVALID_CONTEXT;
  current = context;
  return 0;
}
EXPORT CUresult cuCtxSynchronize(void) { ENTER(""); return 0; }

// --- memory

static CUresult allocate(CUdeviceptr *address, size_t bytes, char kind) {
  if (bytes == 0) return INVALID_VALUE;
  if (bytes > free_bytes) return OUT_OF_MEMORY;
  for (int i = 0; i < 1024; i++) {
    if (allocations[i].address) continue;
    size_t rounded = (bytes + 4095) / 4096 * 4096;
    allocations[i].address = aligned_alloc(4096, rounded);
    allocations[i].bytes = bytes;
    allocations[i].kind = kind;
    memset(allocations[i].address, 0xEE, rounded);
    *address = (CUdeviceptr)allocations[i].address;
    return 0;
  }
  return OUT_OF_MEMORY;
}
static CUresult release(CUdeviceptr address, char kind, int failure) {
  for (int i = 0; i < 1024; i++) {
    if (address && (CUdeviceptr)allocations[i].address == address && allocations[i].kind == kind) {
      if (kind != 'r') free(allocations[i].address);
      allocations[i].address = NULL;
      return 0;
    }
  }
  return failure;
}

EXPORT CUresult cuMemGetInfo_v2(size_t *unused, size_t *total) {
  ENTER("");
  *unused = free_bytes;
  *total = (size_t)80 << 30;
  return 0;
}
EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  ENTER("bytes=%zu", bytes);
  return allocate(address, bytes, 'd');
}
EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
  ENTER("");
  return release(address, 'd', INVALID_VALUE);
}
EXPORT CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, Object *stream) {
  ENTER("bytes=%zu", bytes);
  NEED(stream, STREAM);
  return allocate(address, bytes, 'a');
}
EXPORT CUresult cuMemFreeAsync(CUdeviceptr address, Object *stream) {
  ENTER("");
  NEED(stream, STREAM);
  return release(address, 'a', INVALID_VALUE);
}
EXPORT CUresult cuMemHostAlloc(void **address, size_t bytes, unsigned flags) {
  ENTER("bytes=%zu flags=%u", bytes, flags);
  return allocate((CUdeviceptr *)address, bytes, 'h');
}
EXPORT CUresult cuMemFreeHost(void *address) {
  ENTER("");
  return release((CUdeviceptr)address, 'h', INVALID_VALUE);
}
EXPORT CUresult cuMemHostRegister_v2(void *address, size_t bytes, unsigned flags) {
  ENTER("bytes=%zu flags=%u", bytes, flags);
  int place = -1;
  for (int i = 0; i < 1024; i++) {
    if (allocations[i].address == address) return ALREADY_REGISTERED;
    if (!allocations[i].address) place = i;
  }
  allocations[place].address = address;
  allocations[place].bytes = bytes;
  allocations[place].kind = 'r';
  return 0;
}
EXPORT CUresult cuMemHostUnregister(void *address) {
  ENTER("");
  return release((CUdeviceptr)address, 'r', NOT_REGISTERED);
}
EXPORT CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *mapped, void *address, unsigned flags) {
  ENTER("flags=%u", flags);
  for (int i = 0; i < 1024; i++) {
    char *start = allocations[i].address;
    if (start && start <= (char *)address && (char *)address < start + allocations[i].bytes) {
      *mapped = (CUdeviceptr)address;
      return 0;
    }
  }
  return INVALID_VALUE;
}

