/// Chooses by measurement between several ways to do the same work on a GPU, and remembers the
/// choice on disk.
package io.gatun.engine.cuda.tune;
