package io.gatun.engine.cpu.llvm;

import java.nio.ByteBuffer;

/// The relocations that LLVM emits for position-independent code of the small code model.
///
/// Notation of the formulas: `S` symbol, `A` addend, `P` the patched place, `G` the symbol's slot
/// in the table of addresses, `Page(x)` = `x` with its low 12 bits cleared. Sources: System V ABI,
/// AMD64 supplement, table 4.9; ELF for the Arm 64-bit architecture, section 5.7.
enum RelocationKind {
  X86_64_ABS64(ElfObject.X86_64, 1, Target.SYMBOL, Form.ABSOLUTE_64),
  X86_64_PC32(ElfObject.X86_64, 2, Target.CALL, Form.RELATIVE_32),
  X86_64_PLT32(ElfObject.X86_64, 4, Target.CALL, Form.RELATIVE_32),
  X86_64_GOTPCREL(ElfObject.X86_64, 9, Target.SLOT, Form.RELATIVE_32),
  X86_64_PC64(ElfObject.X86_64, 24, Target.SYMBOL, Form.RELATIVE_64),
  X86_64_GOTPCRELX(ElfObject.X86_64, 41, Target.SLOT, Form.RELATIVE_32),
  X86_64_REX_GOTPCRELX(ElfObject.X86_64, 42, Target.SLOT, Form.RELATIVE_32),
  AARCH64_ABS64(ElfObject.AARCH64, 257, Target.SYMBOL, Form.ABSOLUTE_64),
  AARCH64_PREL64(ElfObject.AARCH64, 260, Target.SYMBOL, Form.RELATIVE_64),
  AARCH64_PREL32(ElfObject.AARCH64, 261, Target.CALL, Form.RELATIVE_32),
  AARCH64_ADR_PREL_PG_HI21(ElfObject.AARCH64, 275, Target.CALL, Form.PAGE_21),
  AARCH64_ADD_ABS_LO12_NC(ElfObject.AARCH64, 277, Target.CALL, Form.LOW_12),
  AARCH64_LDST8_ABS_LO12_NC(ElfObject.AARCH64, 278, Target.CALL, Form.LOW_12),
  AARCH64_JUMP26(ElfObject.AARCH64, 282, Target.CALL, Form.BRANCH_26),
  AARCH64_CALL26(ElfObject.AARCH64, 283, Target.CALL, Form.BRANCH_26),
  AARCH64_LDST16_ABS_LO12_NC(ElfObject.AARCH64, 284, Target.CALL, Form.LOW_12_BY_2),
  AARCH64_LDST32_ABS_LO12_NC(ElfObject.AARCH64, 285, Target.CALL, Form.LOW_12_BY_4),
  AARCH64_LDST64_ABS_LO12_NC(ElfObject.AARCH64, 286, Target.CALL, Form.LOW_12_BY_8),
  AARCH64_LDST128_ABS_LO12_NC(ElfObject.AARCH64, 299, Target.CALL, Form.LOW_12_BY_16),
  AARCH64_ADR_GOT_PAGE(ElfObject.AARCH64, 311, Target.SLOT, Form.PAGE_21),
  AARCH64_LD64_GOT_LO12_NC(ElfObject.AARCH64, 312, Target.SLOT, Form.LOW_12_BY_8);

  /// What the patch points to.
  enum Target {
    /// The symbol itself.
    SYMBOL,
    /// The symbol itself if it is of this object, else a stub near by that jumps to it.
    CALL,
    /// A slot near by that holds the symbol's address.
    SLOT
  }

  private enum Form {
    ABSOLUTE_64,
    RELATIVE_64,
    RELATIVE_32,
    PAGE_21,
    BRANCH_26,
    LOW_12,
    LOW_12_BY_2,
    LOW_12_BY_4,
    LOW_12_BY_8,
    LOW_12_BY_16
  }

  private final int machine;
  private final int type;
  private final Target target;
  private final Form form;

  RelocationKind(int machine, int type, Target target, Form form) {
    this.machine = machine;
    this.type = type;
    this.target = target;
    this.form = form;
  }

  static RelocationKind of(int machine, int type) throws MalformedObjectException {
    for (RelocationKind kind : values()) {
      if (kind.machine == machine && kind.type == type) {
        return kind;
      }
    }
    throw new MalformedObjectException(
        "relocation type "
            + type
            + " of machine "
            + machine
            + " is not one of position-independent code in the small code model");
  }

  Target target() {
    return target;
  }

  /// How many bytes it patches.
  int bytes() {
    return form == Form.ABSOLUTE_64 || form == Form.RELATIVE_64 ? 8 : 4;
  }

  /// Patches the little-endian `image` at index `place`, whose address is `address`, so that it
  /// refers to `target` = S + A (or G + A).
  void apply(ByteBuffer image, int place, long address, long target)
      throws MalformedObjectException {
    long relative = target - address;
    switch (form) {
      case ABSOLUTE_64 -> image.putLong(place, target);
      case RELATIVE_64 -> image.putLong(place, relative);
      case RELATIVE_32 -> image.putInt(place, (int) fits(relative, 32));
      case PAGE_21 -> {
        long pages = fits((target >> 12) - (address >> 12), 21);
        long bits = (pages & 3) << 29 | (pages >> 2 & 0x7ffff) << 5;
        patch(image, place, 0x60ffffe0, bits);
      }
      case BRANCH_26 -> patch(image, place, 0x03ffffff, fits(relative >> 2, 26) & 0x03ffffff);
      case LOW_12 -> low12(image, place, target, 0);
      case LOW_12_BY_2 -> low12(image, place, target, 1);
      case LOW_12_BY_4 -> low12(image, place, target, 2);
      case LOW_12_BY_8 -> low12(image, place, target, 3);
      case LOW_12_BY_16 -> low12(image, place, target, 4);
    }
  }

  private static void low12(ByteBuffer image, int place, long target, int shift)
      throws MalformedObjectException {
    ElfObject.check((target & ((1 << shift) - 1)) == 0, "a relocation's target is misaligned");
    patch(image, place, 0x003ffc00, (target & 0xfff) >> shift << 10);
  }

  private static void patch(ByteBuffer image, int place, int mask, long bits) {
    image.putInt(place, image.getInt(place) & ~mask | (int) bits);
  }

  private static long fits(long value, int bits) throws MalformedObjectException {
    ElfObject.check(value << (64 - bits) >> (64 - bits) == value, "a relocation is out of range");
    return value;
  }
}
