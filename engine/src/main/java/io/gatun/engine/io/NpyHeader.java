package io.gatun.engine.io;

import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Header of a npy array: what it stores and how many bytes of header stand before the data. Format
/// of `numpy.lib.format`, versions 1 to 3: magic, version, length, and a Python dictionary with
/// `descr`, `fortran_order` and `shape`.
record NpyHeader(StoredArray array, long dataOffset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_TEXT = 1 << 16;
  private static final int ALIGNMENT = 64;

  static NpyHeader read(InputStream in, Source source) throws IOException {
    byte[] start = source.read(in, 8, 0, "the npy magic number");
    for (int i = 0; i < MAGIC.length; i++) {
      if (start[i] != MAGIC[i]) throw source.malformed(i, "not a npy array: wrong magic number");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw source.malformed(6, "npy version " + version + "; versions 1 to 3 are read");
    }
    int width = version == 1 ? 2 : 4;
    byte[] size = source.read(in, width, 8, "the header length");
    long length = 0;
    for (int i = width - 1; i >= 0; i--) length = length << 8 | size[i] & 0xff;
    if (length > MAX_TEXT) {
      throw source.malformed(
          8, "header of " + length + " bytes; at most " + MAX_TEXT + " are read");
    }
    int textOffset = 8 + width;
    byte[] text = source.read(in, (int) length, textOffset, "the header");
    var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    var dictionary = NpyDictionary.parse(new String(text, charset), source, textOffset);
    return new NpyHeader(array(dictionary, source, textOffset), textOffset + length);
  }

  private static StoredArray array(NpyDictionary dictionary, Source source, long offset)
      throws MalformedFileException {
    String descr = dictionary.descr();
    DType dtype =
        switch (descr.isEmpty() ? "" : descr.substring(1)) {
          case "f4" -> DType.F32;
          case "f8" -> DType.F64;
          case "f2" -> DType.F16;
          case "i8" -> DType.I64;
          case "i4" -> DType.I32;
          case "i2" -> DType.I16;
          case "i1" -> DType.I8;
          case "u1" -> DType.U8;
          case "b1" -> DType.BOOL;
          default ->
              throw source.malformed(
                  offset,
                  "element type '"
                      + descr
                      + "'; f2 f4 f8 i1 i2 i4 i8 u1 b1 are read: convert with astype in NumPy");
        };
    ByteOrder order =
        switch (descr.charAt(0)) {
          case '<', '|', '=' -> ByteOrder.LITTLE_ENDIAN;
          case '>' -> ByteOrder.BIG_ENDIAN;
          default -> throw source.malformed(offset, "byte order of element type '" + descr + "'");
        };
    var type = source.type(dtype, dictionary.shape(), offset);
    return new StoredArray(type, order, dictionary.fortranOrder());
  }

  /// The header that NumPy itself writes for a row-major array, byte for byte.
  static byte[] bytes(TensorType type) {
    String dims =
        type.shape().dims().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String shape = type.shape().rank() == 1 ? "(" + dims + ",)" : "(" + dims + ")";
    String text =
        "{'descr': '"
            + descr(type.dtype())
            + "', 'fortran_order': False, 'shape': "
            + shape
            + ", }";
    // NumPy leaves room for a first dimension of 21 digits, so that a file can grow in place.
    int growth = type.shape().rank() == 0 ? 0 : 21 - String.valueOf(type.shape().dim(0)).length();
    int length = 10 + text.length() + growth + 1;
    int padding = growth + (ALIGNMENT - length % ALIGNMENT);
    byte[] body = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] header = new byte[10 + body.length];
    System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
    header[6] = 1;
    header[8] = (byte) body.length;
    header[9] = (byte) (body.length >> 8);
    System.arraycopy(body, 0, header, 10, body.length);
    return header;
  }

  private static String descr(DType dtype) {
    return switch (dtype) {
      case F32 -> "<f4";
      case F64 -> "<f8";
      case F16 -> "<f2";
      case I64 -> "<i8";
      case I32 -> "<i4";
      case I16 -> "<i2";
      case I8 -> "|i1";
      case U8 -> "|u1";
      case BOOL -> "|b1";
      case BF16 ->
          throw new IllegalArgumentException("npy has no bf16; write safetensors or cast to f32");
    };
  }

  /// Keys and values as written in the dictionary.
  record NpyDictionary(String descr, boolean fortranOrder, List<Long> shape) {
    static NpyDictionary parse(String text, Source source, long offset)
        throws MalformedFileException {
      return new NpyDictionaryParser(text, source, offset).parse();
    }
  }
}
