using System.Globalization;

namespace Animarium.Cli.Language;

/// <summary>Which language a person reads.</summary>
internal static class Languages
{
    /// <summary>The languages there are texts in; the first is for everyone else.</summary>
    public static IReadOnlyList<string> All { get; } = ["en", "ja"];

    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Chooses the language of all texts. Numbers are written and read with a point everywhere: a prompt file means the same on every machine.</summary>
    /// <param name="asked">From <c>--lang</c>, or null.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public static void Choose(string? asked, Func<string, string?> environment)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo(Of(asked, environment));
    }

    /// <summary>The asked one, else what the locale variables say in POSIX's order, else what the system is set to.</summary>
    public static string Of(string? asked, Func<string, string?> environment)
    {
        var locale = LocaleVariables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        string wanted = asked ?? locale ?? (OperatingSystem.IsWindows() ? CultureInfo.InstalledUICulture.Name : "");
        return All.FirstOrDefault(language => wanted.StartsWith(language, StringComparison.OrdinalIgnoreCase)) ?? All[0];
    }

    /// <summary>The value of <c>--lang</c> before anything is parsed: the help texts are made in that language.</summary>
    public static string? Asked(IReadOnlyList<string> args)
    {
        for (int at = 0; at < args.Count && args[at] != "--"; at++)
        {
            if (args[at] == "--lang" && at + 1 < args.Count) return args[at + 1];
            if (args[at].StartsWith("--lang=", StringComparison.Ordinal)) return args[at]["--lang=".Length..];
        }
        return null;
    }
}
