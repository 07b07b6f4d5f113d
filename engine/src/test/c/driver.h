// Stands in for libcuda.so.1: two devices whose memory is host memory. Work is done when it is
// asked for, kernels are logged instead of run. Signatures: cuda.h of CUDA 13.0.
#pragma once
#include "standin.h"

typedef int CUresult;
typedef uint64_t CUdeviceptr;
typedef struct Object Object;

enum {
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  ALREADY_REGISTERED = 712,
  NOT_REGISTERED = 713,
  CAPTURE_INVALIDATED = 901,
  UPDATE_FAILURE = 910
};
enum { DEVICES = 2, NAME = 64, PARAMETERS = 16 };
typedef enum { CONTEXT, STREAM, EVENT, MODULE, FUNCTION, GRAPH, EXECUTABLE, POOL } Kind;

// One thing that work consists of: a copy, a fill, or a launch (its line of the log).
typedef struct { char kind; CUdeviceptr target, source; size_t bytes; unsigned char value;
                 char *line; } Work;

struct Object {
  Kind kind;
  int live, device, work_count;
  float time;
  char name[NAME];
  int parameter_count, parameter_sizes[PARAMETERS];
  char *text;      // of a module
  Work *work;      // of a graph
  Object *graph;   // that a stream is captured into
};

extern int initialized;
extern int poison;  // the sticky error, or 0
extern __thread Object *current;

Object *make(Kind kind);

// Makes a failure that the test asked for sticky where the real one is.
CUresult forced(int code);

// The usual head of a call: log, failure on demand, sticky error, current context.
#define ENTER_ANYWHERE(...)                    \
  do {                                         \
    int code = begin(__func__, __VA_ARGS__);   \
    if (code) return forced(code);             \
    if (!initialized) return NOT_INITIALIZED;  \
  } while (0)
#define ENTER(...)                             \
  do {                                         \
    ENTER_ANYWHERE(__VA_ARGS__);               \
    if (poison) return poison;                 \
    if (!current) return INVALID_CONTEXT;      \
  } while (0)
#define NEED(object, wanted)                                                              \
  do {                                                                                    \
    if (!(object) || !(object)->live || (object)->kind != (wanted)) return INVALID_HANDLE; \
  } while (0)
