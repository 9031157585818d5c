using System.Xml.Linq;
using Animarium.Recipe.Steps;
using Xunit;

namespace Animarium.Recipe.Tests;

/// <summary>The table of losses and its picture.</summary>
public sealed class LossCurveTests : IDisposable
{
    readonly string file = Path.Combine(Path.GetTempPath(), $"curve-{Guid.NewGuid():N}.csv");

    [Fact]
    public void A_round_that_goes_on_from_an_earlier_state_replaces_what_came_after_it()
    {
        var curve = new LossCurve(file);
        foreach (var (round, step) in new[] { ("dit", 10L), ("dit", 20L), ("dit2, longer", 10L), ("dit2, longer", 20L), ("dit2, longer", 10L) }) curve.Add(round, step, [(128, 0.5 / step), (192, 1.0 / step)]);
        Assert.Equal(["round,step,pixels,loss", "dit,10,128,0.05", "dit,10,192,0.1", "dit,20,128,0.025", "dit,20,192,0.05", "dit2, longer,10,128,0.05", "dit2, longer,10,192,0.1"], File.ReadAllLines(file));
    }

    [Fact]
    public void Rounds_follow_each_other_to_the_right_and_lower_losses_lie_lower()
    {
        var curve = new LossCurve(file);
        curve.Add("dit", 500, [(128, 0.25)]);
        curve.Add("dit", 1000, [(128, 0.10)]);
        curve.Add("dit2", 500, [(128, 0.08), (192, double.NaN)]);
        curve.Add("dit2", 1000, [(128, 0.05), (192, 0.2)]);
        var picture = XElement.Parse(curve.Draw());
        var dots = picture.Elements().Where(shape => shape.Name.LocalName == "circle").Select(dot => (X: (double)dot.Attribute("cx")!, Y: (double)dot.Attribute("cy")!)).ToList();
        Assert.Equal(5, dots.Count);
        Assert.True(dots[0].X < dots[1].X && dots[1].X < dots[2].X && dots[2].X < dots[3].X && dots[3].X == dots[4].X);
        Assert.True(dots[0].Y < dots[1].Y && dots[1].Y < dots[2].Y && dots[2].Y < dots[3].Y && dots[4].Y < dots[1].Y);
        Assert.Equal(["round 1, 128 pixels", "round 2, 128 pixels", "round 2, 192 pixels"], picture.Elements().Select(shape => shape.Value).Where(text => text.StartsWith("round", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_that_is_not_of_the_table_is_named()
    {
        File.WriteAllLines(file, ["round,step,pixels,loss", "dit,10,128,0.05", "nonsense"]);
        Assert.Contains("line 3: 'nonsense'", Assert.Throws<InvalidDataException>(new LossCurve(file).Draw).Message, StringComparison.Ordinal);
        File.WriteAllLines(file, ["round,step,pixels,loss"]);
        Assert.Contains("no losses yet", Assert.Throws<InvalidDataException>(new LossCurve(file).Draw).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(file);
}
