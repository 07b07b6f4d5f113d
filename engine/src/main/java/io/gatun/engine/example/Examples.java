package io.gatun.engine.example;

import io.gatun.engine.cli.Console;
import java.util.List;

/// All examples: a new one is a class and a line here.
public final class Examples {
  private Examples() {}

  public static List<Example> all(Console console) {
    return List.of(
        new Mnist(console),
        new LinearRegression(console),
        new TextClassifier(console),
        new Mlp(console),
        new MnistCnn(console),
        new Word2Vec(console),
        new Autoencoder(console),
        new CharRnn(console),
        new CharGpt(console));
  }
}
