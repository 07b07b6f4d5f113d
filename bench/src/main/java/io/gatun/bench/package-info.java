/// Benchmarks of Gatun beside its peers.
///
/// A [io.gatun.bench.Workload] is a computation with fixed shapes; a [io.gatun.bench.Peer] is a
/// library that can do it; [io.gatun.bench.Compare] measures both interleaved in one process and
/// prints ratios with their spread. The JMH classes measure one side alone.
package io.gatun.bench;
