// Element types and 16-byte accesses.
//
// bf16 and f16 are held as their 16 bits and converted by PTX instructions, so that these files
// need no header of the CUDA toolkit: NVRTC compiles them where only the driver is installed.
// Arithmetic is f32 throughout; only memory is narrow.
//
// A pack is what one thread moves at once: 16 bytes, the widest access there is, so 4 numbers of
// f32 or 8 of bf16 and f16 (Packed128 of llm.c).
#pragma once

struct bf16 {
  unsigned short bits;
};

struct f16 {
  unsigned short bits;
};

// Numbers of a pack.
template <typename T>
constexpr int PACK = 16 / sizeof(T);

__device__ __forceinline__ float to_float(float x) { return x; }

__device__ __forceinline__ float to_float(bf16 x) {
  return __uint_as_float(static_cast<unsigned>(x.bits) << 16);
}

__device__ __forceinline__ float to_float(f16 x) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
}

template <typename T>
__device__ __forceinline__ T from_float(float x);

template <>
__device__ __forceinline__ float from_float<float>(float x) {
  return x;
}

template <>
__device__ __forceinline__ bf16 from_float<bf16>(float x) {
  bf16 y;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
}

template <>
__device__ __forceinline__ f16 from_float<f16>(float x) {
  f16 y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
}

// Two numbers in a word, the first in its low half.
template <typename T>
struct Pair;

template <>
struct Pair<bf16> {
  static __device__ __forceinline__ void unpack(unsigned word, float& low, float& high) {
    low = __uint_as_float(word << 16);
    high = __uint_as_float(word & 0xffff0000u);
  }
  static __device__ __forceinline__ unsigned pack(float low, float high) {
    unsigned word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
  }
};

template <>
struct Pair<f16> {
  static __device__ __forceinline__ void unpack(unsigned word, float& low, float& high) {
    low = to_float(f16{static_cast<unsigned short>(word & 0xffffu)});
    high = to_float(f16{static_cast<unsigned short>(word >> 16)});
  }
  static __device__ __forceinline__ unsigned pack(float low, float high) {
    unsigned word;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
  }
};

// Reads a pack at an address that is a multiple of 16.
__device__ __forceinline__ void load_pack(const float* from, float* values) {
  float4 pack = *reinterpret_cast<const float4*>(from);
  values[0] = pack.x;
  values[1] = pack.y;
  values[2] = pack.z;
  values[3] = pack.w;
}

template <typename T>
__device__ __forceinline__ void load_pack(const T* from, float* values) {
  uint4 pack = *reinterpret_cast<const uint4*>(from);
  Pair<T>::unpack(pack.x, values[0], values[1]);
  Pair<T>::unpack(pack.y, values[2], values[3]);
  Pair<T>::unpack(pack.z, values[4], values[5]);
  Pair<T>::unpack(pack.w, values[6], values[7]);
}

// Writes a pack at an address that is a multiple of 16.
__device__ __forceinline__ void store_pack(float* to, const float* values) {
  *reinterpret_cast<float4*>(to) = make_float4(values[0], values[1], values[2], values[3]);
}

template <typename T>
__device__ __forceinline__ void store_pack(T* to, const float* values) {
  uint4 pack;
  pack.x = Pair<T>::pack(values[0], values[1]);
  pack.y = Pair<T>::pack(values[2], values[3]);
  pack.z = Pair<T>::pack(values[4], values[5]);
  pack.w = Pair<T>::pack(values[6], values[7]);
  *reinterpret_cast<uint4*>(to) = pack;
}

// Four numbers of T: 16 bytes of f32, 8 of bf16 and f16.
__device__ __forceinline__ void load_four(const float* from, float* x) { load_pack(from, x); }

template <typename T>
__device__ __forceinline__ void load_four(const T* from, float* x) {
  uint2 words = *reinterpret_cast<const uint2*>(from);
  Pair<T>::unpack(words.x, x[0], x[1]);
  Pair<T>::unpack(words.y, x[2], x[3]);
}

__device__ __forceinline__ void store_four(float* to, const float* x) { store_pack(to, x); }

template <typename T>
__device__ __forceinline__ void store_four(T* to, const float* x) {
  *reinterpret_cast<uint2*>(to) = make_uint2(Pair<T>::pack(x[0], x[1]), Pair<T>::pack(x[2], x[3]));
}
