using System.CommandLine;
using System.Net;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Web;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium serve</c>: the studio in the browser.</summary>
internal static class ServeVerb
{
    private static readonly Option<int> Port = new("--port") { DefaultValueFactory = _ => 7680 };

    public static VerbCommand Command()
    {
        Port.Description = Texts.ServePort;
        var verb = new VerbCommand("serve", Texts.ServeDescription, Run);
        verb.Add(Texts.ServeGroup, Port);
        return verb;
    }

    private static ExitCode Run(ParseResult parse, Session session)
    {
        var app = StudioServer.Build(IPAddress.Loopback, parse.GetValue(Port));
        app.StartAsync(session.Cancellation).GetAwaiter().GetResult();
        string address = app.Urls.First();
        session.Output.Report("serving", new() { ["address"] = address }, console => console.WriteLine(Texts.ServeReady.With(address)));
        session.Cancellation.WaitHandle.WaitOne();
        app.StopAsync().GetAwaiter().GetResult();
        return ExitCode.Done;
    }
}
