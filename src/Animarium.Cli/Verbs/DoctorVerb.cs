using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Hardware;
using Animarium.Studio.ModelLibrary;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium doctor</c>: what this machine brings, measured, and what to do about what is missing.</summary>
internal sealed class DoctorVerb
{
    private const double Giga = 1e9, Tera = 1e12;
    private const double MemoryForOfficialModel = 8e9, DiskForOfficialModel = 10e9; // bytes

    private readonly Session session;
    private readonly string folder;
    private readonly List<string> advice = [];
    private ExitCode code = ExitCode.Done;

    private DoctorVerb(string folder, Session session) => (this.folder, this.session) = (folder, session);

    public static VerbCommand Command()
    {
        var folder = new Option<string>("--folder") { Description = Texts.DoctorFolder, HelpName = Texts.PlaceholderPath };
        var verb = new VerbCommand("doctor", Texts.DoctorDescription, (parse, session) => new DoctorVerb(Path.GetFullPath(parse.GetValue(folder) ?? "."), session).Run());
        verb.Add(Texts.DoctorGroup, folder);
        return verb;
    }

    private ExitCode Run()
    {
        Check("system", Texts.DoctorSystem, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        Check("runtime", Texts.DoctorRuntime, Environment.Version.ToString());
        Check("sdk", Texts.DoctorSdk, Sdk() ?? Texts.DoctorNoSdk);
        CheckText();
        CheckMemory();
        CheckDisk();
        CheckTorch();
        CheckModels();
        string summary = advice.Count == 0 ? Texts.DoctorGood : string.Join('\n', advice.Select(line => $"{Texts.DoctorAdvice}: {line}"));
        session.Output.Report("advice", new() { ["messages"] = new JsonArray([.. advice.Select(line => JsonValue.Create(line))]) }, console => console.WriteLine(summary));
        return code;
    }

    /// <summary>One line, shown at once: measuring takes a moment, and the next check may be the one that fails.</summary>
    private void Check(string name, string label, string value, JsonObject? facts = null)
    {
        session.Cancellation.ThrowIfCancellationRequested();
        facts ??= [];
        facts.Insert(0, "check", name);
        facts.Insert(1, "label", label);
        facts.Insert(2, "value", value);
        session.Output.Report("check", facts, console => console.WriteLine($"{label}: {value}"));
    }

    private void CheckText()
    {
        // Qwen's tokenizer composes accents first (NFC); without ICU .NET leaves them apart.
        bool complete;
        try
        {
            complete = "e\u0301か\u3099".Normalize(NormalizationForm.FormC) == "\u00E9が";
        }
        catch (PlatformNotSupportedException)
        {
            complete = false;
        }
        Check("text", Texts.DoctorText, complete ? Texts.DoctorTextGood : Texts.DoctorTextBad, new() { ["ok"] = complete });
        if (!complete) advice.Add(Texts.DoctorTextBad);
    }

    private void CheckMemory()
    {
        long total = MachineReport.Memory;
        var free = MachineReport.FreeMemory;
        Check("memory", Texts.DoctorMemory, free is { } bytes ? Texts.DoctorFree.With(Rounded(total), Rounded(bytes)) : Texts.DoctorTotal.With(Rounded(total)), new() { ["bytes"] = total, ["free"] = free });
        if ((free ?? total) < MemoryForOfficialModel) advice.Add(Texts.DoctorLittleMemory);
    }

    private void CheckDisk()
    {
        var disk = DiskSpace.Of(folder);
        Check("disk", Texts.DoctorDisk.With(folder), disk is null ? Texts.DoctorNoDisk : Texts.DoctorFree.With(Rounded(disk.Total), Rounded(disk.Free)), new() { ["bytes"] = disk?.Total, ["free"] = disk?.Free });
        if (disk?.Free < DiskForOfficialModel) advice.Add(Texts.DoctorLittleDisk);
    }

    private void CheckModels()
    {
        var catalog = new ModelCatalog(StudioFolders.Default.Models);
        var ready = catalog.Models.Where(model => model.IsComplete).Select(model => model.Name).ToList();
        string folders = string.Join(", ", catalog.Folders);
        Check("models", Texts.DoctorModels.With(folders), ready.Count > 0 ? string.Join(", ", ready) : Texts.ModelsNone, new() { ["ok"] = ready.Count > 0 });
        if (ready.Count == 0) advice.Add(Texts.DoctorNoModel);
    }

    private void CheckTorch()
    {
        try
        {
            InstalledTorch.Load(session.Environment);
            Check("libtorch", Texts.DoctorTorch, MachineReport.TorchVersion, new() { ["path"] = MachineReport.TorchPath });
            if (MachineReport.CppRuntime is { } runtime) Check("libstdc++", Texts.DoctorCpp, $"{runtime.Version} ({runtime.Path})");
            foreach (var device in MachineReport.Devices()) CheckDevice(device);
        }
        catch (Exception e) when (e is TypeInitializationException or FailureException || Failures.IsNativeLibrary(e))
        {
            string reason = Failures.FirstLine((e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message);
            Check("libtorch", Texts.DoctorTorch, Texts.DoctorTorchBad.With(reason), new() { ["ok"] = false });
            advice.Add(Texts.DoctorTorchFix);
            code = ExitCode.Machine;
        }
    }

    private void CheckDevice(DeviceReport device)
    {
        var able = device.Rates.Where(rate => rate.FlopPerSecond > 0).ToList();
        var parts = able.Select(rate => Texts.DoctorRate.With(rate.Type, rate.FlopPerSecond / Tera)).Append(Texts.DoctorChosen.With(device.Chosen));
        if (device.Name == "cpu") parts = parts.Append(Texts.DoctorThreads.With(MachineReport.Threads));
        Check("device", Texts.DoctorDevice.With(device.Name), string.Join(", ", parts), new()
        {
            ["device"] = device.Name,
            ["chosen"] = device.Chosen,
            ["matmul_rate"] = new JsonObject(able.Select(rate => KeyValuePair.Create(rate.Type, (JsonNode?)JsonValue.Create(rate.FlopPerSecond)))),
        });
        if (device is { Name: "cpu", Chosen: "fp32" }) advice.Add(Texts.DoctorSlowHalf);
    }

    /// <summary>The newest SDK that 'dotnet' finds, or null.</summary>
    private static string? Sdk()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["--list-sdks"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string? last = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            process.WaitForExit();
            return last?.Split(' ')[0];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Rounded(double bytes) => $"{bytes / Giga:0.0}";
}
