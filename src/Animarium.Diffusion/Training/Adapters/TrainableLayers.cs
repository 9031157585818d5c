namespace Animarium.Diffusion.Training.Adapters;

/// <summary>The trainable form of each kind of adapter.</summary>
static class TrainableLayers
{
    public static TrainableLayer Make(LayerPlan plan) => plan.Options.Kind switch
    {
        AdapterKind.Lora => new LowRankLayer(plan),
        AdapterKind.Dora => new MagnitudeLayer(plan),
        AdapterKind.Loha => new HadamardLayer(plan),
        AdapterKind.Lokr => new KroneckerLayer(plan),
        AdapterKind.Oft => new RotationLayer(plan),
        AdapterKind.Ia3 => new ScalingLayer(plan),
        var other => throw new ArgumentOutOfRangeException(nameof(plan), other, "No such kind."),
    };
}
