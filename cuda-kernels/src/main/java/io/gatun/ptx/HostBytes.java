package io.gatun.ptx;

import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.MemorySegment;

/// Host memory that a stream uses later, on whatever thread runs the stream then.
///
/// @param owner the caller's segment, or a copy of it
/// @param address native address of the first byte
/// @param bytes its size
record HostBytes(MemorySegment owner, long address, long bytes) {
  /// The bytes that a segment has when its turn comes.
  static HostBytes of(MemorySegment segment) {
    return new HostBytes(segment, segment.address(), segment.byteSize());
  }

  /// The bytes that a segment has now.
  static HostBytes copyOf(MemorySegment segment) {
    var words = Math.toIntExact(Math.ceilDiv(segment.byteSize(), (long) Long.BYTES));
    var copy = MemorySegment.ofArray(new long[words]).asSlice(0, segment.byteSize());
    return of(copy.copyFrom(segment));
  }

  /// The bytes, without the thread and the lifetime of the owner.
  ///
  /// @throws CudaException where the owner was closed before its turn came
  MemorySegment segment() {
    if (!owner.isNative()) {
      return owner;
    }
    if (!owner.scope().isAlive()) {
      throw new CudaException(
          "copy",
          CudaResult.INVALID_VALUE,
          "the host memory of a copy (%d bytes at 0x%x) was closed before the copy was done;"
                  .formatted(bytes, address)
              + " synchronize the stream before its arena is closed");
    }
    return NativeMemory.ALL.asSlice(address, bytes);
  }
}
