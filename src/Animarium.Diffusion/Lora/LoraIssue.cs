using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>What can be wrong with a LoRA file, or worth telling about it.</summary>
public enum LoraIssueCode
{
    /// <summary>Not a safetensors file at all, or one whose header contradicts itself.</summary>
    NotSafetensors,
    /// <summary>The file ends before its tensors do.</summary>
    Truncated,
    /// <summary>A tensor has a type that nothing here reads.</summary>
    UnsupportedDtype,
    /// <summary>A pickle, which could run code.</summary>
    Pickle,
    /// <summary>No tensors.</summary>
    Empty,
    /// <summary>A whole model.</summary>
    FullCheckpoint,
    /// <summary>A control adapter.</summary>
    ControlAdapter,
    /// <summary>A LoRA for another kind of model.</summary>
    WrongBase,
    /// <summary>No layer names one of Anima's.</summary>
    NothingFits,
    /// <summary>A layer lacks one of its tensors.</summary>
    IncompleteLayer,
    /// <summary>The factors of a layer don't fit each other.</summary>
    RankMismatch,
    /// <summary>Layers don't fit the loaded model's.</summary>
    ShapeMismatch,
    /// <summary>NaN or infinity.</summary>
    NonFinite,
    /// <summary>Some tensors have no meaning here.</summary>
    UnknownKeys,
    /// <summary>Trained on a model with more blocks.</summary>
    MoreBlocks,
    /// <summary>Trained on a model with another number of blocks whose places in this one are known.</summary>
    MovedBlocks,
    /// <summary>An alpha of 0, read as the rank.</summary>
    AlphaZero,
    /// <summary>The PEFT settings in the metadata can't be read.</summary>
    MetadataIgnored,
    /// <summary>A layer that Anima doesn't have: it has no name in another naming.</summary>
    UnknownModule,
    /// <summary>A form that the naming has no tensors for.</summary>
    NotInNaming,
    /// <summary>A form whose effect depends on the base model's weights.</summary>
    NeedsBase,
    /// <summary>A form without low-rank factors, where factors are needed.</summary>
    NeedsRank,
    /// <summary>A value that the chosen type can't hold.</summary>
    Overflow,
    /// <summary>The checkpoint's weight is quantised.</summary>
    Quantised,
}

/// <summary>One finding about a LoRA file. Its sentences stand in <see cref="LoraSentences"/>, those about the container in the reader of safetensors.</summary>
/// <param name="Code">What it is.</param>
/// <param name="Text">One or two sentences: what, where, what to do.</param>
public sealed record LoraIssue(LoraIssueCode Code, Sentence Text)
{
    internal static LoraIssue Of(LoraIssueCode code, params object[] values)
    {
        var (english, japanese) = LoraSentences.Of(code);
        return new(code, new(string.Format(CultureInfo.InvariantCulture, english, values), string.Format(CultureInfo.InvariantCulture, japanese, values)));
    }

    /// <summary>The code as logs and JSON spell it, e.g. <c>rank_mismatch</c>.</summary>
    public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(Code.ToString());

    /// <summary>Whether the whole file is refused; otherwise what fits was applied.</summary>
    public bool IsError => Code is not (LoraIssueCode.UnknownKeys or LoraIssueCode.MoreBlocks or LoraIssueCode.MovedBlocks or LoraIssueCode.AlphaZero or LoraIssueCode.MetadataIgnored);
}

/// <summary>A LoRA file that is refused: the message names the file and the layer, and says what to do.</summary>
public sealed class LoraException : Exception
{
    internal LoraException(string path, LoraIssue issue, int skipped = 0) : base($"{path}: {issue.Text.English}") =>
        (Path, Issue, Text, LayersSkipped) = (path, issue, new(Message, $"{path}: {issue.Text.Japanese}"), skipped);

    internal LoraException(SafeTensorsException file) : base(file.Message, file) =>
        (Path, Issue, Text) = (file.Path, new(CodeOf(file.Problem), file.Text), file.Text);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong.</summary>
    public LoraIssue Issue { get; }

    /// <summary>The message in both languages.</summary>
    public Sentence Text { get; }

    /// <summary>Layers that don't belong to the loaded model; 0 where the file itself is damaged.</summary>
    public int LayersSkipped { get; }

    static LoraIssueCode CodeOf(SafeTensorsProblem problem) => problem switch
    {
        SafeTensorsProblem.Pickle => LoraIssueCode.Pickle,
        SafeTensorsProblem.Truncated => LoraIssueCode.Truncated,
        SafeTensorsProblem.UnsupportedType => LoraIssueCode.UnsupportedDtype,
        _ => LoraIssueCode.NotSafetensors,
    };
}
