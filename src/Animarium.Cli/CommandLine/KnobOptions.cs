using System.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Generation;

namespace Animarium.Cli.CommandLine;

/// <summary>Options that follow from the knobs of a request: whatever is declared there is an option, under its heading, with its help.</summary>
internal sealed class KnobOptions
{
    private readonly List<(Knob Knob, Option<string[]> Option)> options;

    /// <param name="verb">Gets the options.</param>
    /// <param name="except">Knobs that the verb takes otherwise.</param>
    /// <param name="beside">Further options that belong under the headings of knobs.</param>
    public KnobOptions(VerbCommand verb, Func<Knob, bool> except, params IReadOnlyList<(KnobGroup Group, Option Option)> beside)
    {
        options = [.. Knobs.All.Where(knob => !except(knob)).Select(knob => (knob, Of(knob)))];
        foreach (var group in options.GroupBy(pair => pair.Knob.Group))
            verb.Add(Knob.Heading(group.Key), [.. group.Select(pair => pair.Option), .. beside.Where(further => further.Group == group.Key).Select(further => further.Option)]);
    }

    /// <summary>What was given, and nothing else.</summary>
    /// <exception cref="FailureException">A value is out of range.</exception>
    public Settings Read(ParseResult parse)
    {
        var settings = Settings.Empty;
        foreach (var (knob, option) in options)
            if (parse.GetResult(option) is { Implicit: false } given)
                settings = settings.With(knob.Name, knob.Values.IsFlag && given.Tokens.Count == 0 ? ["true"] : [.. given.Tokens.Select(token => Text(knob, token.Value))]);
        return settings;
    }

    private static string Text(Knob knob, string given)
    {
        if (knob.Values.IsPath) InputText.RequireKnownName(given);
        return given;
    }

    private static Option<string[]> Of(Knob knob)
    {
        var option = new Option<string[]>("--" + knob.Name)
        {
            Description = Help(knob),
            HelpName = knob.Values.IsFlag ? null : Placeholder(knob),
            Arity = knob.Values.IsFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        if (knob.Values.Choices.Count > 0) option.CompletionSources.Add(knob.Values.Choices.ToArray());
        return option;
    }

    private static string Placeholder(Knob knob) =>
        knob.Values.Least is not null ? "N" : knob.Values.IsPath ? Texts.PlaceholderPath : knob.Values.Choices.Count > 0 ? Texts.PlaceholderName : Texts.PlaceholderText;

    /// <summary>The sentence, then the range and the default where they tell something.</summary>
    private static string Help(Knob knob)
    {
        bool named = knob.Values.Choices.Count > 0 && knob.HelpText().Contains(knob.Values.Choices[0], StringComparison.Ordinal);
        string range = knob.Values.IsFlag || knob.Values.IsPath || named || (knob.Values.Least is null && knob.Values.Choices.Count == 0) ? "" : Texts.OptionRange.With(knob.Values.Describe());
        string standard = knob.Default is null or "" or false || knob.Values.IsList ? "" : Texts.OptionDefault.With(knob.Format(knob.Default), knob.Unit is { } unit ? " " + unit : "");
        string details = string.Join(Texts.ListSeparator, new[] { range, standard }.Where(text => text.Length > 0));
        return details.Length == 0 ? knob.HelpText() : Texts.OptionDetails.With(knob.HelpText(), details);
    }
}
