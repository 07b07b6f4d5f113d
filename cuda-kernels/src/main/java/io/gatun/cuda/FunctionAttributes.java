package io.gatun.cuda;

/// What the compiled code of a kernel needs: registers a thread, static shared bytes a block, local
/// bytes a thread (spills and stack), and threads in the largest block.
public record FunctionAttributes(
    int registers, int staticSharedBytes, int localBytes, int maxThreadsPerBlock) {}
