package io.gatun.graph.ir;

import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A value known when the graph is written. Up to 64 elements are printed in full, larger ones as a
/// hash for the eye; [GraphText#printFull] prints every byte.
public record Constant(Literal value) implements Op {
  /// Constants of up to this many elements are printed in full and so survive a round trip.
  private static final int PRINTED = 64;

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 0);
    return value.type();
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return value.toNdArray();
  }

  @Override
  public Pattern pattern() {
    return Pattern.SOURCE;
  }

  @Override
  public String text() {
    return isShort() ? shortText() : "constant #%08x".formatted(value.hashCode());
  }

  /// As [#text], but whatever the size in a form that parses: elements, or the bytes in base64.
  String fullText() {
    return isShort() ? shortText() : "constant base64:" + base64();
  }

  private boolean isShort() {
    return value.type().size() <= PRINTED;
  }

  /// The elements; a NaN with a payload prints no decimal, so its array is given as bytes.
  private String shortText() {
    var elements =
        LongStream.range(0, value.type().size())
            .mapToObj(this::element)
            .collect(Collectors.joining(",", "[", "]"));
    boolean exact = parse(value.type(), elements.substring(1, elements.length() - 1)).equals(value);
    return "constant " + (exact ? elements : "base64:" + base64());
  }

  private String element(long i) {
    return switch (value.type().dtype()) {
      case F64 -> Double.toString(value.at(i));
      case F32, F16, BF16 -> Float.toString((float) value.at(i));
      case I64, I32, I16, I8, U8, BOOL ->
          Long.toString(Elements.getLong(value.data(), value.type().dtype(), i));
    };
  }

  private String base64() {
    return Base64.getEncoder().encodeToString(value.data().toArray(ValueLayout.JAVA_BYTE));
  }

  /// The literal of these comma-separated elements.
  static Literal parse(TensorType type, String elements) {
    var words = elements.isBlank() ? new String[0] : elements.split(",", -1);
    GraphException.check(
        words.length == type.size(), "constant: %d elements for %s", words.length, type);
    return Literal.of(
        switch (type.dtype()) {
          case F64 -> NdArray.of(type, i -> Double.parseDouble(words[i].strip()));
          case F32, F16, BF16 -> NdArray.of(type, i -> Float.parseFloat(words[i].strip()));
          case I64, I32, I16, I8, U8, BOOL ->
              NdArray.ofLongs(type, i -> Long.parseLong(words[i].strip()));
        });
  }

  /// The literal of these bytes in base64.
  static Literal parseBase64(TensorType type, String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    GraphException.check(
        bytes.length == type.bytes(), "constant: %d bytes for %s", bytes.length, type);
    var data = Arena.ofAuto().allocate(Math.max(bytes.length, 1), 64);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return Literal.of(type, data.asSlice(0, bytes.length));
  }
}
