using System.Text;
using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Weights;
using Animarium.Recipe;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Recipe.Steps;
using Animarium.Studio.Images;
using TorchSharp;
using static TorchSharp.torch;

const string Usage = """
    begin WORK DATA           tokenizers for the tags of DATA, and an untrained model            --seed 1
    vae WORK DATA             the autoencoder                                                    --steps 2000 --rate 1.5e-3 --batch 8
    encode WORK DATA          the latents of all pictures
    dit WORK DATA …           transformer, adapter and text encoder; several folders take turns  --steps 2800 --rate 4e-3 --batch 64
    curve TABLE PICTURE       what dit wrote into WORK/curve.csv, as an SVG picture
    decoder WORK DATA         the decoder alone, on those latents                                --steps 3500 --rate 7e-4 --batch 3
    export WORK OUT           the model in bf16, as it ships                                     --with MODEL (of an earlier round) --share 0.1
    measure MODEL FRESH       VAE, and tags read back by a tagger                                --tagger models/anima-mini/tagger --sheet FILE
    Of all that compute: --precision bf16|fp32 (the faster one); of those that train also --seed 1, --every 200, after which state is saved and quality measured, and --state NAME.
    A step begins with the model as the one before left it; one that was interrupted goes on where its state was saved.
    """;

try
{
    var line = new Arguments(args);
    var say = (string text) => Console.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
    string step = line.Word(0, "a step");
    Action run = step switch
    {
        "begin" => Begin(line, say),
        "vae" => Train((work, data, options) => new VaeStep(One(data), options).Run(work, report => say(report.ToString())), 2000, 1.5e-3, 8),
        "encode" => Encode(Work(), One(Data()), Precision()),
        "dit" => Train((work, data, options) => new TransformerStep(data, options).Run(work, report => say(report.ToString())), 2800, 4e-3, 64),
        "curve" => Curve(new(line.Word(1, "a curve.csv")), line.Word(2, "the picture to write")),
        "decoder" => Train((work, data, options) => new DecoderStep(One(data), options).Run(work, report => say(report.ToString())), 3500, 7e-4, 3),
        "export" => Export(Work(), new ModelFolder(line.Word(2, "the folder of the finished model")), line.Text("with") is { } earlier ? (new ModelFolder(earlier), Share()) : null),
        "measure" => Measure(new ModelFolder(line.Word(1, "the folder of a model")), One(Data()), line.Text("tagger") ?? "models/anima-mini/tagger", line.Text("sheet"), Precision()),
        _ => throw new ArgumentException($"There is no step '{step}'."),
    };
    line.RefuseRest();
    run();
    return 0;

    WorkFolder Work() => new(line.Word(1, "the folder where the model grows"));

    IReadOnlyList<DrawnPictures> Data() => [.. line.Words(2, "a folder of drawn pictures").Select(folder => new DrawnPictures(folder))];

    DrawnPictures One(IReadOnlyList<DrawnPictures> data) => data is [var only] ? only : throw new ArgumentException($"The step {step} takes one folder of pictures.");

    ScalarType Precision() => line.Text("precision") switch
    {
        "bf16" => ScalarType.BFloat16,
        "fp32" => ScalarType.Float32,
        null => ComputeType.Choose(CPU),
        var other => throw new ArgumentException($"--precision is bf16 or fp32, not '{other}'."),
    };

    double Share() => line.Number("share", 0.1) is < 1 and var share ? share : throw new ArgumentException("--share is below 1.");

    Action Train(Action<WorkFolder, IReadOnlyList<DrawnPictures>, StepOptions> train, long steps, double rate, int batch)
    {
        var (work, data) = (Work(), Data());
        var options = new StepOptions(line.Whole("steps", steps), line.Number("rate", rate), (int)line.Whole("batch", batch), (ulong)line.Whole("seed", 1), Precision()) { Every = line.Whole("every", 200), Name = line.Text("state"), Pictures = string.Join(" and ", data.Select(pictures => pictures.Name)) };
        return () => train(work, data, options);
    }

    Action Encode(WorkFolder work, DrawnPictures data, ScalarType type) => () => EncodeStep.Run(work, data, type, say);

    Action Measure(ModelFolder model, DrawnPictures fresh, string tagger, string? sheet, ScalarType type) => () => new MeasureStep(model, fresh, tagger, type).Run(sheet, say);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Usage}");
    return 2;
}
catch (Exception e) when (e is IOException or InvalidDataException or SafeTensorsException or PictureException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static Action Begin(Arguments line, Action<string> say)
{
    var work = new WorkFolder(line.Word(1, "the folder where the model shall grow"));
    var data = new DrawnPictures(line.Word(2, "a folder of drawn pictures"));
    ulong seed = (ulong)line.Whole("seed", 1);
    return () =>
    {
        var (qwen, t5) = SmallTokenizers.Write(work.Model.Tokenizers, [.. data.Vocabulary.Concat(CaptionRules.Own.QualityTags).Distinct()]);
        work.Model.Begin(new ModelSizes(), qwen, t5, seed);
        say($"{data.All.Count} pictures, {data.Vocabulary.Count} tags; {qwen} Qwen ids, {t5} T5 ids");
    };
}

static Action Curve(LossCurve curve, string picture) => () => AtomicFile.Write(picture, Encoding.UTF8.GetBytes(curve.Draw()));

static Action Export(WorkFolder work, ModelFolder target, (ModelFolder, double)? earlier) => () => work.Model.Export(target, earlier);
