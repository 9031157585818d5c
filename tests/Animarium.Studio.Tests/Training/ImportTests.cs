using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Settings of sd-scripts in the forms people have them, beyond the golden files.</summary>
public sealed class ImportTests
{
    const string Minimal = "network_module = \"networks.lora_anima\"\nqwen3 = \"q\"\n";

    [Theory]
    [InlineData("100", 100, null, 0)]
    [InlineData("0.05", null, 0.05, 0)]
    [InlineData("\"5%\"", null, 0.05, 0)]
    [InlineData("100.0", 100, null, 1)]
    [InlineData("\"200\"", 200, null, 0)]
    public void Warm_up_is_steps_or_a_share(string written, int? steps, double? ratio, int warnings)
    {
        var report = Toml($"lr_scheduler = \"cosine\"\nlr_warmup_steps = {written}");
        Assert.Equal((steps, ratio), (report.Settings!.Schedule.WarmupSteps, report.Settings.Schedule.WarmupRatio));
        Assert.Equal(warnings, report.Warnings.Count);
    }

    [Fact]
    public void Of_equal_keys_in_two_sections_the_last_counts() =>
        Assert.Equal(8, SettingsImport.Read("[a]\nnetwork_dim = 4\n" + Minimal + "[b]\nnetwork_dim = 8\n", "x.toml").Settings!.Adapter.Rank);

    [Fact]
    public void Known_options_without_a_counterpart_are_named() => Assert.Equal(["metadata_author", "network_args.train_norm", "save_n_epoch_ratio"],
        Toml("metadata_author = \"me\"\nsave_n_epoch_ratio = 3\nnetwork_args = [\"train_norm=True\", \"rank_dropout=0.1\"]").NotImported.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("network_dim = \"many\"", "network_dim")]
    [InlineData("network_dropout = 2", "network_dropout")]
    [InlineData("lr_warmup_steps = \"long\"", "lr_warmup_steps")]
    [InlineData("max_train_epochs = \"all\"", "max_train_epochs")]
    [InlineData("resolution = \"big\"", "resolution")]
    public void A_value_that_cannot_be_is_refused_by_name(string line, string option)
    {
        var e = Assert.Throws<SettingException>(() => Toml(line));
        Assert.Contains(option, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_done_otherwise_here_is_said()
    {
        var report = Toml("full_bf16 = true\nnetwork_train_unet_only = true");
        Assert.Single(report.Changed);
        Assert.Empty(report.Ineffective);
    }

    [Theory]
    [InlineData("networks.lora")]
    [InlineData("networks.lora_flux")]
    public void Networks_of_other_models_are_refused(string module) => Assert.Equal("wrong_base", SettingsImport.Read($"network_module = \"{module}\"\nnetwork_dim = 8", "x.toml").Code);

    [Theory]
    [InlineData("bash", "python train_network.py --output_name=a", "wrong_base")]
    [InlineData("bash", "cd x && accelerate launch --mixed_precision=bf16 ./anima_train_network.py --output_name='a b' # my run\n", null)]
    [InlineData("bash", "accelerate launch anima_train_network.py --output_name \"a b\" \\\n  --network_dim=16; echo done", null)]
    [InlineData("bash", "accelerate launch anima_train_network.py --output_name a\\ b", null)]
    [InlineData("cmd", "rem my run\r\naccelerate launch anima_train_network.py --output_dir \"C:\\out\\\" --output_name=\"a b\" ^\r\n --network_dim=16", null)]
    [InlineData("cmd", ":: x\ncall venv\\activate\npython C:\\sd\\anima_train_network.py --output_name=\"a b\"", null)]
    public void Commands_are_split_as_their_shell_does(string shell, string command, string? code)
    {
        var report = SettingsImport.Read(command, "run.txt");
        Assert.Equal((SettingsKind.Command, shell, code), (report.Kind, report.Shell, report.Code));
        if (report.Ok) Assert.Equal("a b", report.Settings!.Output.Name);
        if (command.Contains("--network_dim", StringComparison.Ordinal)) Assert.Equal(16, report.Settings!.Adapter.Rank);
        if (command.Contains("C:\\out", StringComparison.Ordinal)) Assert.Equal("C:\\out\\", report.Settings!.Output.Directory);
    }

    [Fact]
    public void Words_that_belong_to_no_option_are_warned_of() =>
        Assert.Equal("stray-word", Assert.Single(SettingsImport.Read("accelerate launch anima_train_network.py --network_dim 8 9 --network_module networks.lora_anima", "x.txt").Warnings).Code);

    [Fact]
    public void A_cut_command_says_so()
    {
        Assert.Throws<SettingException>(() => SettingsImport.Read("accelerate launch anima_train_network.py --output_name \"a", "x.txt"));
        Assert.Throws<SettingException>(() => SettingsImport.Read("accelerate launch anima_train_network.py --network_dim", "x.txt"));
    }

    [Fact]
    public void Files_that_a_file_names_are_read_too()
    {
        string folder = Directory.CreateTempSubdirectory("animarium").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "c.toml"), Minimal + "network_dim = 8\nnetwork_alpha = 2");
            File.WriteAllText(Path.Combine(folder, "run.sh"), "accelerate launch anima_train_network.py --config_file=c.toml --network_dim=32");
            var report = SettingsImport.ReadFile(Path.Combine(folder, "run.sh"));
            Assert.Equal((SettingsKind.Command, 32, 2.0), (report.Kind, report.Settings!.Adapter.Rank, report.Settings.Adapter.Alpha));
            File.WriteAllText(Path.Combine(folder, "run.toml"), Minimal + "dataset_config = 'd.toml'\nresolution = '768,512'\ntrain_batch_size = 3\nshuffle_caption = true");
            Assert.Equal("dataset-file", Assert.Single(SettingsImport.ReadFile(Path.Combine(folder, "run.toml")).Warnings).Code);
            File.WriteAllText(Path.Combine(folder, "d.toml"), "[[datasets]]\nbucket_reso_steps = 32\n[[datasets.subsets]]\nimage_dir = 'a'");
            var dataset = Assert.Single(SettingsImport.ReadFile(Path.Combine(folder, "run.toml")).Datasets!);
            Assert.Equal(((768, 512), 3, 32, true), (dataset.Resolution, dataset.BatchSize, dataset.BucketStep, Assert.Single(dataset.Subsets).Caption.Shuffle));
            File.WriteAllText(Path.Combine(folder, "d.toml"), "[[datasets]]\nbatchsize = 2\n[[datasets.subsets]]\nimage_dir = 'a'");
            Assert.Equal("unknown_key", SettingsImport.ReadFile(Path.Combine(folder, "run.toml")).Code);
            string missing = Path.Combine(folder, "none.toml");
            Assert.Contains(missing, Assert.Throws<SettingException>(() => SettingsImport.ReadFile(missing)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(missing, [0x61, 0xFF, 0xFE]);
            Assert.Throws<SettingException>(() => SettingsImport.ReadFile(missing));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Masks_of_a_dataset_file_are_taken_and_what_is_missing_is_named()
    {
        var report = SettingsImport.Read("[[datasets]]\nresolution = 512\n[[datasets.subsets]]\nimage_dir = 'a'\nconditioning_data_dir = 'm'", "d.toml");
        Assert.Equal("m", Assert.Single(Assert.Single(report.Datasets!).Subsets).MaskFolder);
        Assert.Equal(["datasets[0].subsets[0].image_dir"], SettingsImport.Read("[[datasets]]\nresolution = 512\n[[datasets.subsets]]\nnum_repeats = 2", "d.toml").Unknown);
        Assert.Equal(["datasets[0].resolution"], SettingsImport.Read("[[datasets]]\n[[datasets.subsets]]\nimage_dir = 'a'", "d.toml").Unknown);
    }

    [Fact]
    public void What_a_preset_has_no_form_for_is_named()
    {
        var settings = new TrainingSettings { Adapter = new() { TloraMinRank = 4 }, Optimizer = new() { MaxGradNorm = 0.5 } };
        var export = SettingsExport.Xmlora(settings);
        Assert.Contains("adapter.tlora_min_rank", export.Lost);
        Assert.Contains("--max_grad_norm", export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("optimizer.max_grad_norm", export.Lost);
        Assert.Throws<SettingException>(() => SettingsExport.Xmlora(new TrainingSettings { Adapter = new() { Type = "none" } }));
    }

    static ImportReport Toml(string lines) => SettingsImport.Read(Minimal + lines, "x.toml");
}
