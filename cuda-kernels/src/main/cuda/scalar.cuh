// The hole, as it is where the compiler puts nothing in its place: each template compiles and runs
// alone. Each kernel that includes this file says where it applies what is defined here.
#pragma once

#ifdef HOLE_CONTRACT
#include "contract_default.cuh"
#else
// Of each element as it is read.
__device__ __forceinline__ float prologue(float x) { return x; }

// Of each element before it is written.
__device__ __forceinline__ float epilogue(float y) { return y; }
#endif
