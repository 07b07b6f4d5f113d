package io.gatun.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Reads numbers and declarations of variables.
final class PtxDeclarations {
  private final PtxLexer lexer;

  PtxDeclarations(PtxLexer lexer) {
    this.lexer = lexer;
  }

  /// An integer, with its sign.
  long integer() {
    var negative = lexer.accept("-");
    var word = lexer.token();
    var digits = word.endsWith("U") ? word.substring(0, word.length() - 1) : word;
    try {
      var value =
          digits.startsWith("0x") || digits.startsWith("0X")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : digits.startsWith("0b")
                  ? Long.parseUnsignedLong(digits.substring(2), 2)
                  : Long.parseUnsignedLong(digits);
      lexer.take();
      return negative ? -value : value;
    } catch (NumberFormatException notANumber) {
      throw lexer.error("expected an integer");
    }
  }

  int smallInteger() {
    var value = integer();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw lexer.error("number " + value + " is out of range");
    }
    return (int) value;
  }

  /// A variable after the word for its state space.
  PtxVariable variable(PtxVariable.Space space) {
    var align = 0;
    var type = PtxType.B8;
    var width = 1;
    while (lexer.token().startsWith(".")) {
      var word = lexer.take().substring(1);
      switch (word) {
        case "align" -> align = smallInteger();
        case "ptr" -> pointerAttributes();
        case "v2" -> width = 2;
        case "v4" -> width = 4;
        default -> type = PtxType.of(word, lexer.line());
      }
    }
    var name = lexer.take();
    var count = 1L;
    var isArray = false;
    while (lexer.accept("[")) {
      isArray = true;
      count *= lexer.is("]") ? 0 : integer();
      lexer.expect("]");
    }
    var initial = lexer.accept("=") ? initial(type) : new byte[0];
    if (isArray && count == 0 && initial.length > 0) {
      count = initial.length / type.bytes();
    }
    var element = type.bytes() * width;
    return new PtxVariable(name, space, count * element, Math.max(align, element), initial);
  }

  /// `.ptr .global .align 16` says what a parameter points to; nothing here depends on it.
  private void pointerAttributes() {
    while (true) {
      switch (lexer.token()) {
        case ".global", ".shared", ".const", ".local" -> lexer.take();
        case ".align" -> {
          lexer.take();
          integer();
        }
        default -> {
          return;
        }
      }
    }
  }

  private byte[] initial(PtxType type) {
    var values = new ArrayList<Long>();
    values(type, values);
    var bytes = ByteBuffer.allocate(values.size() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      switch (type.bytes()) {
        case 1 -> bytes.put((byte) (long) value);
        case 2 -> bytes.putShort((short) (long) value);
        case 4 -> bytes.putInt((int) (long) value);
        default -> bytes.putLong(value);
      }
    }
    return bytes.array();
  }

  private void values(PtxType type, List<Long> into) {
    if (!lexer.accept("{")) {
      into.add(value(type));
      return;
    }
    do {
      values(type, into);
    } while (lexer.accept(","));
    lexer.expect("}");
  }

  private long value(PtxType type) {
    var word = lexer.token();
    if (isFloat(word)) {
      lexer.take();
      var bits = floatBits(word, lexer.line());
      return bits.isDouble() && type == PtxType.F32
          ? Float.floatToRawIntBits((float) Double.longBitsToDouble(bits.bits()))
          : bits.bits();
    }
    if (!word.isEmpty() && !Character.isDigit(word.charAt(0)) && !word.equals("-")) {
      throw lexer.error("an address as an initial value is not known to the virtual GPU");
    }
    return integer();
  }

  static boolean isFloat(String word) {
    return word.length() > 2
        && Character.isDigit(word.charAt(0))
        && (word.charAt(1) == 'f'
            || word.charAt(1) == 'F'
            || word.charAt(1) == 'd'
            || word.charAt(1) == 'D'
            || word.indexOf('.') > 0);
  }

  /// `0f3F800000`, `0d3FF0000000000000` or `1.5`.
  static PtxOperand.Bits floatBits(String word, int line) {
    try {
      return switch (word.charAt(1)) {
        case 'f', 'F' ->
            new PtxOperand.Bits(Integer.parseUnsignedInt(word.substring(2), 16), false);
        case 'd', 'D' -> new PtxOperand.Bits(Long.parseUnsignedLong(word.substring(2), 16), true);
        default -> new PtxOperand.Bits(Double.doubleToRawLongBits(Double.parseDouble(word)), true);
      };
    } catch (NumberFormatException notANumber) {
      throw new PtxException(line, "\"" + word + "\" is no number");
    }
  }
}
