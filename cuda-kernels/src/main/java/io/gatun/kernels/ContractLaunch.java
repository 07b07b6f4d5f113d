package io.gatun.kernels;

import io.gatun.cuda.LaunchGeometry;

/// One launch of a template of contractions. The text in its hole may define `CONTRACT_TILE` as
/// `tile`, which leaves out the file's other kernels, and must define `CONTRACT_STAGES` as
/// [ContractUnits#stages] of `units`, if that is not 0.
///
/// @param file the source, as [KernelSources] knows it
/// @param kernel name of the kernel in it
/// @param tile rows and columns of a block's part of the result; 0 where the file has no tiles
/// @param units whose shared memory the geometry has
/// @param partial whether the arguments are the buffers, the address of the partial sums and the
///     number of splits; else they are the buffers alone
public record ContractLaunch(
    String file,
    String kernel,
    int tile,
    ContractUnits units,
    LaunchGeometry geometry,
    boolean partial) {}
