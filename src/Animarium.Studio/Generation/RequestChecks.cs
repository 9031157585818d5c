using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>What must hold before anything is drawn.</summary>
public static class RequestChecks
{
    /// <summary>Checks every value and rounds the size to what the model can draw.</summary>
    /// <param name="request">From anywhere.</param>
    /// <param name="notices">Gets one for each rounded side.</param>
    /// <exception cref="SettingException">A value is out of range, or two contradict each other.</exception>
    public static GenerationRequest Checked(this GenerationRequest request, ICollection<Notice> notices)
    {
        foreach (var knob in Knobs.All) knob.With(request, knob.Get(request));
        if (request.GuidanceStart > request.GuidanceEnd) throw new SettingException("guidance-start", Words.Say("setting.order", request.GuidanceStart, request.GuidanceEnd));
        request = request with { Width = Rounded("width", request.Width, notices), Height = Rounded("height", request.Height, notices) };
        var (width, height) = request.FinalSize;
        if ((long)width * height > PictureFile.MostPixels)
            throw new SettingException("hires", Words.Say("setting.pixels", request.Width, request.Height, request.Hires, PictureFile.MostPixels / 1_000_000));
        return request;
    }

    /// <summary>One notice for each setting that was given and changes nothing under the others.</summary>
    public static IEnumerable<Notice> WithoutEffect(this GenerationRequest request, Settings given) =>
        given.Given.Select(knob => knob.WithoutEffect(request)).OfType<string>().Select(sentence => new Notice("without-effect", sentence));

    /// <summary>To the nearest multiple of <see cref="Knobs.SizeStep"/>, upwards from the middle.</summary>
    internal static int Rounded(double side) => Math.Max(Knobs.SizeStep, (int)Math.Floor((side / Knobs.SizeStep) + 0.5) * Knobs.SizeStep);

    private static int Rounded(string name, int side, ICollection<Notice> notices)
    {
        int rounded = Rounded(side);
        if (rounded != side) notices.Add(Notice.Of("rounded", name, side, Knobs.SizeStep, rounded));
        return rounded;
    }
}
