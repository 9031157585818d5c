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
                case DrawingStarted { Request: var request } start:
                    Report("start", new()
                    {
                        ["model"] = request.Model, ["device"] = start.Device, ["precision"] = start.Precision, ["pictures"] = request.Pictures,
                        ["request"] = Settings.Of(request, knob => knob.Describes).ToJson(),
                    });
                    break;
                case DrawingStep step:
                    Report("step", new() { ["picture"] = step.Picture, ["last"] = step.Last, ["pass"] = step.Pass, ["step"] = step.Step, ["steps"] = step.Steps, ["seconds"] = step.Seconds });
                    break;
                case DrawingNotice { Notice: var notice }:
                    output.Warn(notice.Code, notice.Message);
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
                case DrawingStarted { Request: var request } start:
                    pictures = request.Pictures;
                    output.Err.WriteLine(Texts.DrawingStarted.With(request.Model, request.Width, request.Height, request.Steps, request.Sampler, request.Cfg, start.Device, start.Precision));
                    break;
                case DrawingNotice { Notice: var notice }:
                    output.Warn(notice.Code, notice.Message);
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

    /// <summary>A bar over the steps of a pass; afterwards the current event is another one. Returns whether there is one.</summary>
    private bool Steps(IEnumerator<DrawingEvent> events, DrawingStep first, int pictures)
    {
        bool more = true;
        string title = first.Picture == first.Last ? Texts.DrawingOne.With(first.Picture, pictures) : Texts.DrawingSome.With(first.Picture, first.Last, pictures);
        StepProgress.Run(output.Err, title, report =>
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
