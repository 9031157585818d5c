using System.Diagnostics;
using Animarium.Studio.Jobs.Work;
using Xunit;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>Child processes that end in their own ways.</summary>
public sealed class ChildProcessTests
{
    [Fact]
    public async Task One_that_ends_may_be_disposed_of_while_its_reports_are_awaited()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        for (int time = 0; time < 50; time++)
        {
            var worker = Start("exit 0");
            var reports = Task.Run(async () => { await foreach (var _ in worker.Reports) { } }, TestContext.Current.CancellationToken);
            await worker.DisposeAsync();
            await reports;
        }
    }

    [Fact]
    public async Task Its_last_words_and_exit_code_are_known()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var worker = Start("echo it hurts >&2; exit 7");
        await foreach (var _ in worker.Reports) { }
        Assert.Contains("7", worker.LastWords, StringComparison.Ordinal);
        Assert.Contains("it hurts", worker.LastWords, StringComparison.Ordinal);
        await worker.DisposeAsync();
        Assert.Contains("7", worker.LastWords, StringComparison.Ordinal); // afterwards, too
    }

    // What a workplace adds to the command are arguments of the script, which it does not look at.
    private static IWorker Start(string script) => new ChildProcess(["bash", "-c", script], "unused", ProcessPriorityClass.Normal).Start();
}
