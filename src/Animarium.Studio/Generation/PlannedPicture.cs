using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Generation;

/// <summary>One picture to draw.</summary>
/// <param name="Index">Its number, from 1.</param>
/// <param name="Request">Its own request: its seed, the prompts with their wildcards filled in, all LoRAs in their list, one picture.</param>
/// <param name="Template">The prompt with its wildcards, where it had any.</param>
/// <param name="Loras">The files of the request's LoRAs, in order.</param>
public sealed record PlannedPicture(int Index, GenerationRequest Request, string? Template, IReadOnlyList<LoraEntry> Loras);
