using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Gallery;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery rebuild</c>: makes the gallery again from its files.</summary>
internal static class GalleryRebuildVerb
{
    public static VerbCommand Command()
    {
        var quick = new Option<bool>("--quick") { Description = Texts.GalleryRebuildQuick };
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("rebuild", Texts.GalleryRebuildDescription, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery =>
        {
            IntakeView.Show(new GalleryRebuild(gallery).Run(parse.GetValue(quick), session.Cancellation), session.Output);
            return ExitCode.Done;
        }))
        {
            Examples = ["gallery rebuild", "gallery rebuild --quick"],
        };
        verb.Add(Texts.GalleryGroup, quick, data);
        return verb;
    }
}
