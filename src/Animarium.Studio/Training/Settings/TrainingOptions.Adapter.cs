using Animarium.Studio.Generation;

namespace Animarium.Studio.Training.Settings;

public static partial class TrainingOptions
{
    private static Func<TrainingSettings, string?> AdapterOnly => Only("idle.fullFineTuning", s => !s.IsFullFineTuning);

    private static Func<TrainingSettings, string?> FullOnly => Only("idle.adapter", s => s.IsFullFineTuning);

    private static IEnumerable<TrainingSetting> OfModel() =>
    [
        Model.Of("transformer", m => m.Transformer, (m, v) => m with { Transformer = v }, Path),
        Model.Of("text_encoder", m => m.TextEncoder, (m, v) => m with { TextEncoder = v }, Path),
        Model.Of("vae", m => m.Vae, (m, v) => m with { Vae = v }, Path),
        Model.Of("llm_adapter", m => m.LlmAdapter, (m, v) => m with { LlmAdapter = v }, Path),
    ];

    private static IEnumerable<TrainingSetting> OfAdapter() =>
    [
        Adapter.Of("type", a => a.Type, (a, v) => a with { Type = v }, Words(TrainingNames.Adapters)),
        // LoKr is told "10000" where users mean: do not factor the larger half.
        Adapter.Of("rank", a => a.Rank, (a, v) => a with { Rank = v }, new IntegerValues(1, 1_000_000), AdapterOnly),
        Adapter.Of("alpha", a => a.Alpha, (a, v) => a with { Alpha = v }, new NumberValues(0, 1_000_000), AdapterOnly),
        Adapter.Of("dropout", a => a.Dropout, (a, v) => a with { Dropout = v }, Maybe(Share), AdapterOnly),
        Adapter.Of("rank_dropout", a => a.RankDropout, (a, v) => a with { RankDropout = v }, Maybe(Share), AdapterOnly),
        Adapter.Of("module_dropout", a => a.ModuleDropout, (a, v) => a with { ModuleDropout = v }, Maybe(Share), AdapterOnly),
        Adapter.Of("train_transformer", a => a.TrainTransformer, (a, v) => a with { TrainTransformer = v }, Flag, AdapterOnly),
        Adapter.Of("train_llm_adapter", a => a.TrainLlmAdapter, (a, v) => a with { TrainLlmAdapter = v }, Flag, AdapterOnly),
        Adapter.Of("train_text_encoder", a => a.TrainTextEncoder, (a, v) => a with { TrainTextEncoder = v }, Flag, AdapterOnly),
        Adapter.Of("exclude_patterns", a => a.ExcludePatterns, (a, v) => a with { ExcludePatterns = v }, new TextListValues(1000, patterns: true), AdapterOnly),
        Adapter.Of("include_patterns", a => a.IncludePatterns, (a, v) => a with { IncludePatterns = v }, new TextListValues(1000, patterns: true), AdapterOnly),
        Adapter.Of("rank_by_pattern", a => a.RankByPattern, (a, v) => a with { RankByPattern = v }, new PatternTableValues<int>(new IntegerValues(1, 1_000_000)), AdapterOnly),
        Adapter.Of("learning_rate_by_pattern", a => a.LearningRateByPattern, (a, v) => a with { LearningRateByPattern = v }, new PatternTableValues<double>(Rate), AdapterOnly),
        Adapter.Of("loraplus_ratio", a => a.LoraplusRatio, (a, v) => a with { LoraplusRatio = v }, Maybe(new NumberValues(0, 10_000, aboveLeast: true)), AdapterOnly),
        Adapter.Of("lokr_factor", a => a.LokrFactor, (a, v) => a with { LokrFactor = v }, Count(), Only("idle.lokr", s => s.Adapter.Type == "lokr")),
        Adapter.Of("dora", a => a.Dora, (a, v) => a with { Dora = v }, Flag, AdapterOnly),
        Adapter.Of("dora_norm", a => a.DoraNorm, (a, v) => a with { DoraNorm = v }, Words("detached", "differentiated"), Only("idle.dora", s => s.Adapter.Dora)),
        Adapter.Of("rslora", a => a.Rslora, (a, v) => a with { Rslora = v }, Flag, AdapterOnly),
        Adapter.Of("tlora_min_rank", a => a.TloraMinRank, (a, v) => a with { TloraMinRank = v }, Count(), Only("idle.lora", s => s.Adapter.Type == "lora")),
        Adapter.Of("tlora_exponent", a => a.TloraExponent, (a, v) => a with { TloraExponent = v }, new NumberValues(0, 100), Only("idle.tlora", s => s.Adapter.TloraMinRank is not null)),
        Adapter.Of("max_norm", a => a.MaxNorm, (a, v) => a with { MaxNorm = v }, Maybe(new NumberValues(0, 1_000_000, aboveLeast: true)), AdapterOnly),
        Adapter.Of("continue_from", a => a.ContinueFrom, (a, v) => a with { ContinueFrom = v }, Path, AdapterOnly),
        Components.Of("self_attn_lr", c => c.SelfAttnLr, (c, v) => c with { SelfAttnLr = v }, Maybe(Rate), FullOnly),
        Components.Of("cross_attn_lr", c => c.CrossAttnLr, (c, v) => c with { CrossAttnLr = v }, Maybe(Rate), FullOnly),
        Components.Of("mlp_lr", c => c.MlpLr, (c, v) => c with { MlpLr = v }, Maybe(Rate), FullOnly),
        Components.Of("mod_lr", c => c.ModLr, (c, v) => c with { ModLr = v }, Maybe(Rate), FullOnly),
        Components.Of("llm_adapter_lr", c => c.LlmAdapterLr, (c, v) => c with { LlmAdapterLr = v }, Maybe(Rate), FullOnly),
    ];
}
