/// Text as data: mails and files to strings, strings to columns of numbers.
///
/// - Classification: [LabelledTexts], [MailText], [TfIdf].
/// - Language models over characters: [TextFile], [CharacterVocabulary], [TextWindows].
/// - Word vectors: [WordVocabulary], [SkipGram], [WordVectors].
package io.gatun.engine.data.text;
