using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Studio.Generation;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Shows what happens while pictures are drawn, and by asking for it makes it happen.</summary>
internal abstract class DrawingView
{
    /// <summary>Shows a drawing to its end.</summary>
    public abstract void Show(IEnumerable<DrawingEvent> drawing);
}

/// <summary>For programs: each event a line.</summary>
internal sealed class JsonView(Output output) : DrawingView
{
    public override void Show(IEnumerable<DrawingEvent> drawing)
    {
        foreach (var happened in drawing)
        {
            switch (happened)
            {
                case DrawingStarted start:
                    Report("start", new()
                    {
                        ["model"] = start.Request.Model, ["device"] = start.Device, ["precision"] = start.Precision, ["pictures"] = start.Request.Pictures,
                        ["request"] = Settings.Of(start.Request, knob => knob.Describes).ToJson(),
                    });
                    break;
                case DrawingStep step:
                    Report("step", new() { ["picture"] = step.Picture, ["pass"] = step.Pass, ["step"] = step.Step, ["steps"] = step.Steps, ["seconds"] = step.Seconds });
                    break;
                case DrawingNotice notice:
                    output.Warn(notice.Notice.Code, notice.Notice.Message);
                    break;
                case DrawingSaved saved:
                    Report("image", new()
                    {
                        ["path"] = saved.Path, ["seed"] = saved.Request.Seed, ["seconds"] = saved.Seconds, ["width"] = saved.Picture.Width, ["height"] = saved.Picture.Height,
                        ["picture"] = saved.Number, ["prompt"] = saved.Request.Prompt,
                    });
                    break;
            }
        }
    }

    private void Report(string kind, JsonObject facts) => output.Report(kind, facts, _ => { });
}

/// <summary>For people: a bar while steps are made, then the path of the picture and, where the terminal can, the picture.</summary>
internal sealed class PeopleView(PeopleOutput output, PictureProtocol protocol) : DrawingView
{
    public override void Show(IEnumerable<DrawingEvent> drawing)
    {
        using var events = drawing.GetEnumerator();
        int pictures = 0;
        for (bool more = events.MoveNext(); more;)
        {
            switch (events.Current)
            {
                case DrawingStarted start:
                    pictures = start.Request.Pictures;
                    var request = start.Request;
                    output.Err.WriteLine(Texts.DrawingStarted.With(request.Model, start.Device, start.Precision, request.Width, request.Height, request.Steps, request.Sampler, request.Cfg));
                    break;
                case DrawingNotice notice:
                    output.Warn(notice.Notice.Code, notice.Notice.Message);
                    break;
                case DrawingSaved saved:
                    Saved(saved);
                    break;
                case DrawingStep step:
                    more = Steps(events, step, pictures);
                    continue; // the bar stopped at another event, or at the end
            }
            more = events.MoveNext();
        }
    }

    /// <summary>A bar over steps that follow each other; afterwards the current event is another one. Returns whether there is one.</summary>
    private bool Steps(IEnumerator<DrawingEvent> events, DrawingStep first, int pictures)
    {
        bool more = true;
        StepProgress.Run(output.Err, Texts.DrawingTitle.With(first.Picture, pictures), report =>
        {
            for (; more && events.Current is DrawingStep step && (step.Picture, step.Pass) == (first.Picture, first.Pass); more = events.MoveNext()) report(step.Step, step.Steps);
        });
        return more;
    }

    private void Saved(DrawingSaved saved)
    {
        output.Out.WriteLine(PeopleOutput.Printable(saved.Path));
        output.Err.MarkupLine($"[grey]{Markup.Escape(Texts.DrawingSaved.With(saved.Request.Seed, saved.Seconds))}[/]");
        if (protocol != PictureProtocol.None) output.Raw(TerminalPicture.Draw(saved.Picture, protocol));
    }
}
