/// The first run on a GPU: kernels on the hardware beside the virtual GPU, and how near they come
/// to what that GPU can do.
package io.gatun.bench.gpu;
