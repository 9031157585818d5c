using System.Text.Json.Nodes;
using Animarium.Cli.Language;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>Shows what happens while pictures are drawn, and by asking for it makes it happen.</summary>
internal abstract class DrawingView
{
    /// <summary>Shows a drawing to its end.</summary>
    public abstract void Show(GenerationRequest request, IEnumerable<DrawingEvent> drawing);
}

/// <summary>For programs: each event a line.</summary>
internal sealed class JsonView(Output output) : DrawingView
{
    public override void Show(GenerationRequest request, IEnumerable<DrawingEvent> drawing)
    {
        Report("start", new() { ["model"] = request.Model, ["pictures"] = request.Pictures, ["request"] = Settings.Of(request, knob => knob.Describes).ToJson() });
        foreach (var happened in drawing)
        {
            switch (happened)
            {
                case StepMade step:
                    Report("step", new() { ["picture"] = step.First, ["last"] = step.Last, ["pass"] = step.Pass, ["step"] = step.Step, ["steps"] = step.Steps, ["seconds"] = step.Seconds });
                    break;
                case NoticeGiven { Notice: var notice }:
                    output.Warn(notice.Code, notice.Message);
                    break;
                case PictureSaved saved:
                    Report("image", new()
                    {
                        ["path"] = saved.Path, ["seed"] = saved.Picture.Request.Seed, ["seconds"] = saved.Seconds, ["width"] = saved.Width, ["height"] = saved.Height,
                        ["picture"] = saved.Picture.Index, ["prompt"] = saved.Picture.Request.Prompt,
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
    public override void Show(GenerationRequest request, IEnumerable<DrawingEvent> drawing)
    {
        output.Err.WriteLine(Texts.DrawingStarted.With(request.Model, request.Width, request.Height, request.Steps, request.Sampler, request.Cfg));
        using var events = drawing.GetEnumerator();
        for (bool more = events.MoveNext(); more;)
        {
            switch (events.Current)
            {
                case NoticeGiven { Notice: var notice }:
                    output.Warn(notice.Code, notice.Message);
                    break;
                case PictureSaved saved:
                    Saved(saved);
                    break;
                case StepMade step:
                    more = Steps(events, step, request.Pictures);
                    continue; // the bar stopped at another event, or at the end
            }
            more = events.MoveNext();
        }
    }

    /// <summary>A bar over the steps of a batch; afterwards the current event is another one. Returns whether there is one.</summary>
    private bool Steps(IEnumerator<DrawingEvent> events, StepMade first, int pictures)
    {
        bool more = true;
        string title = first.First == first.Last ? Texts.DrawingOne.With(first.First, pictures) : Texts.DrawingSome.With(first.First, first.Last, pictures);
        StepProgress.Run(output.Err, title, report =>
        {
            for (; more && events.Current is StepMade step && step.First == first.First; more = events.MoveNext()) report(step.Step, step.Steps);
        });
        return more;
    }

    private void Saved(PictureSaved saved)
    {
        output.Out.WriteLine(PeopleOutput.Printable(saved.Path));
        output.Err.MarkupLine($"[grey]{Markup.Escape(Texts.DrawingSaved.With(saved.Picture.Request.Seed, saved.Seconds))}[/]");
        if (protocol != PictureProtocol.None) output.Raw(TerminalPicture.Draw(PictureFile.Load(saved.Path), protocol));
    }
}
