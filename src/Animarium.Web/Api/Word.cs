using System.Diagnostics.CodeAnalysis;

namespace Animarium.Web.Api;

/// <summary>One of some words in the query of an address, spelt as in JSON (<c>newest</c>). The framework by itself takes only the spelling of C#.</summary>
/// <param name="Value">What it means.</param>
/// <typeparam name="T">Which words there are.</typeparam>
public readonly record struct Word<T>(T Value) where T : struct, Enum
{
    /// <summary>Reads one; case does not matter, numbers are none.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "By this method the framework knows a type that a query can hold.")]
    public static bool TryParse(string? text, out Word<T> word)
    {
        bool known = Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase);
        word = new(value);
        return known;
    }
}
