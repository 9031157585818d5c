using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Animarium.Diffusion.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Studio.Hardware;

/// <summary>How fast a device multiplies matrices in one type.</summary>
/// <param name="Type">fp32, bf16 or fp16.</param>
/// <param name="FlopPerSecond">Floating-point operations a second; 0 where the device cannot.</param>
public sealed record TypeRate(string Type, double FlopPerSecond);

/// <summary>Something that can compute.</summary>
/// <param name="Name">cpu, cuda:0, mps.</param>
/// <param name="Chosen">The type that <c>--precision auto</c> takes here.</param>
/// <param name="Rates">One for each type.</param>
public sealed record DeviceReport(string Name, string Chosen, IReadOnlyList<TypeRate> Rates);

/// <summary>What a machine brings for drawing. Everything is looked up or measured when it is asked for.</summary>
public static class MachineReport
{
    private static readonly (string Name, ScalarType Type)[] Types = [("fp32", ScalarType.Float32), ("bf16", ScalarType.BFloat16), ("fp16", ScalarType.Float16)];

    /// <summary>Version of the loaded libtorch.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
    public static string TorchVersion => __version__;

    /// <summary>The file libtorch was loaded from, or null where the system does not tell.</summary>
    public static string? TorchPath => LoadedLibrary("torch_cpu");

    /// <summary>Processor threads that libtorch computes with.</summary>
    public static int Threads => get_num_threads();

    /// <summary>Every device there is, the fastest kind first, each measured for a fraction of a second.</summary>
    public static IEnumerable<DeviceReport> Devices()
    {
        if (cuda.is_available())
            for (int n = 0; n < cuda.device_count(); n++) yield return Measure(new Device(DeviceType.CUDA, n), $"cuda:{n}");
        if (mps_is_available()) yield return Measure(new Device(DeviceType.MPS), "mps");
        yield return Measure(new Device(DeviceType.CPU), "cpu");
    }

    /// <summary>Bytes of memory that this process may use: those of the machine, or of its container.</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Bytes of memory that are free now, where the system tells (Linux), else null.</summary>
    public static long? FreeMemory
    {
        get
        {
            const string Key = "MemAvailable:";
            if (!File.Exists("/proc/meminfo")) return null;
            string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
            return line?[Key.Length..].Replace("kB", "", StringComparison.Ordinal) is { } text && long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long kilobytes)
                ? kilobytes * 1024
                : null;
        }
    }

    /// <summary>The newest GLIBCXX version of the loaded libstdc++ and its file; null where there is none (Windows, macOS) or it is not loaded yet.</summary>
    public static (string Version, string Path)? CppRuntime =>
        LoadedLibrary("libstdc++") is { } path && NewestSymbolVersion(path) is { } version ? ($"GLIBCXX_{version}", path) : null;

    private static DeviceReport Measure(Device device, string name)
    {
        // libtorch emulates fp16 on processors, a hundred times slower: measuring that would take longer than everything else.
        var types = Types.Where(type => type.Type != ScalarType.Float16 || device.type != DeviceType.CPU).ToArray();
        var rates = MatmulRate.Measure([.. types.Select(type => type.Type)], device);
        var chosen = ComputeType.Choose(device);
        return new(name, Array.Find(Types, type => type.Type == chosen).Name, [.. types.Zip(rates, (type, rate) => new TypeRate(type.Name, rate))]);
    }

    private static string? LoadedLibrary(string part) =>
        Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(module => module.FileName).FirstOrDefault(file => Path.GetFileName(file).Contains(part, StringComparison.Ordinal));

    private static Version? NewestSymbolVersion(string library)
    {
        ReadOnlySpan<byte> mark = "GLIBCXX_3."u8, bytes = File.ReadAllBytes(library);
        Version? newest = null;
        for (int at; (at = bytes.IndexOf(mark)) >= 0; bytes = bytes[(at + mark.Length)..])
        {
            var text = bytes[(at + mark.Length - 2)..];
            int end = text.IndexOf((byte)0);
            if (end is > 0 and < 16 && Version.TryParse(Encoding.ASCII.GetString(text[..end]), out var version) && (newest is null || version > newest)) newest = version;
        }
        return newest;
    }
}
