using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>What the API promises, and the client that follows from it.</summary>
public class DocumentTests
{
    [Fact]
    public async Task The_document_and_the_client_are_those_that_were_reviewed()
    {
        await using var studio = await TestStudio.Start();
        string document = await studio.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        Snapshot.Matches("openapi.json", document);
        Snapshot.Matches("../Client/StudioClient.g.cs", await Generated(document));
    }

    static async Task<string> Generated(string document)
    {
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "StudioClient", OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(), UseBaseUrl = false, GenerateOptionalParameters = true,
        };
        settings.CSharpGeneratorSettings.Namespace = "Animarium.Web.Tests.Client";
        settings.CSharpGeneratorSettings.JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson;
        settings.CSharpGeneratorSettings.GenerateNullableReferenceTypes = true;
        // What a caller does not say is not sent: the defaults are the model's.
        settings.CSharpGeneratorSettings.GenerateOptionalPropertiesAsNullable = true;
        settings.CSharpGeneratorSettings.GenerateDefaultValues = false;
        // Any JSON: the framework's own type.
        settings.CSharpGeneratorSettings.ExcludedTypeNames = ["JsonNode"];
        settings.AdditionalNamespaceUsages = ["System.Text.Json.Nodes"];
        return new CSharpClientGenerator(await OpenApiDocument.FromJsonAsync(document, TestContext.Current.CancellationToken), settings).GenerateFile();
    }
}
