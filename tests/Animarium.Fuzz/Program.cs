using Animarium.Fuzz;
using SharpFuzz;

// Animarium.Fuzz TARGET        reads one input after another from AFL++
// Animarium.Fuzz TARGET FILE…  reads these files once, to see what a found one does
if (args is not [var name, .. var files] || Target.All.FirstOrDefault(t => t.Name == name) is not { } target)
{
    Console.Error.WriteLine($"Say which target to run: {string.Join(", ", Target.All.Select(t => t.Name))}. CONTRIBUTING.md tells how.");
    return 2;
}
if (files.Length == 0)
{
    Fuzzer.OutOfProcess.Run((Stream input) =>
    {
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        target.Try(bytes.ToArray());
    });
}
foreach (var file in files)
{
    try
    {
        target.Read(File.ReadAllBytes(file));
        Console.WriteLine($"{file}: read");
    }
    catch (Exception e) when (target.Refusal.IsInstanceOfType(e))
    {
        Console.WriteLine($"{file}: {e.Message}");
    }
}
return 0;
