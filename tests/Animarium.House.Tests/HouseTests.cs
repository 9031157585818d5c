using System.Xml.Linq;
using Xunit;

namespace Animarium.House.Tests;

/// <summary>Guards the plan of docs/architecture.md.</summary>
public class HouseTests
{
    const int LongestFile = 400;

    /// <summary>Which rooms a room may use. Benchmarks are a library of measurements that the command line shows.</summary>
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Animarium.Diffusion"] = [],
        ["Animarium.Studio"] = ["Animarium.Diffusion"],
        ["Animarium.Web"] = ["Animarium.Studio"],
        ["Animarium.Bench"] = ["Animarium.Diffusion", "Animarium.Studio"],
        ["Animarium.Recipe"] = ["Animarium.Diffusion", "Animarium.Studio"],
        ["Animarium.Cli"] = ["Animarium.Studio", "Animarium.Web", "Animarium.Bench"],
        ["Animarium.Load"] = ["Animarium.Cli", "Animarium.Bench"],
    };

    public static TheoryData<string> Rooms => [.. Checkout.Files("*.csproj").Select(Checkout.Relative).Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_below_it(string project)
    {
        string room = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.ContainsKey(room), $"{project} is no room of docs/architecture.md: add it there and here.");
        foreach (var reference in XDocument.Load(Path.Combine(Checkout.Root, project)).Descendants("ProjectReference"))
        {
            string used = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
            Assert.True(Allowed[room].Contains(used), $"{room} must not use {used}.");
        }
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Every_public_member_of_a_room_is_documented(string project)
    {
        var settings = XDocument.Load(Path.Combine(Checkout.Root, project));
        Assert.Equal("true", settings.Descendants("GenerateDocumentationFile").SingleOrDefault()?.Value);
        Assert.DoesNotContain(settings.Descendants("NoWarn"), n => n.Value.Contains("1591", StringComparison.Ordinal));
        Assert.DoesNotContain(Checkout.Files("*.cs").Where(f => Checkout.Relative(f).StartsWith("src/", StringComparison.Ordinal)), f => File.ReadAllText(f).Contains("CS1591", StringComparison.Ordinal));
        // The compiler itself refuses an undocumented public member of src/ and bench/.
        Assert.Contains("dotnet_diagnostic.CS1591.severity = error", File.ReadAllText(Path.Combine(Checkout.Root, ".editorconfig")), StringComparison.Ordinal);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var tooLong = Checkout.Files("*.cs").Where(f => !f.EndsWith(".g.cs", StringComparison.Ordinal) && File.ReadLines(f).Count() > LongestFile).Select(Checkout.Relative);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_folder_is_named_for_nothing()
    {
        string[] empty = ["Utils", "Utilities", "Helpers", "Helper", "Common", "Misc", "Managers", "Manager", "Services"];
        var folders = Checkout.Files("*.cs").SelectMany(f => Checkout.Relative(f).Split('/')).Distinct();
        Assert.Empty(folders.Intersect(empty));
    }

    [Fact]
    public void Every_package_has_its_reason()
    {
        string reasons = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "dependencies.md"));
        var packages = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value);
        Assert.All(packages, p => Assert.Contains(p, reasons, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_one_folder_knows_each_library()
    {
        (string Library, string Home)[] homes =
        [
            ("NetVips", "src/Animarium.Studio/Images/"), ("Microsoft.ML.OnnxRuntime", "src/Animarium.Studio/Tagging/"), ("Spectre.Console", "src/Animarium.Cli/"), ("System.CommandLine", "src/Animarium.Cli/"),
            ("Blake3", "src/Animarium.Studio/ModelLibrary/"), ("Microsoft.Data.Sqlite", "src/Animarium.Studio/"), ("Dapper", "src/Animarium.Studio/"),
            ("TorchSharp", "src/Animarium.Diffusion/"), ("TorchSharp", "src/Animarium.Studio/"), ("Tomlyn", "src/Animarium.Studio/Training/Files/"), ("Tomlyn", "src/Animarium.Studio/Preferences/"), ("YamlDotNet", "src/Animarium.Studio/Training/Files/"),
        ];
        foreach (var library in homes.GroupBy(h => h.Library, h => h.Home))
            foreach (var file in Checkout.Files("*.cs").Select(Checkout.Relative).Where(f => f.StartsWith("src/", StringComparison.Ordinal)))
                if (File.ReadLines(Path.Combine(Checkout.Root, file)).Any(line => line.StartsWith($"using {library.Key}", StringComparison.Ordinal)))
                    Assert.True(library.Any(home => file.StartsWith(home, StringComparison.Ordinal)), $"{file} must not use {library.Key}.");
    }
}
