using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>A page of a plan's pictures: one axis across, one down, everything else fixed.</summary>
/// <param name="Title">What is fixed on this page and different on others; null: there is only this one.</param>
/// <param name="Columns">The headings above.</param>
/// <param name="Rows">The headings at the left.</param>
/// <param name="Pictures">Numbers of the plan's pictures, row by row.</param>
public sealed record PlanSheet(string? Title, IReadOnlyList<string> Columns, IReadOnlyList<string> Rows, IReadOnlyList<IReadOnlyList<int>> Pictures)
{
    private const int MostPictures = 100_000, LongestLabel = 80;
    private const int LongestSide = 16_000; // pixels: WebP ends at 16,383
    private const double MostPixels = 64e6;
    private const int SmallestCell = 32;

    /// <summary>All pages of a plan, in order.</summary>
    /// <exception cref="SettingException">There are too many pictures to look at.</exception>
    public static IReadOnlyList<PlanSheet> Of(DrawPlan plan)
    {
        if (plan.Count > MostPictures) throw new SettingException("grid", Words.Say("plan.grid.large", plan.Count, MostPictures));
        var directions = Directions(plan).Where(direction => direction.Labels.Count > 1).ToList();
        while (directions.Count < 2) directions.Add(new([""], _ => 0));
        var (across, down, others) = (directions[0], directions[1], directions[2..]);
        return
        [
            .. Enumerable.Range(0, plan.Count).Select(plan.Cell).GroupBy(cell => string.Join('\n', others.Select(other => other.Of(cell)))).Select(page =>
            {
                int[][] grid = [.. down.Labels.Select(_ => new int[across.Labels.Count])];
                foreach (var cell in page) grid[down.Of(cell)][across.Of(cell)] = cell.Index;
                string title = string.Join("   ", others.Select(other => other.Labels[other.Of(page.First())]));
                return new PlanSheet(title.Length > 0 ? title : null, Headings(across), Headings(down), grid);
            }),
        ];
    }

    /// <summary>The page as one picture. Pictures that are not there leave their place empty; many are made smaller.</summary>
    /// <param name="file">The file of a picture by its number in the plan; null: it is not there.</param>
    /// <exception cref="PictureException">A file cannot be read, or none is there.</exception>
    /// <exception cref="SettingException">There are too many for one picture.</exception>
    public Picture Draw(Func<int, string?> file)
    {
        int across = Pictures[0].Count, down = Pictures.Count;
        int side = (int)Math.Min(LongestSide / Math.Max(across, down), Math.Sqrt(MostPixels / ((double)across * down)));
        if (side < SmallestCell) throw new SettingException("grid", Words.Say("plan.grid.cells", across, down));
        var rows = Pictures.Select(row => row.Select(index => file(index) is { } path ? Within(PictureFile.Load(path), side) : null).ToList()).ToList();
        return rows.SelectMany(row => row).Any(picture => picture is not null) ? ContactSheet.Of(rows, Columns, Rows, Title) : throw new PictureException(Words.Say("plan.grid.empty"));
    }

    /// <summary>Something that differs: its labels, and which one a picture has.</summary>
    private sealed record Direction(IReadOnlyList<string> Labels, Func<PlanCell, int> Of);

    private static IEnumerable<Direction> Directions(DrawPlan plan)
    {
        for (int axis = 0; axis < plan.Axes.Count; axis++)
        {
            int own = axis;
            yield return new([.. plan.Axes[axis].Values.Select(value => Label(plan.Axes[own].Name, value))], cell => cell.Values[own]);
        }
        yield return new([.. plan.Prompts.Select(prompt => Short(prompt.Complete().Prompt))], cell => cell.Prompt);
        yield return new([.. Enumerable.Range(0, (int)plan.Seeds.Count).Select(number => plan.Seeds.Each ? $"#{number + 1}" : $"seed {plan.Seeds.Of(number, 0)}")], cell => cell.Number);
    }

    private static string Label(string axis, string value) => axis is ReplaceAxis.Key or "prompt" ? value.Length > 0 ? Short(value) : "–" : Short($"{axis} {value}");

    private static string Short(string text) => text.Length <= LongestLabel ? text : text[..(LongestLabel - 1)] + "…";

    private static IReadOnlyList<string> Headings(Direction direction) => direction.Labels is [""] ? [] : direction.Labels;

    private static Picture Within(Picture picture, int side)
    {
        double scale = Math.Min(1, (double)side / Math.Max(picture.Width, picture.Height));
        return scale < 1 ? picture.Resize(Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale))) : picture;
    }
}
