using System.Text.Json;
using System.Text.Json.Serialization;

namespace Animarium.Web.Tests.Client;

/// <summary>What the generator leaves open.</summary>
public partial class StudioClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings)
    {
        settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        settings.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }
}
