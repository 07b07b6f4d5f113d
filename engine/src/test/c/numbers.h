// Elements of the types that the libraries compute with, as double.
#pragma once
#include <stdint.h>
#include <string.h>

typedef enum { F32 = 0, F16 = 2, BF16 = 14 } Number;

static inline int bytes_of(Number type) { return type == F32 ? 4 : 2; }

static inline double get(Number type, const void *memory, int64_t index) {
  if (type == F32) return ((const float *)memory)[index];
  if (type == F16) return (double)((const _Float16 *)memory)[index];
  uint32_t bits = (uint32_t)((const uint16_t *)memory)[index] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline void put(Number type, void *memory, int64_t index, double number) {
  float value = (float)number;
  if (type == F32) ((float *)memory)[index] = value;
  else if (type == F16) ((_Float16 *)memory)[index] = (_Float16)value;
  else {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    ((uint16_t *)memory)[index] = (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }
}
