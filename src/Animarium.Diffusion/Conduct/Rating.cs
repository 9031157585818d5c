namespace Animarium.Diffusion.Conduct;

/// <summary>How far a picture may go, in the words of the model's safety tags, from the mildest to the strongest.</summary>
public enum Rating
{
    /// <summary>For everyone.</summary>
    Safe,

    /// <summary>Suggestive: lingerie, poses.</summary>
    Sensitive,

    /// <summary>Nudity.</summary>
    Nsfw,

    /// <summary>Sexual acts and organs.</summary>
    Explicit,
}
