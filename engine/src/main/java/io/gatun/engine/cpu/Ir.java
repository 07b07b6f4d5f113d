package io.gatun.engine.cpu;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Writes the body of one function as LLVM IR text: fresh names, types of results, intrinsics. Text
/// goes to a movable insertion point, so that a loop body can place what it does not depend on
/// before the loop.
final class Ir {
  private final IrModule module;
  private final StringBuilder allocas = new StringBuilder();
  private StringBuilder out = new StringBuilder();
  private int next;

  Ir(IrModule module) {
    this.module = module;
  }

  IrModule module() {
    return module;
  }

  /// Text that goes to the function's entry block.
  String allocas() {
    return allocas.toString();
  }

  StringBuilder insertionPoint() {
    return out;
  }

  void moveTo(StringBuilder point) {
    out = point;
  }

  String fresh(String prefix) {
    return prefix + next++;
  }

  void line(String line) {
    out.append("  ").append(line).append('\n');
  }

  void label(String label) {
    out.append(label).append(":\n");
  }

  void branch(String label) {
    line("br label %" + label);
  }

  void branch(Ssa condition, String yes, String no) {
    line("br i1 " + condition + ", label %" + yes + ", label %" + no);
  }

  /// Names the result of an instruction.
  Ssa emit(String element, int lanes, String instruction) {
    String name = fresh("%v");
    line(name + " = " + instruction);
    return new Ssa(name, element, lanes);
  }

  /// A stack slot; promoted to a register by the optimiser.
  String slot(String type) {
    String name = fresh("%slot");
    allocas.append("  ").append(name).append(" = alloca ").append(type).append('\n');
    return name;
  }

  Ssa loadSlot(String slot, String element, int lanes) {
    return emit(element, lanes, "load " + Ssa.type(element, lanes) + ", ptr " + slot);
  }

  void storeSlot(String slot, Ssa value) {
    line("store " + value.typed() + ", ptr " + slot);
  }

  /// `opcode a, b` on operands of equal type, such as `fadd contract` or `icmp slt`.
  Ssa binary(String opcode, Ssa a, Ssa b) {
    boolean compares = opcode.startsWith("icmp") || opcode.startsWith("fcmp");
    return emit(
        compares ? "i1" : a.element(), a.lanes(), opcode + " " + a.typed() + ", " + b.text());
  }

  /// `a op constant`, the constant in the type of `a`.
  Ssa binary(String opcode, Ssa a, long constant) {
    return binary(opcode, a, integer(a, constant));
  }

  /// Fetches the line of memory at an address to the cache of this level: 3 is the first, 2 the
  /// second. The address need not be one of the program's.
  void prefetch(Ssa address, int locality) {
    module.declare("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)");
    line(
        "call void @llvm.prefetch.p0(%s, i32 0, i32 %d, i32 1)"
            .formatted(address.typed(), locality));
  }

  Ssa select(Ssa condition, Ssa yes, Ssa no) {
    return emit(
        yes.element(),
        yes.lanes(),
        "select " + condition.typed() + ", " + yes.typed() + ", " + no.typed());
  }

  /// A conversion such as `fptosi`, `zext`, `bitcast` to another element type.
  Ssa convert(String opcode, Ssa a, String element) {
    return emit(
        element, a.lanes(), opcode + " " + a.typed() + " to " + Ssa.type(element, a.lanes()));
  }

  /// Calls an intrinsic overloaded on the type of its first argument, which its result has too.
  Ssa intrinsic(String name, Ssa... arguments) {
    Ssa first = arguments[0];
    return call(
        "llvm." + name + "." + first.suffix(), first.element(), first.lanes(), "", arguments);
  }

  /// Declares and calls an external function.
  Ssa call(String name, String element, int lanes, String attributes, Ssa... arguments) {
    String result = Ssa.type(element, lanes);
    module.declare(
        "declare "
            + result
            + " @"
            + name
            + Arrays.stream(arguments).map(Ssa::type).collect(Collectors.joining(", ", "(", ")"))
            + (attributes.isEmpty() ? "" : " " + attributes));
    return emit(element, lanes, "call " + result + " @" + name + list(arguments));
  }

  /// Calls a function of this module.
  Ssa callShared(String name, String element, int lanes, Ssa... arguments) {
    return emit(element, lanes, "call " + Ssa.type(element, lanes) + " @" + name + list(arguments));
  }

  private static String list(Ssa... arguments) {
    return Arrays.stream(arguments).map(Ssa::typed).collect(Collectors.joining(", ", "(", ")"));
  }

  Ssa fma(Ssa a, Ssa b, Ssa c) {
    return intrinsic("fma", a, b, c);
  }

  /// `a * b + constant`
  Ssa fma(Ssa a, Ssa b, double constant) {
    return fma(a, b, number(a, constant));
  }

  /// `polynomial(x)` by Horner's rule, highest coefficient first.
  Ssa polynomial(Ssa x, double... coefficients) {
    Ssa sum = number(x, coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) sum = fma(sum, x, coefficients[i]);
    return sum;
  }

  /// A float constant in the type of `like`.
  static Ssa number(Ssa like, double value) {
    return number(like.element(), like.lanes(), value);
  }

  static Ssa number(String element, int lanes, double value) {
    double exact = element.equals("float") ? (float) value : value;
    String text = "0x%016X".formatted(Double.doubleToLongBits(exact));
    return constant(text, element, lanes);
  }

  /// An integer constant in the type of `like`.
  static Ssa integer(Ssa like, long value) {
    return integer(like.element(), like.lanes(), value);
  }

  static Ssa integer(String element, int lanes, long value) {
    String text = element.equals("i1") ? (value != 0 ? "true" : "false") : Long.toString(value);
    return constant(text, element, lanes);
  }

  static Ssa i64(long value) {
    return integer("i64", 1, value);
  }

  private static Ssa constant(String text, String element, int lanes) {
    return new Ssa(lanes == 1 ? text : "splat (" + element + " " + text + ")", element, lanes);
  }

  /// A constant vector of integers.
  static Ssa vector(String element, LongStream values) {
    long[] all = values.toArray();
    if (all.length == 1) return integer(element, 1, all[0]);
    String text =
        Arrays.stream(all)
            .mapToObj(v -> integer(element, 1, v).typed())
            .collect(Collectors.joining(", ", "<", ">"));
    return new Ssa(text, element, all.length);
  }

  /// All lanes equal to a scalar.
  Ssa splat(Ssa scalar, int lanes) {
    if (lanes == 1 || scalar.lanes() == lanes) return scalar;
    if (!scalar.text().startsWith("%")) {
      return constant(scalar.text(), scalar.element(), lanes);
    }
    String type = Ssa.type(scalar.element(), lanes);
    Ssa first =
        emit(
            scalar.element(),
            lanes,
            "insertelement " + type + " poison, " + scalar.typed() + ", i64 0");
    return shuffle(first, IntStream.range(0, lanes).map(_ -> 0));
  }

  /// Chosen lanes of a vector.
  Ssa shuffle(Ssa vector, IntStream lanes) {
    return shuffle(vector, new Ssa("poison", vector.element(), vector.lanes()), lanes);
  }

  /// Chosen lanes of two vectors end to end.
  Ssa shuffle(Ssa a, Ssa b, IntStream lanes) {
    int[] chosen = lanes.toArray();
    Ssa mask = vector("i32", Arrays.stream(chosen).asLongStream());
    if (chosen.length == 1) return extract(a, chosen[0]);
    return emit(
        a.element(),
        chosen.length,
        "shufflevector " + a.typed() + ", " + b.typed() + ", " + mask.typed());
  }

  Ssa extract(Ssa vector, int lane) {
    if (vector.lanes() == 1) return vector;
    return emit(vector.element(), 1, "extractelement " + vector.typed() + ", i64 " + lane);
  }

  Ssa insert(Ssa vector, Ssa scalar, int lane) {
    if (vector.lanes() == 1) return scalar;
    return emit(
        vector.element(),
        vector.lanes(),
        "insertelement " + vector.typed() + ", " + scalar.typed() + ", i64 " + lane);
  }

  /// Address of element `index` (in elements of type `element`).
  Ssa address(Ssa pointer, String element, Ssa index) {
    return emit(
        "ptr",
        index.lanes(),
        "getelementptr " + element + ", " + pointer.typed() + ", " + index.typed());
  }
}
