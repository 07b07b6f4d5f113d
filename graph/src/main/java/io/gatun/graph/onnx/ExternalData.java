package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Weights in files beside a model, mapped once each. A location must be below the model's folder,
/// links followed.
final class ExternalData {
  private final Optional<Path> folder;
  private final Map<String, MemorySegment> mapped = new LinkedHashMap<>();

  /// @param folder the model's; empty for a model that is not in a file, which has no such data
  ExternalData(Optional<Path> folder) {
    this.folder = folder;
  }

  /// The bytes of a tensor.
  MemorySegment segment(TensorProto tensor) {
    var entries = new HashMap<String, String>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    try {
      var file = file("tensor \"" + tensor.getName() + "\"", location);
      long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
      OnnxException.check(
          offset >= 0 && offset <= file.byteSize(),
          "tensor \"%s\": offset %d lies outside of \"%s\" of %d bytes",
          tensor.getName(),
          offset,
          location,
          file.byteSize());
      String length = entries.getOrDefault("length", "");
      long bytes = length.isEmpty() ? file.byteSize() - offset : Long.parseLong(length);
      OnnxException.check(
          bytes >= 0 && bytes <= file.byteSize() - offset,
          "tensor \"%s\": %d bytes at %d do not lie in \"%s\" of %d bytes; is the file complete?",
          tensor.getName(),
          bytes,
          offset,
          location,
          file.byteSize());
      return file.asSlice(offset, bytes);
    } catch (NumberFormatException e) {
      throw new OnnxException(
          "tensor \"%s\": offset or length is no number: %s".formatted(tensor.getName(), entries),
          e);
    }
  }

  /// The files that were asked for so far, by location.
  Map<String, MemorySegment> mapped() {
    return Collections.unmodifiableMap(mapped);
  }

  /// A whole file.
  ///
  /// @param user who wants it, for messages
  MemorySegment file(String user, String location) {
    try {
      var file = mapped.containsKey(location) ? mapped.get(location) : map(user, location);
      mapped.put(location, file);
      return file;
    } catch (IOException e) {
      throw new OnnxException(
          "%s: cannot read \"%s\": %s; put it beside the model".formatted(user, location, e), e);
    }
  }

  private MemorySegment map(String user, String location) throws IOException {
    var base =
        folder
            .orElseThrow(
                () ->
                    OnnxException.of(
                        "%s is in the file \"%s\"; read the model from its file", user, location))
            .toRealPath();
    var path = resolve(user, base, location);
    OnnxException.check(
        Files.isRegularFile(path),
        "%s: no file \"%s\" in %s; put it beside the model",
        user,
        location,
        base);
    OnnxException.check(
        path.toRealPath().startsWith(base),
        "%s: \"%s\" is outside of the model's folder; copy it there",
        user,
        location);
    try (var channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }

  private static Path resolve(String user, Path base, String location) {
    try {
      var path = base.resolve(location).normalize();
      if (!location.isEmpty() && path.startsWith(base) && !Path.of(location).isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new OnnxException("%s: \"%s\" is no file name".formatted(user, location), e);
    }
    throw OnnxException.of(
        "%s: \"%s\" is outside of the model's folder; copy it there", user, location);
  }
}
