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
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No sentence for this code."),
    };
}
