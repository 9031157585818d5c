using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.ModelLibrary.Downloads;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium models download NAME…</c>: fetches official files; without a name shows which there are and which are here.</summary>
internal static class ModelsDownloadVerb
{
    private const int Mega = 1_000_000;
    private const double Giga = 1e9;

    public static VerbCommand Command()
    {
        var names = new Argument<string[]>("names") { Description = Texts.DownloadArgument, HelpName = "NAME", Arity = ArgumentArity.ZeroOrMore };
        var needed = new Option<bool>("--needed") { Description = Texts.DownloadNeeded };
        var into = new Option<string>("--into") { Description = Texts.DownloadInto, HelpName = Texts.PlaceholderPath };
        var variable = new Option<string>("--token-variable") { Description = Texts.DownloadToken, HelpName = "NAME" };
        var verb = new VerbCommand("download", Texts.DownloadDescription, (parse, session) =>
        {
            string folder = parse.GetValue(into) ?? StudioFolders.Default.NewModels ?? throw FailureException.Usage(Texts.DownloadNowhere);
            InputText.RequireKnownName(folder);
            return Run([.. (parse.GetValue(names) ?? []).Select(OfficialDownloads.Find)], parse.GetValue(needed), folder, session.Environment(parse.GetValue(variable) ?? "HF_TOKEN"), session);
        })
        {
            Examples = ["models download", "models download --needed", "models download anima-turbo-v1.1 --into ~/ComfyUI/models"],
        };
        verb.Arguments.Add(names);
        verb.Add(Texts.DownloadGroup, needed, into, variable);
        return verb;
    }

    private static ExitCode Run(IReadOnlyList<OfficialFile> asked, bool needed, string folder, string? token, Session session)
    {
        var states = OfficialDownloads.States(new ModelCatalog([folder, .. StudioFolders.Default.Models]), folder);
        if (asked.Count == 0 && !needed)
        {
            foreach (var state in states) Show(state, session.Output);
            session.Output.Report("licence", new() { ["page"] = OfficialFiles.Page.AbsoluteUri }, console => console.WriteLine(Texts.DownloadLicence.With(OfficialFiles.Page)));
            return ExitCode.Done;
        }
        if (session.Output is PeopleOutput people) people.Err.WriteLine(Texts.DownloadLicence.With(OfficialFiles.Page));
        using var downloader = new Downloader(TimeProvider.System);
        foreach (var file in asked.Concat(needed ? OfficialFiles.Needed : []).Distinct())
        {
            string? here = states.First(state => state.File == file).Path;
            if (here is null) Fetch(downloader, OfficialDownloads.Of(file, folder, string.IsNullOrWhiteSpace(token) ? null : token.Trim()), session);
            session.Output.Report("file", new() { ["name"] = file.Name, ["path"] = here ?? OfficialDownloads.Of(file, folder, null).Target, ["fetched"] = here is null },
                console => console.WriteLine(PeopleOutput.Printable(here ?? OfficialDownloads.Of(file, folder, null).Target)));
        }
        return ExitCode.Done;
    }

    private static void Fetch(Downloader downloader, FileDownload file, Session session)
    {
        string name = Path.GetFileName(file.Target);
        if (session.Output is PeopleOutput people)
            StepProgress.Run(people.Err, name, (report) => Wait(new Told(progress => report((int)(progress.Bytes / Mega), (int)((progress.Total ?? progress.Bytes) / Mega), Words(name, progress)))));
        else
        {
            long last = 0;
            Wait(new Told(progress =>
            {
                if (progress.Phase == DownloadPhase.Loading && progress.Bytes - last is > 0 and < 50 * Mega) return; // a line for each 50 MB
                last = progress.Bytes;
                session.Output.Report("progress", new() { ["name"] = name, ["phase"] = progress.Phase.ToString().ToLowerInvariant(), ["bytes"] = progress.Bytes, ["total"] = progress.Total, ["message"] = progress.Message }, _ => { });
            }));
        }

        void Wait(Told told) => downloader.Download(file, told, session.Cancellation).GetAwaiter().GetResult();
    }

    private static string Words(string name, DownloadProgress progress) => progress.Phase switch
    {
        DownloadPhase.Checking => Texts.DownloadChecking.With(name),
        DownloadPhase.Waiting => Texts.DownloadWaiting.With(name, progress.Message),
        _ => name,
    };

    private static void Show(OfficialState state, Output output)
    {
        var facts = new JsonObject { ["name"] = ModelPart.NameOf(state.File.Name), ["bytes"] = state.File.Bytes, ["sha256"] = state.File.Sha256, ["source"] = state.File.Source.AbsoluteUri, ["path"] = state.Path, ["begun"] = state.Begun };
        string where = state.Path ?? (state.Begun > 0 ? Texts.DownloadBegun.With(state.Begun / Giga) : Texts.DownloadMissing);
        output.Report("official", facts, console => console.WriteLine(PeopleOutput.Printable($"{ModelPart.NameOf(state.File.Name),-24} {state.File.Bytes / Giga,5:0.00} GB  {where}")));
    }

    private sealed class Told(Action<DownloadProgress> tell) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => tell(value);
    }
}
