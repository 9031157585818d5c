using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Something a person should know though the work goes on: a size was rounded, a setting has no effect, …</summary>
/// <param name="Code">The same in every language: for programs.</param>
/// <param name="Message">One sentence, in the language of the current UI culture.</param>
public sealed record Notice(string Code, string Message)
{
    /// <summary>A notice whose code is the key of its sentence in the texts.</summary>
    internal static Notice Of(string code, params ReadOnlySpan<object?> values) => new(code, Words.Say(code, values));
}
