using System.Globalization;
using System.Xml.Linq;

namespace Animarium.Studio.Images;

/// <summary>A line of a plot, by its points from left to right.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">Values that are not finite are left out.</param>
/// <param name="Colour">As SVG writes it.</param>
/// <param name="Bold">The one that matters most.</param>
public sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points, string Colour, bool Bold = false);

/// <summary>Lines over two axes that both begin at 0, with a legend at their right: an SVG picture.</summary>
public sealed class LinePlot
{
    private const int Width = 720, Height = 360, Left = 44, Right = 170, Top = 16, Bottom = 40; // pixels

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Told apart by all kinds of eyes (Okabe and Ito 2008); black is for the line that matters most.</summary>
    public static IReadOnlyList<string> Colours { get; } = ["#000000", "#0072B2", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#56B4E9"];

    /// <summary>What runs to the right.</summary>
    public required string XTitle { get; init; }

    /// <summary>Where the axis below is labelled, ascending; it ends at the last of them.</summary>
    public required IReadOnlyList<double> XTicks { get; init; }

    /// <summary>Where the axis at the left is labelled, ascending from 0; it ends at the last of them, and higher values lie on its end.</summary>
    public required IReadOnlyList<double> YTicks { get; init; }

    /// <summary>How the labels at the left are written.</summary>
    public string YFormat { get; init; } = "0.0";

    /// <summary>An x that a dashed line marks; null: none.</summary>
    public double? Mark { get; init; }

    /// <summary>The picture.</summary>
    public string Draw(IReadOnlyList<PlotLine> lines)
    {
        var root = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("width", Width), new XAttribute("height", Height),
            new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12), Shape("rect", ("width", Width), ("height", Height), ("fill", "#ffffff")));
        foreach (double y in YTicks) root.Add(Line(Left, Y(y), Width - Right, Y(y), "#dddddd"), Label(Left - 6, Y(y) + 4, y.ToString(YFormat, CultureInfo.InvariantCulture), "end"));
        foreach (double x in XTicks) root.Add(Label(X(x), Height - Bottom + 18, x.ToString(CultureInfo.InvariantCulture), "middle"));
        root.Add(Label((Left + Width - Right) / 2.0, Height - 6, XTitle, "middle"));
        if (Mark is { } mark) root.Add(Line(X(mark), Top, X(mark), Height - Bottom, "#999999", ("stroke-dasharray", "4 4")));
        foreach (var (n, line) in lines.Index())
        {
            var points = line.Points.Where(point => double.IsFinite(point.Y)).Select(point => (X: X(point.X), Y: Y(point.Y))).ToList();
            double thickness = line.Bold ? 3 : 1.5, legend = Top + 10 + 20 * n;
            root.Add(Shape("polyline", ("points", string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))),
                ("fill", "none"), ("stroke", line.Colour), ("stroke-width", thickness)));
            foreach (var (x, y) in points) root.Add(Shape("circle", ("cx", x), ("cy", y), ("r", line.Bold ? 4 : 3), ("fill", line.Colour)));
            root.Add(Line(Width - Right + 16, legend, Width - Right + 36, legend, line.Colour, ("stroke-width", thickness)), Label(Width - Right + 42, legend + 4, line.Name, "start"));
        }
        return root.ToString();

        double X(double x) => Left + x / Math.Max(1, XTicks[^1]) * (Width - Left - Right);

        double Y(double y) => Top + (1 - Math.Clamp(y / YTicks[^1], 0, 1)) * (Height - Top - Bottom);
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
