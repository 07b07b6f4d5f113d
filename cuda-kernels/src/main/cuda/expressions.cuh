// What the compiler's scalar programs are made of: element types, conversions, and arithmetic with
// the meaning that the graph gives it (io.gatun.graph.ir).
//
// Values of f16 and bf16 are computed as float and lie in memory as unsigned short; bool is a byte
// 0 or 1 in memory. Integers wrap, so sums and products go through unsigned types, where C++
// defines that. Nothing here needs a header of CUDA.
#pragma once

#define DEVICE __device__ __forceinline__

// LANES neighbouring elements, moved by one instruction.
template <typename T, int LANES>
struct alignas(sizeof(T) * LANES) Lanes {
  T at[LANES];
};

template <typename T, int LANES>
DEVICE Lanes<T, LANES> load_lanes(const T* from) {
  return *reinterpret_cast<const Lanes<T, LANES>*>(from);
}

template <typename T, int LANES>
DEVICE void store_lanes(T* to, const Lanes<T, LANES>& lanes) {
  if constexpr (sizeof(T) == 1 && LANES % 4 == 0) {
    // The compiler stores bytes one by one, after words of which it has not computed all bytes.
    Lanes<unsigned, LANES / 4> words;
#pragma unroll
    for (int i = 0; i < LANES; i += 4) {
      unsigned low = (unsigned char)lanes.at[i] | (unsigned char)lanes.at[i + 1] << 8;
      unsigned high = (unsigned char)lanes.at[i + 2] | (unsigned char)lanes.at[i + 3] << 8;
      words.at[i / 4] = low | high << 16;
    }
    *reinterpret_cast<Lanes<unsigned, LANES / 4>*>(to) = words;
  } else {
    *reinterpret_cast<Lanes<T, LANES>*>(to) = lanes;
  }
}

// --- indices

// floor(x / by) and x - by * floor(x / by) for by > 0
template <typename T>
DEVICE T floor_div(T x, T by) {
  T quotient = x / by;
  return x % by < 0 ? quotient - 1 : quotient;
}
template <typename T>
DEVICE T floor_mod(T x, T by) {
  T rest = x % by;
  return rest < 0 ? rest + by : rest;
}

// The place of a gather, clamped to the axis.
template <typename T, typename V>
DEVICE T clamp_index(V value, T limit) {
  long long at = value;
  return at < 0 ? 0 : at >= limit ? limit - 1 : (T)at;
}

// --- narrow floats

DEVICE float f16_to_float(unsigned short bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}
DEVICE unsigned short float_to_f16(float value) {
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}
DEVICE float bf16_to_float(unsigned short bits) { return __uint_as_float((unsigned)bits << 16); }
DEVICE unsigned short float_to_bf16(float value) {
  unsigned bits = __float_as_uint(value);
  if (value != value) return (unsigned short)(bits >> 16 | 0x40);
  return (unsigned short)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

DEVICE float round_f16(float value) { return f16_to_float(float_to_f16(value)); }
DEVICE float round_bf16(float value) { return bf16_to_float(float_to_bf16(value)); }

// The float next to a double on the side of zero, its last bit set where bits were lost: rounding
// that to a narrower type is rounding the double once.
DEVICE float to_odd(double value) {
  float below = __double2float_rz(value);
  if ((double)below == value || value != value) return below;
  return __uint_as_float(__float_as_uint(below) | 1);
}

// A long as a double of which bits below the 53 are folded into the last: rounding on to a float
// of any type rounds once.
DEVICE double sticky_double(long long value) {
  bool wide = value >= 1LL << 53 || value <= -(1LL << 53);
  if (!wide) return (double)value;
  return (double)((value >> 11 << 11) | ((value & 0x7ff) != 0 ? 1LL << 11 : 0));
}

// --- floats to integers: truncated, clamped, 0 for NaN

DEVICE int to_int(float x) { return x != x ? 0 : __float2int_rz(x); }
DEVICE int to_int(double x) { return x != x ? 0 : __double2int_rz(x); }
DEVICE long long to_long(float x) {
  if (x != x) return 0;
  if (x >= 9223372036854775808.0f) return 0x7fffffffffffffffLL;
  return x <= -9223372036854775808.0f ? -0x7fffffffffffffffLL - 1 : (long long)x;
}
DEVICE long long to_long(double x) {
  if (x != x) return 0;
  if (x >= 9223372036854775808.0) return 0x7fffffffffffffffLL;
  return x <= -9223372036854775808.0 ? -0x7fffffffffffffffLL - 1 : (long long)x;
}
template <typename T>
DEVICE int to_range(T x, int least, int greatest) {
  int value = to_int(x);
  return value < least ? least : value > greatest ? greatest : value;
}

// --- integers

DEVICE int add(int a, int b) { return (int)((unsigned)a + (unsigned)b); }
DEVICE int subtract(int a, int b) { return (int)((unsigned)a - (unsigned)b); }
DEVICE int multiply(int a, int b) { return (int)((unsigned)a * (unsigned)b); }
DEVICE long long add(long long a, long long b) {
  return (long long)((unsigned long long)a + (unsigned long long)b);
}
DEVICE long long subtract(long long a, long long b) {
  return (long long)((unsigned long long)a - (unsigned long long)b);
}
DEVICE long long multiply(long long a, long long b) {
  return (long long)((unsigned long long)a * (unsigned long long)b);
}

// Truncated division: by 0 it gives 0, by -1 it negates, even the least number.
template <typename T>
DEVICE T divide(T a, T b) {
  if (b == 0) return 0;
  return b == -1 ? subtract((T)0, a) : a / b;
}
template <typename T>
DEVICE T remainder_of(T a, T b) {
  return b == 0 || b == -1 ? 0 : a % b;
}
template <typename T>
DEVICE T greatest(T a, T b) {
  return a > b ? a : b;
}
template <typename T>
DEVICE T least(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
DEVICE T absolute(T x) {
  return x < 0 ? subtract((T)0, x) : x;
}
template <typename T>
DEVICE T sign(T x) {
  return (T)((x > 0) - (x < 0));
}

// --- floats

// NaN if one is, -0 below 0.
DEVICE float maximum(float a, float b) { return a != a || b != b ? a + b : fmaxf(a, b); }
DEVICE float minimum(float a, float b) { return a != a || b != b ? a + b : fminf(a, b); }
DEVICE double maximum(double a, double b) { return a != a || b != b ? a + b : fmax(a, b); }
DEVICE double minimum(double a, double b) { return a != a || b != b ? a + b : fmin(a, b); }

// -1, 0 or 1; zeros and NaN stay what they are.
DEVICE float signum(float x) { return x < 0.0f || x > 0.0f ? copysignf(1.0f, x) : x; }
DEVICE double signum(double x) { return x < 0.0 || x > 0.0 ? copysign(1.0, x) : x; }

// The logistic function, without overflow.
DEVICE float sigmoid(float x) {
  float e = expf(-fabsf(x));
  float s = 1.0f / (1.0f + e);
  return x < 0.0f ? e * s : s;
}
DEVICE double sigmoid(double x) {
  double e = exp(-fabs(x));
  double s = 1.0 / (1.0 + e);
  return x < 0.0 ? e * s : s;
}

// --- random numbers: Philox4x32-10 (Salmon et al., SC 2011)

struct Philox {
  unsigned word[4];
};

// The block of a 128-bit counter whose high half is zero.
DEVICE Philox philox(long long key, long long counter) {
  unsigned c0 = (unsigned)counter, c1 = (unsigned)((unsigned long long)counter >> 32);
  unsigned c2 = 0, c3 = 0;
  unsigned k0 = (unsigned)key, k1 = (unsigned)((unsigned long long)key >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    unsigned high0 = __umulhi(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
    unsigned high1 = __umulhi(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

// Element `at` of an array of random words.
DEVICE unsigned random_word(long long key, long long counter, long long at) {
  Philox block = philox(key, counter + (at >> 2));
  int word = (int)(at & 3);
  unsigned low = word & 1 ? block.word[1] : block.word[0];
  unsigned high = word & 1 ? block.word[3] : block.word[2];
  return word & 2 ? high : low;
}

// A word as a number in [0, 1): its upper 24 bits.
DEVICE float uniform(unsigned word) { return (float)(word >> 8) * 0x1p-24f; }

// --- sine and cosine of a float, by double arithmetic: no table, no local memory

// The angle less the nearest multiple of pi/2, and that multiple modulo 4. Two parts of pi/2 are
// exact enough to 1e9; beyond, the angle is brought down by 2^k * 2 pi in 192 bits (Payne, Hanek).
struct Reduced {
  double rest;
  int quadrant;
};

DEVICE Reduced reduced_angle(float x) {
  double angle = (double)x;
  if (fabs(angle) < 1e9) {
    double turns = rint(angle * 0.63661977236758134308);
    double rest = fma(turns, -1.5707963267948966, angle);
    rest = fma(turns, -6.123233995736766e-17, rest);
    return {rest, (int)((long long)turns & 3)};
  }
  // x = mantissa * 2^exponent with a mantissa of 24 bits; 2/pi in 32-bit words, of which the four
  // words count whose products with x lie between 2^2 and 2^-64.
  unsigned bits = __float_as_uint(x);
  int exponent = (int)(bits >> 23 & 0xff) - 150;
  unsigned long long mantissa = bits & 0x7fffff | 0x800000;
  if (exponent > 104) return {angle - angle, 0};
  int skipped = exponent - 2 < 0 ? 0 : (exponent - 2) / 32;
  unsigned words[5];
#pragma unroll
  for (int i = 0; i < 5; i++) {
    int word = skipped + i;
    words[i] = word == 0 ? 0xA2F9836Eu
        : word == 1 ? 0x4E441529u
        : word == 2 ? 0xFC2757D1u
        : word == 3 ? 0xF534DDC0u
        : word == 4 ? 0xDB629599u
        : word == 5 ? 0x3C439041u
        : word == 6 ? 0xFE5163ABu
        : 0xDEBBC561u;
  }
  // The product's fraction: the sum of mantissa * words[i] * 2^(exponent - 32 (skipped + i + 1)).
  int shift = exponent - 32 * skipped;
  unsigned long long high = 0, low = 0;
#pragma unroll
  for (int i = 4; i >= 0; i--) {
    unsigned long long part = mantissa * words[i];
    int at = shift - 32 * (i + 1) + 126;  // the last bit of `part` in a field of 128 bits, two of them whole
    unsigned long long part_high = 0, part_low = 0;
    if (at >= 64) {
      part_high = at < 128 ? part << (at - 64) : 0;
    } else if (at >= 0) {
      part_low = part << at;
      part_high = at == 0 ? 0 : part >> (64 - at);
    } else if (at > -64) {
      part_low = part >> -at;
    }
    unsigned long long sum = low + part_low;
    high += part_high + (sum < low ? 1 : 0);
    low = sum;
  }
  int quadrant = (int)(high >> 62);
  unsigned long long fraction = high << 2 | low >> 62;
  // Round to the nearest quadrant: the fraction as a signed number of 64 bits.
  if (fraction >> 63) quadrant++;
  double rest = (double)(long long)fraction * 5.421010862427522e-20 * 1.5707963267948966;
  return x < 0 ? Reduced{-rest, -quadrant & 3} : Reduced{rest, quadrant & 3};
}

// Taylor polynomials on [-pi/4, pi/4], far below half an ulp of a float.
DEVICE double sine_part(double x) {
  double s = x * x;
  double p = fma(s, -2.505210838544172e-08, 2.7557319223985893e-06);
  p = fma(s, p, -1.984126984126984e-04);
  p = fma(s, p, 8.333333333333333e-03);
  p = fma(s, p, -1.6666666666666666e-01);
  return fma(x * s, p, x);
}
DEVICE double cosine_part(double x) {
  double s = x * x;
  double p = fma(s, -2.7557319223985888e-07, 2.48015873015873e-05);
  p = fma(s, p, -1.388888888888889e-03);
  p = fma(s, p, 4.1666666666666664e-02);
  p = fma(s, p, -0.5);
  return fma(s, p, 1.0);
}

DEVICE float sine(float x) {
  Reduced angle = reduced_angle(x);
  double value = angle.quadrant & 1 ? cosine_part(angle.rest) : sine_part(angle.rest);
  return (float)(angle.quadrant & 2 ? -value : value);
}
DEVICE float cosine(float x) {
  Reduced angle = reduced_angle(x);
  double value = angle.quadrant & 1 ? sine_part(angle.rest) : cosine_part(angle.rest);
  return (float)((angle.quadrant + 1) & 2 ? -value : value);
}

// --- keys: unsigned integers in the order of a sort

// NaN is greatest, all NaNs are equal, and so are the zeros.
DEVICE unsigned sort_key(float x) {
  if (x != x) return 0xffffffffu;
  unsigned bits = x == 0.0f ? 0 : __float_as_uint(x);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}
DEVICE unsigned long long sort_key(double x) {
  if (x != x) return ~0ull;
  unsigned long long bits = x == 0.0 ? 0 : (unsigned long long)__double_as_longlong(x);
  return bits >> 63 ? ~bits : bits | 0x8000000000000000ull;
}
DEVICE unsigned sort_key(int x) { return (unsigned)x ^ 0x80000000u; }
DEVICE unsigned long long sort_key(long long x) {
  return (unsigned long long)x ^ 0x8000000000000000ull;
}
