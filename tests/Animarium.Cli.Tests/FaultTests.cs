using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>What befalls a studio: signals, a disk without room.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentQueue<string> said = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData("INT"), InlineData("TERM")]
    public void A_signal_ends_the_server_cleanly_and_what_was_being_drawn_is_drawn_later(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        var jobs = new JobFolder(folder.Path);
        long id = jobs.Add(JobFolder.Pictures(300, seed: 3));
        using (var server = jobs.Start(said.Enqueue, "serve", "--port", "0", "--no-open"))
        {
            Wait(server, () => jobs.Drawn() >= 3);
            Run("kill", $"-{signal}", server.Id.ToString(CultureInfo.InvariantCulture));
            Assert.True(server.WaitForExit(Longest), "It does not end.");
            Assert.Equal(0, server.ExitCode);
        }
        Assert.Null(StudioLock.AddressOf(jobs.Home));
        using (new FileStream(jobs.Home.WorkerLock, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { } // the worker went first
        var job = jobs.InQueue(queue => queue.Find(id)!);
        Assert.True(job is { IsOver: false, Failed: 0, Done: > 0 and < 300 }, $"{job}");
        Assert.All(Directory.GetFiles(jobs.Home.Pictures, "*", SearchOption.AllDirectories), file => Assert.EndsWith(".png", file, StringComparison.Ordinal));
        int begun = jobs.InQueue(queue => queue.Pictures(id).Count); // more than are done: what was begun cannot be taken out
        jobs.InQueue(queue => queue.Trim(id, new Studio.Plans.IndexCut(begun + 5, 299)));
        jobs.WorkOff();
        jobs.AssertAllOnce(id, begun + 5);
        Assert.Equal(begun + 5, jobs.Drawn());
    }

    [Fact]
    public void A_disk_without_room_is_said_and_nothing_is_lost()
    {
        string disk = Directory.CreateDirectory(folder.At("disk")).FullName;
        Assert.SkipWhen(!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk) != 0, "needs the right to mount a small disk");
        try
        {
            var jobs = new JobFolder(Directory.CreateDirectory(Path.Combine(disk, "studio")).FullName);
            long id = jobs.Add(JobFolder.Pictures(40, seed: 4));
            string filler = Path.Combine(disk, "filler");
            Fill(filler, leave: 200_000);
            using (var server = jobs.Start(said.Enqueue, "jobs"))
            {
                Wait(server, () => server.HasExited || said.Any(line => line.Contains("\"storage\"", StringComparison.Ordinal)));
                Assert.InRange(jobs.Drawn(), 0, 39);
                File.Delete(filler);
                Assert.True(server.WaitForExit(Longest), "It does not go on.");
            }
            // Where a picture was in the way the job pauses; where a note about one was, it goes on by itself.
            Assert.Contains(said, line => line.Contains("No space left", StringComparison.Ordinal) || line.Contains("no room left", StringComparison.Ordinal));
            Assert.DoesNotContain(said, line => line.Contains("   at ", StringComparison.Ordinal));
            jobs.InQueue(queue => queue.Continue(id));
            jobs.WorkOff();
            jobs.AssertAllOnce(id, 40);
            Assert.Equal(40, Directory.GetFiles(jobs.Home.Pictures, "*", SearchOption.AllDirectories).Length);
            Assert.Equal(40, jobs.InGallery(gallery => gallery.Count(new() { Job = id })));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    private static void Fill(string path, int leave)
    {
        long room = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace - leave;
        using var file = File.Create(path);
        byte[] block = new byte[4096];
        for (long written = 0; written < room; written += block.Length) file.Write(block);
    }

    private void Wait(Process program, Func<bool> until)
    {
        for (long start = Stopwatch.GetTimestamp(); !until(); Thread.Sleep(20))
            Assert.True(Stopwatch.GetElapsedTime(start) < Longest && !(program.HasExited && !until()), string.Join('\n', said));
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
