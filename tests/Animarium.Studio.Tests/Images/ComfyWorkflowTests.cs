using System.Diagnostics;
using Animarium.Studio.Images;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Images;

public sealed class ComfyWorkflowTests
{
    private const string Template = """
        {"1": {"class_type": "UNETLoader", "inputs": {"unet_name": "anima/anima-base-v1.0.safetensors", "weight_dtype": "default"}},
         "2": {"class_type": "CLIPLoader", "inputs": {"clip_name": "qwen_3_06b_base.safetensors", "type": "stable_diffusion"}},
         "3": {"class_type": "LoraLoaderModelOnly", "inputs": {"model": ["1", 0], "lora_name": "anima-turbo-lora-v0.2.safetensors", "strength_model": 1.0}},
         "4": {"class_type": "PrimitiveBoolean", "inputs": {"value": TURBO}},
         "5": {"class_type": "ComfySwitchNode", "inputs": {"on_false": ["1", 0], "on_true": ["3", 0], "switch": ["4", 0]}},
         "6": {"class_type": "PrimitiveInt", "inputs": {"value": 8}},
         "7": {"class_type": "ComfySwitchNode", "inputs": {"on_false": 30, "on_true": ["6", 0], "switch": ["4", 0]}},
         "8": {"class_type": "ModelSamplingAuraFlow", "inputs": {"model": ["5", 0], "shift": 3.0}},
         "9": {"class_type": "CLIPTextEncode", "inputs": {"text": ["10", 0], "clip": ["2", 0]}},
         "10": {"class_type": "PrimitiveString", "inputs": {"value": "1girl, 桜"}},
         "11": {"class_type": "CLIPTextEncode", "inputs": {"text": "bad", "clip": ["2", 0]}},
         "12": {"class_type": "EmptyLatentImage", "inputs": {"width": 832, "height": 1216, "batch_size": 1}},
         "13": {"class_type": "KSampler", "inputs": {"model": ["8", 0], "seed": 42, "steps": ["7", 0], "cfg": 4.0, "sampler_name": "er_sde", "scheduler": "simple",
                "positive": ["9", 0], "negative": ["11", 0], "latent_image": ["12", 0], "denoise": 1.0}},
         "14": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["15", 0]}},
         "15": {"class_type": "VAELoader", "inputs": {"vae_name": "qwen_image_vae.safetensors"}},
         "16": {"class_type": "SaveImage", "inputs": {"images": ["14", 0], "filename_prefix": "Anima"}}}
        """;

    [Theory]
    [InlineData("true", "8", "1girl, 桜 <lora:anima-turbo-lora-v0.2:1.0>")]
    [InlineData("false", "30", "1girl, 桜")]
    public void The_official_template_is_read_with_its_switches(string turbo, string steps, string prompt)
    {
        var import = ComfyWorkflow.Read(Template.Replace("TURBO", turbo, StringComparison.Ordinal))!;
        var text = import.Infotext;
        Assert.Equal((prompt, "bad", steps), (text.Prompt, text.Negative, text["Steps"]));
        Assert.Equal(("er_sde", "simple", "4.0", "42", "3.0", "anima-base-v1.0"), (text["Sampler"], text["Schedule type"], text["CFG scale"], text["Seed"], text["Shift"], text["Model"]));
        Assert.Equal((832, 1216), text.Size);
        Assert.Null(text["Denoising strength"]);
        Assert.Empty(import.Unmapped);
    }

    [Fact]
    public void Custom_sampling_and_a_second_pass_are_read()
    {
        var import = ComfyWorkflow.Read("""
            {"1": {"class_type": "UNETLoader", "inputs": {"unet_name": "anima.safetensors"}},
             "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a"}}, "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "b"}},
             "4": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["2", 0], "conditioning_2": ["3", 0]}},
             "5": {"class_type": "CFGGuider", "inputs": {"model": ["1", 0], "positive": ["4", 0], "negative": ["3", 0], "cfg": 4.5}},
             "6": {"class_type": "RandomNoise", "inputs": {"noise_seed": 7}}, "7": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
             "8": {"class_type": "BasicScheduler", "inputs": {"model": ["1", 0], "scheduler": "beta", "steps": 20, "denoise": 1.0}},
             "9": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 512, "height": 768, "batch_size": 1}},
             "10": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["6", 0], "guider": ["5", 0], "sampler": ["7", 0], "sigmas": ["8", 0], "latent_image": ["9", 0]}},
             "11": {"class_type": "LatentUpscaleBy", "inputs": {"samples": ["10", 0], "scale_by": 1.5}},
             "12": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "seed": 8, "steps": 12, "cfg": 4.5, "sampler_name": "euler", "scheduler": "beta", "positive": ["2", 0], "negative": ["3", 0], "latent_image": ["11", 0], "denoise": 0.35}},
             "13": {"class_type": "VAEDecode", "inputs": {"samples": ["12", 0]}}, "14": {"class_type": "PreviewImage", "inputs": {"images": ["13", 0]}}}
            """)!;
        var text = import.Infotext;
        Assert.Equal(("a\nb", "b"), (text.Prompt, text.Negative));
        Assert.Equal(("20", "euler", "beta", "4.5", "7", "0.35", "12", "1.5"), (text["Steps"], text["Sampler"], text["Schedule type"], text["CFG scale"], text["Seed"], text["Denoising strength"], text["Hires steps"], text["Hires upscale"]));
        Assert.Equal((512, 768), text.Size);
        Assert.Equal(["ConditioningCombine"], import.Unmapped);
    }

    [Fact]
    public void Any_wiring_ends_quickly()
    {
        string[] classes = ["KSampler", "SaveImage", "Reroute", "ComfySwitchNode", "ConditioningCombine", "CFGGuider", "SamplerCustomAdvanced", "StringConcatenate", "LoraLoader"];
        string[] inputs = ["images", "samples", "latent_image", "model", "positive", "negative", "conditioning_1", "conditioning_2", "on_true", "on_false", "switch", "guider", "text", "value", "string_a", "string_b", "steps"];
        var node = Gen.Select(Gen.Int[0, classes.Length - 1].Select(i => classes[i]), Gen.Select(Gen.Int[0, inputs.Length - 1].Select(i => inputs[i]), Gen.Int[0, 12]).Array[0, 12]);
        node.Array[1, 12].Sample(nodes =>
        {
            string graph = "{" + string.Join(',', nodes.Select((n, id) => $"\"{id}\": {{\"class_type\": \"{n.Item1}\", \"inputs\": {{{string.Join(',', n.Item2.DistinctBy(i => i.Item1).Select(i => $"\"{i.Item1}\": [\"{i.Item2}\", 0]"))}}}}}")) + "}";
            var watch = Stopwatch.StartNew();
            ComfyWorkflow.Read(graph);
            return watch.Elapsed < TimeSpan.FromSeconds(60);
        }, iter: 2000);
    }
}
