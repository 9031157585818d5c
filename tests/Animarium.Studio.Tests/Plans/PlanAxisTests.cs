using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Xunit;

namespace Animarium.Studio.Tests.Plans;

/// <summary>How axes are written.</summary>
public sealed class PlanAxisTests
{
    [Theory]
    [InlineData("steps=1-5", "1 2 3 4 5")]
    [InlineData("steps=1-5 (+2)", "1 3 5")]
    [InlineData("steps=10-5 (-3)", "10 7")]
    [InlineData("steps=5-3", "5 4 3")]
    [InlineData("steps=1-10 [5]", "1 3 5 7 10")] // as A1111's documentation has it
    [InlineData("cfg=0-1 (+0.25)", "0 0.25 0.5 0.75 1")]
    [InlineData("cfg=0.1-0.5(+0.1)", "0.1 0.2 0.3 0.4 0.5")] // binary fractions would end at 0.4
    [InlineData("cfg=1-2 [4]", "1 1.333333 1.666667 2")]
    [InlineData("cfg=3-3", "3")]
    [InlineData("cfg=1, 2.50 ,4-6", "1 2.5 4 5 6")]
    [InlineData("seed=4294967290-4294967292", "4294967290 4294967291 4294967292")]
    [InlineData("sampler=Euler a,ER SDE", "euler_ancestral er_sde")]
    [InlineData("cfg-rescale=0,0.7", "0 0.7")]
    [InlineData("cfgRescale=0,0.7", "0 0.7")]
    [InlineData("size=832x1216, 1024 × 1024", "832x1216 1024x1024")]
    [InlineData("lora=none,ink:0.80", "none ink:0.8")]
    [InlineData("lora:ink=-1-1 (+1)", "-1 0 1")]
    [InlineData("model=anima-base,anima-turbo", "anima-base anima-turbo")]
    public void Values_and_ranges_are_written_as_in_other_programs(string text, string values) => Assert.Equal(values, string.Join(' ', PlanAxis.Parse(text).Values));

    [Fact]
    public void Quotes_keep_commas_and_blanks_and_an_empty_value_takes_a_word_away() =>
        Assert.Equal(["cat", "a dog, two \"cats\"", " ", "it's 5\" tall", ""], PlanAxis.Parse("replace", "cat, \"a dog, two \"\"cats\"\"\" ,\" \", it's 5\" tall,").Values);

    [Theory]
    [InlineData("cfg", "An axis is written NAME=VALUES, such as cfg=1,3,5 or steps=10-30 (+5), not 'cfg'.")]
    [InlineData("sampeler=euler", "There is no axis 'sampeler'. Near it: sampler, seed, scheduler.")]
    [InlineData("count=1,2", "There is no axis 'count'. Near it: prompt, shift, rng.")]
    [InlineData("cfg=1,3,101", "cfg must be a number from 0 to 100, not '101'.")]
    [InlineData("cfg=", "cfg must be a number from 0 to 100, not ''.")]
    [InlineData("steps=1-5 (-1)", "The step of '1-5 (-1)' leads away from its end. Written are 1-9 (+2) upwards and 9-1 (-2) downwards.")]
    [InlineData("steps=1-5 (+0)", "The step of '1-5 (+0)' leads away from its end. Written are 1-9 (+2) upwards and 9-1 (-2) downwards.")]
    [InlineData("seed=0-99999999999", "seed has 100000000000 values: an axis has from 1 to 10000.")]
    [InlineData("seed=1 - 2 [99999999]", "seed has 99999999 values: an axis has from 1 to 10000.")]
    [InlineData("seed=random", "seed must be a whole number from 0 to 18446744073709551615, or 'random', not 'random'.")]
    [InlineData("sampler=euler,Euler", "sampler has the value 'euler' twice: the same picture would be drawn again.")]
    [InlineData("size=1024", "A size is written 832x1216, not '1024'.")]
    [InlineData("size=1024x9000", "height must be a whole number from 16 to 4096, not '9000'.")]
    [InlineData("lora:ink=strong", "lora:ink must be a number from -100 to 100, not 'strong'.")]
    public void A_mistake_is_told_in_one_sentence(string text, string message) => Assert.Equal(message, Assert.Throws<SettingException>(() => PlanAxis.Parse(text)).Message);
}
