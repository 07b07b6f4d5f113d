package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Parses the protocol buffer of a model out of a mapped file, so that raw tensors stay where they
/// are. A protocol buffer has less than 2 GiB; larger models keep weights in external files.
final class ModelFile {
  private static final int DEEPEST = 100;

  private ModelFile() {}

  /// The bytes of a file, mapped.
  static MemorySegment map(Path path) {
    try (var channel = FileChannel.open(path)) {
      OnnxException.check(!Files.isDirectory(path), "%s is a folder; name the model in it", path);
      OnnxException.check(
          channel.size() <= Integer.MAX_VALUE,
          "%s has %d bytes; a model has less than 2 GiB: save it with external data",
          path,
          channel.size());
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (NoSuchFileException e) {
      throw new OnnxException("there is no file " + path, e);
    } catch (IOException e) {
      throw new OnnxException("cannot read " + path + ": " + e, e);
    }
  }

  static ModelProto parse(String name, MemorySegment bytes) {
    return parse(name, UnsafeByteOperations.unsafeWrap(bytes.asByteBuffer()).newCodedInput());
  }

  static ModelProto parse(String name, byte[] bytes) {
    return parse(name, UnsafeByteOperations.unsafeWrap(bytes).newCodedInput());
  }

  private static ModelProto parse(String name, CodedInputStream input) {
    input.enableAliasing(true);
    input.setRecursionLimit(DEEPEST);
    try {
      var model = ModelProto.parseFrom(input);
      OnnxException.check(model.hasGraph(), "%s is no ONNX model: it has no graph", name);
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException(
          "%s is no ONNX model or broken (%s); is the download complete?"
              .formatted(name, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new OnnxException("cannot read " + name + ": " + e, e);
    }
  }
}
