using System.Net;
using System.Security.Cryptography;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary.Downloads;

/// <summary>
/// Fetches weight files. Whatever breaks off is taken up where it ended, also by another run of the program; a file appears under its name only when it is whole,
/// of the right size and hash, and really holds weights.
/// </summary>
/// <param name="time">For pauses.</param>
/// <param name="options">Patience; null: the usual.</param>
public sealed class Downloader(TimeProvider time, DownloadOptions? options = null) : IDisposable
{
    private const long Spare = 256 << 20; // bytes that stay free on the disk
    private const string Extension = ".safetensors";

    private readonly DownloadOptions options = options ?? new();
    private readonly DownloadConnection connection = new(options ?? new());

    /// <summary>Fetches a file. Cancelling keeps what came.</summary>
    /// <param name="file">Which.</param>
    /// <param name="progress">Is told how far it is, from any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False: the file was here already.</returns>
    /// <exception cref="DownloadException">It cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> Download(FileDownload file, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        connection.Require(file.Source);
        // Pickles run whatever code stands in them; nothing else that people exchange is taken either.
        if (!file.Target.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)) throw new DownloadException(DownloadProblem.Refused, Words.Say("download.kind", Path.GetFileName(file.Target), Extension));
        if (await IsHere(file, progress, cancellation).ConfigureAwait(false)) return false;

        for (bool again = true; ;)
        {
            using var part = PartialFile.Open(Path.GetFullPath(file.Target), file.Source);
            bool resumed = part.Length > 0;
            await Load(file, part, progress, cancellation).ConfigureAwait(false);
            if (file.Sha256 is null || file.Sha256.Equals(await Hash(part, progress, cancellation).ConfigureAwait(false), StringComparison.OrdinalIgnoreCase))
            {
                part.Close();
                RequireWeights(file, part);
                part.Finish();
                return true;
            }
            part.Discard();
            // Of two parts one may have been of another file; a whole one that is different stays different.
            if (!resumed || !again) throw new DownloadException(DownloadProblem.Different, Words.Say("download.hash", DownloadConnection.Shown(file.Source), Path.GetFileName(file.Target)));
            again = false;
        }
    }

    private async Task Load(FileDownload file, PartialFile part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        long most = part.Length;
        for (int failures = 0; ; failures++)
        {
            try
            {
                await Try(file, part, progress, cancellation).ConfigureAwait(false);
                return;
            }
            catch (InterruptedException e)
            {
                part.Flush();
                if (part.Length > most) (most, failures) = (part.Length, 0);
                if (failures >= options.Patience) throw new DownloadException(DownloadProblem.Unreachable, Words.Say("download.unreachable", DownloadConnection.Shown(file.Source), e.Message, Words.Say("download.kept")), e);
                progress?.Report(new(DownloadPhase.Waiting, part.Length, part.Noted?.Total ?? file.Bytes, e.Message));
                await Task.Delay(Pause(failures, e.Pause), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Doubles, with some chance in it, so that a thousand programs do not come back to a server at once.</summary>
    private TimeSpan Pause(int failures, TimeSpan? asked)
    {
        var pause = options.FirstPause * Math.Pow(2, Math.Min(failures, 20)) * (0.75 + 0.5 * Random.Shared.NextDouble());
        if (asked > pause) pause = asked.Value;
        return pause < options.LongestPause ? pause : options.LongestPause;
    }

    private async Task Try(FileDownload file, PartialFile part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.Silence);
        try
        {
            using var response = await connection.Open(file, part.Length, part.Noted?.Validator, silence.Token).ConfigureAwait(false);
            long? total = DownloadAnswer.Read(response, file, part, time);
            if (total is { } whole && whole == part.Length && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return;
            RequireSpace(file, (total ?? file.Bytes ?? 0) - part.Length);
            await using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var buffer = new byte[1 << 18];
            while (true)
            {
                silence.CancelAfter(options.Silence);
                int read = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
                if (read == 0) break;
                if (part.Length + read > (total ?? file.Bytes ?? long.MaxValue)) throw Different(file, part.Length + read);
                await part.Add(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                progress?.Report(new(DownloadPhase.Loading, part.Length, total ?? file.Bytes));
            }
            if (part.Length < (total ?? file.Bytes ?? 0)) throw new InterruptedException(Words.Say("download.short", part.Length, total ?? file.Bytes));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InterruptedException(Words.Say("download.silence", options.Silence.TotalSeconds));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new InterruptedException(e.Message);
        }
    }

    internal static DownloadException Different(FileDownload file, long bytes) =>
        new(DownloadProblem.Different, Words.Say("download.size", DownloadConnection.Shown(file.Source), bytes, file.Bytes ?? 0));

    private void RequireSpace(FileDownload file, long needed)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file.Target))!;
        long free = options.FreeBytes(folder);
        if (free < needed + Spare) throw new DownloadException(DownloadProblem.Disk, Words.Say("download.full", folder, (needed + Spare) / 1e9, free / 1e9));
    }

    private static async Task<string> Hash(PartialFile part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long done = 0;
        await foreach (var piece in part.Pieces(cancellation).ConfigureAwait(false))
        {
            hash.AppendData(piece.Span);
            progress?.Report(new(DownloadPhase.Checking, done += piece.Length, part.Length));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether the target is there and what was asked for.</summary>
    /// <exception cref="DownloadException">Something else has its name.</exception>
    private static async Task<bool> IsHere(FileDownload file, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (new FileInfo(file.Target) is not { Exists: true } found) return Directory.Exists(file.Target) ? throw Taken(file) : false;
        if (file.Bytes is { } bytes && bytes != found.Length) throw Taken(file);
        if (file.Sha256 is null) return true;
        progress?.Report(new(DownloadPhase.Checking, 0, found.Length));
        await using var stream = found.OpenRead();
        return file.Sha256.Equals(Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false)), StringComparison.OrdinalIgnoreCase) ? true : throw Taken(file);
    }

    private static DownloadException Taken(FileDownload file) => new(DownloadProblem.Different, Words.Say("download.taken", file.Target));

    private static void RequireWeights(FileDownload file, PartialFile part)
    {
        try
        {
            using var weights = SafeTensorsFile.Open(part.Path);
        }
        catch (SafeTensorsException e)
        {
            part.Discard();
            throw new DownloadException(DownloadProblem.Different, Words.Say("download.weights", DownloadConnection.Shown(file.Source), Words.In(e.Text)), e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();
}
