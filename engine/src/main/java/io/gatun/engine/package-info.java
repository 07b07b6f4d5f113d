/// Tensors, devices and executables.
///
/// ```java
/// try (var device = Devices.open("cpu");
///     var executable = device.load(Compiler.compile(graph, device.target()))) {
///   executable.run(List.of(x, w), List.of(y));
/// }
/// ```
package io.gatun.engine;
