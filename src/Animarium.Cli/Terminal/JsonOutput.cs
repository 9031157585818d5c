using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Animarium.Cli.Outcomes;
using Spectre.Console;

namespace Animarium.Cli.Terminal;

/// <summary>One JSON object a line on standard output and nothing else there.</summary>
internal sealed class JsonOutput(TextWriter output) : Output
{
    // Japanese and <lora:…> stay as they are: lines are read by programs and people, never put into a web page as they stand.
    private static readonly JsonSerializerOptions Lines = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public override bool IsJson => true;

    public override void Report(string kind, JsonObject facts, Action<IAnsiConsole> show) => Write(kind, facts);

    public override void Warn(string code, string message) => Write("warning", new() { ["code"] = code, ["message"] = message });

    public override void Fail(Failure failure) =>
        Write("error", new() { ["code"] = failure.Code, ["message"] = failure.Message, ["exit"] = (int)failure.Exit });

    public override void Done() => Write("done", []);

    private void Write(string kind, JsonObject facts)
    {
        facts.Insert(0, "event", kind);
        output.WriteLine(facts.ToJsonString(Lines));
    }
}
