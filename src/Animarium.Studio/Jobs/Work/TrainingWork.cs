using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Trains at a worker as <c>animarium train</c> does.</summary>
internal static class TrainingWork
{
    /// <summary>Trains to the end, or until it is stopped: then it can be gone on with.</summary>
    public static void Run(WorkLoop loop, WorkTools tools, WorkItem item, CancellationToken cancellation)
    {
        var order = (Train)item.Message;
        try
        {
            tools.LookAgain();
            var plan = order.Resume is { } run
                ? TrainingStart.Resume(run, [], tools.Library, Notice, cancellation)
                : TrainingStart.Of(order.Source, new(order.Goal, order.Trigger, order.Set) { Runs = order.Runs }, tools.Library, Notice, cancellation);
            string? cache = tools.Folders.Cache is { } own ? Path.Combine(own, "training") : null;
            if (order.Measures)
            {
                var (kind, facts) = TrainingLine.Of(TrainingForecast.Of(plan, tools.Hashes, cache, cancellation));
                loop.Tell(new TrainingTold { Job = order.Job, Kind = kind, Facts = facts });
                loop.Settle(item, new TrainingDone { Job = order.Job });
                return;
            }
            foreach (var happened in new TrainingRun(plan, tools.Library, tools.Hashes, cache, tools.Time).Run(resume: order.Resume is not null, cancellation))
            {
                if (happened is TrainingNotice { Notice: var notice }) Notice(notice);
                else if (TrainingLine.Of(happened) is var (told, values)) loop.Tell(new TrainingTold { Job = order.Job, Kind = told, Facts = values });
            }
            loop.Settle(item, new TrainingDone { Job = order.Job });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            loop.Drop(item);
        }
        catch (Exception e)
        {
            loop.Fail(item, e);
        }

        void Notice(Generation.Notice notice) => loop.Tell(new WorkNotice { Job = order.Job, Code = notice.Code, Message = notice.Message });
    }
}
