using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Spectre.Console;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery forget</c>: pictures whose files are gone.</summary>
internal static class GalleryForgetVerb
{
    public static VerbCommand Command()
    {
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("forget", Texts.GalleryForgetDescription, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery =>
        {
            int forgotten = gallery.ForgetGone();
            session.Output.Report("forgotten", new() { ["pictures"] = forgotten }, console => console.WriteLine(Texts.GalleryForgotten.With(forgotten)));
            return ExitCode.Done;
        }))
        {
            Examples = ["gallery search --place gone", "gallery forget"],
        };
        verb.Add(Texts.GalleryGroup, data);
        return verb;
    }
}
