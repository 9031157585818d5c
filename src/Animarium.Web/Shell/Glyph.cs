using Microsoft.AspNetCore.Components;

namespace Animarium.Web.Shell;

/// <summary>A small icon as one piece of markup: where a hundred of them stand on a page, as many components and twice as many elements are what opening the page costs.</summary>
public static class Glyph
{
    private const string Frame = """<path d="M0 0h24v24H0z" fill="none"/>"""; // of the same size as the picture, and invisible

    /// <summary>It looks like a small <c>MudIcon</c>.</summary>
    /// <param name="icon">Paths in a square of 24 units, as MudBlazor's icons are.</param>
    public static MarkupString Of(string icon) =>
        new($"""<svg class="mud-icon-root mud-svg-icon mud-icon-size-small" focusable="false" viewBox="0 0 24 24" aria-hidden="true">{icon.Replace(Frame, "", StringComparison.Ordinal)}</svg>""");
}
