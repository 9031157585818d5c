namespace Animarium.Studio.Datasets;

/// <summary>Regularisation pictures are seen about as often as the training pictures of their dataset, as in sd-scripts.</summary>
internal static class Regularisation
{
    /// <summary>In order, each with its repeats, until there are as many as training images; if they are too few, their repeats grow by one in turn.</summary>
    /// <param name="pictures">Regularisation pictures.</param>
    /// <param name="trainingImages">Training images of an epoch, with repeats.</param>
    public static IEnumerable<TrainingPicture> Balanced(IReadOnlyList<TrainingPicture> pictures, long trainingImages)
    {
        var repeats = new long[pictures.Count];
        long images = 0;
        for (int i = 0; i < pictures.Count && images < trainingImages; i++) images += repeats[i] = pictures[i].Repeats;
        if (pictures.Count > 0 && images < trainingImages)
        {
            long missing = trainingImages - images;
            for (int i = 0; i < repeats.Length; i++) repeats[i] += missing / repeats.Length + (i < missing % repeats.Length ? 1 : 0);
        }
        return pictures.Select((picture, i) => picture.Repeated((int)repeats[i])).Where(picture => picture.Repeats > 0);
    }
}
