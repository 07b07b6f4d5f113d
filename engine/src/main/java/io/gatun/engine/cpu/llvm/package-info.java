/// LLVM IR text to callable machine code, in process.
///
/// [NativeModule] is the way in. What has been compiled before is taken from an object cache on
/// disk and loaded by a small loader of our own, so that a start whose objects are all cached never
/// opens libLLVM (opening it and making an ORC JIT take about a quarter of a second). What has not
/// is compiled by LLVM to a relocatable ELF object and loaded the same way.
package io.gatun.engine.cpu.llvm;
