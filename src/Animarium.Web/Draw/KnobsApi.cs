using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Draw;

/// <summary>A setting of drawing.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Help">One or two sentences.</param>
/// <param name="Values">What it takes, in words.</param>
/// <param name="Unit">px, GB, …; null for pure numbers and words.</param>
/// <param name="Default">The value of the official base model.</param>
/// <param name="Least">The smallest number, or null.</param>
/// <param name="Most">The largest number, or null.</param>
/// <param name="Choices">The words it takes; empty: others.</param>
public sealed record KnobView(string Key, KnobGroup Group, string Help, string Values, string? Unit, JsonNode? Default, double? Least, double? Most, IReadOnlyList<string> Choices);

/// <summary>What a picture says about how it was drawn.</summary>
/// <param name="Settings">Its settings; null: it says nothing that can be read.</param>
/// <param name="Source">The program that drew it.</param>
/// <param name="Unmapped">What it says without a counterpart here.</param>
public sealed record PictureSettings(DrawSettings? Settings, string? Source, IReadOnlyList<string> Unmapped);

internal static class KnobsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/knobs", () => TypedResults.Ok(Knobs.All.Select(View).ToList())).WithName("ListKnobs").WithSummary("Every setting with its range, default, unit and help.").WithTags("Draw");
        api.MapPost("/metadata", Read).Accepts<byte[]>("application/octet-stream", "image/png", "image/webp", "image/jpeg", "image/avif").WithName("ReadMetadata")
            .WithSummary("The settings a picture was drawn with. Its pixels are not decoded.").WithTags("Draw");
    }

    private static KnobView View(Knob knob) =>
        new(knob.Key, knob.Group, knob.HelpText(), knob.Values.Describe(), knob.Unit, knob.ToJson(knob.Default), knob.Values.Least, knob.Values.Most, knob.Values.Choices);

    private static async Task<Ok<PictureSettings>> Read(HttpContext context, Uploads uploads, CancellationToken cancellation)
    {
        var metadata = await uploads.Describe(context.Request.Body, cancellation);
        if (ImportedRequest.From(metadata) is not { } request) return TypedResults.Ok(new PictureSettings(null, null, []));
        request.RequireConduct(DescribedOrigin.Of(metadata).Template);
        return TypedResults.Ok(new PictureSettings(new(request.Settings), request.Source.ToString(), request.Unmapped));
    }
}
