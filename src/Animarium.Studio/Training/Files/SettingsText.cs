using System.Text;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Files;

/// <summary>Reads files of settings as text: short ones, in UTF-8 or UTF-16 with a mark.</summary>
internal static class SettingsText
{
    /// <summary>The file's text.</summary>
    /// <exception cref="SettingException">It is missing, too long, or no text; the message names it.</exception>
    public static string ReadFile(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (stream.Length > SettingsDocument.LongestFile) throw new SettingException(TrainingWords.Say("file.large", path, SettingsDocument.LongestFile >> 20));
            using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException e)
        {
            throw new SettingException(TrainingWords.Say("file.notText", path), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException(TrainingWords.Say("file.missing", path, e.Message), e);
        }
    }
}
