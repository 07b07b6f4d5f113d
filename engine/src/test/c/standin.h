// What the stand-ins of NVIDIA's libraries share: each library writes its calls, with their
// arguments, to a log that the tests read, and can be told to fail the n-th call of a name.
// They are built without any header of NVIDIA.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

// Appends to the log.
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);

// Logs a call; the result is the code that it shall fail with, or 0.
__attribute__((format(printf, 2, 3))) int begin(const char *name, const char *format, ...);

// Forgets the log and the failure that was asked for.
EXPORT void standin_clear(void);
