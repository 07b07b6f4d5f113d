package io.gatun.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// PyTorch in a Python process, which measures itself; see `bench/python/peer.py` and
/// `gpu_peer.py`. Between its batches it waits for a line and uses no processor.
public final class PythonPeer implements Peer {
  private final String variant;
  private final Process process;
  private final BufferedReader reader;
  private final Writer writer;
  private final String version;

  /// @param python the interpreter, one that can import `torch`
  /// @param variant what the script is told first, and the end of this peer's name: for `peer.py`
  ///     `python`, as a tutorial writes it, or `tuned`, fused Adam and channels last
  public PythonPeer(Path python, Path script, String variant, int threads) {
    this.variant = variant;
    try {
      process =
          new ProcessBuilder(
                  python.toString(), script.toString(), variant, Integer.toString(threads))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reader = process.inputReader();
    writer = process.outputWriter();
    version = read();
  }

  @Override
  public String name() {
    return "pytorch-" + variant;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Optional<Subject> prepare(Workload workload, int threads) {
    return prepare(workload.name());
  }

  /// Makes what the script knows by this name ready; empty where it knows none.
  public Optional<Subject> prepare(String name) {
    if (!ask("prepare " + name).equals("ready")) return Optional.empty();
    return Optional.of(
        new Subject() {
          @Override
          public long nanos(int runs) {
            return Long.parseLong(ask("run " + runs));
          }

          @Override
          public void close() {
            ask("close");
          }
        });
  }

  private String ask(String line) {
    try {
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the Python process has ended: " + List.of(line), e);
    }
    return read();
  }

  private String read() {
    try {
      String line = reader.readLine();
      if (line == null) {
        throw new IllegalStateException("the Python process has ended; see what it said");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
