using System.CommandLine;
using System.Runtime.InteropServices;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Images.Decoding;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium decode</c>: looks into strangers' pictures for a server that started it. Not for people, so help does not name it.</summary>
internal static partial class DecodeVerb
{
    private const int DataLimit = 2; // RLIMIT_DATA of Linux: memory of the process that no file backs

    public static VerbCommand Command()
    {
        var memory = new Option<int>("--memory") { Description = Texts.DecodeMemory, HelpName = "MB" };
        var verb = new VerbCommand("decode", Texts.DecodeDescription, (parse, _) =>
        {
            if (parse.GetValue(memory) is > 0 and var megabytes && OperatingSystem.IsLinux()) Limit((nuint)megabytes << 20);
            using var output = StandardStreams.Out();
            using var input = new StreamReader(Console.OpenStandardInput());
            DecoderLines.Serve(input, output);
            return ExitCode.Done;
        })
        { Hidden = true };
        verb.Add(Texts.WorkerGroup, memory);
        return verb;
    }

    /// <summary>From now on the system gives no more: what asks for it fails, and at worst ends this process.</summary>
    private static void Limit(nuint bytes)
    {
        var limit = new DataLimits(bytes, bytes);
        SetLimit(DataLimit, in limit);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in DataLimits limits);

    private readonly record struct DataLimits(nuint Soft, nuint Hard);
}
