using Animarium.Diffusion.Lora;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Loras;

/// <summary>What a LoRA's file says about itself, for people who choose among many.</summary>
/// <param name="Form">How it changes the model: LoRA, LoKr, …, and how its layers are named.</param>
/// <param name="Ranks">Every rank that occurs, rising.</param>
/// <param name="Alphas">Every alpha that occurs, rising; empty: alpha = rank.</param>
/// <param name="Layers">How many layers it changes in each part of the model.</param>
/// <param name="Base">The model it was trained on, as its trainer spells it; null: it does not say.</param>
/// <param name="Title">Null: none.</param>
/// <param name="Trigger">The words that call what was learned; null: it does not say.</param>
/// <param name="TrainedWith">How it was trained, as the trainer wrote it.</param>
/// <param name="Tags">Tags of the training captions, the most frequent first.</param>
/// <param name="Issues">What is remarkable about the file.</param>
public sealed record LoraProfile(
    string Form, IReadOnlyList<long> Ranks, IReadOnlyList<double> Alphas, IReadOnlyList<(string Part, int Layers)> Layers, string? Base, string? Title, string? Trigger,
    IReadOnlyList<(string Key, string Value)> TrainedWith, IReadOnlyList<(string Tag, long Count)> Tags, IReadOnlyList<string> Issues)
{
    /// <summary>Reads the header and the alphas.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelException">It is no LoRA for Anima, or cannot be read.</exception>
    public static LoraProfile Of(string path)
    {
        try
        {
            using var lora = LoraFile.Open(path);
            return Of(lora);
        }
        catch (LoraException e)
        {
            throw new ModelException(ModelProblem.Mismatch, Words.In(e.Text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(ModelProblem.Unreadable, Words.Say("library.file", path, e.Message));
        }
    }

    private static LoraProfile Of(LoraFile lora) => new(
        $"{string.Join(" + ", lora.Algorithms)}{(lora.IsDora ? " (DoRA)" : "")}, {lora.Naming}", lora.Ranks, lora.Alphas,
        [.. Enum.GetValues<LoraNetwork>().Select(network => (network.ToString(), lora.LayersIn(network))).Where(part => part.Item2 > 0)],
        lora.BaseModel, lora.Title, LoraCover.Trigger(lora.Metadata), LoraDescription.TrainedWith(lora), LoraDescription.Tags(lora.Metadata), [.. lora.Issues.Select(issue => Words.In(issue.Text))]);
}
