using System.Collections.Frozen;
using System.Xml;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Files;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Xmlora;

/// <summary>The fields of a preset of kohya_lora_param_gui (26.6.3.0): what XmlSerializer makes of its parameter class.</summary>
internal sealed class XmloraFile
{
    /// <summary>Name of the root element.</summary>
    public const string Root = "TrainParams";

    /// <summary>Fields and what the program takes where a preset has none. Lists of blocks, which are for Stable Diffusion, are left out.</summary>
    private const string Fields = """
        ModelPath= TrainImagePath= OutputPath= TensorBoardLogPath= LoraModelPath= LearningRate=0.0001 Resolution=512 BatchSize=2 Epochs=5 NetworkDim=4 NetworkAlpha=4 RegImagePath= ShuffleCaptions=true
        KeepTokenCount=1 SaveEveryNEpochs=0 WarmupSteps=0 LRDecaySteps=0 OutputName= Comment= CpuThreads=1 NoBucketUpscaling=false UseWarmupInit=false ClipSkip=2 Seed=-1 SavePrecision=fp16
        SchedulerType=cosine_with_restarts MinBucketResolution=256 MaxBucketResolution=1024 CaptionFileExtension=.txt VAEPath= UnetLR=-1 TextEncoderLR=-1 NoiseOffset=0 Momentum=0.9
        advancedTrainType=None CrossAttenType=sdpa UseGradient=false UseWeightedCaptions=false DisableMmapLoadSafetensors=false VParameterization=false ZeroTerminalSNR=false AdaptiveNoiseScale=0
        MinSNRGamma=0 MultiresNoiseIterations=0 MultiresNoiseDiscount=0 NetworkDropout=0 RankDropout=0 ModuleDropout=0 CaptionDropout=0 IpNoiseGamma=0 CaptionTagDropout=0 ClipLDropoutRate=0
        ClipGDropoutRate=0 T5DropoutRate=0 TEBatchSize=0 ScaleWeightNorms=0 ResizeInterpolationType=None ModuleType=LoRA AlgoType=lora ConvDim=4 ConvAlpha=4 UseConv2dExtend=false DyLoRAUnit=4
        DatasetConfigPath= TrainNorm=false RescaledOFT=false ConstrainedOFT=false UseScalar=false UseTucker=false WeightDocomposition=false UseBlockWeight=false UseBlockDim=false UseColorAug=false
        UseFastLoading=true DontSaveMetadata=false UseFlipAug=false CropRandomly=false CacheLatents=false CacheLatentsToDisk=false HighVRAM=false UseAdditionalOptArgs=false DebiasedEstimation=false
        LRSchedulerCycle=4 GradAccSteps=1 DataLoaderThreads=1 MaxTokens=75 mixedPrecisionType=fp16 WeightDecay=0 Eps=1E-06 Eps1=1E-16 D0=1E-06 GrowthRate=0 Betas0=0.9 Betas1=0.999 Betas2=0.999
        DAdaptMomentum=0.9 ProdigyBeta3=0 DCoef=1 Decouple=false NoProx=false SafeguardWarmup=false UseBiasCorrection=false NoHalfVAE=false CacheTextencoder=false CacheTextencoderToDisk=false IsEpoch=true
        UseFullBf16=false UseFP8Base=false RelativeStep=true ScaleParameter=true SaveState=false MaskLoss=false AlphaMask=false RandomNoiseOffset=false RandomIpNoiseGamma=false
        SaveWeightEveryEpoch=true TokensSeparator= LossType=LTwo HuberScheduleType=SNR HuberC=0.1 LoRAPlusLRRatio=0 LoRAPlusUnetLRRatio=0 LoRAPlusTELRRatio=0 CustomCommands= AdditionalArgs=
        AdditionalNetworkArgs= CustomOptName= CustomOptArgs= Sigmoidscale=1 DiscreteFlowShift=3 GuidanceScale=0 MaxTokensT5=512 BlocksToSwap=0 ModelPredictionType=Raw TimestepSamplingEnum=Sigmoid
        TrainBlockType=All SplitMode=false ApplyT5AttnMask=false DitPath= Qwen3Path= DisableVAECache=true CpuOffloadAsync=false LLMAdapterLR=0 SelfAttnLR=-1 CrossAttnLR=-1 MlpLR=-1
        SchedulerTimescale=0 MinLRRatio=0 TokenWarmupMin=0 TokenWarmupStep=0 OptimizerType=AdamW8bit StableDiffusionType=Legacy
        """;

    private const string BlockFields = """
        BlockWeightIn BlockWeightMid BlockWeightMid01 BlockWeightMid02 BlockWeightOut BlockWeightOffsetIn BlockWeightOffsetOut BlockWeightPresetTypeIn BlockWeightPresetTypeOut
        BlockWeightZeroThreshold BlockDimIn BlockDimMid BlockDimMid01 BlockDimMid02 BlockDimBase BlockDimOutSDXL BlockDimOut BlockAlphaInM BlockAlphaMidM BlockAlphaMid01 BlockAlphaMid02
        BlockAlphaBase BlockAlphaOutSDXL BlockAlphaOutM BlockAlphaIn BlockAlphaMid BlockAlphaOut
        """;

    private static readonly FrozenDictionary<string, string> Defaults = Words(Fields).Select(field => field.Split('=', 2)).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Blocks = Words(BlockFields).ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>The value of a field, or the program's default.</summary>
    public string this[string field]
    {
        get => values.GetValueOrDefault(field) ?? Defaults[field];
        set => values[Defaults.ContainsKey(field) ? field : throw new ArgumentException($"The program has no field {field}.", nameof(field))] = value;
    }

    /// <summary>Fields that the file has and the program does not.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>Fields and values that were set, in the order of the program.</summary>
    public IEnumerable<(string Field, string Value)> Given => Words(Fields).Select(word => word.Split('=')[0]).Where(values.ContainsKey).Select(name => (name, values[name]));

    /// <summary>Reads a preset; fields inside of fields are passed over.</summary>
    /// <param name="text">XML.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="SettingException">It is no XML, has a document type definition, or another root.</exception>
    public static XmloraFile Read(string text, string file)
    {
        var unknown = new List<string>();
        var read = new XmloraFile { Unknown = unknown };
        try
        {
            using var xml = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true });
            if (xml.MoveToContent() != XmlNodeType.Element || xml.Name != Root) throw SettingsDocument.Broken(file, Line(xml), TrainingWords.Say("file.value", Root, "?"));
            xml.Read();
            while (!xml.EOF && xml.Depth > 0)
            {
                if (xml.NodeType != XmlNodeType.Element) xml.Read();
                else if (Defaults.ContainsKey(xml.Name)) Field(xml, read);
                else
                {
                    if (!Blocks.Contains(xml.Name)) unknown.Add(xml.Name);
                    xml.Skip();
                }
            }
        }
        catch (XmlException e)
        {
            throw SettingsDocument.Broken(file, e.LineNumber, e.Message.Contains("DTD", StringComparison.Ordinal) ? TrainingWords.Find("file.xml", null) : e.Message);
        }
        return read;
    }

    private static void Field(XmlReader xml, XmloraFile read)
    {
        string field = xml.Name;
        if (xml.IsEmptyElement || xml.GetAttribute("nil", "http://www.w3.org/2001/XMLSchema-instance") is "true")
        {
            xml.Skip();
            read[field] = "";
            return;
        }
        xml.Read();
        string value = "";
        while (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)
        {
            value += xml.Value;
            xml.Read();
        }
        while (xml.NodeType != XmlNodeType.EndElement && !xml.EOF) xml.Skip(); // elements where a text belongs
        xml.Read();
        read[field] = value.Trim();
    }

    private static int Line(XmlReader xml) => xml is IXmlLineInfo place ? place.LineNumber : 0;

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
