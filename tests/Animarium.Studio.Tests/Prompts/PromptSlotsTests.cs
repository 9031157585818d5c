using Animarium.Studio.Prompts.Dictionary;
using Animarium.Studio.Prompts.Slots;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Prompts;

/// <summary>Cutting and joining loses nothing.</summary>
public sealed class PromptSlotsTests
{
    private static PromptSlots Split(string prompt) => PromptSlots.Split(prompt, TagDictionary.Shipped);

    [Fact]
    public void Pieces_are_the_prompt_character_for_character() => PromptTexts.Any.Sample(prompt => Assert.Equal(prompt, Split(prompt).ToString()), iter: 5000);

    [Fact]
    public void Order_keeps_every_piece() => PromptTexts.Any.Sample(prompt =>
    {
        var slots = Split(prompt);
        string ordered = slots.InOrder();
        // Every piece is still there, as often as before.
        Assert.Equal(slots.Pieces.Select(piece => piece.Text).Where(text => text.Length > 0).SelectMany(text => text).Where(c => !char.IsWhiteSpace(c) && c is not (',' or '、' or '，')).Order(),
            ordered.Where(c => !char.IsWhiteSpace(c) && c is not (',' or '、' or '，')).Order());
        foreach (var piece in slots.Pieces) Assert.Contains(piece.Text, ordered, StringComparison.Ordinal);
    }, iter: 5000);

    [Fact]
    public void Changing_a_slot_keeps_the_others() => Gen.Select(PromptTexts.Any, Gen.Enum<PromptSlot>()).Sample((prompt, slot) =>
    {
        var slots = Split(prompt);
        string changed = slots.With(slot, "something new");
        Assert.Contains("something new", changed, StringComparison.Ordinal);
        foreach (var piece in slots.Pieces.Where(piece => piece.Slot != slot)) Assert.Contains(piece.Text, changed, StringComparison.Ordinal);
    }, iter: 5000);

    [Fact]
    public void Every_kind_of_piece_finds_its_slot()
    {
        var slots = Split("masterpiece, highres, year 2025, safe, 1girl, solo, (@wlop:1.3), blue hair, red scarf, outdoors, A girl waits at the station, looking at the clock. <lora:a:1>, <lora:b:0.5>");
        Assert.Equal("masterpiece, highres", slots[PromptSlot.Quality]);
        Assert.Equal("year 2025", slots[PromptSlot.Year]);
        Assert.Equal("safe", slots[PromptSlot.Safety]);
        Assert.Equal("1girl, solo", slots[PromptSlot.Count]);
        Assert.Equal("(@wlop:1.3)", slots[PromptSlot.Artist]);
        Assert.Equal("blue hair, red scarf", slots[PromptSlot.Appearance]);
        Assert.Equal("outdoors", slots[PromptSlot.Scene][..8]);
        Assert.Equal("<lora:b:0.5>", slots[PromptSlot.Network]);
        Assert.StartsWith("A girl waits", slots[PromptSlot.Language], StringComparison.Ordinal);
    }

    [Fact]
    public void Order_is_mended_and_a_good_prompt_left_alone()
    {
        Assert.Equal("masterpiece, safe, 1girl, @wlop, outdoors, blue hair", Split("outdoors, blue hair, @wlop,1girl, safe, masterpiece").InOrder());
        const string good = "masterpiece,  safe,\n1girl , blue hair,, outdoors";
        Assert.Equal(good, Split(good).InOrder());
        Assert.Equal("masterpiece, 1girl, @new, smile", Split("masterpiece, 1girl, smile").With(PromptSlot.Artist, "@new"));
        Assert.Equal("masterpiece, 1girl", Split("masterpiece, 1girl, smile").With(PromptSlot.Appearance, ""));
        Assert.Equal("safe, 1girl, a cat", PromptSlots.Join([new(PromptSlot.Scene, "a cat"), new(PromptSlot.Count, "1girl,"), new(PromptSlot.Safety, "safe")]));
    }
}
