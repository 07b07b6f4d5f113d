package io.gatun.engine.cpu.llvm;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/// An object file made executable: a linker and loader for one object in a page of code.
///
/// The image is one mapping: code and stubs (read, execute), constants and the slots of addresses
/// (read), data (read, write). Everything of it lies within 2 GiB of the rest, so 32-bit relative
/// relocations reach; functions of the C library may lie further and are called through stubs.
///
/// @param memory the mapping, which the image owns
/// @param functions address of each global function
/// @param codeBytes size of the code alone
record CodeImage(ExecutableMemory memory, Map<String, MemorySegment> functions, long codeBytes)
    implements AutoCloseable {

  private static final int STUB_BYTES = 16;
  private static final int SLOT_BYTES = 8;

  /// Loads an object of this machine.
  ///
  /// @param externals addresses of functions that the object does not define; null-free, throws an
  ///     exception that names the function where it knows none
  /// @throws MalformedObjectException if the object is damaged or of an unknown kind
  static CodeImage load(ElfObject object, Function<String, MemorySegment> externals)
      throws MalformedObjectException {
    return new Loader(object, externals).load();
  }

  @Override
  public void close() {
    memory.close();
  }

  private static final class Loader {
    private final ElfObject object;
    private final Function<String, MemorySegment> externals;
    private final Map<Integer, Long> offsets = new HashMap<>();
    private final Map<Integer, Long> stubs = new HashMap<>();
    private final Map<Integer, Long> slots = new HashMap<>();
    private final Map<String, Long> addresses = new HashMap<>();
    private long base;
    private long end;

    Loader(ElfObject object, Function<String, MemorySegment> externals) {
      this.object = object;
      this.externals = externals;
    }

    CodeImage load() throws MalformedObjectException {
      place(ElfObject.Section::executable);
      long codeBytes = end;
      reserve(RelocationKind.Target.CALL, stubs, STUB_BYTES);
      long constants = nextGranule();
      place(section -> !section.executable() && !section.writable());
      reserve(RelocationKind.Target.SLOT, slots, SLOT_BYTES);
      long data = nextGranule();
      place(section -> !section.executable() && section.writable());
      ExecutableMemory memory = ExecutableMemory.allocate(Math.max(nextGranule(), data + 1));
      boolean loaded = false;
      try {
        base = memory.pages().address();
        ByteBuffer pages = memory.pages().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        fill(pages);
        for (ElfObject.Relocation relocation : object.relocations()) {
          relocate(pages, relocation);
        }
        memory.makeExecutable(0, constants);
        memory.makeReadOnly(constants, data - constants);
        loaded = true;
        return new CodeImage(memory, functions(), codeBytes);
      } finally {
        if (!loaded) {
          memory.close();
        }
      }
    }

    private void place(Predicate<ElfObject.Section> region) throws MalformedObjectException {
      for (int i = 0; i < object.sections().size(); i++) {
        ElfObject.Section section = object.sections().get(i);
        if (section.loaded() && region.test(section)) {
          ElfObject.check(!section.threadLocal(), section.name() + " is thread-local");
          end = align(end, section.alignment());
          offsets.put(i, end);
          end += section.size();
          ElfObject.check(end <= 1L << 30, "more than 1 GiB of code and data");
        }
      }
    }

    /// Room for a stub or slot for each symbol that a relocation reaches in that way.
    private void reserve(RelocationKind.Target target, Map<Integer, Long> table, int bytes)
        throws MalformedObjectException {
      end = align(end, STUB_BYTES);
      for (ElfObject.Relocation relocation : object.relocations()) {
        int symbol = relocation.symbol();
        if (kind(relocation).target() == target
            && !table.containsKey(symbol)
            && (target == RelocationKind.Target.SLOT || undefined(symbol))) {
          table.put(symbol, end);
          end += bytes;
        }
      }
    }

    private void fill(ByteBuffer pages) throws MalformedObjectException {
      for (var section : offsets.entrySet()) {
        ByteBuffer bytes = object.sections().get(section.getKey()).bytes();
        pages.put(section.getValue().intValue(), bytes, 0, bytes.capacity());
      }
      for (var stub : stubs.entrySet()) {
        writeStub(pages, stub.getValue().intValue(), address(stub.getKey()));
      }
      for (var slot : slots.entrySet()) {
        pages.putLong(slot.getValue().intValue(), address(slot.getKey()));
      }
    }

    private void writeStub(ByteBuffer pages, int place, long address) {
      if (object.machine() == ElfObject.X86_64) {
        // jmp *[rip + 2]: two bytes of padding keep the address aligned.
        pages.putInt(place, 0x000225ff);
      } else {
        // ldr x16, 8 bytes ahead; br x16
        pages.putInt(place, 0x58000050).putInt(place + 4, 0xd61f0200);
      }
      pages.putLong(place + 8, address);
    }

    private void relocate(ByteBuffer pages, ElfObject.Relocation relocation)
        throws MalformedObjectException {
      ElfObject.Section section = object.sections().get(relocation.section());
      RelocationKind kind = kind(relocation);
      ElfObject.check(
          relocation.offset() >= 0
              && relocation.offset() <= section.bytes().capacity() - kind.bytes(),
          "a relocation lies outside " + section.name());
      long offset = offsets.get(relocation.section()) + relocation.offset();
      long target =
          switch (kind.target()) {
            case SYMBOL -> address(relocation.symbol());
            case CALL ->
                undefined(relocation.symbol())
                    ? base + stubs.get(relocation.symbol())
                    : address(relocation.symbol());
            case SLOT -> base + slots.get(relocation.symbol());
          };
      kind.apply(pages, (int) offset, base + offset, target + relocation.addend());
    }

    private RelocationKind kind(ElfObject.Relocation relocation) throws MalformedObjectException {
      return RelocationKind.of(object.machine(), relocation.type());
    }

    private boolean undefined(int symbol) {
      return object.symbols().get(symbol).undefined();
    }

    private long address(int index) throws MalformedObjectException {
      ElfObject.Symbol symbol = object.symbols().get(index);
      if (symbol.undefined()) {
        ElfObject.check(!symbol.name().isEmpty(), "a relocation refers to no symbol");
        return addresses.computeIfAbsent(symbol.name(), name -> externals.apply(name).address());
      }
      if (symbol.section() == ElfObject.ABSOLUTE) {
        return symbol.value();
      }
      Long offset = offsets.get(symbol.section());
      ElfObject.check(offset != null, symbol.name() + " lies in a section that is not loaded");
      return base + offset + symbol.value();
    }

    private Map<String, MemorySegment> functions() throws MalformedObjectException {
      Map<String, MemorySegment> functions = new HashMap<>();
      for (int i = 0; i < object.symbols().size(); i++) {
        ElfObject.Symbol symbol = object.symbols().get(i);
        if (symbol.global() && symbol.function() && !symbol.undefined()) {
          functions.put(symbol.name(), MemorySegment.ofAddress(address(i)));
        }
      }
      return Map.copyOf(functions);
    }

    private long nextGranule() {
      end = align(end, ExecutableMemory.GRANULE);
      return end;
    }

    private static long align(long offset, long alignment) {
      return offset + alignment - 1 & -alignment;
    }
  }
}
