using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Animarium.Web.Api;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and the page that shows it at <c>/scalar</c>.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", document =>
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0; // every generator of clients reads it
        document.AddDocumentTransformer((api, _, _) =>
        {
            api.Info = new() { Title = "Animarium", Version = "1", Description = "The studio's API. Errors are problem documents (RFC 9457) with code, field and advice." };
            api.Servers = []; // the document is the same wherever it is served
            return Task.CompletedTask;
        });
        document.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Query))
            {
                if (context.Description.ParameterDescriptions.FirstOrDefault(described => described.Name == parameter.Name) is { Type: { } type } && WordsOf(type) is { } words)
                    parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
                parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!); // a record of parameters brings the names of C#
            }
            return Task.CompletedTask;
        });
        document.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type.IsEnum) schema.Type = JsonSchemaType.String;
            if (context.JsonTypeInfo.Type == typeof(DrawSettings)) Describe(schema);
            if (context.JsonTypeInfo.Type == typeof(JsonNode) || context.JsonTypeInfo.Type == typeof(JsonElement)) schema.Properties?.Clear(); // any value
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();
        endpoints.MapScalarApiReference((page, context) =>
        {
            string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            page.Title = "Animarium";
            page.WithNonce(nonce).DisableDefaultFonts();
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        });
    }

    /// <summary>From the knobs: what the command line, the pages and the checks know, the document says.</summary>
    private static void Describe(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Some of the settings; what is not said has the model's default.";
        schema.AdditionalPropertiesAllowed = false;
        schema.Properties = Knobs.All.ToDictionary(knob => knob.Key, IOpenApiSchema (knob) => Describe(knob));
    }

    /// <summary>The words of a <see cref="Word{T}"/>; null: it is another type.</summary>
    private static IReadOnlyList<string>? WordsOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Word<>) ? [.. Enum.GetNames(type.GenericTypeArguments[0]).Select(JsonNamingPolicy.CamelCase.ConvertName)] : null;
    }

    private static OpenApiSchema Describe(Knob knob)
    {
        var value = knob.ToJson(knob.Default);
        return new()
        {
            Type = TypeOf(knob, value),
            Format = knob is Knob<ulong?> ? "uint64" : null,
            Description = knob.HelpText(CultureInfo.InvariantCulture) + (knob.Unit is { } unit ? $" ({unit})" : ""),
            Default = value is JsonArray ? null : value?.DeepClone(),
            Minimum = knob.Values.Least?.ToString(CultureInfo.InvariantCulture),
            Maximum = knob.Values.Most?.ToString(CultureInfo.InvariantCulture),
            Enum = knob.Values.Choices.Count > 0 ? [.. knob.Values.Choices.Select(choice => (JsonNode)choice)] : null,
            Items = knob.Values.IsList ? new OpenApiSchema { Type = JsonSchemaType.Object } : null,
        };
    }

    private static JsonSchemaType TypeOf(Knob knob, JsonNode? value) => knob.Values switch
    {
        { IsList: true } => JsonSchemaType.Array,
        { IsFlag: true } => JsonSchemaType.Boolean,
        { Least: not null } => knob is Knob<int> ? JsonSchemaType.Integer : JsonSchemaType.Number,
        _ => knob is Knob<ulong?> ? JsonSchemaType.Integer | JsonSchemaType.Null : value is null && knob.Values.Choices.Count == 0 ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String,
    };
}
