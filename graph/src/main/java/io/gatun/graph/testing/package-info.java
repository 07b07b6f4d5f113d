/// What tests of the compiler and of devices share: samples of every op, random graphs and a
/// shrinker. Everything is seeded and pure Java; who writes a device runs these against it.
package io.gatun.graph.testing;
