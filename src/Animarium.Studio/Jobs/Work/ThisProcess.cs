using System.Threading.Channels;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Works inside this process: without a second one to watch, and without its protection. A crash of a native library ends everything.</summary>
/// <param name="tools">What it works with.</param>
public sealed class ThisProcess(WorkTools tools) : IWorkplace
{
    /// <inheritdoc/>
    public IWorker Start() => new Worker(tools);

    private sealed class Worker : IWorker
    {
        private readonly Channel<WorkReport> reports = Channel.CreateUnbounded<WorkReport>(new() { SingleReader = true });
        private readonly WorkLoop loop;
        private readonly Task running;

        public Worker(WorkTools tools)
        {
            loop = new(tools, report => reports.Writer.TryWrite(report));
            // A thread of its own: a drawing blocks for hours.
            running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public IAsyncEnumerable<WorkReport> Reports => reports.Reader.ReadAllAsync();

        public string LastWords { get; private set; } = "";

        public void Send(WorkMessage message)
        {
            if (!running.IsCompleted) loop.Take(message);
        }

        public async ValueTask DisposeAsync()
        {
            loop.End();
            await running.ConfigureAwait(false);
            loop.Dispose();
        }

        private void Run()
        {
            try
            {
                reports.Writer.TryWrite(new WorkerReady(Environment.ProcessId));
                loop.Run();
            }
            catch (Exception e)
            {
                LastWords = e.Message;
            }
            reports.Writer.Complete();
        }
    }
}
