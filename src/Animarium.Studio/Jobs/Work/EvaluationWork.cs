using Animarium.Studio.Training.Evaluation;

namespace Animarium.Studio.Jobs.Work;

/// <summary>Compares the checkpoints of a run at a worker as <c>animarium evaluate</c> does.</summary>
internal static class EvaluationWork
{
    /// <summary>Draws and looks to the end, or until it is stopped: pictures that are finished are not drawn again.</summary>
    public static void Run(WorkLoop loop, WorkTools tools, WorkItem item, CancellationToken cancellation)
    {
        var order = (Evaluate)item.Message;
        try
        {
            tools.LookAgain();
            loop.Tell(new TrainingTold { Job = order.Job, Kind = "start", Facts = new() { ["folder"] = order.Run, ["steps"] = 0, ["stepsDone"] = 0 } });
            foreach (var happened in new EvaluationRun(order.Run, new(), tools.Library, tools.Hashes).Run(cancellation))
            {
                if (happened is EvaluationNotice { Notice: var notice }) loop.Tell(new WorkNotice { Job = order.Job, Code = notice.Code, Message = notice.Message });
                else if (happened is EvaluationStep step) loop.Tell(new TrainingTold { Job = order.Job, Kind = "drawn", Facts = new() { ["done"] = step.Done, ["total"] = step.Total } });
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
    }
}
