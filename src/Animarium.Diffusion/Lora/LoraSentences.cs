namespace Animarium.Diffusion.Lora;

/// <summary>Every sentence about the content of a LoRA file, in English and Japanese, with the same places in both.</summary>
internal static class LoraSentences
{
    /// <summary>The sentence of a code as composite formats.</summary>
    public static (string English, string Japanese) Of(LoraIssueCode code) => code switch
    {
        LoraIssueCode.Empty => (
            "The file contains no tensors. Download it again.",
            "ファイルにテンソルがありません。ダウンロードし直してください。"),
        LoraIssueCode.FullCheckpoint => (
            "This is a whole model ({0} …), not a LoRA. Put it in the models folder.",
            "これは LoRA ではなくモデル全体です ({0} …)。モデルのフォルダーに入れてください。"),
        LoraIssueCode.ControlAdapter => (
            "This is a control adapter (LLLite), not a LoRA. Put it in the control models folder.",
            "これは LoRA ではなく制御アダプター (LLLite) です。制御モデルのフォルダーに入れてください。"),
        LoraIssueCode.WrongBase => (
            "This is a LoRA for {0} ({1}). It can't be used with Anima.",
            "これは {0} 用の LoRA です ({1})。Anima では使えません。"),
        LoraIssueCode.NothingFits => (
            "None of the file's tensors belongs to a layer of Anima (first: {0}). Check that it is a LoRA for Anima.",
            "Anima の層に対応するテンソルが一つもありません (先頭: {0})。Anima 用の LoRA か確認してください。"),
        LoraIssueCode.IncompleteLayer => (
            "{0}: {1} is missing. The file is incomplete; get it again.",
            "{0}: {1} がありません。ファイルが不完全です。入手し直してください。"),
        LoraIssueCode.RankMismatch => (
            "{0}: {1} has rank {2} but {3} has rank {4}. The file is damaged; get it again.",
            "{0}: {1} の rank は {2}、{3} は {4} です。ファイルが壊れています。入手し直してください。"),
        LoraIssueCode.ShapeMismatch => (
            "This LoRA was trained for a model of another size: {0} is {1} in it and {2} in the loaded model. Choose the model it was made for.",
            "この LoRA は別のサイズのモデル用です。{0} は LoRA では {1}、読み込んだモデルでは {2} です。対応するモデルを選んでください。"),
        LoraIssueCode.NonFinite => (
            "{0}: {1} contains NaN or infinity ({2} values). Training went wrong or overflowed fp16; an earlier epoch may be good.",
            "{0}: {1} に NaN か無限大があります ({2} 個)。学習の失敗か fp16 の桁あふれです。前のエポックを試してください。"),
        LoraIssueCode.UnknownKeys => (
            "{0} layers were applied. {1} tensors were not understood: {2}.",
            "{0} 層を適用しました。理解できないテンソルが {1} 個あります: {2}。"),
        LoraIssueCode.MoreBlocks => (
            "This LoRA has layers for {0} blocks, the model has {1}: it was trained on a larger variant. Only the layers of matching blocks were applied; the result may be poor.",
            "この LoRA は {0} ブロックのモデル用です。モデルは {1} ブロックです。一致するブロックの層だけを適用しました。結果が悪くなることがあります。"),
        LoraIssueCode.MovedBlocks => (
            "This LoRA was trained on the {0}-block variant, the model has {1} blocks: its layers were applied to the same blocks at their places in this model.",
            "この LoRA は {0} ブロック版で学習されています。モデルは {1} ブロックなので、対応する位置のブロックに適用しました。"),
        LoraIssueCode.AlphaZero => (
            "{0} layers have alpha 0, which was read as alpha = rank (as the trainer defines it). Other programs may show no effect.",
            "{0} 層の alpha が 0 です。学習ツールの定義どおり alpha = rank として扱いました。他のソフトでは効果が出ないことがあります。"),
        LoraIssueCode.MetadataIgnored => (
            "The entry lora_adapter_metadata can't be read ({0}), so alpha = rank was assumed. The strength may need adjusting.",
            "lora_adapter_metadata を読めません ({0})。alpha = rank とみなしました。強さの調整が必要かもしれません。"),
        LoraIssueCode.UnknownModule => (
            "{0} is no layer of Anima, so it can't be renamed. Nothing was written; check that the file is a LoRA for Anima.",
            "{0} は Anima の層ではないため名前を変えられません。何も書き込んでいません。Anima 用の LoRA か確認してください。"),
        LoraIssueCode.NotInNaming => (
            "{0}: the form {1} can't be written in the names of {2}, which know plain LoRAs only. Choose the names of kohya or ComfyUI.",
            "{0}: {1} は {2} 形式の名前では書けません（通常の LoRA だけです）。kohya か ComfyUI の名前を選んでください。"),
        LoraIssueCode.NeedsBase => (
            "{0}: the effect of the form {1} depends on the base model's weights, so a LoRA alone can't hold the result. Merge it into the checkpoint, then extract a LoRA from both checkpoints.",
            "{0}: {1} の効果は元のモデルの重みに依存するため、LoRA だけでは表せません。チェックポイントにマージしてから、差分を LoRA として抽出してください。"),
        LoraIssueCode.NeedsRank => (
            "{0}: the form {1} has no low-rank factors to put together. Say to which rank or share of energy it is to be reduced.",
            "{0}: {1} には結合できる低ランク因子がありません。rank かエネルギーの割合を指定してください。"),
        LoraIssueCode.Overflow => (
            "{0}: {1} holds values that {2} can't hold. Choose bf16 or fp32.",
            "{0}: {1} に {2} で表せない値があります。bf16 か fp32 を選んでください。"),
        LoraIssueCode.Quantised => (
            "The checkpoint's weight {0} is stored in {1}, which would swallow the LoRA's change. Merge into the bf16 or fp16 checkpoint.",
            "チェックポイントの重み {0} は {1} で保存されていて、LoRA の変化が失われます。bf16 か fp16 のチェックポイントにマージしてください。"),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No sentence for this code."),
    };
}
