using System.Diagnostics;
using Animarium.Cli.Language;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Animarium.Cli.Terminal;

/// <summary>The bar that people watch: step, time of a step, time left.</summary>
internal static class StepProgress
{
    /// <summary>Runs something that makes steps; the bar vanishes with the last one.</summary>
    /// <param name="console">Where the bar stands. Where it is no terminal, there is none.</param>
    /// <param name="title">What is being made.</param>
    /// <param name="work">Is handed the function to call after each step: steps done, steps in all.</param>
    public static void Run(IAnsiConsole console, string title, Action<Action<int, int>> work) => Run(console, title, (Action<int, int, string> report) => work((done, all) => report(done, all, title)));

    /// <summary>The same, with words that change from step to step.</summary>
    /// <param name="console">Where the bar stands. Where it is no terminal, there is none.</param>
    /// <param name="title">What is being made, before the first step.</param>
    /// <param name="work">Is handed the function to call after each step: steps done, steps in all, the words beside the bar.</param>
    public static void Run(IAnsiConsole console, string title, Action<Action<int, int, string>> work)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            work((_, _, _) => { });
            return;
        }
        var progress = console.Progress().AutoClear(true).ExcludeVerticalPadding().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new StepColumn());
        progress.Start(context =>
        {
            var task = context.AddTask(Markup.Escape(title));
            (int Done, long Time)? first = null;
            work((done, all, words) =>
            {
                task.Description = Markup.Escape(words);
                task.MaxValue = all;
                task.Value = done;
                // Counted from the first step on: that one also pays for memory and caches.
                first ??= (done, Stopwatch.GetTimestamp());
                if (done > first.Value.Done) task.Tag = Stopwatch.GetElapsedTime(first.Value.Time).TotalSeconds / (done - first.Value.Done);
            });
        });
    }

    /// <summary>"12/30, 1.53 s a step, 28 s left".</summary>
    private sealed class StepColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            string steps = $"{task.Value:0}/{task.MaxValue:0}";
            return new Text(task.Tag is double seconds ? Texts.StepTimes.With(steps, seconds, (task.MaxValue - task.Value) * seconds) : steps);
        }
    }
}
