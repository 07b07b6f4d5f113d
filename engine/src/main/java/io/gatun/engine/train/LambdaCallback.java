package io.gatun.engine.train;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;

/// A callback made of functions: `LambdaCallback.onEpochEnded((epoch, control) -> ...)`.
public record LambdaCallback(
    Optional<BiConsumer<Integer, Callback.Control>> starting,
    Optional<ObjLongConsumer<Callback.Control>> stepping,
    Optional<BiConsumer<Progress, Callback.Control>> progressing,
    Optional<BiConsumer<Epoch, Callback.Control>> ending)
    implements Callback {
  private static final LambdaCallback NONE =
      new LambdaCallback(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /// Calls the function as [Callback#epochStarted] is called.
  public static LambdaCallback onEpochStarted(BiConsumer<Integer, Callback.Control> function) {
    return NONE.withEpochStarted(function);
  }

  /// Calls the function as [Callback#stepEnded] is called.
  public static LambdaCallback onStepEnded(ObjLongConsumer<Callback.Control> function) {
    return NONE.withStepEnded(function);
  }

  /// Calls the function as [Callback#progressed] is called.
  public static LambdaCallback onProgress(BiConsumer<Progress, Callback.Control> function) {
    return NONE.withProgress(function);
  }

  /// Calls the function as [Callback#epochEnded] is called.
  public static LambdaCallback onEpochEnded(BiConsumer<Epoch, Callback.Control> function) {
    return NONE.withEpochEnded(function);
  }

  public LambdaCallback withEpochStarted(BiConsumer<Integer, Callback.Control> function) {
    return new LambdaCallback(Optional.of(function), stepping, progressing, ending);
  }

  public LambdaCallback withStepEnded(ObjLongConsumer<Callback.Control> function) {
    return new LambdaCallback(starting, Optional.of(function), progressing, ending);
  }

  public LambdaCallback withProgress(BiConsumer<Progress, Callback.Control> function) {
    return new LambdaCallback(starting, stepping, Optional.of(function), ending);
  }

  public LambdaCallback withEpochEnded(BiConsumer<Epoch, Callback.Control> function) {
    return new LambdaCallback(starting, stepping, progressing, Optional.of(function));
  }

  @Override
  public void epochStarted(int number, Control control) {
    starting.ifPresent(f -> f.accept(number, control));
  }

  @Override
  public boolean wantsSteps() {
    return stepping.isPresent();
  }

  @Override
  public void stepEnded(long step, Control control) {
    if (stepping.isPresent()) stepping.get().accept(control, step);
  }

  @Override
  public void progressed(Progress progress, Control control) {
    progressing.ifPresent(f -> f.accept(progress, control));
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    ending.ifPresent(f -> f.accept(epoch, control));
  }
}
