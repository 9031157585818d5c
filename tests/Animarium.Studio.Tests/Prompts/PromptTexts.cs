using CsCheck;

namespace Animarium.Studio.Tests.Prompts;

/// <summary>Texts that prompts are made of, sensible or not.</summary>
internal static class PromptTexts
{
    private static readonly string[] Pieces =
        ["1girl", "solo", "long hair", "blue_hair", "@wlop", "masterpiece", "year 2025", "safe", ", ", ",", " ", "\n", "(", ")", ":1.2)", "[", "]", "{", "|", "}", "<lora:a:1>", "<", ">", "__x__", "__", "\\(", "\\", "髪、", "A girl stands. ",
        "She looks up at the sky", ".", "BREAK", "AND", ">_<", ":)", "\ud800", "$", "%{", "score_7", "\r\n", "😀"];

    public static Gen<string> Any => Gen.OneOf(Gen.Int[0, Pieces.Length - 1].Select(n => Pieces[n]).Array[0, 24].Select(string.Concat), Gen.String[0, 60]);
}
