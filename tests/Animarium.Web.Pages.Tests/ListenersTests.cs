using System.Globalization;
using Animarium.Web.Queue;
using Xunit;

namespace Animarium.Web.Pages.Tests;

public class ListenersTests
{
    [Fact]
    public void Each_is_told_in_its_own_language_until_it_listens_no_more()
    {
        var before = CultureInfo.CurrentUICulture;
        var (listeners, heard) = (new Listeners<Action<int>>(), new List<string>());
        void First(int number) => heard.Add($"{CultureInfo.CurrentUICulture.Name}{number}");
        void Second(int number) => heard.Add($"{CultureInfo.CurrentUICulture.Name}{number}");
        try
        {
            CultureInfo.CurrentUICulture = new("ja");
            listeners.Add(First);
            CultureInfo.CurrentUICulture = new("en");
            listeners.Add(Second);
            listeners.Tell(listener => listener(1));
            listeners.Remove(First);
            listeners.Tell(listener => listener(2));
            Assert.Equal(["ja1", "en1", "en2"], heard);
            Assert.Equal("en", CultureInfo.CurrentUICulture.Name); // the teller keeps its own
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
