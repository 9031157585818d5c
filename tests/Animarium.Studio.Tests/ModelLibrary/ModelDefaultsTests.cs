using Animarium.Diffusion.Sampling;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Xunit;

namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>What a model prefers.</summary>
public sealed class ModelDefaultsTests : IDisposable
{
    private readonly ModelShelf shelf = new();
    private readonly List<Notice> notices = [];

    public void Dispose() => shelf.Dispose();

    [Fact]
    public void The_requests_defaults_are_those_of_the_base_model()
    {
        var (request, wanted) = (new GenerationRequest(), SamplingDefaults.Base);
        Assert.Equal((wanted.Sampler, wanted.Schedule, wanted.Steps, wanted.Cfg), (request.Sampler, request.Scheduler, request.Steps, request.Cfg));
    }

    [Fact]
    public void The_shipped_model_says_how_it_wants_to_be_drawn()
    {
        var request = ModelDefaults.Of(new ModelCatalog(StudioFolders.Of(null, "", AppContext.BaseDirectory).Models).Find("anima-mini"), [], notices).Settings.Complete();
        Assert.Equal((128, 128, "euler", "simple", 20, 3.0, 3.0, "worst quality, low quality, blurry"),
            (request.Width, request.Height, request.Sampler, request.Scheduler, request.Steps, request.Cfg, request.Shift, request.Negative));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData("anima-turbo-v1.0", null, true)]
    [InlineData("Anima Turbo", null, true)]
    [InlineData("turbocharged", null, false)]
    [InlineData("mine", "Anima Turbo v1.1", true)]
    [InlineData("mine", "Anima", false)]
    public void Turbo_models_are_told_by_a_word_of_their_name_or_title(string name, string? title, bool turbo)
    {
        shelf.Transformer($"diffusion_models/{name}.safetensors", metadata: title is null ? null : new() { ["modelspec.title"] = title });
        var request = ModelDefaults.Of(Model(), [], notices).Settings.Complete();
        Assert.Equal(turbo ? ("euler", "simple", 8, 1.0) : ("er_sde", "simple", 30, 4.0), (request.Sampler, request.Scheduler, request.Steps, request.Cfg));
        Assert.Equal(turbo ? [$"{name} is a turbo model: euler, simple, 8 steps and CFG 1 unless you say otherwise."] : [], notices.Select(notice => notice.Message));
    }

    [Fact]
    public void A_turbo_LoRA_makes_any_model_turbo_and_a_models_file_knows_a_turbo_model_better_than_its_name()
    {
        shelf.Transformer("a/diffusion_models/mine.safetensors");
        shelf.Text("a/model.json", """{"defaults": {"steps": 40, "width": 768}}""");
        var lora = new LoraEntry("speed", shelf.Lora("loras/speed.safetensors", new() { ["ss_output_name"] = "anima_turbo_lora" }));
        var request = ModelDefaults.Of(Model(), [lora], notices).Settings.Complete();
        Assert.Equal((8, 1.0, 768), (request.Steps, request.Cfg, request.Width));

        shelf.Transformer("b/diffusion_models/my-turbo.safetensors");
        shelf.Text("b/model.json", """{"defaults": {"steps": 12}}""");
        request = ModelDefaults.Of(new ModelCatalog([shelf.At("b")]).Models[0], [], notices).Settings.Complete();
        Assert.Equal((12, 1.0), (request.Steps, request.Cfg));
    }

    [Fact]
    public void One_of_several_transformers_has_a_file_of_its_own()
    {
        shelf.Transformer("diffusion_models/mine.safetensors");
        shelf.Text("model.json", """{"defaults": {"steps": 40}}""");
        shelf.Text("diffusion_models/mine.model.json", """{"defaults": {"steps": 50}}""");
        Assert.Equal(50, ModelDefaults.Of(Model(), [], notices).Settings.Complete().Steps);
    }

    [Theory]
    [InlineData("""{"defaults": {"steps": 0, "cfg": 5}}""", 5, "steps must be a whole number from 1 to 10000, not '0'.")]
    [InlineData("""{"defaults": {"rating": "explicit", "cfg": 5}}""", 5, "a model does not decide rating.")]
    [InlineData("""{"defaults": {"out": "/etc/passwd", "cfg": 5}}""", 5, "a model does not decide out.")]
    [InlineData("""{"defaults": {"unheard": 1, "cfg": 5}}""", 5, "There is no setting 'unheard'.")]
    [InlineData("""{"defaults": []}""", 4, "Settings are one JSON object of names and values.")]
    [InlineData("""{"defaults": {}} trailing""", 4, "'t' is invalid")]
    [InlineData("{}", 4, null)]
    [InlineData("""{"title": "Mine", /* a comment */ "defaults": {"cfg": 5,}}""", 5, null)]
    public void Mistakes_in_a_models_file_are_told_and_stop_nothing(string json, double cfg, string? notice)
    {
        shelf.Transformer("diffusion_models/mine.safetensors");
        string path = shelf.Text("model.json", json);
        Assert.Equal(cfg, ModelDefaults.Of(Model(), [], notices).Settings.Complete().Cfg);
        Assert.Equal(notice is null ? 0 : 1, notices.Count);
        if (notice is not null) Assert.StartsWith($"{path}: {notice}", notices[0].Message, StringComparison.Ordinal);
    }

    private LibraryModel Model() => new ModelCatalog([shelf.Root]).Models[0];
}
