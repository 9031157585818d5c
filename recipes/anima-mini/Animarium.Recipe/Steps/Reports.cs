namespace Animarium.Recipe.Steps;

/// <summary>How the training of the VAE, or of its decoder, goes.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Mean since the last report.</param>
/// <param name="Decibels">Mean peak signal-to-noise ratio of measured pictures with averaged weights.</param>
/// <param name="Pace">Pictures a second.</param>
internal sealed record PictureReport(long Step, double Loss, double Decibels, double Pace)
{
    public override string ToString() => FormattableString.Invariant($"step {Step}: loss {Loss:0.0000}, {Decibels:0.00} dB, {Pace:0.0} pictures a second");
}

/// <summary>How the training of the transformer goes.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Mean since the last report.</param>
/// <param name="Kept">Loss of the pictures that are not trained on, of each folder.</param>
/// <param name="Averaged">The same with averaged weights.</param>
/// <param name="Pace">Pictures a second.</param>
/// <param name="Share">Matrix products that training needs, as a share of those that the machine could have done in that time, 0 … 1.</param>
internal sealed record TransformerReport(long Step, double Loss, IReadOnlyList<double> Kept, IReadOnlyList<double> Averaged, double Pace, double Share)
{
    public override string ToString() =>
        FormattableString.Invariant($"step {Step}: loss {Loss:0.000}, of pictures not trained on {Text(Kept)}, with averaged weights {Text(Averaged)}; {Pace:0.0} pictures a second, {100 * Share:0} % of the matmul rate");

    static string Text(IReadOnlyList<double> losses) => string.Join(" and ", losses.Select(loss => FormattableString.Invariant($"{loss:0.000}")));
}
