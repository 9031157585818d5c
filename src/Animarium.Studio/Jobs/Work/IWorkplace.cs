namespace Animarium.Studio.Jobs.Work;

/// <summary>Where jobs are worked on: in this process, in a child process, or, one day, on other machines (docs/decisions/0013).</summary>
public interface IWorkplace
{
    /// <summary>Brings up a worker. It returns at once; that the worker cannot work shows in its reports, which end then.</summary>
    IWorker Start();
}

/// <summary>Someone who draws and trains. Disposing it ends it: politely first, and the memory it had is given back.</summary>
public interface IWorker : IAsyncDisposable
{
    /// <summary>Tells it something. To one that is gone, this does nothing: its reports have ended, or will.</summary>
    void Send(WorkMessage message);

    /// <summary>What it tells, once, until it is gone.</summary>
    IAsyncEnumerable<WorkReport> Reports { get; }

    /// <summary>Why its reports ended, as far as that is known: an exit code, its last words.</summary>
    string LastWords { get; }
}
