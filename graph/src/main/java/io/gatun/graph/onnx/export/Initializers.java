package io.gatun.graph.onnx.export;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import io.gatun.graph.onnx.ElementType;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The constants of a file and the names of everything in it. Equal constants are stored once.
final class Initializers {
  /// Constants up to this size stay in the model even if others do not.
  private static final long SMALL = 1024;

  private static final long ALIGNMENT = 4096;

  private final Map<Literal, String> names = new LinkedHashMap<>();
  private final Set<String> taken;
  private int count;

  /// @param taken names of inputs and outputs
  Initializers(Set<String> taken) {
    this.taken = taken;
  }

  /// A name that nothing else has.
  String name() {
    String name = "v" + count++;
    return taken.contains(name) ? name() : name;
  }

  String add(Literal literal) {
    return names.computeIfAbsent(literal, _ -> name());
  }

  /// The constants by name.
  Map<String, Literal> byName() {
    var literals = new HashMap<String, Literal>();
    names.forEach((literal, name) -> literals.put(name, literal));
    return literals;
  }

  /// Drops the constants whose names are not among these.
  void retain(Set<String> read) {
    names.values().retainAll(read);
  }

  /// Bytes of all constants.
  long bytes() {
    return names.keySet().stream().mapToLong(literal -> literal.type().bytes()).sum();
  }

  /// The constants with their bytes.
  List<TensorProto> tensors() {
    var tensors = new ArrayList<TensorProto>();
    names.forEach((literal, name) -> tensors.add(inline(literal, name)));
    return tensors;
  }

  private static TensorProto.Builder head(Literal literal, String name) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(ElementType.of(literal.type().dtype()).number())
        .addAllDims(literal.type().shape().dims().stream().map(Integer::longValue).toList());
  }

  private static TensorProto inline(Literal literal, String name) {
    var bytes = UnsafeByteOperations.unsafeWrap(literal.data().asByteBuffer());
    return head(literal, name).setRawData(bytes).build();
  }

  /// The constants with the large ones' bytes written to a file beside the model.
  ///
  /// @param location the file's name there
  List<TensorProto> tensors(FileChannel data, String location) throws IOException {
    var tensors = new ArrayList<TensorProto>();
    for (var entry : names.entrySet()) {
      var literal = entry.getKey();
      if (literal.type().bytes() <= SMALL) {
        tensors.add(inline(literal, entry.getValue()));
        continue;
      }
      long offset = Math.ceilDiv(data.position(), ALIGNMENT) * ALIGNMENT;
      data.position(offset);
      long bytes = literal.type().bytes();
      for (long at = 0; at < bytes; ) {
        long part = Math.min(bytes - at, 1 << 28);
        at += data.write(literal.data().asSlice(at, part).asByteBuffer());
      }
      tensors.add(
          head(literal, entry.getValue())
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", location))
              .addExternalData(entry("offset", Long.toString(offset)))
              .addExternalData(entry("length", Long.toString(bytes)))
              .build());
    }
    return tensors;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
