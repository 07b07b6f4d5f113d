package io.gatun.engine.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpamAssassinTest {
  @TempDir Path folder;

  private static byte[] mail(String subject) {
    return ("From: a@b\nReceived: now\nSubject: " + subject + "\n\nBody of " + subject + ".\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readsTheGroupsOfThePackage() throws IOException {
    Path archive =
        new SmallPackage(folder)
            .with("package/data/spam-2/1.x.txt", mail("win"))
            .with("package/data/spam-2/1.x.json", mail("json"))
            .with("package/data/easy-ham-1/1.y.txt", mail("minutes"))
            .with("package/data/data.js", mail("code"))
            .with("package/README.txt", mail("readme"))
            .write();
    var mails = SpamAssassin.read(archive);
    assertEquals(List.of("minutes\nBody of minutes.", "win\nBody of win."), mails.texts());
    assertEquals(List.of(0, 1), mails.labels());
    assertEquals(List.of("ham", "spam"), mails.classes());
  }

  @Test
  void readsAFolderOfTheUserInstead() throws IOException {
    Files.write(Files.createDirectories(folder.resolve("good")).resolve("1"), mail("minutes"));
    Files.write(Files.createDirectories(folder.resolve("bad")).resolve("1"), mail("win"));
    var log = new ArrayList<String>();
    var mails = SpamAssassin.load(Optional.of(folder), log::add);
    assertEquals(List.of("bad", "good"), mails.classes());
    assertEquals(List.of("win\nBody of win.", "minutes\nBody of minutes."), mails.texts());
    assertEquals(List.of(), log);
  }

  @Test
  void readsTheRealMails() throws IOException {
    var cached = SpamAssassin.cached();
    assumeTrue(
        cached.isPresent(),
        "skipped: the mails are not cached; run './gatun train text-classifier' once to fetch"
            + " them");
    var mails = cached.orElseThrow();
    assertEquals(List.of(4150, 1896), mails.countOfClasses());
    assertTrue(mails.texts().getFirst().startsWith("Re: New Sequences Window\n"));
    long tagged = mails.texts().stream().filter(text -> text.contains("<html")).count();
    assertTrue(tagged < 40, tagged + " texts have tags; 29 are plain texts with HTML in them");
    long headed = mails.texts().stream().filter(text -> text.contains("X-Mailer:")).count();
    assertTrue(headed < 20, headed + " texts have headers; 12 quote some");
  }
}
