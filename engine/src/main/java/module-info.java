/// Tensors, devices and executables; the CPU back end; learning; files; the command line.
module io.gatun.engine {
  exports io.gatun.engine;

  requires transitive io.gatun.graph;
  requires io.gatun.bindings;
  requires io.gatun.kernels;
  requires info.picocli;
  requires com.fasterxml.jackson.databind;
  requires java.desktop;
}
