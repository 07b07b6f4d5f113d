/// The CUDA device: plans lowered to kernels, compiled for the GPU, captured into one CUDA graph.
/// It runs on the driver of NVIDIA GPUs and on the virtual GPU alike.
package io.gatun.engine.cuda;
