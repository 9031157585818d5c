using System.CommandLine;
using System.Diagnostics;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium worker</c>: draws and trains what it reads on standard input, for a server that started it. Not for people, so help does not name it (docs/worker.md).</summary>
internal static class WorkerVerb
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20), LockPause = TimeSpan.FromMilliseconds(100);

    public static VerbCommand Command()
    {
        var held = new Option<string>("--lock") { Description = Texts.WorkerLock, HelpName = Texts.PlaceholderPath };
        var verb = new VerbCommand("worker", Texts.WorkerDescription, (parse, session) => Run(parse.GetValue(held), session)) { Hidden = true };
        verb.Add(Texts.WorkerGroup, held);
        return verb;
    }

    private static ExitCode Run(string? held, Session session)
    {
        InstalledTorch.Load(session.Environment);
        using var output = StandardStreams.Out();
        var writing = new Lock();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(session.Cancellation);
        using var loop = new WorkLoop(new(StudioFolders.Default, Words, TimeProvider.System), Tell);
        var reader = new Thread(() => Read(loop, ended)) { IsBackground = true, Name = "read" };
        reader.Start();
        using var ending = ended.Token.Register(loop.End);
        using var holding = held is null ? null : Hold(held, ended.Token);
        if (ended.IsCancellationRequested) return ExitCode.Done;
        Tell(new WorkerReady(Environment.ProcessId));
        loop.Run();
        return ExitCode.Done;

        void Tell(WorkReport report)
        {
            lock (writing) output.WriteLine(WorkLines.Write(report));
        }
    }

    /// <summary>Takes messages until there are no more; then whoever sent them is gone or wants the end.</summary>
    private static void Read(WorkLoop loop, CancellationTokenSource ended)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        try
        {
            while (input.ReadLine() is { } line)
                if (line.Length > 0) loop.Take(WorkLines.Read<WorkMessage>(line));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            using var error = StandardStreams.Error();
            error.WriteLine(e.Message);
        }
        ended.Cancel();
        // A step may take minutes. Nothing is lost by not waiting for it: files appear whole, and a training has its state.
        Thread.Sleep(Grace);
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>Waits until no other worker of the same server's folder is there: one that lost its server ends soon, and memory for two there may not be.</summary>
    private static FileStream? Hold(string path, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                ended.WaitHandle.WaitOne(LockPause);
            }
        }
        return null;
    }

    private static (string Code, string Message) Words(Exception e)
    {
        var failure = Failures.Of(e);
        return (failure.Code, failure.Message);
    }
}
