using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Images.Decoding;

/// <summary>
/// In processes of their own, with a limit on their memory: a file that makes a decoder crash, hang or eat memory costs this file. They are started when they are
/// wanted, as many as the machine has cores, and end when they were not wanted for a while.
/// </summary>
/// <param name="command">The program and its arguments.</param>
/// <param name="time">For the while.</param>
/// <param name="patience">How long one file may take.</param>
public sealed class DecoderApart(IReadOnlyList<string> command, TimeProvider time, TimeSpan patience) : IDecoder, IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly ConcurrentStack<DecodingProcess> idle = new();
    private readonly SemaphoreSlim room = new(Environment.ProcessorCount);
    private ITimer? ending;

    /// <inheritdoc/>
    public byte[] Thumbnail(string path, int side) => Ask(new(path, Language, side)).Thumbnail ?? throw Failed(path, "");

    /// <inheritdoc/>
    public DescribedFile Describe(string path, string? name = null) => Ask(new(path, Language, Name: name)).Described ?? throw Failed(name ?? path, "");

    private static string Language => CultureInfo.CurrentUICulture.Name;

    private DecoderAnswer Ask(DecoderRequest request)
    {
        room.Wait();
        try
        {
            DecoderAnswer? answer = null;
            while (answer is null && idle.TryPop(out var used)) answer = Ask(used, request, isNew: false);
            answer ??= Ask(new(command), request, isNew: true)!;
            return answer.Problem is { } problem ? throw new PictureException(problem) : answer;
        }
        catch (Exception e) when (e is IOException or TimeoutException or Win32Exception or JsonException)
        {
            throw Failed(request.Name ?? request.Path, e.Message);
        }
        finally
        {
            room.Release();
        }
    }

    /// <returns>Null if one that was idle is gone: that is no fault of this file.</returns>
    private DecoderAnswer? Ask(DecodingProcess process, DecoderRequest request, bool isNew)
    {
        try
        {
            var answer = DecoderLines.Read<DecoderAnswer>(process.Ask(DecoderLines.Write(request), patience));
            Keep(process);
            return answer;
        }
        catch (Exception e)
        {
            process.Dispose(); // whatever it is doing
            if (e is IOException && !isNew) return null;
            throw;
        }
    }

    private void Keep(DecodingProcess process)
    {
        idle.Push(process);
        var timer = LazyInitializer.EnsureInitialized(ref ending, () => time.CreateTimer(_ => End(), null, Idle, Timeout.InfiniteTimeSpan));
        timer.Change(Idle, Timeout.InfiniteTimeSpan);
    }

    private void End()
    {
        while (idle.TryPop(out var process)) process.Dispose();
    }

    private static PictureException Failed(string path, string reason) => new(Words.Say("picture.decoder", path, reason));

    /// <inheritdoc/>
    public void Dispose()
    {
        ending?.Dispose();
        End();
        room.Dispose();
    }
}
