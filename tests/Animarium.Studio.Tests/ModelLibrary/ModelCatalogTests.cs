using Animarium.Studio.ModelLibrary;
using Xunit;

namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>Models found in folders, their parts paired by their tensors.</summary>
public sealed class ModelCatalogTests : IDisposable
{
    private readonly ModelShelf shelf = new();

    private ModelCatalog All => new([shelf.Root]);

    public void Dispose() => shelf.Dispose();

    [Fact]
    public void The_shipped_model_is_found_from_the_program_and_complete()
    {
        var folders = StudioFolders.Of(null, "", AppContext.BaseDirectory);
        var model = new ModelCatalog(folders.Models).Find();
        Assert.Equal("anima-mini", model.Name);
        Assert.Equal(("qwen3_mini", "qwen_image_vae_mini"), (model.TextEncoder!.Name, model.Vae!.Name));
        Assert.True(File.Exists(Path.Combine(model.Tokenizers!, "qwen", "vocab.json")));
        Assert.Empty(new ModelCatalog(folders.Models).Unusable);
    }

    [Theory]
    [InlineData("diffusion_models", "text_encoders", "vae")]
    [InlineData("unet", "clip", "vae")]
    [InlineData("Stable-diffusion/anima", "text_encoder", "VAE/qwen")]
    [InlineData("", "", "")]
    public void Layouts_of_all_programs_are_understood(string transformers, string encoders, string vaes)
    {
        shelf.Transformer(Path.Combine(transformers, "a.safetensors"));
        shelf.TextEncoder(Path.Combine(encoders, "b.safetensors"));
        shelf.Vae(Path.Combine(vaes, "c.safetensors"));
        var model = All.Find();
        Assert.Equal(("a", "b", "c", null), (model.Name, model.TextEncoder!.Name, model.Vae!.Name, model.Tokenizers));
        Assert.Equal(shelf.Root, model.Transformer.Folder);
    }

    [Fact]
    public void Widths_pair_and_names_do_not()
    {
        shelf.Transformer("small/diffusion_models/anima-base-v1.0.safetensors", textWidth: 192, textVocabulary: 1761);
        shelf.TextEncoder("small/text_encoders/qwen_3_06b_base.safetensors", 192, 1972);
        shelf.Vae("small/vae/qwen_image_vae.safetensors", 16);
        shelf.Text("small/tokenizers/qwen/vocab.json", "{}");
        shelf.Text("small/tokenizers/t5/tokenizer.json", "{}");
        shelf.Transformer("large/diffusion_models/mine.safetensors");
        shelf.TextEncoder("other/text_encoders/b.safetensors");
        shelf.Vae("other/vae/c.safetensors");
        var models = All.Models;
        Assert.Equal(["mine: b c", "anima-base-v1.0: qwen_3_06b_base qwen_image_vae"], models.Select(model => $"{model.Name}: {model.TextEncoder?.Name} {model.Vae?.Name}"));
        Assert.All(models, model => Assert.True(model.IsComplete));
        Assert.Equal("anima-base-v1.0", All.Find("SMALL").Name);
        Assert.Equal("mine", All.Find("Mine.safetensors").Name);
    }

    [Fact]
    public void A_small_models_VAE_is_not_lent_to_others()
    {
        shelf.Transformer("large/diffusion_models/a.safetensors");
        shelf.TextEncoder("large/text_encoders/b.safetensors");
        shelf.Vae("small/vae/c.safetensors", 16);
        var refused = Assert.Throws<ModelException>(() => All.Find());
        Assert.Equal(ModelProblem.Incomplete, refused.Problem);
        Assert.Equal($"a lacks the VAE of its latents (16 channels): put vae/qwen_image_vae.safetensors (0.25 GB) into {shelf.At("large")}.", refused.Message);
        var warnings = new List<string>();
        Assert.Equal("c", All.Find(vae: "c", warnings: warnings.Add).Vae!.Name);
        Assert.Single(warnings);
    }

    [Fact]
    public void What_is_missing_is_said_with_names_and_sizes()
    {
        Assert.Equal($"No model was found in {shelf.Root}. Put diffusion_models/anima-base-v1.0.safetensors (4.18 GB), text_encoders/qwen_3_06b_base.safetensors (1.19 GB) and vae/qwen_image_vae.safetensors (0.25 GB) into one of these folders.",
            Assert.Throws<ModelException>(() => All.Find()).Message);
        shelf.Transformer("m/diffusion_models/a.safetensors", textVocabulary: 100);
        var missing = All.Models[0].Missing;
        Assert.Equal(3, missing.Count);
        Assert.Contains("text encoder of width 1024", missing[0], StringComparison.Ordinal);
        Assert.Contains("tokenizers", missing[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused_with_the_reason()
    {
        string transformer = shelf.Transformer("a.safetensors"), encoder = shelf.TextEncoder("b.safetensors"), vae = shelf.Vae("c.safetensors"), small = shelf.TextEncoder("x/small.safetensors", 192);
        string sdxl = shelf.Sdxl("checkpoints/xl.safetensors");
        Assert.Equal($"{small} has width 192, but a reads a text encoder of width 1024: choose the one that came with the model.", Refused(null, null, "small"));
        Assert.StartsWith($"{vae} is no text encoder for Anima. This is the Qwen-Image VAE", Refused(null, null, vae), StringComparison.Ordinal);
        Assert.StartsWith($"{encoder} is no VAE for Anima. This is Qwen3 0.6B", Refused(null, encoder, null), StringComparison.Ordinal);
        Assert.StartsWith($"{sdxl} is no Anima model. This is an SDXL model", Refused(sdxl, null, null), StringComparison.Ordinal);
        Assert.Equal("There is no model 'b'. There are: a.", Refused("b", null, null));
        Assert.Equal("There is no vae 'z': give a file, or one of c.", Refused(null, "z", null));
        Assert.Equal("no/such.safetensors does not exist.", Refused("no/such.safetensors", null, null));
        Assert.Equal(transformer, All.Find(transformer, vae, encoder).Transformer.Path);
    }

    [Fact]
    public void A_file_or_folder_outside_the_library_brings_its_own_parts()
    {
        using var elsewhere = new ModelShelf();
        string file = elsewhere.Transformer("set/diffusion_models/a.safetensors");
        elsewhere.TextEncoder("set/text_encoders/b.safetensors");
        shelf.Vae("vae/c.safetensors");
        Assert.Equal(("a", "b", "c"), (All.Find(file) is var model ? model.Name : "", model.TextEncoder!.Name, model.Vae!.Name));
        Assert.Equal("a", All.Find(elsewhere.At("set")).Name);
        Assert.Contains(elsewhere.At("empty"), Refused(Directory.CreateDirectory(elsewhere.At("empty")).FullName, null, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_unfinished_and_dangerous_files_get_a_line_each_and_stop_nothing()
    {
        shelf.Transformer("diffusion_models/a.safetensors");
        shelf.TextEncoder("text_encoders/b.safetensors");
        shelf.Vae("vae/c.safetensors");
        string half = shelf.Transformer("diffusion_models/half.safetensors");
        using (var file = new FileStream(half, FileMode.Open)) file.SetLength(file.Length / 2);
        shelf.Text("diffusion_models/page.safetensors", "<html>login</html>");
        shelf.Text("diffusion_models/late.safetensors.part", "");
        shelf.Text("vae/old.pt", "\u0080\u0002}");
        File.WriteAllBytes(shelf.At("vae", "old.pt"), [0x80, 2, 0x7D, 0x71]);
        Assert.Equal("a", All.Find().Name);
        Assert.Equal(["half.safetensors", "late.safetensors.part", "old.pt", "page.safetensors"], All.Unusable.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal));
        Assert.All(All.Unusable, file => Assert.Contains(file.Path, file.Message, StringComparison.Ordinal));
        Assert.Contains(All.Unusable, file => file.Message.Contains("pickle", StringComparison.Ordinal));
        Assert.Equal(ModelProblem.Unreadable, Assert.Throws<ModelException>(() => All.Find(half)).Problem);
    }

    [Fact]
    public void Links_in_a_circle_and_folders_that_may_not_be_read_end_well()
    {
        shelf.Transformer("diffusion_models/a.safetensors");
        Directory.CreateSymbolicLink(shelf.At("diffusion_models", "again"), shelf.At("diffusion_models"));
        Assert.Single(All.Models);
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(shelf.At("closed"));
        File.SetUnixFileMode(shelf.At("closed"), UnixFileMode.None);
        try
        {
            var closed = All.Unusable;
            Assert.True(closed.Count == 0 && Environment.UserName == "root" || closed.Count == 1 && closed[0].Message.Contains("closed", StringComparison.Ordinal), string.Join(" | ", closed));
        }
        finally
        {
            File.SetUnixFileMode(shelf.At("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void LoRAs_are_found_by_name_folder_or_file()
    {
        string ink = shelf.Lora("loras/styles/Ink v1.5.safetensors"), other = shelf.Lora("set/loras/turbo-v0.2.safetensors");
        Assert.Equal(ink, All.Loras.Find("ink v1.5").Path);
        Assert.Equal(ink, All.Loras.Find("styles/Ink v1.5.safetensors").Path);
        Assert.Equal(other, All.Loras.Find(other).Path);
        Assert.Equal("There is no LoRA 'turbo' in the loras folders. Nearest: turbo-v0.2, Ink v1.5.", Assert.Throws<ModelException>(() => All.Loras.Find("turbo")).Message);
        Assert.Equal($"There is no LoRA 'x': put it into {Path.Combine("/none", "loras")}, or give its file.", Assert.Throws<ModelException>(() => new ModelCatalog(["/none"]).Loras.Find("x")).Message);
        Assert.Empty(All.Models);
    }

    [Fact]
    public void Folders_come_from_the_variable_the_person_and_the_program_in_this_order()
    {
        Directory.CreateDirectory(shelf.At("checkout", "models"));
        var folders = StudioFolders.Of(string.Join(Path.PathSeparator, shelf.At("one"), "", shelf.At("two")), shelf.At("data"), shelf.At("checkout", "bin", "release"));
        Assert.Equal([shelf.At("one"), shelf.At("two"), shelf.At("data", "animarium", "models"), shelf.At("checkout", "models")], folders.Models);
        Assert.Equal((null, null), (StudioFolders.Of(null, "", shelf.Root).Cache, StudioFolders.Of(null, "", shelf.Root).Wildcards)); // no home
    }

    private string Refused(string? model, string? vae, string? textEncoder) => Assert.Throws<ModelException>(() => All.Find(model, vae, textEncoder)).Message;
}
