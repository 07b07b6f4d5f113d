package io.gatun.cuda;

/// What a device offers, in the driver's units (bytes, counts; clocks in kHz).
public record DeviceProperties(
    String name,
    Architecture architecture,
    int multiprocessors,
    long totalMemory,
    int maxThreadsPerBlock,
    int maxThreadsPerMultiprocessor,
    int maxBlocksPerMultiprocessor,
    int registersPerMultiprocessor,
    int sharedPerMultiprocessor,
    int sharedPerBlock,
    int sharedPerBlockOptIn,
    int l2Bytes,
    int memoryClock,
    int memoryBusBits,
    int coreClock,
    boolean hasMemoryPools,
    boolean canMapHostMemory) {}
