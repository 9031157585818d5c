using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Tests.ModelLibrary;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>From what a person said to what is drawn.</summary>
public sealed class GenerationPlanTests : IDisposable
{
    private readonly ModelShelf shelf = new();

    public GenerationPlanTests()
    {
        shelf.Transformer("diffusion_models/anima.safetensors");
        shelf.TextEncoder("text_encoders/b.safetensors");
        shelf.Vae("vae/c.safetensors");
        shelf.Lora("loras/ink.safetensors");
        shelf.Lora("loras/turbo.safetensors");
        shelf.Text("model.json", """{"defaults": {"width": 512, "height": 512, "negative": "blurry"}}""");
    }

    public void Dispose() => shelf.Dispose();

    [Fact]
    public void What_a_person_says_wins_over_the_picture_that_wins_over_the_model()
    {
        var request = Plan(Given("prompt=1girl steps=7"), Given("steps=9 cfg=5 negative=bad")).Request;
        Assert.Equal((7, 5.0, "bad", 512, "anima"), (request.Steps, request.Cfg, request.Negative, request.Width, request.Model));
        Assert.Equal("blurry", Plan(Given("prompt=1girl")).Request.Negative);
        Assert.Equal("", Plan(Given("prompt=1girl negative=")).Request.Negative);
    }

    [Fact]
    public void A_persons_defaults_hold_where_neither_person_nor_model_says_otherwise()
    {
        var usual = Given("steps=20 width=1024 sampler=euler rating=sensitive model=anima");
        var request = GenerationPlan.Make(Given("prompt=1girl sampler=heun"), Settings.Empty, new ModelCatalog([shelf.Root]), WildcardLibrary.Empty, new Random(1), usual: usual).Request;
        Assert.Equal((20, 512, "heun", Rating.Sensitive), (request.Steps, request.Width, request.Sampler, request.Rating));
        var missing = Assert.Throws<ModelException>(() => GenerationPlan.Make(Given("prompt=1girl"), Settings.Empty, new ModelCatalog([shelf.Root]), WildcardLibrary.Empty, new Random(1), usual: Given("model=gone")));
        Assert.Contains("gone", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_is_chosen_once_and_counts_up()
    {
        var plan = Plan(Given("count=3"));
        Assert.Equal(Enumerable.Range(0, 3).Select(n => plan.Request.Seed!.Value + (ulong)n), plan.Pictures().Select(picture => picture.Request.Seed!.Value));
        Assert.InRange(plan.Request.Seed!.Value, 0UL, uint.MaxValue);
        Assert.Equal(plan.Request.Seed, Plan(Given("count=3")).Request.Seed); // chance is injected
        Assert.Equal([ulong.MaxValue, 0UL], Plan(Given($"seed={ulong.MaxValue} batch=2")).Pictures().Select(picture => picture.Request.Seed!.Value));
        Assert.All(plan.Pictures(), picture => Assert.Equal((1, 1), (picture.Request.Count, picture.Request.Batch)));
    }

    [Fact]
    public void Wildcards_are_filled_in_for_each_picture_and_LoRAs_taken_out_of_the_prompt()
    {
        var pictures = Plan(Settings.Empty.With("prompt", "{red|blue|green} hair <lora:ink:0.5>").With("count", "12").With("seed", "1").With("lora", "turbo")).Pictures().ToList();
        Assert.Equal(3, pictures.Select(picture => picture.Request.Prompt).Distinct().Count());
        Assert.All(pictures, picture =>
        {
            Assert.EndsWith(" hair", picture.Request.Prompt, StringComparison.Ordinal);
            Assert.Equal("{red|blue|green} hair <lora:ink:0.5>", picture.Template);
            Assert.Equal([new("turbo", 1, 1), new("ink", 0.5, 0.5)], picture.Request.Loras);
            Assert.Equal(["turbo", "ink"], picture.Loras.Select(lora => lora.Name));
        });
        Assert.Null(Plan(Given("prompt=1girl")).Pictures().Single().Template);
    }

    [Fact]
    public void A_picture_is_repeated_from_its_own_description()
    {
        var planned = Plan(Settings.Empty.With("prompt", "{red|blue} hair <lora:ink:0.5>").With("seed", "5").With("count", "2")).Pictures().Last();
        string path = shelf.At("drawn.png");
        PictureFile.Save(new Picture(1, 1, 3, [1, 2, 3]), path, PictureFormat.Png, 90, new PictureFacts(planned.Request, new("anima", "anima.safetensors"), new("b", "b.safetensors"), new("c", "c.safetensors"), [new("ink", "ink.safetensors")]).Describe());
        var again = Plan(Settings.Empty, ImportedRequest.FromPicture(path)!.Settings).Pictures().Single();
        Assert.Equal(Settings.Of(planned.Request, knob => knob.Describes).ToString(), Settings.Of(again.Request, knob => knob.Describes).ToString());
    }

    [Fact]
    public void A_drawn_prompt_is_no_template() => Assert.Equal("{red|blue}", Plan(Settings.Empty, Settings.Empty.With("prompt", "{red|blue}").With("rating", "explicit")).Pictures().Single().Request.Prompt);

    [Fact]
    public void What_a_strangers_picture_used_and_is_not_here_is_left_out_with_a_notice()
    {
        var imported = Given("model=other vae=far lora=gone prompt=1girl rating=explicit");
        var plan = Plan(Settings.Empty, imported);
        Assert.Equal(("anima", 0), (plan.Request.Model, plan.Request.Loras.Count));
        Assert.Equal(["The model 'other' of the picture is not here: another one is used.", "The vae 'far' of the picture is not here: another one is used.", "The LoRA 'gone' of the picture is not here and is left out."],
            plan.Notices.Select(notice => notice.Message));
        Assert.Throws<ModelException>(() => Plan(imported)); // but a person means it
    }

    [Fact]
    public void The_rating_keeps_prompts_safe_and_says_how()
    {
        var plan = Plan(Settings.Empty.With("prompt", "masterpiece, 1girl").With("negative", "blurry"));
        var picture = plan.Pictures().Single().Request;
        Assert.Equal(("masterpiece, safe, 1girl", "blurry, nsfw, explicit"), (picture.Prompt, picture.Negative));
        Assert.Equal("The rating adds these tags (- in the negative prompt): safe, -nsfw, -explicit.", plan.Notices.Single().Message);
        Assert.Throws<RatingException>(() => Plan(Settings.Empty.With("prompt", "1girl, nude")));
        Assert.Equal("1girl, nude", Plan(Given("rating=explicit").With("prompt", "1girl, nude")).Pictures().Single().Request.Prompt);
    }

    [Fact]
    public void A_model_without_rating_tags_gets_none()
    {
        File.WriteAllText(shelf.At("model.json"), """{"ratingTags": false}""");
        Assert.Equal("1girl", Plan(Settings.Empty.With("prompt", "1girl")).Pictures().Single().Request.Prompt);
    }

    [Fact]
    public void A_turbo_LoRA_decides_wherever_it_was_named()
    {
        Assert.Equal(8, Plan(Given("lora=turbo")).Request.Steps);
        Assert.Equal(8, Plan(Settings.Empty.With("prompt", "1girl <lora:turbo:1>")).Request.Steps);
        Assert.Equal(12, Plan(Given("lora=turbo steps=12")).Request.Steps);
    }

    [Fact]
    public void Malformed_and_ignored_tags_are_told()
    {
        Assert.Equal("<lora:ink:x> must be written <lora:NAME:0.8>, with a finite number.", Assert.Throws<SettingException>(() => Plan(Settings.Empty.With("prompt", "a <lora:ink:x>"))).Message);
        Assert.Equal("lora", Assert.Throws<SettingException>(() => Plan(Settings.Empty.With("prompt", "a <lora:ink:1e9>"))).Field);
        Assert.Equal(["tag-ignored", "lora-options"], Plan(Given("rating=explicit").With("prompt", "a <hypernet:x:1> <lora:ink:1:lbw=OUT>")).Notices.Select(notice => notice.Code));
    }

    [Theory]
    [InlineData("", 512, 512)]
    [InlineData("width=256", 256, 128)]
    [InlineData("height=256", 512, 256)]
    [InlineData("width=128 height=128", 128, 128)]
    public void The_size_follows_a_picture_to_start_from(string given, int width, int height)
    {
        string path = shelf.At("init.png");
        PictureFile.Save(new Picture(1000, given.Length == 0 ? 1000 : 500, 1, new byte[1000 * (given.Length == 0 ? 1000 : 500)]), path, PictureFormat.Png);
        var plan = Plan(Given(given).With("init", path));
        Assert.Equal((width, height, width, height), (plan.Request.Width, plan.Request.Height, plan.Sources.Init!.Width, plan.Sources.Init.Height));
    }

    private static Settings Given(string pairs) =>
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Aggregate(Settings.Empty, (settings, pair) => settings.With(pair[0], pair[1]));

    private GenerationPlan Plan(Settings given, Settings? imported = null) =>
        GenerationPlan.Make(given, imported ?? Settings.Empty, new ModelCatalog([shelf.Root]), WildcardLibrary.Empty, new Random(1));
}
