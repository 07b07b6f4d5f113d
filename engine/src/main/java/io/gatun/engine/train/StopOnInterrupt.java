package io.gatun.engine.train;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends training after the current step when the process is told to end (Ctrl-C, SIGTERM), and
/// holds the end of the process back until what must be saved is saved:
///
/// ```
/// try (var interrupt = StopOnInterrupt.open(() -> System.err.println("saving ..."))) {
///   model.fit(data, options.withCallback(interrupt));
///   if (interrupt.isInterrupted()) model.save(checkpoint);
/// }
/// ```
///
/// The process ends when this is closed, with the exit code of the signal: 130 for Ctrl-C, 143 for
/// SIGTERM. If training does not reach the end of a step within [#PATIENCE_SECONDS], it ends then.
public final class StopOnInterrupt implements Callback, AutoCloseable {
  /// How long the process waits for the current step.
  public static final int PATIENCE_SECONDS = 60;

  private final Thread hook;
  private final CountDownLatch noticed = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean interrupted;
  private volatile Optional<Integer> exitCode = Optional.empty();

  private StopOnInterrupt(Runnable notice) {
    hook = new Thread(() -> hold(notice), "gatun-interrupt");
  }

  /// Watches from now on, in this process.
  ///
  /// @param notice run when the process is told to end, on another thread
  public static StopOnInterrupt open(Runnable notice) {
    var watch = new StopOnInterrupt(notice);
    Runtime.getRuntime().addShutdownHook(watch.hook);
    return watch;
  }

  /// Runs as the process ends.
  private void hold(Runnable notice) {
    interrupted = true;
    notice.run();
    try {
      if (!noticed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) return;
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    exitCode.ifPresent(code -> Runtime.getRuntime().halt(code));
  }

  /// Whether the process is about to end.
  public boolean isInterrupted() {
    return interrupted;
  }

  /// Lets the process end with this code instead of the signal's, as when saving has failed.
  public void exitWith(int code) {
    exitCode = Optional.of(code);
  }

  private void check(Control control) {
    if (!interrupted) return;
    noticed.countDown();
    control.stop("interrupted");
  }

  @Override
  public void started(Control control) {
    check(control);
  }

  @Override
  public boolean wantsSteps() {
    return true;
  }

  @Override
  public void stepEnded(long step, Control control) {
    check(control);
  }

  @Override
  public void epochEnded(Epoch epoch, Control control) {
    check(control);
  }

  /// Watches no longer; a process that was told to end does so now.
  @Override
  public void close() {
    noticed.countDown();
    closed.countDown();
    if (interrupted) return;
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      interrupted = true; // the process began to end just now, and the hook has nothing to wait for
    }
  }
}
