namespace Animarium.Diffusion.Sampling;

/// <summary>Looks things up by the names that several programs give them.</summary>
static class Names
{
    /// <summary>The entry with this name: in its exact spelling if there is one, else in any case.</summary>
    public static T? Find<T>(IReadOnlyList<T> entries, Func<T, IEnumerable<string>> names, string name) where T : class =>
        entries.FirstOrDefault(e => names(e).Contains(name, StringComparer.Ordinal))
        ?? entries.FirstOrDefault(e => names(e).Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>A message about an unknown name that offers the three nearest.</summary>
    public static string Unknown(string what, string name, IEnumerable<string> known) =>
        $"There is no {what} '{name}'. Nearest: {Spelling.Nearest(name, known)}.";
}
