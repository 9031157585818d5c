using System.CommandLine;
using System.Globalization;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Diffusion.Lora;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary>What the verbs that make LoRAs share: where the result goes, its names and numbers, its rank.</summary>
/// <param name="standard">The numbers where nothing is said.</param>
internal sealed class LoraOptions(LoraPrecision standard)
{
    private static readonly Dictionary<string, LoraNaming> Namings = new() { ["kohya"] = LoraNaming.Kohya, ["comfy"] = LoraNaming.Comfy, ["diffusers"] = LoraNaming.Diffusers };

    private static readonly Dictionary<string, LoraPrecision> Precisions = new()
    {
        ["keep"] = LoraPrecision.Keep, ["bf16"] = LoraPrecision.Bf16, ["fp16"] = LoraPrecision.Fp16, ["fp32"] = LoraPrecision.Fp32,
    };

    private readonly Option<string> path = new("--out", "-o") { Description = Texts.LoraOut, HelpName = Texts.PlaceholderPath, Required = true };
    private readonly Option<bool> overwrite = new("--overwrite") { Description = Texts.LoraOverwrite };
    private readonly Option<string?> naming = Choice("--naming", Texts.LoraNamingOption, Namings.Keys);
    private readonly Option<string?> precision = Choice("--precision", Texts.LoraPrecisionOption.With(Precisions.Single(p => p.Value == standard).Key), Precisions.Keys.Where(name => standard == LoraPrecision.Keep || name != "keep"));
    private readonly Option<int?> rank = new("--rank") { Description = Texts.LoraRankOption, HelpName = "N" };
    private readonly Option<double?> energy = new("--energy") { Description = Texts.LoraEnergyOption, HelpName = "0…1" };

    public IReadOnlyList<Option> Output => [path, overwrite, naming, precision];

    public IReadOnlyList<Option> Rank => [rank, energy];

    /// <summary>Whether names or numbers were asked for.</summary>
    public bool HasFormat(ParseResult parse) => parse.GetValue(naming) is not null || parse.GetValue(precision) is not null;

    /// <exception cref="FailureException">The file exists and may not be replaced, or is a folder.</exception>
    public LoraOutput To(ParseResult parse)
    {
        string file = parse.GetRequiredValue(path);
        if (Directory.Exists(file)) throw FailureException.Usage(Texts.FileIsFolder.With(file));
        if (File.Exists(file) && !parse.GetValue(overwrite)) throw FailureException.Usage(Texts.LoraExists.With(file));
        return new(file, parse.GetValue(naming) is { } named ? Namings[named] : LoraNaming.Kohya, parse.GetValue(precision) is { } number ? Precisions[number] : standard);
    }

    /// <exception cref="FailureException">A number outside its range.</exception>
    public RankChoice? Choice(ParseResult parse)
    {
        var (most, share) = (parse.GetValue(rank), parse.GetValue(energy));
        if (most is < 1) throw FailureException.Usage(Texts.LoraRankRange.With(most));
        if (share is { } value && !(value is > 0 and <= 1)) throw FailureException.Usage(Texts.LoraEnergyRange.With(value));
        return most is null && share is null ? null : new(most, share);
    }

    /// <summary>As <see cref="Choice(ParseResult)"/>, where one must be made.</summary>
    public RankChoice RequiredChoice(ParseResult parse) => Choice(parse) ?? throw FailureException.Usage(Texts.LoraRankNeeded);

    /// <summary>FILE, or FILE:STRENGTH.</summary>
    /// <exception cref="FailureException">There is no such file.</exception>
    public static (string Path, double Strength) Weighted(string text)
    {
        if (!File.Exists(text) && text.LastIndexOf(':') is var colon and > 0
            && double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double strength) && double.IsFinite(strength))
        {
            InputText.RequireFile(text[..colon]);
            return (text[..colon], strength);
        }
        InputText.RequireFile(text);
        return (text, 1);
    }

    private static Option<string?> Choice(string name, string description, IEnumerable<string> words)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }
}
