package io.gatun.graph.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/// Tensors of a file as literals. Weights in raw bytes or in external files are not copied: the
/// literal is a slice of the mapped file.
record TensorReader(ExternalData external) {
  /// The shape of a tensor.
  static Shape shape(TensorProto tensor) {
    return shape(tensor.getName(), tensor.getDimsList());
  }

  private static Shape shape(String name, List<Long> sizes) {
    var dims = new ArrayList<Integer>();
    for (long dim : sizes) {
      OnnxException.check(
          dim >= 0 && dim <= Integer.MAX_VALUE,
          "tensor \"%s\": dimension %d is not in [0, 2^31)",
          name,
          dim);
      dims.add((int) dim);
    }
    try {
      return new Shape(dims);
    } catch (IllegalArgumentException e) {
      throw new OnnxException("tensor \"%s\": %s".formatted(name, e.getMessage()), e);
    }
  }

  private static ElementType element(TensorProto tensor) {
    try {
      return ElementType.of(tensor.getDataType());
    } catch (OnnxException e) {
      throw new OnnxException("tensor \"%s\": %s".formatted(tensor.getName(), e.getMessage()), e);
    }
  }

  /// The elements of a tensor of numbers.
  Literal literal(TensorProto tensor) {
    var element = element(tensor);
    OnnxException.check(
        element.isTensor(),
        "tensor \"%s\": element type %s is not supported in a graph",
        tensor.getName(),
        element);
    var type = new TensorType(element.dtype(), shape(tensor));
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return raw(tensor, element, type, external.segment(tensor));
    }
    if (tensor.hasRawData()) return raw(tensor, element, type, segment(tensor.getRawData()));
    return typed(tensor, element, type);
  }

  /// The elements of a sparse tensor, zeros included. Its indices are row-major positions, or rows
  /// with one index for each axis.
  Literal literal(SparseTensorProto sparse) {
    String name = sparse.getValues().getName();
    var values = literal(sparse.getValues()).toNdArray();
    var indices = literal(sparse.getIndices()).toNdArray();
    var shape = shape(name, sparse.getDimsList());
    int rank = indices.type().shape().rank() == 2 ? shape.rank() : 1;
    checkCount(sparse.getIndices(), (long) values.size() * rank, indices.size());
    var all = new double[Call.affordable(shape.size())];
    long[] strides = shape.strides();
    for (int i = 0; i < values.size(); i++) {
      long at = 0;
      for (int axis = 0; axis < rank; axis++) {
        long index = indices.longAt(i * rank + axis);
        long limit = rank == shape.rank() ? shape.dim(axis) : shape.size();
        OnnxException.check(
            index >= 0 && index < limit,
            "tensor \"%s\": index %d of element %d is not in [0, %d)",
            name,
            index,
            i,
            limit);
        at += index * (rank == shape.rank() ? strides[axis] : 1);
      }
      all[(int) at] = values.at(i);
    }
    return Literal.of(NdArray.of(values.type().with(shape), all));
  }

  /// The elements of a tensor of strings.
  static StringArray strings(TensorProto tensor) {
    var shape = shape(tensor);
    checkCount(tensor, shape.size(), tensor.getStringDataCount());
    return new StringArray(
        shape, tensor.getStringDataList().stream().map(ByteString::toStringUtf8).toList());
  }

  private static MemorySegment segment(ByteString bytes) {
    return MemorySegment.ofBuffer(bytes.asReadOnlyByteBuffer());
  }

  private static void checkCount(TensorProto tensor, long want, long got) {
    OnnxException.check(
        want == got,
        "tensor \"%s\" of dimensions %s wants %d elements, the file has %d",
        tensor.getName(),
        tensor.getDimsList(),
        want,
        got);
  }

  private static Literal raw(
      TensorProto tensor, ElementType element, TensorType type, MemorySegment data) {
    long bits = Math.multiplyExact(type.size(), (long) element.bits());
    long bytes = Math.ceilDiv(bits, 8L);
    OnnxException.check(
        data.byteSize() == bytes,
        "tensor \"%s\" of %s%s wants %d bytes, the file has %d",
        tensor.getName(),
        element,
        tensor.getDimsList(),
        bytes,
        data.byteSize());
    if (element.isPlain()) return Literal.of(type, data);
    return unpack(element, type, i -> bits(data, element.bits(), i));
  }

  /// Unsigned bits of element `index`; elements of less than a byte fill it from its low end.
  private static long bits(MemorySegment data, int bits, int index) {
    return switch (bits) {
      case 64 -> data.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, index);
      case 32 -> data.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index) & 0xffffffffL;
      case 16 -> data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index) & 0xffffL;
      default -> {
        int perByte = 8 / bits;
        int at = data.get(ValueLayout.JAVA_BYTE, index / perByte) & 0xff;
        yield at >> index % perByte * bits & (1 << bits) - 1;
      }
    };
  }

  /// From the bits of each element.
  private static Literal unpack(ElementType element, TensorType type, IntToLongFunction bits) {
    if (element.isSmallFloat()) {
      var format = SmallFloat.of(element);
      return Literal.of(NdArray.of(type, i -> format.decode((int) bits.applyAsLong(i))));
    }
    boolean signed = element.isInteger() && element.least() < 0;
    int unused = 64 - element.bits();
    return Literal.of(
        NdArray.ofLongs(
            type, i -> signed ? bits.applyAsLong(i) << unused >> unused : bits.applyAsLong(i)));
  }

  /// From the typed fields of a tensor, which may be empty only where there are no elements.
  private static Literal typed(TensorProto tensor, ElementType element, TensorType type) {
    long size = type.size();
    return switch (element) {
      case FLOAT -> {
        checkCount(tensor, size, tensor.getFloatDataCount());
        yield Literal.of(NdArray.of(type, tensor::getFloatData));
      }
      case DOUBLE -> {
        checkCount(tensor, size, tensor.getDoubleDataCount());
        yield Literal.of(NdArray.of(type, tensor::getDoubleData));
      }
      case INT64 -> {
        checkCount(tensor, size, tensor.getInt64DataCount());
        yield Literal.of(NdArray.ofLongs(type, tensor::getInt64Data));
      }
      case UINT32, UINT64 -> {
        checkCount(tensor, size, tensor.getUint64DataCount());
        yield Literal.of(NdArray.ofLongs(type, tensor::getUint64Data));
      }
      case INT32, INT16, INT8, UINT16, UINT8, BOOL -> {
        checkCount(tensor, size, tensor.getInt32DataCount());
        yield Literal.of(NdArray.ofLongs(type, tensor::getInt32Data));
      }
      case FLOAT16 -> {
        checkCount(tensor, size, tensor.getInt32DataCount());
        yield Literal.of(
            NdArray.of(type, i -> Float.float16ToFloat((short) tensor.getInt32Data(i))));
      }
      case BFLOAT16 -> {
        checkCount(tensor, size, tensor.getInt32DataCount());
        yield Literal.of(NdArray.of(type, i -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16)));
      }
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 -> {
        checkCount(tensor, size, tensor.getInt32DataCount());
        yield unpack(element, type, i -> tensor.getInt32Data(i) & 0xff);
      }
      case UINT4, INT4, FLOAT4E2M1, UINT2, INT2 -> {
        int perByte = 8 / element.bits();
        checkCount(tensor, Math.ceilDiv(size, perByte), tensor.getInt32DataCount());
        yield unpack(
            element,
            type,
            i ->
                tensor.getInt32Data(i / perByte) >> i % perByte * element.bits()
                    & (1 << element.bits()) - 1);
      }
      case UNDEFINED, STRING, COMPLEX64, COMPLEX128 ->
          throw OnnxException.of(
              "tensor \"%s\" of %s is no tensor of a graph", tensor.getName(), element);
    };
  }
}
