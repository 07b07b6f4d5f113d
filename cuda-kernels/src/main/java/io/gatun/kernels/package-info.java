/// The hand-written CUDA kernels: their sources and PTX as they lie in the jar, and the catalogue
/// of those that are ready to launch.
package io.gatun.kernels;
