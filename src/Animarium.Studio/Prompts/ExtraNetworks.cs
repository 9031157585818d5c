using System.Globalization;
using Animarium.Diffusion.Prompts;

namespace Animarium.Studio.Prompts;

/// <summary>A tag of the form <c>&lt;kind:argument:argument…&gt;</c> found in a prompt.</summary>
/// <param name="Kind">The word before the first colon, as written: lora, lyco, hypernet …</param>
/// <param name="Arguments">What stands between the colons; at least one, possibly empty, untrimmed.</param>
public sealed record NetworkTag(string Kind, IReadOnlyList<string> Arguments);

/// <summary>A LoRA asked for in a prompt: <c>&lt;lora:name:0.8&gt;</c>, <c>&lt;lora:name:te:unet&gt;</c> or with names, <c>&lt;lora:name:te=0.5:unet=1&gt;</c>.</summary>
/// <param name="Name">The file's name, possibly with folders, without its ending.</param>
/// <param name="Strength">For the transformer; may be negative.</param>
/// <param name="TextStrength">For the text encoder and the adapter.</param>
/// <param name="Options">Other <c>name=value</c> arguments, such as <c>lbw</c>.</param>
public sealed record LoraTag(string Name, double Strength, double TextStrength, IReadOnlyDictionary<string, string> Options);

/// <summary>Finds the extra network tags of a prompt and takes them out before it is read further.</summary>
public static class ExtraNetworks
{
    /// <summary>Takes all tags out of a prompt; everything else stays as it is, blanks and commas included. Linear in the text.</summary>
    /// <param name="prompt">Any text.</param>
    /// <returns>The prompt without its tags, and the tags in order.</returns>
    public static (string Prompt, IReadOnlyList<NetworkTag> Tags) Extract(string prompt)
    {
        var tags = new List<NetworkTag>();
        var rest = new System.Text.StringBuilder(prompt.Length);
        int from = 0;
        for (int open = prompt.IndexOf('<'); open >= 0; open = prompt.IndexOf('<', open))
        {
            int colon = open + 1;
            while (colon < prompt.Length && PythonSyntax.IsWord(prompt, colon)) colon++;
            int close = colon < prompt.Length && prompt[colon] == ':' && colon > open + 1 ? prompt.IndexOf('>', colon) : colon;
            if (close < 0) break; // no tag can end behind this point
            if (close <= colon + 1)
            {
                open++;
                continue;
            }
            tags.Add(new(prompt[(open + 1)..colon], prompt[(colon + 1)..close].Split(':')));
            rest.Append(prompt, from, open - from);
            from = open = close + 1;
        }
        return (rest.Append(prompt, from, prompt.Length - from).ToString(), tags);
    }

    /// <summary>Reads a <c>lora</c> or <c>lyco</c> tag (in any case); null for other kinds.</summary>
    /// <exception cref="FormatException">A strength is not a finite number, or the name is empty.</exception>
    public static LoraTag? AsLora(NetworkTag tag)
    {
        if (!tag.Kind.Equals("lora", StringComparison.OrdinalIgnoreCase) && !tag.Kind.Equals("lyco", StringComparison.OrdinalIgnoreCase)) return null;
        string written = $"<{tag.Kind}:{string.Join(':', tag.Arguments)}>";
        string name = tag.Arguments[0].Trim();
        if (name.Length == 0) throw new FormatException($"{written} names no LoRA: write <lora:NAME:0.8>.");
        var positional = tag.Arguments.Skip(1).Where(argument => !argument.Contains('=', StringComparison.Ordinal)).ToList();
        var named = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in tag.Arguments.Skip(1).Where(argument => argument.Contains('=', StringComparison.Ordinal)).Select(argument => argument.Split('=', 2)))
            named[pair[0].Trim()] = pair[1].Trim();

        // As in A1111: the first number is the text strength and holds for both unless a second one follows.
        double text = Strength("te", 0, 1);
        double unet = Strength("unet", 1, text);
        return new(name, unet, text, named);

        double Strength(string key, int position, double otherwise)
        {
            string? value = named.Remove(key, out string? byName) ? byName : position < positional.Count ? positional[position] : null;
            if (value is null) return otherwise;
            return PythonSyntax.TryFloat(value, out double strength) && double.IsFinite(strength)
                ? strength
                : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{written}: '{value}' is not a strength; write a number such as 0.8."));
        }
    }
}
