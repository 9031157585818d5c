namespace Animarium.Web.Prompting;

/// <summary>Stands for the texts about writing prompts.</summary>
public sealed class PromptingText;
