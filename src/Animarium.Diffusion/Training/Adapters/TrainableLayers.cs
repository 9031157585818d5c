namespace Animarium.Diffusion.Training.Adapters;

/// <summary>The trainable form of each kind of adapter.</summary>
static class TrainableLayers
{
    public static TrainableLayer Make(LayerPlan plan) => plan.Options.Kind switch
    {
        AdapterKind.Lora => new LowRankLayer(plan),
        var other => throw new ArgumentOutOfRangeException(nameof(plan), other, "No such kind."),
    };
}
