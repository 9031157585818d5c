using Animarium.Diffusion.Tokenizers;

namespace Animarium.Studio.Datasets.Check;

/// <summary>What the check needs to know beside the dataset.</summary>
public sealed record CheckOptions
{
    /// <summary>The word that shall call what is learned; null: a tag that all captions share is looked for.</summary>
    public string? Trigger { get; init; }

    /// <summary>Those of the model that is trained.</summary>
    public PromptTokenizers Tokenizers { get; init; } = PromptTokenizers.Official;

    /// <summary>Whether pictures are decoded, which finds damage behind the header and pictures that look alike. Some hundredths of a second for each.</summary>
    public bool Pixels { get; init; } = true;

    /// <summary>Pictures that the folder's layout leaves out (<see cref="FolderReading.Ignored"/>).</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}

/// <summary>The linter: everything that experience says about a dataset before the first step.</summary>
public static class DatasetCheck
{
    /// <summary>Checks a dataset.</summary>
    /// <param name="settings">At least one dataset.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Is called after each picture that was decoded, one call at a time: pictures done, pictures in all.</param>
    /// <param name="cancel">Ends the check early.</param>
    /// <exception cref="DatasetException">A folder or a metadata file cannot be read at all.</exception>
    /// <exception cref="Generation.SettingException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CheckReport Run(IReadOnlyList<DatasetSettings> settings, CheckOptions? options = null, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        options ??= new();
        var (dataset, problems) = Dataset.Survey(settings, cancel);
        // The same folder at several resolutions is one folder here.
        TrainingPicture[] pictures = [.. dataset.Pictures.Concat(dataset.Validation).DistinctBy(picture => picture.Path)];
        var findings = new List<Finding>();
        findings.AddRange(problems.DistinctBy(problem => problem.Path).Select(problem => new Finding(problem.Code, FindingSeverity.Error, [problem.Path], problem.Message)));
        findings.AddRange(FolderFindings.Of(dataset, options.Ignored));
        findings.AddRange(CaptionFindings.Of(pictures, options));
        findings.AddRange(TriggerFindings.Of([.. pictures.Where(picture => !picture.Subset.IsRegularisation)], options.Trigger));
        findings.AddRange(SizeFindings.Of(dataset));
        findings.AddRange(LikenessFindings.Of(pictures, options.Pixels, progress, cancel));
        return new(dataset, [.. findings.OrderByDescending(finding => finding.Severity)]);
    }
}
