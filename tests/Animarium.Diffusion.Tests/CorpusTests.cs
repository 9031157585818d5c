using System.Diagnostics;
using Animarium.Fuzz;
using CsCheck;
using Xunit;

namespace Animarium.Diffusion.Tests;

/// <summary>Every input of the fuzzer's corpus: read or refused in words, at once and without much memory.</summary>
public class CorpusTests
{
    public static TheoryData<string, string> Inputs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var target in Target.All)
                foreach (var file in Directory.GetFiles(Path.Combine(Target.Corpus, target.Name)).Order(StringComparer.Ordinal)) data.Add(target.Name, Path.GetFileName(file));
            return data;
        }
    }

    [Theory, MemberData(nameof(Inputs))]
    public void Is_read_or_refused(string target, string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Target.Corpus, target, file));
        var read = Target.All.Single(t => t.Name == target);
        read.Try(bytes);

        // The second time, when everything is compiled.
        long before = GC.GetAllocatedBytesForCurrentThread();
        var time = Stopwatch.StartNew();
        read.Try(bytes);

        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000 + 8L * bytes.Length);
    }

    /// <summary>A little of what the fuzzer does, at every run of the tests: bytes changed, cut and put in.</summary>
    [Fact]
    public void Damage_is_read_or_refused()
    {
        var inputs = Inputs.Select(row => (Target: Target.All.Single(t => t.Name == row.Data.Item1), Bytes: File.ReadAllBytes(Path.Combine(Target.Corpus, row.Data.Item1, row.Data.Item2)))).ToArray();
        var damaged =
            from input in Gen.Int[0, inputs.Length - 1]
            from changes in Gen.Select(Gen.Double.Unit, Gen.OneOf(Gen.Byte, Gen.Char.AlphaNumeric.Select(c => (byte)c), Gen.Int[0, Marks.Length - 1].Select(i => (byte)Marks[i])), Gen.Int[0, 3]).Array[1, 4]
            select (inputs[input].Target, Bytes: changes.Aggregate(inputs[input].Bytes, Damaged));
        damaged.Sample(d => d.Target.Try(d.Bytes), iter: 2000);
    }

    const string Marks = "{}[]\":,-0123456789\\";

    /// <summary>One byte replaced or put in, or the rest cut off, at a place given as a share of the length.</summary>
    static byte[] Damaged(byte[] bytes, (double Place, byte Value, int Kind) change)
    {
        int at = (int)(change.Place * bytes.Length);
        return change.Kind switch { 0 => bytes[..at], 1 => [.. bytes[..at], change.Value, .. bytes[at..]], _ => [.. bytes[..at], change.Value, .. bytes[Math.Min(at + 1, bytes.Length)..]] };
    }
}
