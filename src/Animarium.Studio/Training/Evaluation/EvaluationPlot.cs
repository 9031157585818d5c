using System.Globalization;
using System.Xml.Linq;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>The score and its parts over the steps at the recommended strength, as a picture of lines (SVG).</summary>
internal static class EvaluationPlot
{
    private const int Width = 720, Height = 360, Left = 44, Right = 170, Top = 16, Bottom = 40, Ticks = 5; // pixels

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // Told apart by all kinds of eyes (Okabe and Ito 2008); the score is black and thick.
    private static readonly string[] Colours = ["#000000", "#0072B2", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#56B4E9"];

    public static string Of(Evaluation evaluation)
    {
        var best = evaluation.Recommendation.Cell;
        var cells = evaluation.Cells.Where(cell => cell.Strength == best.Strength).ToList();
        long last = Math.Max(1, cells.Max(cell => cell.Step));
        var root = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("width", Width), new XAttribute("height", Height),
            new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12), Shape("rect", ("width", Width), ("height", Height), ("fill", "#ffffff")));

        for (int tick = 0; tick <= Ticks; tick++)
        {
            double value = (double)tick / Ticks;
            root.Add(Line(Left, Y(value), Width - Right, Y(value), "#dddddd"), Label(Left - 6, Y(value) + 4, value.ToString("0.0", CultureInfo.InvariantCulture), "end"));
        }
        foreach (var cell in cells) root.Add(Label(X(cell.Step), Height - Bottom + 18, cell.Step.ToString(CultureInfo.InvariantCulture), "middle"));
        root.Add(Label((Left + Width - Right) / 2.0, Height - 6, Words.Say("evaluate.axis", best.Strength), "middle"));
        root.Add(Line(X(best.Step), Top, X(best.Step), Height - Bottom, "#999999", ("stroke-dasharray", "4 4")));

        string[] names = ["score", .. ScoreParts.Weights.Select(part => part.Name)];
        for (int n = 0; n < names.Length; n++)
        {
            var points = cells.Select(cell => (cell.Step, Value: n == 0 ? cell.Score : cell.Parts.Values[n - 1])).Where(point => double.IsFinite(point.Value)).ToList();
            root.Add(Shape("polyline", ("points", string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Step):0.#},{Y(point.Value):0.#}")))),
                ("fill", "none"), ("stroke", Colours[n]), ("stroke-width", n == 0 ? 3 : 1.5)));
            foreach (var (step, value) in points) root.Add(Shape("circle", ("cx", X(step)), ("cy", Y(value)), ("r", n == 0 ? 4 : 3), ("fill", Colours[n])));
            double y = Top + 10 + 20 * n;
            root.Add(Line(Width - Right + 16, y, Width - Right + 36, y, Colours[n], ("stroke-width", n == 0 ? 3 : 1.5)), Label(Width - Right + 42, y + 4, Words.Say("evaluate.name." + names[n]), "start"));
        }
        return root.ToString();

        double X(long step) => Left + (double)step / last * (Width - Left - Right);

        static double Y(double value) => Top + (1 - Math.Clamp(value, 0, 1)) * (Height - Top - Bottom);
    }

    private static XElement Line(double x1, double y1, double x2, double y2, string colour, params ReadOnlySpan<(string, object)> more) =>
        Shape("line", [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", colour), .. more]);

    private static XElement Label(double x, double y, string text, string anchor)
    {
        var label = Shape("text", ("x", x), ("y", y), ("text-anchor", anchor), ("fill", "#282828"));
        label.Value = text;
        return label;
    }

    private static XElement Shape(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var shape = new XElement(Svg + name);
        foreach (var (attribute, value) in attributes) shape.SetAttributeValue(attribute, value is double number ? Math.Round(number, 1).ToString(CultureInfo.InvariantCulture) : value);
        return shape;
    }
}
