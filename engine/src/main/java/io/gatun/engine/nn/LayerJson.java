package io.gatun.engine.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Layers and initializers as JSON objects: `{"kind": "dense", "name": "hidden", "units": 128,
/// ...}`.
final class LayerJson {
  private LayerJson() {}

  static ObjectNode write(Named named) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("kind", named.kind()).put("name", named.name());
    switch (named.layer()) {
      case Activation function -> json.put("function", function.text());
      case AveragePool2D(var size, var stride, var padding) -> pool(json, size, stride, padding);
      case MaxPool2D(var size, var stride, var padding) -> pool(json, size, stride, padding);
      case Conv2D layer -> write(json, layer);
      case Dense layer -> {
        json.put("units", layer.units()).put("activation", layer.activation().text());
        json.put("bias", layer.useBias());
        json.set("kernel_initializer", write(layer.kernelInitializer()));
        json.set("bias_initializer", write(layer.biasInitializer()));
      }
      case Dropout(var rate) -> json.put("rate", rate);
      case Flatten() -> {}
      case Rescaling(var factor, var offset) -> json.put("factor", factor).put("offset", offset);
      case Named inner -> throw new IllegalArgumentException("named twice: " + inner);
    }
    return json;
  }

  private static void write(ObjectNode json, Conv2D layer) {
    json.put("filters", layer.filters()).put("groups", layer.groups());
    json.set("size", pair(layer.size()));
    json.set("stride", pair(layer.stride()));
    json.set("dilation", pair(layer.dilation()));
    json.put("padding", layer.padding().text()).put("activation", layer.activation().text());
    json.put("bias", layer.useBias());
    json.set("kernel_initializer", write(layer.kernelInitializer()));
    json.set("bias_initializer", write(layer.biasInitializer()));
  }

  private static void pool(
      ObjectNode json, List<Integer> size, List<Integer> stride, Padding padding) {
    json.set("size", pair(size));
    json.set("stride", pair(stride));
    json.put("padding", padding.text());
  }

  private static JsonNode pair(List<Integer> pair) {
    return JsonNodeFactory.instance.arrayNode().add(pair.get(0)).add(pair.get(1));
  }

  private static ObjectNode write(Initializer initializer) {
    var json = JsonNodeFactory.instance.objectNode();
    return switch (initializer) {
      case Initializer.Constant(var value) -> json.put("kind", "constant").put("value", value);
      case Initializer.Uniform(var low, var high) ->
          json.put("kind", "uniform").put("low", low).put("high", high);
      case Initializer.Normal(var mean, var deviation) ->
          json.put("kind", "normal").put("mean", mean).put("deviation", deviation);
      case Initializer.VarianceScaling(var scale, var fan, var normal) ->
          json.put("kind", "variance_scaling")
              .put("scale", scale)
              .put("fan", fan.name().toLowerCase(Locale.ROOT))
              .put("normal", normal);
    };
  }

  static Named read(Fields json) throws IOException {
    var name = json.text("name");
    return new Named(name, layer(json));
  }

  private static Layer layer(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "activation" -> json.constant("function", Activation.values());
      case "average_pool2d" ->
          new AveragePool2D(json.pair("size"), json.pair("stride"), padding(json));
      case "max_pool2d" -> new MaxPool2D(json.pair("size"), json.pair("stride"), padding(json));
      case "conv2d" ->
          new Conv2D(
              json.integer("filters"),
              json.pair("size"),
              json.pair("stride"),
              json.pair("dilation"),
              json.integer("groups"),
              padding(json),
              json.constant("activation", Activation.values()),
              json.flag("bias"),
              initializer(json, "kernel_initializer"),
              initializer(json, "bias_initializer"));
      case "dense" ->
          new Dense(
              json.integer("units"),
              json.constant("activation", Activation.values()),
              json.flag("bias"),
              initializer(json, "kernel_initializer"),
              initializer(json, "bias_initializer"));
      case "dropout" -> new Dropout(json.number("rate"));
      case "flatten" -> new Flatten();
      case "rescaling" -> new Rescaling(json.number("factor"), json.number("offset"));
      default -> throw json.failure("kind", "a kind of layer");
    };
  }

  private static Padding padding(Fields json) throws IOException {
    return json.constant("padding", Padding.values());
  }

  private static Initializer initializer(Fields layer, String name) throws IOException {
    return layer.object(name).read(LayerJson::initializer);
  }

  private static Initializer initializer(Fields json) throws IOException {
    return switch (json.text("kind")) {
      case "constant" -> new Initializer.Constant(json.number("value"));
      case "uniform" -> new Initializer.Uniform(json.number("low"), json.number("high"));
      case "normal" -> new Initializer.Normal(json.number("mean"), json.number("deviation"));
      case "variance_scaling" ->
          new Initializer.VarianceScaling(
              json.number("scale"),
              json.constant("fan", Initializer.Fan.values()),
              json.flag("normal"));
      default -> throw json.failure("kind", "a kind of initializer");
    };
  }
}
