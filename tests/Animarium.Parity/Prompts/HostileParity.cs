using System.Diagnostics;
using Animarium.Diffusion.Prompts;
using Animarium.Studio.Prompts;
using Xunit;

namespace Animarium.Parity.Prompts;

/// <summary>Monsters go through every parser without an exception, under 200 ms, with memory linear in the text.</summary>
public class HostileParity
{
    private const int BytesPerCharacter = 4000; // 30 steps of text, and a tree

    public static TheoryData<string, int> Cases => PromptCases.Of("hostile.json", null);

    private static readonly (string Name, Action<string> Parse)[] Parsers =
    [
        ("emphasis (ComfyUI)", text => Emphasis.Parse(text, EmphasisDialect.Comfy)),
        ("emphasis (A1111)", text => Emphasis.Parse(text, EmphasisDialect.A1111)),
        ("schedule", text => PromptSchedule.Of(text, 30)),
        ("AND", text => PromptComposition.Parse(text)),
        ("extra networks", text => ExtraNetworks.Extract(text)),
        ("comments", text => PromptComments.Strip(text)),
        ("wildcards", text => new Wildcards(WildcardLibrary.Empty).Expand(text, 1)),
        ("infotext", text => Infotext.Parse(text)),
    ];

    [Theory, MemberData(nameof(Cases))]
    public void Every_parser_survives(string name, int index)
    {
        var golden = PromptCases.At("hostile.json", null, index);
        Assert.NotNull(name);
        string monster = string.Concat(Enumerable.Repeat(golden.GetProperty("repeat").GetString(), golden.GetProperty("times").GetInt32()))
            + golden.GetProperty("suffix").GetString();
        foreach (var (parser, parse) in Parsers)
        {
            parse("a"); // not the first call's compilation
            long before = GC.GetAllocatedBytesForCurrentThread();
            parse(monster);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (long)BytesPerCharacter * monster.Length, $"{parser} allocated {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
            // The fastest of several: what other programs take of the machine is none of the parser's time.
            Assert.True(Enumerable.Range(0, 20).Any(_ => Milliseconds(() => parse(monster)) < 200), $"{parser} took 200 ms and more, 20 times");
        }
    }

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
