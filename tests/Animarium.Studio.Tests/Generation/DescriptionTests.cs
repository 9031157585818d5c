using Animarium.Diffusion.Pipeline;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Descriptions of pictures, written and read back.</summary>
public sealed class DescriptionTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly WeightsUsed Encoder = new("qwen_3_06b_base", "qwen_3_06b_base.safetensors"), Vae = new("qwen_image_vae", "qwen_image_vae.safetensors");

    private static readonly GenerationRequest Plain = new() { Prompt = "1girl, solo, 桜", Negative = "worst quality", Seed = 647480969, Width = 896, Height = 1152 };

    private static readonly GenerationRequest Rich = Plain with
    {
        Seed = ulong.MaxValue, Sampler = "euler_ancestral", Scheduler = "beta", Steps = 24, Cfg = 4.5, Shift = 3.5, Eta = 0.5, SNoise = 1.05, Rng = NoiseSource.Nv,
        Loras = [new("ink", 0.8, 0.8), new("turbo v0.2", 1, 0)], Nag = 3, CfgRescale = 0.7, GuidanceEnd = 0.8, Emphasis = EmphasisDialect.A1111, Prompt = "[1girl], (solo:1.3) (((a: \"b\", c)))",
        Init = "/home/someone/photo.png", Denoise = 0.55, Mask = "/home/someone/mask.png", MaskInvert = true, MaskBlur = 2, Hires = 1.5, HiresSteps = 10, HiresDenoise = 0.3, HiresUpscaler = HiresUpscaler.Latent,
    };

    public static TheoryData<string> Names => ["plain", "rich"];

    [Theory, MemberData(nameof(Names))]
    public void All_three_forms_are_as_recorded(string name)
    {
        var texts = Facts(name).Describe();
        Snapshot.Matches($"{name}.infotext.txt", texts.Infotext!);
        Snapshot.Matches($"{name}.animarium.json", JsonNode.Parse(texts.Json!)!.ToJsonString(Indented));
        Snapshot.Matches($"{name}.comfyui.json", JsonNode.Parse(texts.ComfyPrompt!)!.ToJsonString(Indented));
        Assert.DoesNotContain("someone", texts.Infotext + texts.Json + texts.ComfyPrompt, StringComparison.Ordinal);
        Assert.All(texts.ComfyPrompt!, c => Assert.True(c < '\x7F'));
    }

    [Theory, MemberData(nameof(Names))]
    public void Our_own_JSON_brings_back_every_setting_but_the_rating(string name)
    {
        var import = Imported(new(Json: Facts(name).Describe().Json));
        Assert.Equal(MetadataSource.Animarium, import.Source);
        var request = Facts(name).Request;
        foreach (var knob in import.Settings.Given.Where(knob => knob.Key != "model")) Assert.Equal(knob.Format(knob.Get(request)), knob.Format(knob.Get(import.Settings.Complete())));
        Assert.Equal(Knobs.All.Where(knob => knob.Describes && knob.Key is not ("rating" or "init" or "mask" or "vae" or "textEncoder")), import.Settings.Given);
        Assert.Equal(name == "plain" ? [] : ["init: photo.png", "mask: mask.png"], import.Unmapped);
    }

    [Theory, MemberData(nameof(Names))]
    public void Our_infotext_brings_back_what_acts(string name)
    {
        var import = Imported(new(Facts(name).Describe().Infotext));
        var (request, read) = (Facts(name).Request, import.Settings.Over(Settings.Empty).Complete());
        Assert.Empty(import.Unmapped);
        string[] elsewhere = ["rating", "init", "mask", "maskInvert", "model", "batch", "count"];
        foreach (var knob in Knobs.All.Where(knob => knob.Describes && !elsewhere.Contains(knob.Key) && knob.WithoutEffect(request) is null))
            Assert.True(knob.Format(knob.Get(request)) == knob.Format(knob.Get(read)), $"{knob.Name}: {knob.Format(knob.Get(request))} became {knob.Format(knob.Get(read))}.");
        Assert.Equal("anima-base-v1.0", read.Model);
    }

    [Fact]
    public void Our_ComfyUI_graph_is_read_by_our_importer()
    {
        var import = Imported(new(ComfyPrompt: Facts("plain").Describe().ComfyPrompt));
        var read = import.Settings.Complete();
        Assert.Equal((Plain.Prompt, Plain.Negative, Plain.Seed, 896, 1152, 30, 4.0, "er_sde", "simple", NoiseSource.Cpu, EmptyPrompt.ComfyUi),
            (read.Prompt, read.Negative, read.Seed, read.Width, read.Height, read.Steps, read.Cfg, read.Sampler, read.Scheduler, read.Rng, read.EmptyPrompt));
        Assert.Empty(import.Unmapped);
    }

    [Fact]
    public void A_schedule_that_ComfyUI_lacks_leaves_its_graph_out() =>
        Assert.Null(new PictureFacts(Plain with { Scheduler = "linspace" }, Encoder, Encoder, Vae, []).Describe().ComfyPrompt);

    [Theory]
    [InlineData("Steps: 32, Sampler: ER SDE, Schedule type: Beta, CFG scale: 4, Shift: 3, Seed: 5, Size: 896x1152, RNG: CPU, Version: neo-2.27", "er_sde beta cpu comfy")]
    [InlineData("Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 5, Size: 512x512", "dpmpp_2m karras nv a1111")]
    [InlineData("Steps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 5, Size: 512x512, Emphasis: None", "euler_ancestral uniform nv none")]
    public void Samplers_generators_and_emphasis_of_others_are_understood(string line, string expected)
    {
        var read = ImportedRequest.FromInfotext("1girl\n" + line).Settings.Complete();
        Assert.Equal(expected, $"{read.Sampler} {read.Scheduler} {Knobs.Find("rng")!.Format(read.Rng)} {Knobs.Find("emphasis")!.Format(read.Emphasis)}");
        Assert.Equal(("1girl", "", 5UL, EmptyPrompt.ComfyUi), (read.Prompt, read.Negative, read.Seed!.Value, read.EmptyPrompt));
    }

    [Fact]
    public void What_cannot_be_mapped_is_told()
    {
        var import = ImportedRequest.FromInfotext("a <lora:ink:0.8> <hypernet:x:1>\nSteps: 0, Sampler: Magic, CFG scale: NaN, Seed: 1, Size: 9000x512, ControlNet 0: \"a, b\", Clip skip: 2");
        Assert.Equal(
            [
                "<hypernet:x:1>", "steps must be a whole number from 1 to 10000, not '0'.", "cfg must be a number from 0 to 100, not 'NaN'.",
                "width must be a whole number from 16 to 4096, not '9000'.", "sampler must be one of", "ControlNet 0: a, b",
            ],
            import.Unmapped.Select(text => text.StartsWith("sampler", StringComparison.Ordinal) ? text[..22] : text));
        var read = import.Settings.Complete();
        Assert.Equal([new LoraUse("ink", 0.8, 0.8)], read.Loras);
        Assert.Equal(512, read.Height);
    }

    [Fact]
    public void A_picture_that_was_drawn_over_is_found_beside()
    {
        string folder = Directory.CreateTempSubdirectory("animarium-from-").FullName;
        try
        {
            string path = Path.Combine(folder, "drawn.png"), photo = Path.Combine(folder, "photo.png");
            PictureFile.Save(Pixel, photo, PictureFormat.Png);
            PictureFile.Save(Pixel, path, PictureFormat.Png, 90, Facts("rich").Describe());
            var import = ImportedRequest.FromPicture(path)!;
            Assert.Equal(photo, import.Settings.Complete().Init);
            Assert.Equal(["mask: mask.png"], import.Unmapped);
            Assert.Null(ImportedRequest.FromPicture(photo));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Any_settings_survive_in_our_JSON() => SettingsTests.AnySettings.Sample(settings =>
    {
        var request = settings.Complete() with { Init = null, Mask = null, Model = "m" };
        var read = JsonForm.Read(JsonForm.Write(new(request, new("m", "m.safetensors"), Encoder, Vae, [])), _ => Assert.Fail("a problem"))!;
        Assert.Equal(Settings.Of(request, knob => knob.Describes && knob.Get(request) is not null).ToString(), read.ToString());
    }, iter: 300);

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("nothing")]
    [InlineData("""{"format": 1, "request": []}""")]
    public void A_damaged_description_of_ours_gives_way_to_the_infotext(string json) =>
        Assert.Equal("1girl", Imported(new("1girl\nSteps: 20, Sampler: Euler, Seed: 5", json)).Settings.Complete().Prompt);

    [Fact]
    public void WebP_and_PNG_carry_the_graph_where_ComfyUI_looks()
    {
        var texts = Facts("plain").Describe();
        foreach (var format in new[] { PictureFormat.Png, PictureFormat.WebP })
        {
            var metadata = ImageMetadata.Read(PictureFile.Encode(Pixel, format, 90, texts).File);
            Assert.Equal((texts.ComfyPrompt, texts.Infotext, texts.Json), (metadata.ComfyPrompt, metadata.Parameters, metadata.Animarium));
        }
        var alone = ImageMetadata.Read(PictureFile.Encode(Pixel, PictureFormat.WebP, 90, new(ComfyPrompt: texts.ComfyPrompt)).File);
        Assert.Equal((texts.ComfyPrompt, null), (alone.ComfyPrompt, alone.Parameters));
    }

    private static Picture Pixel { get; } = new(1, 1, 3, [1, 2, 3]);

    private static PictureFacts Facts(string name) => new(name == "plain" ? Plain : Rich, new("anima-base-v1.0", "anima-base-v1.0.safetensors", new string('a', 64)), Encoder, Vae,
        name == "plain" ? [] : [new("ink", "ink.safetensors", new string('b', 64)), new("turbo v0.2", "turbo v0.2.safetensors")])
    {
        Program = "animarium-1.2.3", Template = name == "plain" ? null : "__who__",
    };

    private static ImportedRequest Imported(PictureDescription texts) => ImportedRequest.From(ImageMetadata.Read(PictureFile.Encode(Pixel, PictureFormat.Png, 90, texts).File))!;
}
