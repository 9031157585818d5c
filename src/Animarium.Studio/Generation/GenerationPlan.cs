using System.Globalization;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>
/// From what a person said to what is drawn: the model and LoRAs are found, the model's defaults filled in, sizes rounded, pictures loaded.
/// Everything that can go wrong before the first step goes wrong here, in words.
/// </summary>
public sealed class GenerationPlan
{
    private readonly ModelCatalog library;
    private readonly Wildcards wildcards;
    private readonly bool expandsPrompt, expandsNegative;
    private bool ratingTags;

    private GenerationPlan(ModelCatalog library, Wildcards wildcards, Settings given)
    {
        (this.library, this.wildcards) = (library, wildcards);
        // A prompt that was drawn once is no template any more: its brackets are text.
        (expandsPrompt, expandsNegative) = (given.Has("prompt"), given.Has("negative"));
    }

    /// <summary>The whole request: nothing is left open, the seed chosen, the model named.</summary>
    public GenerationRequest Request { get; private set; } = new();

    /// <summary>The weights.</summary>
    public LibraryModel Model { get; private set; } = null!;

    /// <summary>The pictures to begin with, at the request's size.</summary>
    public SourcePictures Sources { get; private set; } = SourcePictures.None;

    /// <summary>Where the pictures go.</summary>
    public OutputNames Names { get; private set; } = null!;

    /// <summary>The number of the first picture in file names.</summary>
    public int First { get; private init; }

    /// <summary>The file of the plan's one picture, where somebody fixed it beforehand; null: the first free one of <see cref="Names"/>.</summary>
    public string? File { get; set; }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<Notice> Notices { get; private set; } = [];

    /// <summary>Plans a drawing.</summary>
    /// <param name="given">What the person said.</param>
    /// <param name="imported">What a picture was drawn with that is repeated, or <see cref="Settings.Empty"/>; what is not here any more is left out with a notice.</param>
    /// <param name="library">Models and LoRAs.</param>
    /// <param name="lists">Wildcard lists.</param>
    /// <param name="random">Chooses a seed where none was given.</param>
    /// <param name="first">The number of the first picture in file names, where several plans follow each other.</param>
    /// <param name="usual">The person's defaults: they hold where neither the person nor the model says otherwise.</param>
    /// <exception cref="SettingException">A setting is out of range, or a LoRA's tag is malformed.</exception>
    /// <exception cref="ModelException">A model or LoRA is missing or does not fit.</exception>
    /// <exception cref="Images.PictureException">A picture to begin with cannot be read.</exception>
    public static GenerationPlan Make(Settings given, Settings imported, ModelCatalog library, WildcardLibrary lists, Random random, int first = 1, Settings? usual = null)
    {
        var notices = new List<Notice>();
        imported = Present(imported, given, library, notices);
        var said = given.Over(imported);
        usual ??= Settings.Empty;
        if (!said.Has("model") && usual.Has("model")) said = said.With("model", usual.Complete().Model ?? "");
        var draft = said.Complete();
        // PyTorch's generator takes 32 bits of a seed, and 32 bits survive every program that reads our pictures.
        if (draft.Seed is null) said = said.With(Knobs.Of("seed"), (ulong?)(uint)random.NextInt64(1L << 32));

        var plan = new GenerationPlan(library, new(lists), given) { First = first };
        plan.Model = library.Find(draft.Model, draft.Vae, draft.TextEncoder, warning => notices.Add(new("other-latents", warning)));
        plan.Request = said.Complete();
        var defaults = ModelDefaults.Of(plan.Model, plan.Picture(0).Loras, notices);
        notices.AddRange(Ignored(draft.Prompt));
        plan.ratingTags = defaults.RatingTags;
        var request = said.Over(defaults.Settings).Over(usual).Complete() with { Model = plan.Model.Name };
        var sources = SourcePictures.Load(request);
        if (sources.Init is { } init) request = Sized(request, said, init);
        request = request.Checked(notices);
        plan.Names = new(request);
        plan.Sources = sources.At(request, notices);
        notices.AddRange(request.WithoutEffect(given));
        (plan.Request, plan.Notices) = (request, notices);
        notices.AddRange(plan.Rated(plan.Picture(0)).Notices);
        return plan;
    }

    /// <summary>Every picture, in order; its LoRAs are looked up when its turn comes, since wildcards may name others in each.</summary>
    /// <exception cref="SettingException">A wildcard led to a malformed tag.</exception>
    /// <exception cref="ModelException">A wildcard led to a LoRA that is not there.</exception>
    /// <exception cref="ConductException">A prompt is refused.</exception>
    /// <exception cref="RatingException">A prompt asks for more than the rating allows.</exception>
    public IEnumerable<PlannedPicture> Pictures() => Enumerable.Range(0, Request.Pictures).Select(n => Rated(Picture(n)).Picture);

    /// <summary>A picture within its rating: what it must not show is refused, and the model's own tags keep it there.</summary>
    private (PlannedPicture Picture, IEnumerable<Notice> Notices) Rated(PlannedPicture picture)
    {
        var request = picture.Request;
        ConductRule.Require([request.Prompt, picture.Template, .. request.Loras.Select(lora => lora.Name)]);
        RatingFilter.Require(request.Prompt, request.Rating);
        if (!ratingTags) return (picture, []);
        var rated = RatingFilter.Apply(request.Prompt, request.Negative, request.Rating, negativeActs: request.Cfg != 1 || request.Nag > 1);
        var added = rated.AddedToPrompt.Concat(rated.AddedToNegative.Select(tag => "-" + tag)).ToList();
        return (picture with { Request = request with { Prompt = rated.Prompt, Negative = rated.Negative } }, added.Count > 0 ? [Notice.Of("rating-tags", string.Join(", ", added))] : []);
    }

    private PlannedPicture Picture(int n)
    {
        ulong seed = unchecked(Request.Seed!.Value + (ulong)n);
        string drawn = expandsPrompt ? wildcards.Expand(Request.Prompt, unchecked((long)seed)) : Request.Prompt;
        string negative = expandsNegative ? wildcards.Expand(Request.Negative, unchecked((long)seed)) : Request.Negative;
        var (prompt, tags) = ExtraNetworks.Extract(drawn);
        var loras = Request.Loras.Concat(tags.SelectMany(Lora)).ToList();
        var request = Request with { Prompt = tags.Count > 0 ? prompt.Trim() : prompt, Negative = negative, Seed = seed, Loras = loras, Count = 1, Batch = 1 };
        return new(n + 1, request, drawn == Request.Prompt ? null : Request.Prompt, [.. loras.Select(lora => library.Loras.Find(lora.Name))]);
    }

    private static IReadOnlyList<LoraUse> Lora(NetworkTag tag)
    {
        try
        {
            return ExtraNetworks.AsLora(tag) is { } lora ? (IReadOnlyList<LoraUse>)Knobs.Lora.Parse(string.Create(CultureInfo.InvariantCulture, $"{lora.Name}:{lora.Strength}:{lora.TextStrength}"))! : [];
        }
        catch (FormatException e)
        {
            throw new SettingException("lora", Words.Say("setting.lora", Written(tag)), e);
        }
    }

    /// <summary>Tags that do nothing here: other networks, and weights of single blocks.</summary>
    private static IEnumerable<Notice> Ignored(string prompt) => ExtraNetworks.Extract(prompt).Tags
        .Where(tag => ExtraNetworks.AsLora(tag) is not { Options.Count: 0 })
        .Select(tag => Notice.Of(ExtraNetworks.AsLora(tag) is null ? "tag-ignored" : "lora-options", Written(tag)));

    private static string Written(NetworkTag tag) => $"<{tag.Kind}:{string.Join(':', tag.Arguments)}>";

    /// <summary>Without models and LoRAs of another machine.</summary>
    private static Settings Present(Settings imported, Settings given, ModelCatalog library, List<Notice> notices)
    {
        foreach (var part in MissingPart.Of(imported, library).Where(part => !given.Has(part.Knob)))
        {
            bool lora = part.Knob == Knobs.Lora;
            notices.Add(lora ? Notice.Of("imported-lora", part.Name) : Notice.Of("imported-model", part.Knob.Name, part.Name));
            imported = lora ? imported.With(Knobs.Lora, imported.Complete().Loras.Where(use => use.Name != part.Name).ToList()) : imported.Without(part.Knob);
        }
        return imported;
    }

    /// <summary>What was not said of the size follows the picture; the model's own size says how many pixels are good.</summary>
    private static GenerationRequest Sized(GenerationRequest request, Settings said, Images.Picture init)
    {
        double proportion = (double)init.Width / init.Height;
        switch (said.Has("width"), said.Has("height"))
        {
            case (true, true): return request;
            case (true, false): return request with { Height = Math.Min(Knobs.LargestSide, RequestChecks.Rounded(request.Width / proportion)) };
            case (false, true): return request with { Width = Math.Min(Knobs.LargestSide, RequestChecks.Rounded(request.Height * proportion)) };
            default:
                var (width, height) = SourcePictures.SizeFor(init, (double)request.Width * request.Height);
                return request with { Width = width, Height = height };
        }
    }
}
