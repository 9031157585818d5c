namespace Animarium.Studio.Datasets.Check;

/// <summary>Pictures that their bucket does not suit.</summary>
internal static class SizeFindings
{
    private const double MostEnlarged = 1.5; // times a side: beyond it, the model learns the blur
    private const double MostCropped = 0.2; // of the area

    public static IEnumerable<Finding> Of(Dataset dataset)
    {
        string[] small = Files(picture => (double)picture.Placement.Resized.Width / picture.Found.Header.Width > MostEnlarged);
        if (small.Length > 0) yield return Finding.Of("small", FindingSeverity.Warning, small, MostEnlarged);

        string[] cropped = Files(picture => 1 - Area(picture.Placement.Bucket) / Area(picture.Placement.Resized) > MostCropped);
        if (cropped.Length > 0) yield return Finding.Of("cropped", FindingSeverity.Hint, cropped, MostCropped * 100);

        string[] Files(Func<TrainingPicture, bool> which) => [.. dataset.Pictures.Where(which).Select(picture => picture.Path).Distinct()];
    }

    private static double Area(PixelSize size) => (double)size.Width * size.Height;
}
