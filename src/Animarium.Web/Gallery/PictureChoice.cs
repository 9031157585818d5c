namespace Animarium.Web.Gallery;

/// <summary>The pictures that a person chose: one by one, a range of them, or all that were found.</summary>
public sealed class PictureChoice
{
    private readonly HashSet<long> ids = [];
    private long? last;

    /// <summary>How many.</summary>
    public int Count => ids.Count;

    /// <summary>Their numbers, as they were chosen.</summary>
    public IReadOnlyCollection<long> Ids => ids;

    /// <summary>Whether a picture is one of them.</summary>
    public bool Has(long id) => ids.Contains(id);

    /// <summary>Chooses a picture, or no longer.</summary>
    public void Toggle(long id)
    {
        if (!ids.Remove(id)) ids.Add(id);
        last = id;
    }

    /// <summary>Chooses everything between the picture that was clicked last and this one, both included.</summary>
    /// <param name="id">The other end.</param>
    /// <param name="order">The pictures as they are shown.</param>
    public void Extend(long id, IReadOnlyList<long> order)
    {
        int from = -1, to = -1;
        for (int i = 0; i < order.Count; i++)
        {
            if (order[i] == last) from = i;
            if (order[i] == id) to = i;
        }
        if (from < 0 || to < 0)
        {
            Toggle(id);
            return;
        }
        for (int i = Math.Min(from, to); i <= Math.Max(from, to); i++) ids.Add(order[i]);
        last = id;
    }

    /// <summary>Chooses these as well.</summary>
    public void Add(IEnumerable<long> more) => ids.UnionWith(more);

    /// <summary>Lets go of what is not among these: nobody changes pictures that are not to be seen.</summary>
    public void Keep(IEnumerable<long> shown) => ids.IntersectWith(shown);

    /// <summary>Chooses none.</summary>
    public void Clear()
    {
        ids.Clear();
        last = null;
    }
}
