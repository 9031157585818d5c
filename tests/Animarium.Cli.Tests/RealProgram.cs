using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>What a run of the program left behind.</summary>
internal sealed record Outcome(int Code, string Out, string Err)
{
    /// <summary>Standard output as the JSON lines it must be, and nothing else.</summary>
    public IReadOnlyList<JsonObject> Lines => [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>The one error of a run in JSON.</summary>
    public JsonObject Error => Assert.Single(Lines, line => (string?)line["event"] == "error");
}

/// <summary>The real program, as its own process.</summary>
internal static class RealProgram
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    /// <summary>The built program beside the tests.</summary>
    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "animarium.dll");

    /// <summary>The checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs it in English, with nothing on standard input.</summary>
    public static Outcome Run(params string[] args) => Run(new Dictionary<string, string?>(), "", args);

    public static Outcome Run(Dictionary<string, string?> environment, string input, params string[] args) => Start("dotnet", [Dll, .. args], environment, input);

    /// <summary>Runs a line of bash in which $ANIMARIUM stands for the program: for pipes, limits and names that .NET cannot pass on.</summary>
    public static Outcome Bash(string line, Dictionary<string, string?>? environment = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");
        return Start("bash", ["-c", line], new(environment ?? []) { ["ANIMARIUM"] = $"dotnet {Dll}" }, "");
    }

    private static Outcome Start(string program, string[] args, Dictionary<string, string?> environment, string input)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8, StandardInputEncoding = new UTF8Encoding(false), WorkingDirectory = Root,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // a program that fails early does not read its input
        }
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{string.Join(' ', args)}' hangs.");
        }
        return new(process.ExitCode, output.Result, error.Result);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
