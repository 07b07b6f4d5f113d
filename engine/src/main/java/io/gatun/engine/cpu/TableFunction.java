package io.gatun.engine.cpu;

import java.util.List;

/// A function under construction that reaches the buffers through the table of addresses.
final class TableFunction {
  final Ir ir;
  final Scope scope;
  final ExprEmitter exprs;
  private final String name;
  private final String parameters;

  /// A function of these parameters; the first is `ptr %table`. Buffer `i` is entry `slots(i)`.
  TableFunction(IrModule module, String name, String parameters, List<Integer> slots) {
    this.name = name;
    this.parameters = parameters;
    ir = new Ir(module);
    scope = new Scope(ir);
    exprs = new ExprEmitter(ir, scope, slots.stream().map(this::entry).toList());
  }

  /// The address in an entry of the table.
  Ssa entry(int slot) {
    Ssa place = ir.address(new Ssa("%table", "ptr", 1), "ptr", Ir.i64(slot));
    return ir.emit("ptr", 1, "load ptr, " + place.typed());
  }

  static Ssa parameter(String name) {
    return new Ssa("%" + name, "i64", 1);
  }

  static Ssa pointer(String name) {
    return new Ssa("%" + name, "ptr", 1);
  }

  Ssa add(Ssa a, Ssa b) {
    return ir.binary("add nsw", a, b);
  }

  Ssa add(Ssa a, long b) {
    return b == 0 ? a : ir.binary("add nsw", a, b);
  }

  Ssa mul(Ssa a, long b) {
    return b == 1 ? a : ir.binary("mul nsw", a, b);
  }

  Ssa div(Ssa a, long b) {
    return b == 1 ? a : ir.binary("udiv", a, b);
  }

  Ssa rem(Ssa a, long b) {
    return b == 1 ? Ir.i64(0) : ir.binary("urem", a, b);
  }

  Ssa min(Ssa a, long b) {
    return ir.intrinsic("smin", a, Ir.i64(b));
  }

  /// Whether the thread's scratch memory holds something else than what is made for `block`, whose
  /// number is noted there from now on (see [Lowered#NOTHING_KEPT]).
  Ssa isNewInScratch(Ssa block) {
    Ssa kept = ir.emit("i64", 1, "load i64, ptr %scratch");
    ir.line("store " + block.typed() + ", ptr %scratch");
    return ir.binary("icmp ne", block, kept);
  }

  /// Element `index` of `pointer`.
  Ssa load(String element, Ssa pointer, Ssa index) {
    Ssa address = ir.address(pointer, element, index);
    return ir.emit(
        element,
        1,
        "load " + element + ", " + address.typed() + ", align " + MemoryEmitter.bytes(element));
  }

  /// Stores a register to element `index` of `pointer`.
  void store(Ssa value, Ssa pointer, Ssa index) {
    Ssa address = ir.address(pointer, value.element(), index);
    ir.line(
        "store "
            + value.typed()
            + ", "
            + address.typed()
            + ", align "
            + MemoryEmitter.bytes(value.element()));
  }

  /// Calls a function that returns nothing.
  void call(String function, Ssa... arguments) {
    var list = new StringBuilder();
    for (Ssa a : arguments) list.append(list.isEmpty() ? "" : ", ").append(a.typed());
    ir.line("call void " + function + "(" + list + ")");
  }

  /// Adds the function to the module.
  void define(String linkage) {
    ir.module().add(text(linkage));
  }

  /// The text of the function.
  String text(String linkage) {
    return """
    define %s void @%s(%s) noinline nounwind "prefer-vector-width"="512" {
    entry:
    %s  br label %%body
    body:
    %s  ret void
    }
    """
        .formatted(linkage, name, parameters, ir.allocas(), scope.text());
  }
}
