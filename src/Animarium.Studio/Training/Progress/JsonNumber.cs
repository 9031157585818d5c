using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Progress;

/// <summary>Measured numbers in JSON.</summary>
internal static class JsonNumber
{
    /// <summary>The number; null for those that JSON does not have, infinite ones and NaN.</summary>
    public static JsonValue? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
