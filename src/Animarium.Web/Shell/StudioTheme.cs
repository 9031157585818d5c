using MudBlazor;

namespace Animarium.Web.Shell;

/// <summary>The colours of the studio: quiet neutrals, so that nothing competes with pictures, and one accent (indigo).</summary>
internal static class StudioTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Noto Sans JP", "Noto Sans CJK JP", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3a56c5", PrimaryContrastText = "#ffffff", Secondary = "#5b6475", Background = "#f5f6f8", Surface = "#ffffff", AppbarBackground = "#ffffff", AppbarText = "#1a1d23",
            TextPrimary = "#1a1d23", TextSecondary = "#566072", LinesDefault = "#e2e5ea", LinesInputs = "#8a93a3", ActionDefault = "#566072", Error = "#b3261e", Warning = "#f0b429", Success = "#2e7d4f",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#9db1ff", PrimaryContrastText = "#10131a", Secondary = "#a4adbd", Background = "#131519", Surface = "#1b1e24", AppbarBackground = "#1b1e24", AppbarText = "#e8eaf0",
            TextPrimary = "#e8eaf0", TextSecondary = "#a4adbd", LinesDefault = "#2b2f38", LinesInputs = "#6c7585", ActionDefault = "#a4adbd", Error = "#ff8a80", Warning = "#ffd166", Success = "#7bd3a0",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, FontSize = "14px" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
    };
}
