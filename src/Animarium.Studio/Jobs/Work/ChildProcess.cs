using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Animarium.Studio.Preferences;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Jobs.Work;

/// <summary>
/// Works in a child process, <c>animarium worker</c>, that speaks lines of JSON: its memory is given back when it ends, and a crash of a native library costs
/// one picture.
/// </summary>
/// <param name="command">The program and its arguments (<see cref="Hardware.OwnProgram"/>).</param>
/// <param name="workerLock">A file that the worker holds: of several that are started, one works (<see cref="Storage.StudioHome.WorkerLock"/>).</param>
/// <param name="priority">Against other programs.</param>
public sealed class ChildProcess(IReadOnlyList<string> command, string workerLock, ProcessPriorityClass priority) : IWorkplace
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // for the step in which it is asked to end

    /// <summary>The priority that a person's settings say.</summary>
    public static ProcessPriorityClass PriorityOf(StudioSettings settings) => settings.Priority == "low" ? ProcessPriorityClass.BelowNormal : ProcessPriorityClass.Normal;

    /// <inheritdoc/>
    public IWorker Start() => new Worker(priority, [.. command, "--lock", workerLock, "--lang", System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja" ? "ja" : "en"]);

    private sealed class Worker : IWorker
    {
        private const int LastLines = 12;

        private readonly Process process = new();
        private readonly Channel<string> messages = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        private readonly Queue<string> said = new();
        private readonly bool started;
        private volatile int exitCode = -1; // of one that did not end, or never began

        public Worker(ProcessPriorityClass priority, IReadOnlyList<string> command)
        {
            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
            process.StartInfo = new(command[0], command.Skip(1))
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                StandardInputEncoding = utf8, StandardOutputEncoding = utf8, StandardErrorEncoding = utf8, CreateNoWindow = true,
            };
            process.ErrorDataReceived += (_, line) => Remember(line.Data);
            try
            {
                started = process.Start();
                Yield(priority);
                process.BeginErrorReadLine();
                _ = Task.Run(Write);
            }
            catch (Win32Exception e)
            {
                Remember(e.Message);
            }
        }

        public IAsyncEnumerable<WorkReport> Reports => Read();

        public string LastWords
        {
            get
            {
                string words;
                lock (said) words = string.Join('\n', said);
                return Words.Say("worker.ended", exitCode, words.Length > 0 ? "\n" + words : "");
            }
        }

        public void Send(WorkMessage message) => messages.Writer.TryWrite(WorkLines.Write(message));

        public async ValueTask DisposeAsync()
        {
            messages.Writer.TryComplete(); // the end of its input ends the worker
            if (started)
            {
                using var patience = new CancellationTokenSource(Patience);
                try
                {
                    await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    process.Kill(entireProcessTree: true);
                }
                if (process.HasExited) exitCode = process.ExitCode;
            }
            process.Dispose();
        }

        private void Yield(ProcessPriorityClass priority)
        {
            try
            {
                if (priority != ProcessPriorityClass.Normal) process.PriorityClass = priority; // its threads come later, and inherit it
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                // not allowed here, or gone already: it works as it is, or its reports end
            }
        }

        private async Task Write()
        {
            try
            {
                await foreach (string line in messages.Reader.ReadAllAsync().ConfigureAwait(false))
                {
                    await process.StandardInput.WriteLineAsync(line).ConfigureAwait(false);
                    await process.StandardInput.FlushAsync().ConfigureAwait(false);
                }
                process.StandardInput.Close();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
            {
                // it is gone: that its reports end tells the rest
            }
        }

        private async IAsyncEnumerable<WorkReport> Read()
        {
            if (!started) yield break;
            while (await Line().ConfigureAwait(false) is { } line)
            {
                WorkReport? report = null;
                try
                {
                    report = WorkLines.Read<WorkReport>(line);
                }
                catch (InvalidDataException)
                {
                    Remember(line); // a native library that writes to standard output
                }
                if (report is not null) yield return report;
            }
            try
            {
                await process.WaitForExitAsync().ConfigureAwait(false); // so that its last words are known
                exitCode = process.ExitCode;
            }
            catch (InvalidOperationException)
            {
                // it was disposed of at this moment, when it had ended
            }
        }

        private async Task<string?> Line()
        {
            try
            {
                return await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
            {
                return null;
            }
        }

        private void Remember(string? line)
        {
            if (string.IsNullOrWhiteSpace(line)) return;
            lock (said)
            {
                said.Enqueue(line);
                if (said.Count > LastLines) said.Dequeue();
            }
        }
    }
}
