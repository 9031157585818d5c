using Animarium.Web.Gallery;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public class PictureChoiceTests
{
    private static readonly long[] Shown = [50, 40, 30, 20, 10];

    private readonly PictureChoice choice = new();

    [Theory, InlineData(40, 20), InlineData(20, 40)]
    public void A_range_goes_from_the_last_click_to_this_one_in_either_direction(long from, long to)
    {
        choice.Toggle(from);
        choice.Extend(to, Shown);
        Assert.Equal([20, 30, 40], choice.Ids.Order());
    }

    [Fact]
    public void A_second_range_begins_where_the_first_ended()
    {
        choice.Toggle(50);
        choice.Extend(40, Shown);
        choice.Extend(20, Shown);
        Assert.Equal([20, 30, 40, 50], choice.Ids.Order());
    }

    [Fact]
    public void Without_a_beginning_that_is_shown_a_range_is_one_picture()
    {
        choice.Extend(30, Shown);
        choice.Toggle(99);
        choice.Extend(10, Shown);
        Assert.Equal([10, 30, 99], choice.Ids.Order());
    }

    [Fact]
    public void What_is_not_shown_any_more_is_let_go()
    {
        choice.Add(Shown);
        choice.Toggle(50);
        choice.Keep([50, 40, 30]);
        Assert.Equal([30, 40], choice.Ids.Order());
        choice.Clear();
        Assert.Equal(0, choice.Count);
    }
}
