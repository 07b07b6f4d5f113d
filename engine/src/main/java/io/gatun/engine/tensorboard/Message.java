package io.gatun.engine.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/// A protobuf message that is put together field by field, each by its number.
final class Message {
  private final ByteString.Output bytes = ByteString.newOutput();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  private interface Field {
    void write() throws IOException;
  }

  private Message add(Field field) {
    try {
      field.write();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return this;
  }

  Message text(int field, String value) {
    return add(() -> out.writeString(field, value));
  }

  Message bytes(int field, byte[] value) {
    return add(() -> out.writeByteArray(field, value));
  }

  /// `int32`, `int64`, enumerations.
  Message integer(int field, long value) {
    return add(() -> out.writeInt64(field, value));
  }

  Message number(int field, double value) {
    return add(() -> out.writeDouble(field, value));
  }

  Message single(int field, float value) {
    return add(() -> out.writeFloat(field, value));
  }

  Message message(int field, Message value) {
    return add(() -> out.writeBytes(field, value.toByteString()));
  }

  /// Repeated doubles, packed.
  Message numbers(int field, double[] values) {
    return add(
        () -> {
          out.writeTag(field, 2);
          out.writeUInt32NoTag(values.length * Double.BYTES);
          for (double value : values) out.writeDoubleNoTag(value);
        });
  }

  private ByteString toByteString() {
    add(out::flush);
    return bytes.toByteString();
  }

  byte[] toBytes() {
    return toByteString().toByteArray();
  }
}
