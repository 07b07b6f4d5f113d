package io.gatun.engine.cpu;

import java.util.List;

/// [ByteKernel] with tile registers of 16 rows of 64 bytes (AMX): two by two of them hold sums, two
/// hold rows of A and two a panel of B, which is packed just as they want it.
record ByteTileKernel(ByteKernel kernel) {
  /// Rows of a register.
  private static final int ROWS = 16;

  private static final int REGISTER_OF_A = 4;
  private static final int REGISTER_OF_B = 6;
  private static final String CONFIGURATION = "gatun.tiles";

  /// The tile that the registers hold.
  static TileShape shape(TileShape vectors) {
    return new TileShape(vectors.dtype(), vectors.lanes(), vectors.vectors(), 2 * ROWS);
  }

  /// Sets up the registers of the thread that runs the function.
  static void begin(TableFunction f) {
    f.ir.module().share(CONFIGURATION, ByteTileKernel::configuration);
    f.ir.module().declare("declare void @llvm.x86.ldtilecfg(ptr)");
    f.call("@llvm.x86.ldtilecfg", new Ssa("@" + CONFIGURATION, "ptr", 1));
  }

  /// Frees them: threads without are switched faster.
  static void end(TableFunction f) {
    f.ir.module().declare("declare void @llvm.x86.tilerelease()");
    f.call("@llvm.x86.tilerelease");
  }

  /// Palette 1, then from byte 16 on the bytes of a row and from byte 48 on the rows of each of
  /// eight registers.
  private static String configuration() {
    return "@%s = internal constant <{ [16 x i8], [8 x i16], [16 x i8], [8 x i8], [8 x i8] }> <{ "
            .formatted(CONFIGURATION)
        + "[16 x i8] c\"\\01"
        + "\\00".repeat(15)
        + "\", "
        + "[8 x i16] ["
        + "i16 64, ".repeat(7)
        + "i16 64], [16 x i8] zeroinitializer, "
        + "[8 x i8] c\""
        + "\\10".repeat(8)
        + "\", [8 x i8] zeroinitializer }>, align 64\n";
  }

  /// The function's name; its text is in the module afterwards.
  String in(IrModule module) {
    String name = kernel.name() + ".tiles";
    module.share(
        name, () -> text(new TableFunction(module, name, ByteKernel.PARAMETERS, List.of())));
    return name;
  }

  private String text(TableFunction f) {
    var layout = kernel.layout();
    int vectors = layout.tile().vectors();
    int blocks = Math.ceilDiv(kernel.rows(), ROWS);
    long pitch = 4L * layout.tile().columns();
    Ssa result = TableFunction.pointer("T");
    boolean begins = kernel.first() || kernel.second();
    if (begins) kernel.store(f, kernel.terms(f));
    for (int i = 0; i < blocks * vectors; i++) {
      long at = i / vectors * ROWS * pitch + i % vectors * ByteLayout.LINE;
      if (begins) move(f, "tileloadd64", i, f.ir.address(result, "i8", Ir.i64(at)), pitch);
      else call(f, "tilezero", register(i));
    }
    f.scope.keepLoops();
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(layout.depth() / ByteLayout.LINE),
        1,
        true,
        step -> {
          kernel.fetch(f, step);
          Ssa k = f.mul(step, ByteLayout.LINE);
          Ssa b = f.add(f.mul(k, layout.tile().columns()), layout.panelStart());
          for (int v = 0; v < vectors; v++) {
            Ssa at = f.add(b, v * ByteLayout.LINE);
            Ssa from = f.ir.address(TableFunction.pointer("B"), "i8", at);
            move(f, "tileloadd64", REGISTER_OF_B + v, from, pitch);
          }
          for (int r = 0; r < blocks; r++) {
            Ssa at = f.add(k, r * ROWS * layout.rowStride());
            Ssa from = f.ir.address(TableFunction.pointer("A"), "i8", at);
            move(f, "tileloadd64", REGISTER_OF_A + r, from, layout.rowStride());
          }
          for (int i = 0; i < blocks * vectors; i++) {
            int a = REGISTER_OF_A + i / vectors;
            int ofB = REGISTER_OF_B + i % vectors;
            call(f, "tdpbusd", register(i), register(a), register(ofB));
          }
        });
    for (int i = 0; i < blocks * vectors; i++) {
      long at = i / vectors * ROWS * pitch + i % vectors * ByteLayout.LINE;
      move(f, "tilestored64", i, f.ir.address(result, "i8", Ir.i64(at)), pitch);
    }
    return f.text("internal");
  }

  private static Ssa register(int number) {
    return Ir.integer("i8", 1, number);
  }

  private static void move(TableFunction f, String name, int number, Ssa place, long pitch) {
    call(f, name, register(number), place, Ir.i64(pitch));
  }

  private static void call(TableFunction f, String name, Ssa... arguments) {
    var types = new StringBuilder();
    for (Ssa a : arguments) types.append(types.isEmpty() ? "" : ", ").append(a.type());
    f.ir.module().declare("declare void @llvm.x86.%s(%s)".formatted(name, types));
    f.call("@llvm.x86." + name, arguments);
  }
}
