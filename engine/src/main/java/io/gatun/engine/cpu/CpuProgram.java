package io.gatun.engine.cpu;

import io.gatun.engine.Signature;

/// A whole plan as its code.
record CpuProgram(Signature signature, LoweredPlan code, long arenaBytes) {}
