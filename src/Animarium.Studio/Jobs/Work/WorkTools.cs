using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Jobs.Work;

/// <summary>What a worker works with on its machine.</summary>
/// <param name="Folders">Models, wildcards, and what can be computed again.</param>
/// <param name="Words">Puts an exception into a code for programs and words for people.</param>
/// <param name="Time">Dates of file names, and the clock.</param>
public sealed record WorkTools(StudioFolders Folders, Func<Exception, (string Code, string Message)> Words, TimeProvider Time)
{
    /// <summary>Between two previews.</summary>
    internal static readonly TimeSpan PreviewInterval = TimeSpan.FromMilliseconds(400);

    private ModelCatalog? library;

    /// <summary>Hashes of weight files.</summary>
    internal WeightHashes Hashes { get; } = new(Folders.Cache);

    /// <summary>The models that are there; those that were added meanwhile show after <see cref="LookAgain"/>.</summary>
    internal ModelCatalog Library => library ??= new(Folders.Models);

    /// <summary>The person's lists, as they are now.</summary>
    internal WildcardLibrary Wildcards => Folders.Lists;

    /// <summary>The models' folders are read anew when they are next asked for.</summary>
    internal void LookAgain() => library = null;
}
