using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Gallery;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery import FOLDER</c>: pictures of other programs.</summary>
internal static class GalleryImportVerb
{
    public static VerbCommand Command()
    {
        var folder = new Argument<string>("folder") { Description = Texts.GalleryImportArgument, HelpName = Texts.PlaceholderPath };
        var copy = new Option<bool>("--copy") { Description = Texts.GalleryImportCopy };
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("import", Texts.GalleryImportDescription, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery =>
        {
            IntakeView.Show(new GalleryImport(gallery).Run(parse.GetRequiredValue(folder), parse.GetValue(copy), session.Cancellation), session.Output);
            return ExitCode.Done;
        }))
        {
            Examples = ["gallery import ~/stable-diffusion-webui/outputs", "gallery import ~/ComfyUI/output --copy --json"],
        };
        verb.Arguments.Add(folder);
        verb.Add(Texts.GalleryGroup, copy, data);
        return verb;
    }
}
