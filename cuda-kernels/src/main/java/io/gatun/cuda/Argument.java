package io.gatun.cuda;

/// One argument of a kernel, by value.
public sealed interface Argument {
  /// Size in bytes; also the alignment, but for [Bytes].
  int size();

  /// A device address.
  record Pointer(long address) implements Argument {
    @Override
    public int size() {
      return 8;
    }
  }

  /// A 32-bit integer.
  record Int(int value) implements Argument {
    @Override
    public int size() {
      return 4;
    }
  }

  /// A 64-bit integer.
  record Long(long value) implements Argument {
    @Override
    public int size() {
      return 8;
    }
  }

  /// A 32-bit float.
  record Float(float value) implements Argument {
    @Override
    public int size() {
      return 4;
    }
  }

  /// A struct, laid out as C lays it out, aligned to 8.
  record Bytes(byte[] value) implements Argument {
    public Bytes {
      value = value.clone();
    }

    @Override
    public byte[] value() {
      return value.clone();
    }

    @Override
    public int size() {
      return value.length;
    }
  }
}
