package io.gatun.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the statements between the braces of a function.
final class PtxBodyParser {
  private final PtxLexer lexer;
  private final PtxDeclarations declarations;
  private final PtxScope scope;
  private final Map<Integer, String> files;
  private final List<PtxInstruction> instructions = new ArrayList<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<String, List<PtxOperand>> branchTables = new HashMap<>();
  private String source = "";

  /// What was said of a place before: where its function was inlined itself.
  private final Map<SourcePosition, String> sources = new HashMap<>();

  private record SourcePosition(int file, int line, int column) {
    String text(Map<Integer, String> files) {
      return files.getOrDefault(file, "file " + file) + ":" + line;
    }
  }

  PtxBodyParser(PtxLexer lexer, PtxScope scope, Map<Integer, String> files) {
    this.lexer = lexer;
    this.declarations = new PtxDeclarations(lexer);
    this.scope = scope;
    this.files = files;
  }

  List<PtxInstruction> instructions() {
    return instructions;
  }

  List<PtxVariable> variables() {
    return variables;
  }

  Map<String, Integer> labels() {
    return labels;
  }

  /// Reads `{ ... }` in a scope of its own.
  void block() {
    lexer.expect("{");
    scope.open();
    while (!lexer.accept("}")) {
      statement();
    }
    scope.close();
  }

  private void statement() {
    switch (lexer.token()) {
      case "{" -> block();
      case ";" -> lexer.take();
      case ".reg" -> registers();
      case ".shared" -> variable(PtxVariable.Space.SHARED);
      case ".local", ".param" -> variable(PtxVariable.Space.LOCAL);
      case ".pragma" -> {
        lexer.take();
        lexer.take();
        lexer.expect(";");
      }
      case ".loc" -> location();
      default -> {
        if (lexer.isLabel()) {
          label();
        } else if (lexer.token().startsWith(".")) {
          throw lexer.error("unknown directive in a function");
        } else {
          instruction();
        }
      }
    }
  }

  private void registers() {
    lexer.take();
    var type = PtxType.of(lexer.take().substring(1), lexer.line());
    do {
      var name = lexer.take();
      if (lexer.accept("<")) {
        var count = declarations.integer();
        lexer.expect(">");
        for (var i = 0; i < count; i++) {
          scope.declare(new PtxRegister(name + i, type));
        }
      } else {
        scope.declare(new PtxRegister(name, type));
      }
    } while (lexer.accept(","));
    lexer.expect(";");
  }

  private void variable(PtxVariable.Space space) {
    lexer.take();
    var variable = declarations.variable(space);
    lexer.expect(";");
    scope.declare(variable);
    variables.add(variable);
  }

  /// `.loc 1 28 9`, perhaps followed by `, function_name $L + 3, inlined_at 1 40 5`.
  private void location() {
    lexer.take();
    var position = position();
    source = position.text(files);
    if (lexer.accept(",")) {
      lexer.expect("function_name");
      lexer.take();
      if (lexer.accept("+")) {
        lexer.take();
      }
      lexer.expect(",");
      lexer.expect("inlined_at");
      var caller = position();
      source += ", inlined at " + sources.getOrDefault(caller, caller.text(files));
    }
    sources.put(position, source);
  }

  private SourcePosition position() {
    return new SourcePosition(
        declarations.smallInteger(), declarations.smallInteger(), declarations.smallInteger());
  }

  private void label() {
    var name = lexer.take();
    lexer.expect(":");
    if (lexer.accept(".branchtargets")) {
      var targets = new ArrayList<PtxOperand>();
      do {
        targets.add(new PtxOperand.Name(lexer.take()));
      } while (lexer.accept(","));
      lexer.expect(";");
      branchTables.put(name, targets);
      return;
    }
    if (labels.putIfAbsent(name, instructions.size()) != null) {
      throw lexer.error("label " + name + " stands twice in this function");
    }
  }

  private void instruction() {
    var line = lexer.line();
    var guard = Optional.<PtxRegister>empty();
    var negated = false;
    if (lexer.accept("@")) {
      negated = lexer.accept("!");
      var name = lexer.take();
      guard = scope.register(name);
      if (guard.isEmpty() || !guard.get().isPredicate()) {
        throw new PtxException(line, name + " is no predicate register");
      }
    }
    var words = List.of(lexer.take().split("\\."));
    var operands = new ArrayList<PtxOperand>();
    if (!lexer.is(";")) {
      do {
        operands.add(operand());
      } while (lexer.accept(","));
    }
    lexer.expect(";");
    if (words.getFirst().equals("brx")) {
      expandBranchTable(operands, line);
    }
    instructions.add(
        new PtxInstruction(line, source, guard, negated, words, List.copyOf(operands)));
  }

  private void expandBranchTable(List<PtxOperand> operands, int line) {
    var table =
        operands.size() == 2 && operands.get(1) instanceof PtxOperand.Name(String name)
            ? branchTables.get(name)
            : null;
    if (table == null) {
      throw new PtxException(line, "brx without a list of targets before it");
    }
    operands.removeLast();
    operands.addAll(table);
  }

  private PtxOperand operand() {
    if (lexer.accept("{")) {
      return new PtxOperand.Vector(list("}"));
    }
    if (lexer.accept("(")) {
      return new PtxOperand.Arguments(list(")"));
    }
    if (lexer.accept("[")) {
      return memory();
    }
    if (lexer.accept("!")) {
      var name = lexer.take();
      return new PtxOperand.Negated(
          scope.register(name).orElseThrow(() -> lexer.error("unknown register " + name)));
    }
    return simple();
  }

  private List<PtxOperand> list(String closing) {
    var parts = new ArrayList<PtxOperand>();
    if (!lexer.accept(closing)) {
      do {
        parts.add(operand());
      } while (lexer.accept(","));
      lexer.expect(closing);
    }
    return List.copyOf(parts);
  }

  private PtxOperand memory() {
    var first = lexer.token().charAt(0);
    PtxOperand base;
    var offset = 0L;
    if (Character.isDigit(first) || first == '-') {
      base = new PtxOperand.Constant(0);
      offset = declarations.integer();
    } else {
      base = named(lexer.take());
      if (lexer.accept("+")) {
        offset = declarations.integer();
      } else if (lexer.is("-")) {
        offset = declarations.integer();
      }
    }
    lexer.expect("]");
    return new PtxOperand.Memory(base, offset);
  }

  private PtxOperand simple() {
    var word = lexer.token();
    if (word.isEmpty()) {
      throw lexer.error("an operand is missing");
    }
    if (PtxDeclarations.isFloat(word)) {
      return PtxDeclarations.floatBits(lexer.take(), lexer.line());
    }
    if (Character.isDigit(word.charAt(0)) || word.equals("-")) {
      return new PtxOperand.Constant(declarations.integer());
    }
    lexer.take();
    if (word.equals("_")) {
      return new PtxOperand.Sink();
    }
    var first = named(word);
    if (lexer.accept("|")) {
      var second = lexer.take();
      return new PtxOperand.Pair(first, second.equals("_") ? new PtxOperand.Sink() : named(second));
    }
    if (first instanceof PtxOperand.AddressOf(var variable, var offset) && lexer.accept("+")) {
      return new PtxOperand.AddressOf(variable, offset + declarations.integer());
    }
    return first;
  }

  private PtxOperand named(String name) {
    var register = scope.register(name);
    if (register.isPresent()) {
      return new PtxOperand.Register(register.get());
    }
    var variable = scope.variable(name);
    if (variable.isPresent()) {
      return new PtxOperand.AddressOf(variable.get(), 0);
    }
    if (name.equals("WARP_SZ")) {
      return new PtxOperand.Constant(DeviceProfile.WARP);
    }
    return name.startsWith("%") ? new PtxOperand.Special(name) : new PtxOperand.Name(name);
  }
}
