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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Weights in files beside a model, mapped once each. A location must be below the model's folder,
/// links followed.
final class ExternalData {
  private final Optional<Path> folder;
  private final Map<String, MemorySegment> mapped = new HashMap<>();

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
      var file = mapped.containsKey(location) ? mapped.get(location) : map(tensor, location);
      mapped.put(location, file);
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
    } catch (IOException e) {
      throw new OnnxException(
          "tensor \"%s\": cannot read \"%s\": %s; put it beside the model"
              .formatted(tensor.getName(), location, e),
          e);
    }
  }

  private MemorySegment map(TensorProto tensor, String location) throws IOException {
    var base =
        folder
            .orElseThrow(
                () ->
                    OnnxException.of(
                        "tensor \"%s\" is in the file \"%s\"; read the model from its file",
                        tensor.getName(), location))
            .toRealPath();
    var path = resolve(tensor, base, location);
    OnnxException.check(
        Files.isRegularFile(path),
        "tensor \"%s\": no file \"%s\" in %s; put it beside the model",
        tensor.getName(),
        location,
        base);
    OnnxException.check(
        path.toRealPath().startsWith(base),
        "tensor \"%s\": \"%s\" is outside of the model's folder; copy it there",
        tensor.getName(),
        location);
    try (var channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }

  private static Path resolve(TensorProto tensor, Path base, String location) {
    try {
      var path = base.resolve(location).normalize();
      if (!location.isEmpty() && path.startsWith(base) && !Path.of(location).isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new OnnxException(
          "tensor \"%s\": \"%s\" is no file name".formatted(tensor.getName(), location), e);
    }
    throw OnnxException.of(
        "tensor \"%s\": \"%s\" is outside of the model's folder; copy it there",
        tensor.getName(), location);
  }
}
