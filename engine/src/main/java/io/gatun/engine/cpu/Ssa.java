package io.gatun.engine.cpu;

/// An operand of LLVM IR: its text (`%v3`, `1.5`), element type (`float`) and number of lanes; one
/// lane is a scalar.
record Ssa(String text, String element, int lanes) {
  /// Type as printed: `float` or `<16 x float>`.
  String type() {
    return type(element, lanes);
  }

  static String type(String element, int lanes) {
    return lanes == 1 ? element : "<" + lanes + " x " + element + ">";
  }

  /// Suffix of overloaded names: `f32`, `v16f32`.
  String suffix() {
    return suffix(element, lanes);
  }

  static String suffix(String element, int lanes) {
    String name =
        switch (element) {
          case "float" -> "f32";
          case "double" -> "f64";
          case "half" -> "f16";
          case "ptr" -> "p0";
          default -> element;
        };
    return lanes == 1 ? name : "v" + lanes + name;
  }

  boolean isFloat() {
    return element.equals("float") || element.equals("double");
  }

  /// Type and operand: `<16 x float> %v3`.
  String typed() {
    return type() + " " + text;
  }

  @Override
  public String toString() {
    return text;
  }
}
