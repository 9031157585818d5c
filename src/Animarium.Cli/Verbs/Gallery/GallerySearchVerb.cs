using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Gallery;
using Spectre.Console;

namespace Animarium.Cli.Verbs.Gallery;

/// <summary><c>animarium gallery search TEXT</c>: finds pictures.</summary>
internal static class GallerySearchVerb
{
    private const int UsualTake = 20, MostTake = 10_000, ShownPrompt = 100; // characters of a prompt

    public static VerbCommand Command()
    {
        var text = new Argument<string[]>("text") { Description = Texts.GallerySearchArgument, HelpName = "TEXT", Arity = ArgumentArity.ZeroOrMore };
        var model = Named("--model", Texts.GallerySearchModel);
        var lora = Named("--lora", Texts.GallerySearchLora);
        var collection = Named("--collection", Texts.GallerySearchCollection);
        var tag = Named("--tag", Texts.GallerySearchTag);
        var rating = new Option<int?>("--rating") { Description = Texts.GallerySearchRating.With(PictureGallery.HighestRating), HelpName = "N" };
        var seed = new Option<ulong?>("--seed") { Description = Texts.GallerySearchSeed, HelpName = "N" };
        var place = new Option<GalleryPlace>("--place") { Description = Texts.GallerySearchPlace, HelpName = "here|trash|gone" };
        var sort = new Option<GallerySort>("--sort") { Description = Texts.GallerySearchSort, HelpName = string.Join('|', Enum.GetNames<GallerySort>()).ToLowerInvariant() };
        var take = new Option<int>("--take") { Description = Texts.GallerySearchTake.With(UsualTake), HelpName = "N", DefaultValueFactory = _ => UsualTake };
        var data = GalleryVerb.Data();
        var verb = new VerbCommand("search", Texts.GallerySearchDescription, (parse, session) => GalleryVerb.With(parse.GetValue(data), session, gallery => Run(gallery, new()
        {
            Text = string.Join(' ', parse.GetValue(text) ?? []),
            Model = parse.GetValue(model),
            Lora = parse.GetValue(lora),
            Collection = parse.GetValue(collection),
            Tag = parse.GetValue(tag),
            RatingFrom = parse.GetValue(rating),
            Seed = parse.GetValue(seed),
            Place = parse.GetValue(place),
            Sort = parse.GetValue(sort),
        }, Math.Clamp(parse.GetValue(take), 1, MostTake), session.Output)))
        {
            Examples = ["gallery search 猫", "gallery search 1girl -night --rating 4 --sort rating", "gallery search --place trash --json"],
        };
        verb.Arguments.Add(text);
        verb.Add(Texts.GallerySearchGroup, model, lora, collection, tag, rating, seed, place, sort, take);
        verb.Add(Texts.GalleryGroup, data);
        return verb;
    }

    private static Option<string> Named(string name, string description) => new(name) { Description = description, HelpName = Texts.PlaceholderName };

    private static ExitCode Run(PictureGallery gallery, GalleryQuery query, int take, Output output)
    {
        foreach (var picture in gallery.Search(query, 0, take))
            output.Report("picture", Facts(picture), console => console.WriteLine(PeopleOutput.Printable($"{picture.Id}  {picture.Path}\n    {Short(picture)}")));
        int count = gallery.Count(query);
        output.Report("found", new() { ["pictures"] = count }, console => console.WriteLine(Texts.GalleryFound.With(count)));
        return ExitCode.Done;
    }

    private static string Short(GalleryPicture picture)
    {
        string prompt = picture.Prompt.ReplaceLineEndings(" ");
        return $"{picture.Width}×{picture.Height}  {new string('*', picture.Rating)}  {(prompt.Length > ShownPrompt ? prompt[..ShownPrompt] + "…" : prompt)}";
    }

    private static JsonObject Facts(GalleryPicture picture) => new()
    {
        ["id"] = picture.Id,
        ["hash"] = picture.Hash,
        ["path"] = picture.Path,
        ["width"] = picture.Width,
        ["height"] = picture.Height,
        ["drawn"] = picture.Drawn.ToString("O"),
        ["source"] = picture.Source.ToString(),
        ["model"] = picture.Model,
        ["rating"] = picture.Rating,
        ["safety"] = picture.Safety.ToString().ToLowerInvariant(),
        ["tags"] = Names(picture.Tags),
        ["collections"] = Names(picture.Collections),
        ["note"] = picture.Note,
        ["request"] = picture.Settings.ToJson(),
    };

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);
}
