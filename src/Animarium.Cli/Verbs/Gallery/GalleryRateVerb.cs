using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Gallery;
using Spectre.Console;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery rate N ID…</c>: rates pictures.</summary>
internal static class GalleryRateVerb
{
    public static VerbCommand Command()
    {
        var rating = new Argument<int>("rating") { Description = Texts.GalleryRateArgument.With(PictureGallery.HighestRating), HelpName = "N" };
        var ids = Ids();
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("rate", Texts.GalleryRateDescription, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery =>
            Show(gallery.Rate(parse.GetRequiredValue(ids), parse.GetRequiredValue(rating)), session.Output)))
        {
            Examples = ["gallery rate 5 12 13"],
        };
        verb.Arguments.Add(rating);
        verb.Arguments.Add(ids);
        verb.Add(Texts.GalleryGroup, data);
        return verb;
    }

    /// <summary>The numbers of pictures.</summary>
    public static Argument<long[]> Ids() => new("ids") { Description = Texts.GalleryIds, HelpName = "ID", Arity = ArgumentArity.OneOrMore };

    /// <summary>Tells a change.</summary>
    public static ExitCode Show(GalleryChange change, Output output)
    {
        foreach (var problem in change.Failed) output.Warn(problem.Code, problem.Message);
        output.Report("change", new() { ["change"] = change.Id, ["pictures"] = change.Pictures }, console => console.WriteLine(Texts.GalleryChanged.With(change.Pictures)));
        return ExitCode.Done;
    }
}
