namespace Animarium.Studio.Prompts;

/// <summary>
/// Prompts with choices in them: <c>{a|b}</c>, <c>{2$$a|b|c}</c>, <c>{3::a|b}</c>, <c>__name__</c>, <c>${v=…}</c> and what else dynamic prompts and Impact Pack know.
/// Any text is accepted; what is no template stays as it is. See the user guide for the syntax.
/// </summary>
/// <param name="library">The lists behind the names.</param>
/// <param name="compatible">Exactly as dynamic prompts reads it: lines <c>3::day</c> of a list keep their prefix and any <c>#</c> begins a comment.</param>
public sealed class Wildcards(WildcardLibrary library, bool compatible = false)
{
    /// <summary>One result, always the same for a seed.</summary>
    /// <param name="template">The prompt.</param>
    /// <param name="seed">Usually the picture's seed.</param>
    public string Expand(string template, long seed) => new WildcardExpansion(library, new RandomChooser(seed), compatible).Expand(template);

    /// <summary>Every possible result, one after the other, also those of weight 0; results may repeat. There may be astronomically many: take as many as needed.</summary>
    /// <param name="template">The prompt.</param>
    public IEnumerable<string> All(string template)
    {
        var odometer = new OdometerChooser();
        do yield return new WildcardExpansion(library, odometer, compatible).Expand(template);
        while (odometer.Advance());
    }

    /// <summary>Whether the prompt says the same for every seed.</summary>
    public bool IsConstant(string template) => All(template).Take(2).Count() == 1;
}
