using System.Runtime.InteropServices;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;

namespace Animarium.Cli.Terminal;

/// <summary>A libtorch that is already on the machine, named by ANIMARIUM_LIBTORCH: the unpacked archive of pytorch.org, or the <c>torch</c> folder of a Python package.</summary>
internal static class InstalledTorch
{
    private const string Variable = "ANIMARIUM_LIBTORCH";

    /// <summary>Loads it before anything else asks for libtorch; what is loaded first is what everyone gets.</summary>
    /// <exception cref="FailureException">The folder holds none that can be loaded.</exception>
    public static void Load(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } folder) return;
        string name = OperatingSystem.IsWindows() ? "torch.dll" : OperatingSystem.IsMacOS() ? "libtorch.dylib" : "libtorch.so";
        string[] places = [Path.Combine(folder, "lib", name), Path.Combine(folder, name)];
        string library = Array.Find(places, File.Exists) ?? throw Failed(string.Join(", ", places));
        try
        {
            NativeLibrary.Load(Path.GetFullPath(library));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Failed(e.Message);
        }

        static FailureException Failed(string reason) => new(new("machine", ExitCode.Machine, Texts.InstalledTorch.With(Variable, reason)));
    }
}
