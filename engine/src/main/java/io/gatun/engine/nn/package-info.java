/// Models in the manner of Keras: layers, losses, metrics, optimizers and [Model], which trains,
/// evaluates, predicts, saves and loads.
///
/// ```java
/// try (var device = Devices.open("cpu");
///     var model =
///         Sequential.of(
///                 Shape.of(28, 28),
///                 new Flatten(),
///                 Dense.of(128, Activation.RELU),
///                 Dense.of(10, Activation.SOFTMAX))
///             .compile(
///                 device,
///                 Compilation.of(
///                     Adam.of(), SparseCategoricalCrossEntropy.of(), new Accuracy()))) {
///   model.fit(training, FitOptions.epochs(5).withCallback(TerminalProgress.of(System.out)));
///   System.out.println(model.evaluate(test));
///   model.save(Path.of("digits.safetensors"));
/// }
/// ```
///
/// A layer, loss, metric or optimizer is plain data that adds to a graph: forward pass, loss,
/// backward pass and optimizer become one graph a step, whose parameters are updated in place.
package io.gatun.engine.nn;
