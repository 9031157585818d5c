using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium metadata IMAGE</c>: how a picture was made, whichever program made it.</summary>
internal static class MetadataVerb
{
    public static VerbCommand Command()
    {
        var image = new Argument<string>("image") { Description = Texts.MetadataArgument, HelpName = "IMAGE" };
        var raw = new Option<bool>("--raw") { Description = Texts.MetadataRaw };
        var verb = new VerbCommand("metadata", Texts.MetadataDescription, (parse, session) => Run(parse.GetRequiredValue(image), parse.GetValue(raw), session))
        {
            Examples = ["metadata picture.png", "metadata --json picture.webp"],
        };
        verb.Arguments.Add(image);
        verb.Add(Texts.MetadataGroup, raw);
        return verb;
    }

    private static ExitCode Run(string path, bool raw, Session session)
    {
        InputText.RequireFile(path);
        var metadata = ImageMetadata.Read(path);
        session.Output.Report("metadata", Facts(path, metadata), console =>
        {
            if (raw) ShowTexts(metadata, console);
            else ShowSettings(path, metadata, console);
        });
        return ExitCode.Done;
    }

    /// <summary>Everything about a picture's description, for programs.</summary>
    public static JsonObject Facts(string path, ImageMetadata metadata)
    {
        var facts = new JsonObject
        {
            ["path"] = path,
            ["source"] = metadata.Source.ToString(),
            ["texts"] = new JsonArray([.. metadata.Texts.Select(text => new JsonObject { ["key"] = text.Key, ["place"] = text.Place, ["text"] = text.Text })]),
        };
        if (metadata.Import() is { } import)
        {
            var fields = new JsonObject();
            foreach (var (name, value) in import.Infotext.Fields) fields[name] = value.Trim();
            facts["settings"] = new JsonObject { ["prompt"] = import.Infotext.Prompt, ["negative"] = import.Infotext.Negative, ["fields"] = fields };
            facts["unmapped"] = new JsonArray([.. import.Unmapped.Select(name => JsonValue.Create(name))]);
        }
        if (ImportedRequest.From(metadata) is { } request) facts["request"] = request.Settings.ToJson();
        if (metadata.Animarium is { } own && Parsed(own) is { } description) facts["animarium"] = description;
        return facts;
    }

    /// <summary>A picture's description for people.</summary>
    public static void ShowSettings(string path, ImageMetadata metadata, IAnsiConsole console)
    {
        if (metadata.Import() is not { } import)
        {
            console.WriteLine((metadata.Texts.Count == 0 ? Texts.MetadataNone : Texts.MetadataUnread).With(PeopleOutput.Printable(path)));
            return;
        }
        var rows = new FactTable();
        rows.Add(Texts.LabelMadeBy, metadata.Source.ToString());
        rows.Add(Texts.LabelPrompt, import.Infotext.Prompt);
        if (import.Infotext.Negative.Length > 0) rows.Add(Texts.LabelNegative, import.Infotext.Negative);
        foreach (var (name, value) in import.Infotext.Fields) rows.Add(name, value.Trim());
        if (import.Unmapped.Count > 0) rows.Add(Texts.LabelUnmapped, string.Join(", ", import.Unmapped));
        rows.Show(console);
    }

    private static void ShowTexts(ImageMetadata metadata, IAnsiConsole console)
    {
        foreach (var text in metadata.Texts)
        {
            console.MarkupLine($"[bold]{Markup.Escape(PeopleOutput.Printable(text.Key))}[/] [grey]({Markup.Escape(text.Place)})[/]");
            console.WriteLine(PeopleOutput.Printable(text.Text));
        }
    }

    private static JsonNode? Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null; // the text itself is reported as it stands
        }
    }
}
