using Animarium.Web.Shell;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public class PaceTests
{
    private readonly FakeTimeProvider time = new();
    private int shown, state, seen;

    [Fact]
    public void The_first_change_is_shown_at_once()
    {
        using var pace = Make();
        Change(pace);
        Assert.Equal((1, 1), (shown, seen));
    }

    [Fact]
    public void Many_changes_are_shown_once_an_interval_and_the_last_always()
    {
        using var pace = Make();
        for (int n = 0; n < 1000; n++)
        {
            Change(pace);
            time.Advance(Pace.Interval / 100);
        }
        Assert.InRange(shown, 10, 11);
        time.Advance(Pace.Interval);
        Assert.Equal(1000, seen);
        int before = shown;
        time.Advance(Pace.Interval * 10);
        Assert.Equal(before, shown); // where nothing changes nothing is shown
        Change(pace);
        Assert.Equal(before + 1, shown);
    }

    [Fact]
    public void Nothing_is_shown_on_a_page_that_was_left()
    {
        var pace = Make();
        Change(pace);
        Change(pace);
        pace.Dispose();
        time.Advance(Pace.Interval * 2);
        Change(pace);
        Assert.Equal(1, shown);
    }

    private Pace Make() => new(time, () => (shown, seen) = (shown + 1, state));

    private void Change(Pace pace)
    {
        state++;
        pace.Show();
    }
}
