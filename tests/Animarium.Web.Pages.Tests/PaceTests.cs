using Animarium.Web.Shell;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public sealed class PaceTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Pace pace;
    private int value, shows;
    private int? shown;

    public PaceTests() => pace = new(() => (shown, shows) = (value, shows + 1), time);

    public void Dispose() => pace.Dispose();

    [Fact]
    public void The_first_change_is_shown_at_once()
    {
        Happen(1);
        Assert.Equal(1, shown);
    }

    [Fact]
    public void Of_many_changes_few_are_shown_and_the_last_one_is_among_them()
    {
        for (int n = 1; n <= 100; n++)
        {
            Happen(n);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
        time.Advance(Pace.Every);
        Assert.Equal(100, shown);
        Assert.Equal(1 + (1000 / 250), shows);
    }

    [Fact]
    public void A_change_after_a_rest_is_shown_at_once_and_nothing_without_one()
    {
        Happen(1);
        time.Advance(10 * Pace.Every);
        Assert.Equal(1, shows);
        Happen(2);
        Assert.Equal((2, 2), (shown, shows));
    }

    [Fact]
    public void Nothing_is_shown_after_the_end()
    {
        Happen(1);
        Happen(2);
        pace.Dispose();
        time.Advance(Pace.Every);
        Happen(3);
        Assert.Equal((1, 1), (shown, shows));
    }

    private void Happen(int now)
    {
        value = now;
        pace.Soon();
    }
}
