using System.Collections.Concurrent;
using System.Threading.Channels;
using Animarium.Studio.Jobs.Work;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>A workplace whose workers do what the test says: nothing is drawn, messages and deaths are what matters.</summary>
internal sealed class ScriptedPlace : IWorkplace
{
    /// <summary>What a worker does with a message; by default it draws at once.</summary>
    public Action<Worker, WorkMessage> Script { get; set; } = (worker, message) => worker.Draw(message);

    /// <summary>Whether workers come up at all.</summary>
    public bool Starts { get; set; } = true;

    public ConcurrentQueue<Worker> Workers { get; } = new();

    public IWorker Start()
    {
        var worker = new Worker(this);
        Workers.Enqueue(worker);
        if (Starts) worker.Tell(new WorkerReady(1));
        else worker.Die("no libtorch");
        return worker;
    }

    internal sealed class Worker(ScriptedPlace place) : IWorker
    {
        private readonly Channel<WorkReport> reports = Channel.CreateUnbounded<WorkReport>();

        public ConcurrentQueue<WorkMessage> Heard { get; } = new();

        public bool IsDisposed { get; private set; }

        public IAsyncEnumerable<WorkReport> Reports => reports.Reader.ReadAllAsync();

        public string LastWords { get; private set; } = "";

        public void Send(WorkMessage message)
        {
            Heard.Enqueue(message);
            place.Script(this, message);
        }

        public void Tell(WorkReport report) => reports.Writer.TryWrite(report);

        public void Die(string words)
        {
            LastWords = words;
            reports.Writer.TryComplete();
        }

        /// <summary>Asks for the name, writes the file, tells.</summary>
        public void Draw(WorkMessage message)
        {
            if (message is DrawPicture { Path: null } picture)
            {
                string wished = (string)picture.Settings["out"]!;
                Tell(new PicturePlanned { Job = picture.Job, Number = picture.Number, Path = Path.Combine(wished[..wished.IndexOf('{', StringComparison.Ordinal)], "same.png") });
            }
            else if (message is NamePicture or DrawPicture)
            {
                var (number, path) = message is NamePicture named ? (named.Number, named.Path) : (((DrawPicture)message).Number, ((DrawPicture)message).Path!);
                File.WriteAllText(path, "a picture");
                Tell(new PictureDone { Job = message.Job, Number = number, Seconds = 0.1 });
            }
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            reports.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
