using System.Globalization;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Presets;

/// <summary>A preset and why it was picked.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Reason">One sentence, in the language of the current UI culture.</param>
public sealed record PresetChoice(TrainingPreset Preset, string Reason)
{
    private const int FewPictures = 15; // above, a character is learned without being learned by heart

    private const int ManyPictures = 60; // a style needs that many

    private const double Nearly = 0.8; // share of captions that counts as "all", as some are always odd

    private const double Mostly = 0.6;

    /// <summary>Tags that say how many are in the picture, how good it is or when it was made: they are in captions of any set.</summary>
    private static readonly HashSet<string> Everywhere = new(StringComparer.Ordinal)
    {
        "1girl", "1boy", "2girls", "2boys", "multiple girls", "multiple boys", "1other", "solo", "no humans", "masterpiece", "best quality", "good quality", "high quality", "highres", "absurdres", "newest",
        "recent", "mid", "early", "old", "safe", "sensitive", "nsfw", "explicit", "simple background", "white background", "looking at viewer", "smile", "blush", "open mouth", "closed mouth", "upper body",
        "full body", "portrait", "cowboy shot", "standing", "sitting", "long hair", "short hair", "bangs", "breasts", "shirt", "skirt", "original",
    };

    /// <summary>Picks by what the folder looks like.</summary>
    public static PresetChoice For(PictureSetFacts facts)
    {
        var look = facts.MostFrequent(IsLook);
        // Folders may also sort the pictures of one character by how good they are.
        if (facts.Folders >= 2 && facts.Pictures >= ManyPictures && look.Share < Nearly) return Because(TrainingPreset.MultiCharacter, "pick.folders", facts.Folders, facts.Pictures);
        if (facts.Captioned * 2 < facts.Pictures || facts.Captioned == 0)
            return facts.Pictures >= ManyPictures ? Because(TrainingPreset.Style, "pick.manyUncaptioned", facts.Pictures) : Person(facts, "pick.fewUncaptioned", facts.Pictures);

        var artist = facts.MostFrequent(tag => tag.StartsWith('@'));
        if (artist.Share >= Mostly) return Because(TrainingPreset.Style, "pick.artist", artist.Tag, Percent(artist.Share));
        var trigger = facts.MostFrequentFirst(tag => !Everywhere.Contains(tag) && !IsLook(tag));
        bool person = facts.Share(tag => tag is "1girl" or "1boy" or "solo" or "1other") >= Mostly;
        if (person && look.Share >= Nearly) return Person(facts, "pick.look", look.Tag, Percent(look.Share));
        if (person && trigger.Share >= Nearly && look.Share < Mostly && look.Share > 0 && facts.Share(IsLook) >= Nearly) return Because(TrainingPreset.Style, "pick.looksVary", trigger.Tag, look.Tag, Percent(look.Share));
        if (person && trigger.Share >= Nearly) return Person(facts, "pick.trigger", trigger.Tag, Percent(trigger.Share));
        var common = facts.MostFrequent(tag => !Everywhere.Contains(tag) && !IsLook(tag));
        if (common.Share >= Nearly) return Because(TrainingPreset.Concept, "pick.common", common.Tag, Percent(common.Share));
        return Because(TrainingPreset.Style, "pick.nothingCommon", facts.Pictures);
    }

    /// <summary>The preset of a goal that was said.</summary>
    public static PresetChoice Said(TrainingPreset preset) => Because(preset, "pick.said");

    private static PresetChoice Person(PictureSetFacts facts, string reason, params ReadOnlySpan<object?> values) =>
        facts.Pictures <= FewPictures ? Because(TrainingPreset.CharacterFew, reason + ".few", [.. values, facts.Pictures]) : Because(TrainingPreset.Character, reason, values);

    /// <summary>Colours of hair and eyes: the same in all pictures of one character.</summary>
    private static bool IsLook(string tag) => (tag.EndsWith(" hair", StringComparison.Ordinal) || tag.EndsWith(" eyes", StringComparison.Ordinal)) && !Everywhere.Contains(tag) && tag is not ("closed eyes" or "half-closed eyes");

    private static PresetChoice Because(TrainingPreset preset, string reason, params ReadOnlySpan<object?> values) => new(preset, TrainingWords.Say(reason, [.. values]));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100)} %");
}
