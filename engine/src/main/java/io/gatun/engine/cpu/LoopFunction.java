package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions around a loop nest: bodies with `noalias` pointers, and the entry that reads the
/// pointers from the table and chooses a body.
final class LoopFunction {
  private final IrModule module;
  private final String name;
  private final int[] slots;
  private final List<Integer> distinct = new ArrayList<>();
  private final Map<String, String> bodies = new LinkedHashMap<>();

  LoopFunction(IrModule module, String name, int[] slots) {
    this.module = module;
    this.name = name;
    this.slots = slots.clone();
    for (int slot : slots) {
      if (!distinct.contains(slot)) distinct.add(slot);
    }
  }

  /// The pointer parameter of each buffer.
  List<Ssa> pointers() {
    var pointers = new ArrayList<Ssa>();
    for (int slot : slots) pointers.add(new Ssa("%b" + distinct.indexOf(slot), "ptr", 1));
    return pointers;
  }

  /// Adds a body of this name.
  void add(Ir ir, Scope scope, String body) {
    String function = name + "." + body;
    bodies.put(body, function);
    var parameters = new StringBuilder();
    for (int i = 0; i < distinct.size(); i++) parameters.append("ptr noalias %b" + i + ", ");
    String text =
        """
        define internal void @%s(%sptr noalias %%scratch, i64 %%begin, i64 %%end) noinline nounwind "prefer-vector-width"="512" {
        entry:
        %s  br label %%body
        body:
        %s  ret void
        }
        """;
    module.add(text.formatted(function, parameters, ir.allocas(), scope.text()));
  }

  /// Adds the entry. Where there is a streaming body it runs if these buffers are 64-byte aligned.
  void finish(List<Integer> aligned) {
    var ir = new Ir(module);
    for (int i = 0; i < distinct.size(); i++) {
      ir.line("%%p%d = getelementptr ptr, ptr %%table, i64 %d".formatted(i, distinct.get(i)));
      ir.line("%%b%d = load ptr, ptr %%p%d".formatted(i, i));
    }
    if (!aligned.isEmpty()) {
      Ssa bits = Ir.i64(0);
      for (int buffer : aligned) {
        Ssa address = ir.convert("ptrtoint", pointers().get(buffer), "i64");
        bits = ir.binary("or", bits, address);
      }
      Ssa whole = ir.binary("icmp eq", ir.binary("and", bits, 63), 0);
      ir.branch(whole, "aligned", "any");
      ir.label("aligned");
      call(ir, "streaming");
      ir.line("fence seq_cst");
      ir.line("ret void");
      ir.label("any");
    }
    call(ir, "plain");
    String text =
        """
        define void @%s(ptr %%table, ptr %%scratch, i64 %%begin, i64 %%end) nounwind {
        entry:
        %s  ret void
        }
        """;
    module.add(text.formatted(name, ir.insertionPoint()));
  }

  private void call(Ir ir, String body) {
    var arguments = new StringBuilder();
    for (int i = 0; i < distinct.size(); i++) arguments.append("ptr %b" + i + ", ");
    ir.line(
        "call void @%s(%sptr %%scratch, i64 %%begin, i64 %%end)"
            .formatted(bodies.get(body), arguments));
  }
}
