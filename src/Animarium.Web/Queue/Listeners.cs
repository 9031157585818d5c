using System.Collections.Immutable;
using System.Globalization;

namespace Animarium.Web.Queue;

/// <summary>Those who listen, each told in the language it listens in: pages are drawn anew while they are told, and the teller's own language is none of theirs.</summary>
/// <typeparam name="T">What is called.</typeparam>
public sealed class Listeners<T> where T : Delegate
{
    private ImmutableList<(T Listener, CultureInfo Language)> all = [];

    /// <summary>How many listen.</summary>
    public int Count => Volatile.Read(ref all).Count;

    /// <summary>Listens from now on.</summary>
    public void Add(T? listener)
    {
        if (listener is not null) ImmutableInterlocked.Update(ref all, (known, added) => known.Add(added), (listener, CultureInfo.CurrentUICulture));
    }

    /// <summary>Listens no more.</summary>
    public void Remove(T? listener) => ImmutableInterlocked.Update(ref all, (known, gone) => known.FindIndex(one => one.Listener.Equals(gone)) is >= 0 and var at ? known.RemoveAt(at) : known, listener);

    /// <summary>Tells all.</summary>
    /// <param name="call">Calls one.</param>
    public void Tell(Action<T> call)
    {
        var own = CultureInfo.CurrentUICulture;
        try
        {
            foreach (var (listener, language) in Volatile.Read(ref all))
            {
                CultureInfo.CurrentUICulture = language;
                call(listener);
            }
        }
        finally
        {
            CultureInfo.CurrentUICulture = own;
        }
    }
}
