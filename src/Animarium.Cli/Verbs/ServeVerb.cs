using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Jobs.Work;
using Animarium.Studio.Storage;
using Animarium.Web;
using Animarium.Web.Security;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium serve</c>: the studio in the browser.</summary>
internal static class ServeVerb
{
    private const string PasswordVariable = "ANIMARIUM_CERTIFICATE_PASSWORD";

    public static VerbCommand Command()
    {
        var address = new Option<string>("--address") { Description = Texts.ServeAddress, HelpName = "IP" };
        var port = new Option<int?>("--port") { Description = Texts.ServePort, HelpName = "N" };
        var host = new Option<string[]>("--host") { Description = Texts.ServeHost, HelpName = "NAME" };
        var certificate = new Option<string>("--certificate") { Description = Texts.ServeCertificate, HelpName = Texts.PlaceholderPath };
        var renew = new Option<bool>("--new-token") { Description = Texts.ServeNewToken };
        var data = new Option<string>("--data") { Description = Texts.DataOption, HelpName = Texts.PlaceholderPath };
        var folder = new Option<string[]>("--folder") { Description = Texts.ServeFolder, HelpName = Texts.PlaceholderPath };
        var open = new Option<bool>("--open") { Description = Texts.ServeOpen };
        var closed = new Option<bool>("--no-open") { Description = Texts.ServeNoOpen };
        var verb = new VerbCommand("serve", Texts.ServeDescription, (parse, session) =>
        {
            var (home, settings) = StudioFolder.Open(parse.GetValue(data), session);
            var options = new ServerOptions(home)
            {
                Address = Address(parse.GetValue(address) ?? settings.Address), Port = Port(parse.GetValue(port) ?? settings.Port), HostNames = [.. settings.HostNames, .. parse.GetValue(host) ?? []],
                Certificate = (parse.GetValue(certificate) ?? settings.Certificate) is { } file ? Certificate(file, session.Environment(PasswordVariable)) : null,
                Folders = [.. settings.Imports, .. (parse.GetValue(folder) ?? []).Select(Folder)], LargestUpload = (long)settings.UploadLimit << 20, WorkerIdle = TimeSpan.FromMinutes(settings.IdleMinutes),
                WorkerPriority = ChildProcess.PriorityOf(settings),
            };
            return Run(options, parse.GetValue(renew), parse.GetValue(open) || !parse.GetValue(closed) && HasDesktop(session.Environment), session);
        })
        {
            Examples = ["serve", "serve --address 0.0.0.0 --certificate studio.pem", "serve --folder ~/stable-diffusion-webui/outputs"],
        };
        verb.Add(Texts.ServeGroup, address, port, host, certificate, renew);
        verb.Add(Texts.ServeStudioGroup, data, folder, open, closed);
        return verb;
    }

    private static ExitCode Run(ServerOptions options, bool renew, bool open, Session session)
    {
        using var held = StudioLock.Take(options.Home);
        string? token = null;
        if (!options.IsLocal || renew) options = options with { Token = AccessToken.Of(options.Home, renew, out token) };
        using var app = StudioServer.Build(options);
        try
        {
            app.StartAsync(session.Cancellation).GetAwaiter().GetResult();
        }
        catch (IOException e) when (e.InnerException is not null)
        {
            throw FailureException.Usage(Texts.ServePortTaken.With(options.Port));
        }
        catch (SocketException e)
        {
            throw FailureException.Usage(Texts.ServeCannotListen.With($"{options.Address}:{options.Port}", e.Message));
        }
        string address = app.Urls.First();
        held.Announce(address);
        var facts = new JsonObject { ["address"] = address };
        if (token is not null) facts["token"] = token;
        session.Output.Report("serving", facts, console =>
        {
            console.WriteLine(Texts.ServeReady.With(address));
            if (token is not null) console.WriteLine(Texts.ServeToken.With(token));
        });
        if (!options.IsLocal && options.Certificate is null) session.Output.Warn("plain", Texts.ServePlain);
        if (open) Open(address);
        session.Cancellation.WaitHandle.WaitOne();
        app.StopAsync().GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private static IPAddress Address(string text) => text == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(text, out var address) ? address : throw FailureException.Usage(Texts.ServeNoAddress.With(text));

    private static int Port(int port) => port is >= 0 and <= IPEndPoint.MaxPort ? port : throw FailureException.Usage(Texts.ServeNoPort.With(port));

    private static string Folder(string path) => Directory.Exists(path) ? Path.GetFullPath(path) : throw FailureException.Input(Texts.ServeNoFolder.With(path));

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate(string path, string? password)
    {
        try
        {
            return Listening.Certificate(path, password);
        }
        catch (CryptographicException e)
        {
            throw FailureException.Input(Texts.ServeNoCertificate.With(path, e.Message, PasswordVariable), e);
        }
    }

    /// <summary>Whether somebody sits before this machine: not over SSH, not in a container.</summary>
    private static bool HasDesktop(Func<string, string?> environment) => !Console.IsOutputRedirected && environment("SSH_CONNECTION") is null
        && (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || environment("DISPLAY") is { Length: > 0 } || environment("WAYLAND_DISPLAY") is { Length: > 0 });

    private static void Open(string address)
    {
        try
        {
            if (OperatingSystem.IsLinux()) Process.Start(new ProcessStartInfo("xdg-open", [address]) { RedirectStandardOutput = true, RedirectStandardError = true })?.Dispose();
            else Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })?.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // no browser; the address was printed
        }
    }
}
