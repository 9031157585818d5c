using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium tokenize TEXT</c>: what the model's two tokenizers make of a prompt.</summary>
internal static class TokenizeVerb
{
}
