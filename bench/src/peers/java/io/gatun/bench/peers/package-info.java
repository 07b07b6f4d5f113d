/// The libraries of other projects that Gatun is measured against; compiled in the Maven profile
/// `peers` only.
package io.gatun.bench.peers;
