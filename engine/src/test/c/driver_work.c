#include "driver.h"

static float clock_milliseconds;

// --- work

static void perform(const Work *work) {
  if (work->kind == 'c') memmove((void *)work->target, (void *)work->source, work->bytes);
  if (work->kind == 'f') memset((void *)work->target, work->value, work->bytes);
  if (work->kind == 'k') note("%s", work->line);
  clock_milliseconds += 1;
}
static CUresult submit(Object *stream, Work work) {
  NEED(stream, STREAM);
  Object *graph = stream->graph;
  if (!graph) {
    perform(&work);
    return 0;
  }
  graph->work = realloc(graph->work, sizeof work * (size_t)(graph->work_count + 1));
  graph->work[graph->work_count++] = work;
  return 0;
}

EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void *source, size_t bytes,
    Object *stream) {
  ENTER("bytes=%zu", bytes);
  return submit(stream, (Work){.kind = 'c', .target = target, .source = (CUdeviceptr)source,
      .bytes = bytes});
}
EXPORT CUresult cuMemcpyDtoHAsync_v2(void *target, CUdeviceptr source, size_t bytes,
    Object *stream) {
  ENTER("bytes=%zu", bytes);
  return submit(stream, (Work){.kind = 'c', .target = (CUdeviceptr)target, .source = source,
      .bytes = bytes});
}
EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes,
    Object *stream) {
  ENTER("bytes=%zu", bytes);
  return submit(stream, (Work){.kind = 'c', .target = target, .source = source, .bytes = bytes});
}
EXPORT CUresult cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t bytes,
    Object *stream) {
  ENTER("value=%u bytes=%zu", value, bytes);
  return submit(stream, (Work){.kind = 'f', .target = target, .value = value, .bytes = bytes});
}

// --- streams and events

EXPORT CUresult cuStreamCreate(Object **stream, unsigned flags) {
  ENTER("flags=%u", flags);
  *stream = make(STREAM);
  return 0;
}
EXPORT CUresult cuStreamDestroy_v2(Object *stream) {
  ENTER("");
  NEED(stream, STREAM);
  stream->live = 0;
  return 0;
}
EXPORT CUresult cuStreamSynchronize(Object *stream) { ENTER(""); NEED(stream, STREAM); return 0; }
EXPORT CUresult cuStreamWaitEvent(Object *stream, Object *event, unsigned flags) {
  ENTER("flags=%u", flags);
  NEED(stream, STREAM);
  NEED(event, EVENT);
  return 0;
}
EXPORT CUresult cuEventCreate(Object **event, unsigned flags) {
  ENTER("flags=%u", flags);
  *event = make(EVENT);
  return 0;
}
EXPORT CUresult cuEventDestroy_v2(Object *event) {
  ENTER("");
  NEED(event, EVENT);
  event->live = 0;
  return 0;
}
EXPORT CUresult cuEventRecord(Object *event, Object *stream) {
  ENTER("");
  NEED(event, EVENT);
  NEED(stream, STREAM);
  event->time = clock_milliseconds;
  return 0;
}
EXPORT CUresult cuEventQuery(Object *event) { ENTER(""); NEED(event, EVENT); return 0; }
EXPORT CUresult cuEventSynchronize(Object *event) { ENTER(""); NEED(event, EVENT); return 0; }
EXPORT CUresult cuEventElapsedTime_v2(float *milliseconds, Object *start, Object *end) {
  ENTER("");
  NEED(start, EVENT);
  NEED(end, EVENT);
  *milliseconds = end->time - start->time;
  return 0;
}

// --- code: the text's ".entry NAME(sizes)" declares kernels, as in ".entry scale(8 4 4)"

EXPORT CUresult cuModuleLoadDataEx(Object **module, const char *text, unsigned count,
    int *options, void **values) {
  ENTER("bytes=%zu options=%u", strlen(text), count);
  if (strstr(text, "syntax error")) {
    for (unsigned i = 0; i + 1 < count; i++) {
      if (options[i] == 5 && options[i + 1] == 6) {  // the error log and its size
        snprintf(values[i], (size_t)values[i + 1], "ptxas line 3: syntax error");
      }
    }
    return INVALID_PTX;
  }
  *module = make(MODULE);
  (*module)->text = strdup(text);
  return 0;
}
EXPORT CUresult cuModuleUnload(Object *module) {
  ENTER("");
  NEED(module, MODULE);
  module->live = 0;
  return 0;
}
EXPORT CUresult cuModuleGetFunction(Object **function, Object *module, const char *name) {
  ENTER("name=%s", name);
  NEED(module, MODULE);
  char entry[NAME + 16];
  snprintf(entry, sizeof entry, ".entry %s(", name);
  char *text = strstr(module->text, entry);
  if (!text) return NOT_FOUND;
  *function = make(FUNCTION);
  snprintf((*function)->name, NAME, "%s", name);
  for (text += strlen(entry); *text && *text != ')' && (*function)->parameter_count < PARAMETERS;) {
    (*function)->parameter_sizes[(*function)->parameter_count++] = (int)strtol(text, &text, 10);
  }
  return 0;
}
EXPORT CUresult cuFuncGetName(const char **name, Object *function) {
  NEED(function, FUNCTION);
  *name = function->name;
  return 0;
}
EXPORT CUresult cuFuncGetAttribute(int *value, int attribute, Object *function) {
  ENTER("attribute=%d", attribute);
  NEED(function, FUNCTION);
  *value = 100 + attribute;
  return 0;
}
EXPORT CUresult cuFuncSetAttribute(Object *function, int attribute, int value) {
  ENTER("attribute=%d value=%d", attribute, value);
  NEED(function, FUNCTION);
  return 0;
}
EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Object *function,
    int threads, size_t shared) {
  ENTER("threads=%d shared=%zu", threads, shared);
  NEED(function, FUNCTION);
  *blocks = 2048 / threads;
  return 0;
}

// The log of a launch has the bytes of each argument, first byte first: "run scale [8:0102..]".
EXPORT CUresult cuLaunchKernel(Object *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
    unsigned by, unsigned bz, unsigned shared, Object *stream, void **parameters, void **extra) {
  ENTER("grid=%u,%u,%u block=%u,%u,%u shared=%u extra=%d", gx, gy, gz, bx, by, bz, shared,
      extra != NULL);
  NEED(function, FUNCTION);
  char line[4096];
  int at = snprintf(line, sizeof line, "run %s", function->name);
  for (int i = 0; i < function->parameter_count; i++) {
    at += snprintf(line + at, sizeof line - (size_t)at, " [%d:", function->parameter_sizes[i]);
    for (int b = 0; b < function->parameter_sizes[i]; b++) {
      at += snprintf(line + at, sizeof line - (size_t)at, "%02x",
          ((unsigned char *)parameters[i])[b]);
    }
    at += snprintf(line + at, sizeof line - (size_t)at, "]");
  }
  snprintf(line + at, sizeof line - (size_t)at, "\n");
  return submit(stream, (Work){.kind = 'k', .line = strdup(line)});
}

// --- graphs

EXPORT CUresult cuStreamBeginCapture_v2(Object *stream, int mode) {
  ENTER("mode=%d", mode);
  NEED(stream, STREAM);
  stream->graph = make(GRAPH);
  return 0;
}
EXPORT CUresult cuStreamEndCapture(Object *stream, Object **graph) {
  ENTER("");
  NEED(stream, STREAM);
  if (!stream->graph) return CAPTURE_INVALIDATED;
  *graph = stream->graph;
  stream->graph = NULL;
  return 0;
}
EXPORT CUresult cuGraphInstantiateWithFlags(Object **executable, Object *graph,
    unsigned long long flags) {
  ENTER("flags=%llu", flags);
  NEED(graph, GRAPH);
  *executable = make(EXECUTABLE);
  (*executable)->graph = graph;
  return 0;
}
// CUgraphExecUpdateResultInfo
typedef struct { int result; void *node, *from; } UpdateResult;

EXPORT CUresult cuGraphExecUpdate_v2(Object *executable, Object *graph, UpdateResult *info) {
  ENTER("");
  NEED(executable, EXECUTABLE);
  NEED(graph, GRAPH);
  int same = executable->graph->work_count == graph->work_count;
  for (int i = 0; same && i < graph->work_count; i++) {
    same = executable->graph->work[i].kind == graph->work[i].kind;
  }
  info->result = same ? 0 : 2;
  info->node = info->from = NULL;
  if (!same) return UPDATE_FAILURE;
  executable->graph = graph;
  return 0;
}
EXPORT CUresult cuGraphLaunch(Object *executable, Object *stream) {
  ENTER("");
  NEED(executable, EXECUTABLE);
  NEED(stream, STREAM);
  for (int i = 0; i < executable->graph->work_count; i++) perform(&executable->graph->work[i]);
  return 0;
}
EXPORT CUresult cuGraphDestroy(Object *graph) { ENTER(""); NEED(graph,
    GRAPH); graph->live = 0; return 0; }
EXPORT CUresult cuGraphExecDestroy(Object *executable) {
  ENTER("");
  NEED(executable, EXECUTABLE);
  executable->live = 0;
  return 0;
}
