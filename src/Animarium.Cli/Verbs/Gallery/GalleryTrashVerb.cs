using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Gallery;
using Spectre.Console;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery trash put|restore|empty</c>: deleting pictures and taking it back.</summary>
internal static class GalleryTrashVerb
{
    public static Command Command() => new("trash", Texts.GalleryTrashDescription)
    {
        Each("put", Texts.GalleryTrashPut, (gallery, ids) => gallery.Trash(ids)), Each("restore", Texts.GalleryTrashRestore, (gallery, ids) => gallery.Restore(ids)), Empty(),
    };

    private static VerbCommand Each(string name, string description, Func<PictureGallery, long[], GalleryChange> change)
    {
        var ids = GalleryRateVerb.Ids();
        var data = GalleryVerb.Data();
        var verb = new VerbCommand(name, description, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery => GalleryRateVerb.Show(change(gallery, parse.GetRequiredValue(ids)), session.Output)))
        {
            Examples = [$"gallery trash {name} 12 13"],
        };
        verb.Arguments.Add(ids);
        verb.Add(Texts.GalleryGroup, data);
        return verb;
    }

    private static VerbCommand Empty()
    {
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("empty", Texts.GalleryTrashEmpty, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery =>
        {
            var (deleted, failed) = gallery.EmptyTrash();
            foreach (var problem in failed) session.Output.Warn(problem.Code, problem.Message);
            session.Output.Report("deleted", new() { ["pictures"] = deleted }, console => console.WriteLine(Texts.GalleryDeleted.With(deleted)));
            return ExitCode.Done;
        }))
        {
            Examples = ["gallery trash empty"],
        };
        verb.Add(Texts.GalleryGroup, data);
        return verb;
    }
}
