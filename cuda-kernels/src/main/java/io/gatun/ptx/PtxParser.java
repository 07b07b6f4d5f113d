package io.gatun.ptx;

import io.gatun.cuda.Architecture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads PTX text, as nvcc and NVRTC print it and as a person may write it in inline assembly.
public final class PtxParser {
  private static final Pattern FILE = Pattern.compile("(?m)^\\s*\\.file\\s+(\\d+)\\s+\"([^\"]*)\"");

  private final PtxLexer lexer;
  private final PtxDeclarations declarations;
  private final PtxScope scope = new PtxScope();
  private final Map<Integer, String> files = new HashMap<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final Map<String, PtxFunction> functions = new LinkedHashMap<>();
  private String version = "";
  private String target = "";

  private PtxParser(String text) {
    lexer = new PtxLexer(text);
    declarations = new PtxDeclarations(lexer);
    var matcher = FILE.matcher(text);
    while (matcher.find()) {
      var path = matcher.group(2);
      files.put(Integer.parseInt(matcher.group(1)), path.substring(path.lastIndexOf('/') + 1));
    }
  }

  /// Parses and decodes a module; a closing zero byte, as the driver takes it, is allowed.
  ///
  /// @throws PtxException where the text is malformed or uses what the virtual GPU does not know
  public static PtxModule parse(String text) {
    var end = text.indexOf('\0');
    return new PtxParser(end < 0 ? text : text.substring(0, end)).module();
  }

  private PtxModule module() {
    while (!lexer.atEnd()) {
      item();
    }
    if (version.isEmpty() || target.isEmpty()) {
      throw new PtxException(1, "no .version and .target: this is no PTX module");
    }
    var shared = variables.stream().filter(v -> v.space() == PtxVariable.Space.SHARED).toList();
    var operations = new OperationTable();
    var kernels = new ArrayList<PtxKernel>();
    for (var function : functions.values()) {
      if (function.isKernel()) {
        var flat = new CallInliner(functions).inline(function);
        kernels.add(new KernelDecoder(flat, shared, operations).decode());
      }
    }
    return new PtxModule(version, architecture(), kernels);
  }

  private Architecture architecture() {
    try {
      return Architecture.of(target);
    } catch (IllegalArgumentException unknown) {
      throw new PtxException(1, "unknown target " + target);
    }
  }

  private void item() {
    switch (lexer.token()) {
      case ".version" -> {
        lexer.take();
        version = lexer.take();
        if (Double.parseDouble(version) > 9.99) {
          throw lexer.error("PTX " + version + " is newer than what is known here (9.x)");
        }
      }
      case ".target" -> {
        lexer.take();
        target = lexer.take();
        while (lexer.accept(",")) {
          lexer.take();
        }
      }
      case ".address_size" -> {
        lexer.take();
        if (declarations.integer() != 64) {
          throw lexer.error("only 64-bit addresses are known");
        }
      }
      case ".visible", ".weak", ".extern", ".common" -> lexer.take();
      case ".entry" -> {
        lexer.take();
        function(true);
      }
      case ".func" -> {
        lexer.take();
        function(false);
      }
      case ".shared" -> variable(PtxVariable.Space.SHARED);
      case ".global" -> variable(PtxVariable.Space.GLOBAL);
      case ".const" -> variable(PtxVariable.Space.CONST);
      case ".file" -> {
        lexer.take();
        lexer.take();
        lexer.take();
        while (lexer.accept(",")) {
          lexer.take();
        }
      }
      case ".section" -> section();
      case ".pragma" -> {
        lexer.take();
        lexer.take();
        lexer.expect(";");
      }
      default -> throw lexer.error("unknown directive in a module");
    }
  }

  /// Debug information; skipped.
  private void section() {
    lexer.take();
    lexer.take();
    lexer.expect("{");
    while (!lexer.accept("}")) {
      lexer.take();
    }
  }

  private void variable(PtxVariable.Space space) {
    lexer.take();
    var variable = declarations.variable(space);
    lexer.expect(";");
    scope.declare(variable);
    variables.add(variable);
  }

  private void function(boolean isKernel) {
    var line = lexer.line();
    scope.open();
    var results = !isKernel && lexer.is("(") ? parameters(PtxVariable.Space.LOCAL) : none();
    var name = lexer.take();
    var parameters =
        lexer.is("(")
            ? parameters(isKernel ? PtxVariable.Space.PARAM : PtxVariable.Space.LOCAL)
            : none();
    var maxThreads = 0;
    var minBlocks = 0;
    while (lexer.token().startsWith(".")) {
      switch (lexer.take()) {
        case ".maxntid", ".reqntid" -> maxThreads = product();
        case ".minnctapersm" -> minBlocks = declarations.smallInteger();
        case ".maxnreg" -> declarations.integer();
        case ".noreturn" -> {}
        default -> throw lexer.error("unknown directive of function " + name);
      }
    }
    var body = new PtxBodyParser(lexer, scope, files);
    if (!lexer.accept(";")) {
      body.block();
      functions.put(
          name,
          new PtxFunction(
              name,
              isKernel,
              line,
              results,
              parameters,
              body.variables(),
              body.instructions(),
              body.labels(),
              maxThreads,
              minBlocks));
    }
    scope.close();
  }

  private static List<PtxVariable> none() {
    return List.of();
  }

  private List<PtxVariable> parameters(PtxVariable.Space space) {
    var parameters = new ArrayList<PtxVariable>();
    lexer.expect("(");
    if (lexer.accept(")")) {
      return parameters;
    }
    do {
      if (!lexer.accept(".param")) {
        throw lexer.error("only .param parameters are known");
      }
      var parameter = declarations.variable(space);
      scope.declare(parameter);
      parameters.add(parameter);
    } while (lexer.accept(","));
    lexer.expect(")");
    return parameters;
  }

  private int product() {
    var product = declarations.smallInteger();
    while (lexer.accept(",")) {
      product *= declarations.smallInteger();
    }
    return product;
  }
}
