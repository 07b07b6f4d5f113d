package io.gatun.engine.cache;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// A digest of all bytes of a mapped file, fast enough to be taken at each start: CRC-32 and
/// CRC-32C side by side, which processors compute at the speed of memory. It tells other contents
/// apart but for one in 2^64; it is no defence against somebody who makes a file for the same
/// digest.
public final class FileDigest {
  private static final long PART = 4 << 20;

  private FileDigest() {}

  /// The digest. Memory that is read for it is given back at once.
  public static long of(MemorySegment file) {
    var first = new CRC32();
    var second = new CRC32C();
    for (long begin = 0; begin < file.byteSize(); begin += PART) {
      var part = file.asSlice(begin, Math.min(PART, file.byteSize() - begin));
      first.update(part.asByteBuffer());
      second.update(part.asByteBuffer());
      if (part.isMapped()) part.unload();
    }
    return first.getValue() << 32 | second.getValue();
  }
}
