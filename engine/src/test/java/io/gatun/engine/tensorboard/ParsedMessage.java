package io.gatun.engine.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A protobuf message, parsed from the description of the wire format with no schema: numbers as
/// `Long` bits, all else as `byte[]`.
record ParsedMessage(Map<Integer, List<Object>> fields) {
  static ParsedMessage of(byte[] bytes) {
    var fields = new TreeMap<Integer, List<Object>>();
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      long tag = varint(buffer);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(buffer);
            case 1 -> buffer.getLong();
            case 2 -> {
              byte[] part = new byte[(int) varint(buffer)];
              buffer.get(part);
              yield part;
            }
            case 5 -> (long) buffer.getInt();
            default -> throw new IllegalArgumentException("wire type of tag " + tag);
          };
      fields.computeIfAbsent((int) (tag >> 3), _ -> new ArrayList<>()).add(value);
    }
    return new ParsedMessage(fields);
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = buffer.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) return value;
    }
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  long integer(int field) {
    return has(field) ? (Long) fields.get(field).getFirst() : 0;
  }

  double number(int field) {
    return Double.longBitsToDouble(integer(field));
  }

  float single(int field) {
    return Float.intBitsToFloat((int) integer(field));
  }

  byte[] bytes(int field) {
    return (byte[]) fields.get(field).getFirst();
  }

  String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  ParsedMessage message(int field) {
    return of(bytes(field));
  }

  List<ParsedMessage> messages(int field) {
    return fields.getOrDefault(field, List.of()).stream().map(b -> of((byte[]) b)).toList();
  }

  List<String> texts(int field) {
    return fields.getOrDefault(field, List.of()).stream()
        .map(b -> new String((byte[]) b, StandardCharsets.UTF_8))
        .toList();
  }

  /// Packed doubles.
  double[] numbers(int field) {
    var buffer = ByteBuffer.wrap(bytes(field)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
