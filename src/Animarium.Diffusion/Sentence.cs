namespace Animarium.Diffusion;

/// <summary>A sentence for a person, in the two languages the product speaks.</summary>
/// <param name="English">In English.</param>
/// <param name="Japanese">In Japanese.</param>
public sealed record Sentence(string English, string Japanese)
{
    /// <summary>The English sentence.</summary>
    public override string ToString() => English;
}
