#include "standin.h"

#include <stdarg.h>

static char standin_text[1 << 20];
static size_t standin_length;
static char failing_name[128];
static int failing_after;
static int failing_code;

static void vwrite(const char *format, va_list arguments) {
  size_t room = sizeof standin_text - standin_length;
  int written = vsnprintf(standin_text + standin_length, room, format, arguments);
  if (written > 0) standin_length += (size_t)written < room ? (size_t)written : room - 1;
}

void note(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vwrite(format, arguments);
  va_end(arguments);
}

int begin(const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  note("%s", name);
  if (*format) note(" ");
  vwrite(format, arguments);
  note("\n");
  va_end(arguments);
  if (strcmp(failing_name, name) == 0 && --failing_after == 0) {
    failing_name[0] = 0;
    return failing_code;
  }
  return 0;
}

EXPORT const char *standin_log(void) { return standin_text; }

EXPORT void standin_clear(void) {
  standin_length = 0;
  standin_text[0] = 0;
  failing_name[0] = 0;
}

// From now on the n-th call (from 1) of this name fails with a code, once.
EXPORT void standin_fail(const char *name, int nth, int code) {
  snprintf(failing_name, sizeof failing_name, "%s", name);
  failing_after = nth;
  failing_code = code;
}
