namespace Animarium.Studio.Training.Evaluation;

/// <summary>What the training pictures are among themselves: the yardstick of likeness, of copies and of what the tagger can read.</summary>
public sealed class TrainingSights
{
    /// <summary>Nearer than this share of the training pictures is to its nearest other one is too near.</summary>
    private const double Near = 0.05;

    /// <summary>The share of that distance within which a picture is no neighbour but a copy: sets of few pictures have no near neighbours.</summary>
    private const double CopyShare = 0.5;

    /// <summary>Copies in any set: two encodings of one picture differ by so much.</summary>
    private const double SamePixels = 0.02;

    private readonly IReadOnlyList<Sight> pictures;
    private readonly double[] centre;
    private readonly DetailYardstick detail;

    /// <param name="pictures">At least one.</param>
    /// <param name="tags">The tags of each picture's caption that the tagger can see.</param>
    public TrainingSights(IReadOnlyList<Sight> pictures, IReadOnlyList<IReadOnlyList<string>> tags)
    {
        this.pictures = pictures;
        centre = new double[pictures[0].Features.Length];
        foreach (var picture in pictures)
            for (int i = 0; i < centre.Length; i++) centre[i] += (double)picture.Features[i] / pictures.Count;

        detail = new([.. pictures.Select(picture => picture.Detail)]);
        int count = pictures.Count;
        SelfLikeness = count > 1 ? pictures.Average(picture => (Likeness(picture) * count - 1) / (count - 1)) : 1;
        double[] nearest = [.. pictures.Select((picture, n) => Others(n).Select(picture.Likeness).DefaultIfEmpty(1).Max()).Order()];
        double[] pixels = [.. pictures.Select((picture, n) => Others(n).Select(picture.PixelDistance).DefaultIfEmpty(0).Min()).Order()];
        (NearestLikeness, NearLikeness, NearPixels) = (nearest.Average(), Numbers.Quantile(nearest, 1 - Near), Math.Max(SamePixels, CopyShare * Numbers.Quantile(pixels, Near)));
        Following = Numbers.Mean(pictures.Zip(tags, ReadBack));

        IEnumerable<Sight> Others(int n) => pictures.Where((_, other) => other != n);
    }

    /// <summary>Mean likeness of two of them.</summary>
    public double SelfLikeness { get; }

    /// <summary>Mean likeness of one of them to its nearest other one.</summary>
    public double NearestLikeness { get; }

    /// <summary>Likeness from which a picture is too near to one of them.</summary>
    public double NearLikeness { get; }

    /// <summary>Difference of pixels up to which a picture is too near to one of them.</summary>
    public double NearPixels { get; }

    /// <summary>Mean distance of one of them from the others in lines and edges; NaN for one alone.</summary>
    public double UsualDetail => detail.Usual;

    /// <summary>Share of their captions' tags that the tagger reads off them: what can be reached; NaN if it knows none of the tags.</summary>
    public double Following { get; }

    /// <summary>Mean likeness of a picture to all of them.</summary>
    public double Likeness(Sight picture) => centre.Zip(picture.Features, (a, b) => a * b).Sum();

    /// <summary>The way from the base model's pictures to these: what the features of the two groups differ in on the whole, which of single pictures' content leaves little.</summary>
    /// <param name="before">The base model's pictures of the called prompts.</param>
    public LearningAxis From(IReadOnlyList<Sight> before) => new([.. centre.Select((value, i) => value - before.Average(picture => (double)picture.Features[i]))]);

    /// <summary>Distance of a picture from them in lines and edges.</summary>
    public double DetailDistance(Sight picture) => detail.Distance(picture.Detail);

    /// <summary>Likeness to the nearest of them.</summary>
    public double Nearest(Sight picture) => pictures.Max(picture.Likeness);

    /// <summary>Whether a picture is as near to one of them, in features and in pixels, as they hardly ever are to each other.</summary>
    public bool IsCopy(Sight picture) => pictures.Any(other => picture.Likeness(other) >= NearLikeness && picture.PixelDistance(other) <= NearPixels);

    /// <summary>The share of tags that are read off a picture; NaN without tags.</summary>
    public static double ReadBack(Sight picture, IReadOnlyList<string> tags) => tags.Count == 0 ? double.NaN : tags.Count(picture.Tags.Contains) / (double)tags.Count;
}

/// <summary>From the mean of the base model's features to that of the training pictures'.</summary>
/// <param name="axis">The difference of the two.</param>
public sealed class LearningAxis(double[] axis)
{
    private readonly double square = axis.Sum(value => value * value);

    /// <summary>How much of the way a picture went from the base model's picture of the same prompt and seed: 0 nothing, 1 all of it; NaN if there is no way to go.</summary>
    public double Share(Sight before, Sight after)
    {
        double sum = 0;
        for (int i = 0; i < axis.Length; i++) sum += ((double)after.Features[i] - before.Features[i]) * axis[i];
        return square > 1e-9 ? sum / square : double.NaN;
    }
}

/// <summary>What is measured at one prompt, a mean over its seeds.</summary>
/// <param name="Learned">Share of the way from the base model's to the training pictures.</param>
/// <param name="Training">Likeness to the training pictures.</param>
/// <param name="Base">Likeness to the base model's picture of the same prompt and seed.</param>
/// <param name="Nearest">Likeness to the nearest training picture.</param>
/// <param name="Copies">Share of pictures that are copies of a training picture; NaN where the caption was trained on and others were not.</param>
/// <param name="Detail">Distance from the training pictures in lines and edges.</param>
/// <param name="Following">Share of the prompt's tags that are read back; NaN if the tagger knows none.</param>
/// <param name="Spread">1 − likeness of two seeds.</param>
/// <param name="Moved">1 − likeness to the base model's picture where the prompt lacks the words that call what was learned; NaN where there are none.</param>
public readonly record struct PromptMeasures(double Learned, double Training, double Base, double Nearest, double Copies, double Detail, double Following, double Spread, double Moved)
{
    /// <summary>Measures the pictures of a prompt.</summary>
    /// <param name="called">The prompt's pictures, one for each seed.</param>
    /// <param name="calledBase">The base model's.</param>
    /// <param name="plain">Those of the prompt without the calling words; empty where there are none.</param>
    /// <param name="plainBase">The base model's.</param>
    /// <param name="tags">The tags that the tagger can see.</param>
    /// <param name="training">The training pictures.</param>
    /// <param name="axis">From the base model to them.</param>
    public static PromptMeasures Of(
        IReadOnlyList<Sight> called, IReadOnlyList<Sight> calledBase, IReadOnlyList<Sight> plain, IReadOnlyList<Sight> plainBase, IReadOnlyList<string> tags, TrainingSights training, LearningAxis axis) =>
        new(Numbers.Mean(calledBase.Zip(called, axis.Share)), called.Average(training.Likeness), called.Zip(calledBase, (a, b) => a.Likeness(b)).Average(), called.Average(training.Nearest), called.Average(picture => training.IsCopy(picture) ? 1 : 0),
            called.Average(training.DetailDistance), called.Average(picture => TrainingSights.ReadBack(picture, tags)), SpreadOf(called), MovedFrom(plainBase, plain));

    /// <summary>Mean of 1 − likeness over pairs of pictures; NaN for fewer than two.</summary>
    public static double SpreadOf(IReadOnlyList<Sight> pictures) =>
        Numbers.Mean(pictures.SelectMany((a, n) => pictures.Skip(n + 1).Select(b => 1 - a.Likeness(b))));

    /// <summary>Mean of 1 − likeness of pictures to those of the base model; NaN for none.</summary>
    public static double MovedFrom(IReadOnlyList<Sight> before, IReadOnlyList<Sight> after) => Numbers.Mean(before.Zip(after, (a, b) => 1 - a.Likeness(b)));
}
