package io.gatun.engine.cpu.llvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A relocatable ELF64 object, little-endian: its sections, symbols and relocations.
///
/// Source: Tool Interface Standard, ELF specification 1.2, and the System V ABI's 64-bit format.
/// Every offset, index and size of the file is checked, so a damaged file ends in a
/// [MalformedObjectException].
///
/// @param machine `e_machine`: 62 is x86-64, 183 is AArch64
/// @param sections by index, the empty section 0 included
/// @param symbols by index, the empty symbol 0 included
/// @param relocations those of the sections that are loaded
record ElfObject(
    int machine, List<Section> sections, List<Symbol> symbols, List<Relocation> relocations) {

  static final int X86_64 = 62;
  static final int AARCH64 = 183;
  static final int UNDEFINED = 0;
  static final int ABSOLUTE = 0xfff1;

  /// @param bytes the content; for a section of zeros (`.bss`) empty
  record Section(String name, int type, long flags, long size, long alignment, ByteBuffer bytes) {
    private static final int SHT_NOBITS = 8;
    private static final long SHF_WRITE = 1;
    private static final long SHF_ALLOC = 2;
    private static final long SHF_EXECUTABLE = 4;
    private static final long SHF_THREAD_LOCAL = 0x400;

    /// Whether it is part of the program. Unwind tables are left out: no exception crosses a
    /// kernel.
    boolean loaded() {
      return (flags & SHF_ALLOC) != 0 && size > 0 && !name.equals(".eh_frame");
    }

    boolean writable() {
      return (flags & SHF_WRITE) != 0;
    }

    boolean executable() {
      return (flags & SHF_EXECUTABLE) != 0;
    }

    boolean threadLocal() {
      return (flags & SHF_THREAD_LOCAL) != 0;
    }
  }

  /// @param section index of the section that defines it, [#UNDEFINED] or [#ABSOLUTE]
  /// @param value offset in that section
  record Symbol(String name, boolean global, boolean function, int section, long value) {
    boolean undefined() {
      return section == UNDEFINED;
    }
  }

  /// Patch `type` at `offset` of `section` with the address of `symbol` plus `addend`.
  record Relocation(int section, long offset, int type, int symbol, long addend) {}

  private static final int SHT_SYMTAB = 2;
  private static final int SHT_RELA = 4;
  private static final int SHT_REL = 9;

  /// Reads an object.
  ///
  /// @throws MalformedObjectException if it is truncated, damaged or of another kind
  static ElfObject parse(byte[] file) throws MalformedObjectException {
    try {
      return new Reader(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN)).read();
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new MalformedObjectException("truncated or damaged: " + e.getMessage());
    }
  }

  private record Header(
      int name, int type, long flags, long offset, long size, int link, int info, long alignment) {}

  private static final class Reader {
    private final ByteBuffer file;
    private final List<Header> headers = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();

    Reader(ByteBuffer file) {
      this.file = file;
    }

    ElfObject read() throws MalformedObjectException {
      check(file.getInt(0) == 0x464c457f, "no ELF file");
      check(file.getInt(4) == 0x00010102, "not a 64-bit little-endian object of version 1");
      check(file.getShort(16) == 1, "not relocatable");
      int machine = Short.toUnsignedInt(file.getShort(18));
      check(Short.toUnsignedInt(file.getShort(58)) == 64, "section headers are not 64 bytes");
      long table = file.getLong(40);
      int count = Short.toUnsignedInt(file.getShort(60));
      check(count > 0, "no sections, or more than 65279");
      for (int i = 0; i < count; i++) {
        headers.add(header(slice(file, Math.addExact(table, 64L * i), 64)));
      }
      Header names = headers.get(index(Short.toUnsignedInt(file.getShort(62)), count));
      for (Header header : headers) {
        sections.add(section(header, content(names)));
      }
      List<Symbol> symbols = symbols();
      return new ElfObject(machine, sections, symbols, relocations(symbols.size()));
    }

    private static Header header(ByteBuffer bytes) {
      return new Header(
          bytes.getInt(0),
          bytes.getInt(4),
          bytes.getLong(8),
          bytes.getLong(24),
          bytes.getLong(32),
          bytes.getInt(40),
          bytes.getInt(44),
          bytes.getLong(48));
    }

    private ByteBuffer content(Header header) {
      return header.type() == Section.SHT_NOBITS || header.type() == 0
          ? ByteBuffer.allocate(0)
          : slice(file, header.offset(), header.size());
    }

    private Section section(Header header, ByteBuffer names) throws MalformedObjectException {
      String name = string(names, header.name());
      long alignment = Math.max(1, header.alignment());
      check(Long.bitCount(alignment) == 1 && alignment <= 4096, name + " has a bad alignment");
      // Nothing that a graph compiles to comes near; the sum of all sections must not overflow.
      check(header.size() >= 0 && header.size() <= 1L << 30, name + " has a bad size");
      return new Section(
          name, header.type(), header.flags(), header.size(), alignment, content(header));
    }

    private List<Symbol> symbols() throws MalformedObjectException {
      List<Symbol> symbols = new ArrayList<>();
      for (Header header : headers) {
        if (header.type() == SHT_SYMTAB) {
          check(symbols.isEmpty(), "two symbol tables");
          ByteBuffer names = content(headers.get(index(header.link(), headers.size())));
          ByteBuffer table = content(header);
          for (long at = 0; at < header.size(); at += 24) {
            symbols.add(symbol(slice(table, at, 24), names));
          }
        }
      }
      return symbols;
    }

    private Symbol symbol(ByteBuffer bytes, ByteBuffer names) throws MalformedObjectException {
      String name = string(names, bytes.getInt(0));
      int info = bytes.get(4);
      int section = Short.toUnsignedInt(bytes.getShort(6));
      long value = bytes.getLong(8);
      if (section != ABSOLUTE) {
        check(section < sections.size(), "symbol " + name + " lies in no section");
        long limit = section == UNDEFINED ? 0 : sections.get(section).size();
        check(value >= 0 && value <= limit, "symbol " + name + " lies outside its section");
      }
      return new Symbol(name, (info >> 4) != 0, (info & 15) == 2, section, value);
    }

    private List<Relocation> relocations(int symbolCount) throws MalformedObjectException {
      List<Relocation> relocations = new ArrayList<>();
      for (Header header : headers) {
        int target = header.type() == SHT_RELA || header.type() == SHT_REL ? header.info() : 0;
        if (target == 0 || !sections.get(index(target, sections.size())).loaded()) {
          continue;
        }
        check(header.type() == SHT_RELA, "relocations without addends");
        ByteBuffer table = content(header);
        for (long at = 0; at < header.size(); at += 24) {
          ByteBuffer entry = slice(table, at, 24);
          int symbol = index(entry.getInt(12), symbolCount);
          relocations.add(
              new Relocation(target, entry.getLong(0), entry.getInt(8), symbol, entry.getLong(16)));
        }
      }
      return relocations;
    }

    private static int index(int index, int count) throws MalformedObjectException {
      check(index >= 0 && index < count, "index " + index + " of " + count);
      return index;
    }

    private static ByteBuffer slice(ByteBuffer buffer, long offset, long size) {
      return buffer
          .slice(Math.toIntExact(offset), Math.toIntExact(size))
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer table, int offset) {
      int end = offset;
      while (table.get(end) != 0) {
        end++;
      }
      byte[] text = new byte[end - offset];
      table.get(offset, text);
      return new String(text, StandardCharsets.UTF_8);
    }
  }

  static void check(boolean holds, String otherwise) throws MalformedObjectException {
    if (!holds) {
      throw new MalformedObjectException(otherwise);
    }
  }
}
