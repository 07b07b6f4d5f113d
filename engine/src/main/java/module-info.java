/// Tensors, devices and executables; the CPU back end; learning; files; the command line.
@SuppressWarnings("requires-automatic") // xchart, the tokenizers and jtokkit have no descriptor
module io.gatun.engine {
  exports io.gatun.engine;
  exports io.gatun.engine.profile;
  exports io.gatun.engine.nn;
  exports io.gatun.engine.nn.layer;
  exports io.gatun.engine.nn.loss;
  exports io.gatun.engine.nn.metric;
  exports io.gatun.engine.nn.optimizer;
  exports io.gatun.engine.train;

  requires transitive io.gatun.graph;
  requires io.gatun.bindings;
  requires transitive io.gatun.kernels;
  requires info.picocli;
  requires com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires org.apache.commons.compress;
  requires org.apache.commons.csv;
  requires org.knowm.xchart;
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires jtokkit;
  requires ojalgo;
  requires java.net.http;
  requires transitive jdk.jfr;
  requires transitive java.desktop;

  exports io.gatun.engine.language;
  exports io.gatun.engine.pretrained;
  exports io.gatun.engine.io;
  exports io.gatun.engine.data;
  exports io.gatun.engine.metric;
  exports io.gatun.engine.data.text;
  exports io.gatun.engine.plot;
  exports io.gatun.engine.tensorboard;
  exports io.gatun.engine.cli;
  exports io.gatun.engine.example;

  opens io.gatun.engine.cli to
      info.picocli;
  opens io.gatun.engine.example to
      info.picocli;
}
