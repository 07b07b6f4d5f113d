package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.gatun.graph.tensor.Literal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Values in protocol buffers of their own, as the test suite of ONNX keeps inputs and outputs.
public sealed interface OnnxData {
  /// A tensor.
  record Tensor(ElementType element, Literal literal) implements OnnxData {}

  /// A tensor of strings.
  record Strings(StringArray array) implements OnnxData {}

  /// A sequence.
  record Sequence(List<OnnxData> elements) implements OnnxData {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /// An optional value that is not there.
  record Absent() implements OnnxData {}

  /// Reads a value of the declared kind.
  ///
  /// @throws OnnxException when the file is broken
  static OnnxData read(Path path, ModelValue declared) {
    try {
      var bytes = ByteString.copyFrom(Files.readAllBytes(path));
      return switch (declared.kind()) {
        case TENSOR -> tensor(bytes);
        case SEQUENCE -> sequence(bytes);
        case OPTIONAL -> optional(bytes);
        case MAPS -> throw OnnxException.of("%s: maps are not read from files", declared);
      };
    } catch (IOException e) {
      throw new OnnxException("cannot read " + path + ": " + e, e);
    }
  }

  private static OnnxData tensor(ByteString bytes) throws IOException {
    var tensor = TensorProto.parseFrom(bytes);
    return tensor.getDataType() == ElementType.STRING.number()
        ? new Strings(TensorReader.strings(tensor))
        : new Tensor(
            ElementType.of(tensor.getDataType()),
            new TensorReader(new ExternalData(Optional.empty())).literal(tensor));
  }

  /// `SequenceProto`: the tensors are field 3, inner sequences field 5.
  private static OnnxData sequence(ByteString bytes) throws IOException {
    var elements = new ArrayList<OnnxData>();
    var in = bytes.newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 3 -> elements.add(tensor(in.readBytes()));
        case 5 -> elements.add(sequence(in.readBytes()));
        default -> in.skipField(tag);
      }
    }
    return new Sequence(elements);
  }

  /// `OptionalProto`: a tensor is field 3, a sequence field 5; without one the value is absent.
  private static OnnxData optional(ByteString bytes) throws IOException {
    CodedInputStream in = bytes.newCodedInput();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 3 -> {
          return tensor(in.readBytes());
        }
        case 5 -> {
          return sequence(in.readBytes());
        }
        default -> in.skipField(tag);
      }
    }
    return new Absent();
  }
}
