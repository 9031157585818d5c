using System.Runtime.InteropServices;
using Animarium.Cli.Language;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Datasets;
using Animarium.Studio.Gallery;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Loras;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Animarium.Studio.Storage;
using Animarium.Studio.Training.Caches;
using Animarium.Studio.Training.Run;

namespace Animarium.Cli.Outcomes;

/// <summary>From exceptions to words, codes and exit codes: the one table.</summary>
internal static class Failures
{
    /// <summary>The failure that an exception stands for. Unknown kinds are mistakes of the program.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        FailureException known => known.Failure,
        OperationCanceledException => new("cancelled", ExitCode.Cancelled, Texts.Cancelled),
        StandardOutputException { IsPipe: true } => new("closed-pipe", ExitCode.ClosedPipe, Texts.ClosedPipe),
        StandardOutputException => new("output", ExitCode.Output, Texts.OutputFailed.With(exception.Message)),
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        _ when IsNativeLibrary(exception) => new("machine", ExitCode.Machine, Texts.NativeLibrary.With(FirstLine(exception.Message))),
        OutOfMemoryException => new("memory", ExitCode.Machine, Texts.Memory),
        ExternalException e when IsMemory(e.Message) => new("memory", ExitCode.Machine, Texts.Memory),
        ConductException e => new("refused", ExitCode.Refused, e.Text.Said()),
        RatingException e => new("rating", ExitCode.Refused, e.Text.Said()),
        SettingException e => new("usage", ExitCode.Usage, e.Message.Contains(e.Field, StringComparison.OrdinalIgnoreCase) ? e.Message : $"--{e.Field}: {e.Message}"),
        DatasetException { IsRefusal: true } => new("refused", ExitCode.Refused, exception.Message),
        DatasetException => new("input", ExitCode.Input, exception.Message),
        DownloadException { Problem: DownloadProblem.Disk } => new("output", ExitCode.Output, exception.Message),
        DownloadException => new("input", ExitCode.Input, exception.Message),
        ModelException => new("input", ExitCode.Input, exception.Message),
        SafeTensorsException e => new("input", ExitCode.Input, e.Text.Said()),
        LoraException e => new("input", ExitCode.Input, e.Text.Said()),
        TrainingDivergedException e => new("diverged", ExitCode.Input, e.Text.Said()),
        TrainingWriteException => new("output", ExitCode.Output, exception.Message),
        ShardWriteException => new("output", ExitCode.Output, exception.Message),
        LoraWriteException => new("output", ExitCode.Output, exception.Message),
        GalleryException { Problem: GalleryProblem.Unwritable } => new("output", ExitCode.Output, exception.Message),
        GalleryException { Problem: GalleryProblem.Invalid } => new("usage", ExitCode.Usage, exception.Message),
        GalleryException => new("input", ExitCode.Input, exception.Message),
        StorageException e => new("storage", e.Problem is StorageProblem.InUse ? ExitCode.Usage : ExitCode.Output, e.Message),
        PictureException { IsAboutWriting: true } => new("output", ExitCode.Output, exception.Message),
        PictureException or InvalidDataException or EndOfStreamException or NotSupportedException => new("input", ExitCode.Input, exception.Message),
        IOException or UnauthorizedAccessException => new("input", ExitCode.Input, exception.Message),
        _ => new("unexpected", ExitCode.Unexpected, Texts.Unexpected.With(exception.GetType().Name, exception.Message)),
    };

    /// <summary>Whether a native library is missing or does not fit. TorchSharp's own search for libtorch ends in a NotSupportedException with pages of protocol.</summary>
    public static bool IsNativeLibrary(Exception exception) =>
        exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException
        || exception is NotSupportedException && exception.Message.Contains("LoadNativeBackend", StringComparison.Ordinal);

    /// <summary>The sentence before the protocol.</summary>
    public static string FirstLine(string message) => message.AsSpan().Trim().IndexOf('\n') is var end and >= 0 ? message.Trim()[..end].Trim() : message.Trim();

    /// <summary>libtorch knows one kind of exception and tells memory by its text.</summary>
    private static bool IsMemory(string message) =>
        message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase) || message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
}
