using System.CommandLine;
using System.Net;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Storage;
using Animarium.Web;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium serve</c>: the studio in the browser.</summary>
internal static class ServeVerb
{
    private static readonly Option<int> Port = new("--port") { DefaultValueFactory = _ => 7680 };

    private static readonly Option<string> Data = new("--data");

    public static VerbCommand Command()
    {
        (Port.Description, Data.Description, Data.HelpName) = (Texts.ServePort, Texts.DataOption, Texts.PlaceholderPath);
        var verb = new VerbCommand("serve", Texts.ServeDescription, Run);
        verb.Add(Texts.ServeGroup, Port, Data);
        return verb;
    }

    private static ExitCode Run(ParseResult parse, Session session)
    {
        var home = StudioHome.Of(parse.GetValue(Data), session.Environment);
        home.Prepare();
        using var held = StudioLock.Take(home);
        var app = StudioServer.Build(IPAddress.Loopback, parse.GetValue(Port), home);
        app.StartAsync(session.Cancellation).GetAwaiter().GetResult();
        string address = app.Urls.First();
        session.Output.Report("serving", new() { ["address"] = address }, console => console.WriteLine(Texts.ServeReady.With(address)));
        session.Cancellation.WaitHandle.WaitOne();
        app.StopAsync().GetAwaiter().GetResult();
        return ExitCode.Done;
    }
}
